"""Strings in, labels out: the whole package behind scikit-learn's protocol."""

import dataclasses
from collections.abc import Iterable
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from typing import Any
from typing import Self

import numpy as np
from numpy.typing import NDArray

from han_attention.data.labels import check_labels
from han_attention.data.labels import check_texts
from han_attention.explain.explanation import Explanation
from han_attention.inference.saved_model import read_settings
from han_attention.scikit_learn import Estimator
from han_attention.settings import TrainConfig
from han_attention.validation import check_boolean

if TYPE_CHECKING:  # what needs Keras is imported when it is used
    from han_attention.data.files import TextFiles
    from han_attention.inference.keras import Predictor


class TextClassifier(Estimator):
    """Classifies texts with a BiGRU and attention.

    Follows scikit-learn's protocol, so that cross-validation, grid search
    and pipelines take it as it is. A part of the training texts is held out,
    the same share of each class; the training stops when that part gets no
    better, and keeps its best epoch.

    Args:
        architecture: `"flat"`: one sequence of words. `"hierarchical"`: words
            make sentences, and sentences the text. Defaults to `"flat"`.
        multi_label: Whether a text can have several labels at once; `y` then
            has a list of labels for each text. Defaults to `False`.
        class_weight: `"balanced"`: rare classes count as much as frequent
            ones. Defaults to `None`.
        unit: What gets an id: `"words"`, `"characters"` or `"pieces"` of
            words, for texts without spaces. Defaults to `"words"`.
        vocabulary_size: Ids, the most frequent words. Defaults to 20,000.
        min_word_count: Words seen less often have no id. Defaults to 1.
        max_tokens: Longer texts are cut to this many words; hierarchical ones
            have the next two limits instead. Defaults to 400.
        max_sentences: Longer texts are cut to so many. Defaults to 30.
        max_sentence_tokens: Longer sentences are cut to this many words.
            Defaults to 50.
        long_sentences: `"cut"`, or `"split"` into shorter ones, so that no
            word is lost. Defaults to `"cut"`.
        keep: What a cut leaves: `"start"`, `"end"`, or half of each with
            `"both"`. Defaults to `"start"`.
        word_vectors: File of word vectors to start from: GloVe, word2vec or
            fastText. Defaults to `None`.
        pretrain_vectors: Whether to train word vectors on the texts first.
            Defaults to `False`.
        frozen_epochs: Epochs in which the word vectors stay as they are.
            Defaults to 0.
        embedding_dim: Size of the word vectors. Defaults to 100.
        rnn_units: Size of each direction of the BiGRU. Defaults to 64.
        num_layers: Layers of the BiGRU. Defaults to 1.
        cell: `"gru"` or `"lstm"`. Defaults to `"gru"`.
        attention_units: Hidden size of the attention. Defaults to 64.
        pooling: `"attention"`, or if hierarchical `"mean"` or `"max"`, to
            compare with. Defaults to `"attention"`.
        num_heads: Context vectors of the attention. Defaults to 1.
        normalizer: `"softmax"` or `"sparsemax"`. Defaults to `"softmax"`.
        attention_dropout: Float in [0, 1), dropout of the attention weights.
            Defaults to 0.0.
        include_embedding: Whether the attention pools the word vectors too.
            Defaults to `True`.
        embedding_dropout: Float in [0, 1), dropout of the word vectors.
            Defaults to 0.3.
        dropout: Float in [0, 1), dropout before the output. Defaults to 0.5.
        optimizer: `"adam"`, or `"sgd"` with a momentum of 0.9. Defaults to
            `"adam"`.
        learning_rate: Of the optimizer. Defaults to 0.002.
        learning_rate_schedule: `"constant"`, or `"cosine"` down to 0 over all
            epochs. Defaults to `"constant"`.
        batch_size: Texts in a batch. Defaults to 32.
        epochs: Times through the training texts, at most. Defaults to 20.
        patience: Stop after so many epochs without a better validation
            accuracy. Defaults to 3.
        validation_fraction: Float in [0, 1), the share of the texts held out;
            with 0 nothing is, and all epochs are run. Defaults to 0.1.
        seed: Integer; the same seed gives the same model on CPU, but for
            `pretrain_vectors`. It seeds NumPy as a whole. Defaults to `None`.
        quiet: No progress bars. Defaults to `False`.

    Attributes:
        classes_: The labels, sorted.
        history_: A dictionary of numbers for each epoch.
        predictor_: The `Predictor` with the Keras model, as `predictor_.model`.

    Example:
    >>> texts = ["a fine film", "a dull film", "fine", "dull"] * 4
    >>> labels = ["good", "bad"] * 8
    >>> classifier = TextClassifier(epochs=2, seed=1, quiet=True)
    >>> classifier.fit(texts, labels).predict(["what a fine day"]).shape
    (1,)
    """

    def __init__(
        self,
        architecture: str = "flat",
        multi_label: bool = False,
        class_weight: str | None = None,
        unit: str = "words",
        vocabulary_size: int = 20_000,
        min_word_count: int = 1,
        max_tokens: int = 400,
        max_sentences: int = 30,
        max_sentence_tokens: int = 50,
        long_sentences: str = "cut",
        keep: str = "start",
        word_vectors: str | None = None,
        pretrain_vectors: bool = False,
        frozen_epochs: int = 0,
        embedding_dim: int = 100,
        rnn_units: int = 64,
        num_layers: int = 1,
        cell: str = "gru",
        attention_units: int = 64,
        pooling: str = "attention",
        num_heads: int = 1,
        normalizer: str = "softmax",
        attention_dropout: float = 0.0,
        include_embedding: bool = True,
        embedding_dropout: float = 0.3,
        dropout: float = 0.5,
        optimizer: str = "adam",
        learning_rate: float = 0.002,
        learning_rate_schedule: str = "constant",
        batch_size: int = 32,
        epochs: int = 20,
        patience: int | None = 3,
        validation_fraction: float = 0.1,
        seed: int | None = None,
        quiet: bool = False,
    ) -> None:
        # scikit-learn's rule: kept as they are, checked in `fit`.
        vars(self).update({k: v for k, v in locals().items() if k != "self"})

    if TYPE_CHECKING:

        def __getattr__(self, setting: str) -> Any: ...

    @classmethod
    def from_preset(cls, name: str, **settings: Any) -> Self:
        """The settings of a preset, such as `"accurate"`, some changed."""
        preset = dataclasses.asdict(TrainConfig.preset(name))
        shared = {k: v for k, v in preset.items() if k in cls.parameters()}
        return cls(**shared | settings)

    def fit(
        self,
        X: Sequence[str],
        y: Sequence[Any],
        unlabelled: Sequence[str] = (),
    ) -> Self:
        """Train on texts and their labels.

        Args:
            X: N strings.
            y: N labels: strings, numbers or booleans; lists of them with
                `multi_label`.
            unlabelled: More texts for `pretrain_vectors`. Defaults to ().

        Returns:
            The classifier itself.

        Raises:
            TypeError: for a text or label that is none.
            ValueError: for a setting out of range, other numbers of texts
                and labels, or fewer than two different labels.
        """
        from han_attention.training.trainer import fit_texts

        texts = check_texts(X)
        fitted = fit_texts(
            self._config(),
            texts,
            check_labels(y, len(texts)),
            self.multi_label,
            check_texts(unlabelled),
        )
        return self._set(fitted.predictor, fitted.epochs)

    def fit_files(
        self, files: "TextFiles", unlabelled: Iterable[str] = ()
    ) -> Self:
        """Train on files larger than the memory, read anew in every epoch.

        Shards come in random order, and rows are shuffled among 20,000: a
        single file should not be sorted by label. `unit="pieces"` needs all
        texts in memory once.

        Args:
            files: Rows of texts and labels, such as `TextFiles("*.csv.gz")`.
            unlabelled: More texts for `pretrain_vectors`. Defaults to ().

        Returns:
            The classifier itself.

        Raises:
            OSError: if a file cannot be read; else as `fit`.
        """
        from han_attention.training.trainer import fit_files

        fitted = fit_files(self._config(), files, self.multi_label, unlabelled)
        return self._set(fitted.predictor, fitted.epochs)

    def predict(self, X: Sequence[str]) -> NDArray[Any]:
        """The label of each text: (N,); with `multi_label` lists of labels."""
        labels = self._fitted().predict(check_texts(X))
        if not self._fitted().config.multi_label:
            return np.asarray(labels, self.classes_.dtype)
        array = np.empty(len(labels), object)
        array[:] = labels
        return array

    def predict_proba(self, X: Sequence[str]) -> NDArray[np.float32]:
        """The probability of each of `classes_` for each text: (N, C)."""
        return self._fitted().predict_proba(check_texts(X))

    def explain(
        self,
        X: Sequence[str],
        y: Sequence[Any] | None = None,
        methods: Sequence[str] | None = None,
    ) -> list[Explanation]:
        """Why each text gets its label: see `explain_texts`."""
        from han_attention.explain.explainer import explain_texts

        texts = check_texts(X)
        labels = None if y is None else check_labels(y, len(texts))
        return explain_texts(self._fitted(), texts, labels, methods)

    def save(self, path: str | Path) -> None:
        """Write a folder that `load` and `Predictor.load` read."""
        self._fitted().save(path, settings=self.get_params())

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """Read what `save` wrote, on any backend; `history_` is empty then.

        Raises:
            FileNotFoundError: if the folder or one of its files is missing.
            ValueError: if a file is damaged or altered, or of a newer version.
        """
        from han_attention.inference.keras import Predictor

        predictor = Predictor.load(path)
        settings = read_settings(Path(path))
        known = {k: v for k, v in settings.items() if k in cls.parameters()}
        return cls(**known)._set(predictor, [])

    def export(
        self, path: str | Path, format: str = "onnx", **options: Any
    ) -> Path:
        """Write a model to deploy: see `han_attention.export`."""
        from han_attention.export.exporter import export_model

        return export_model(self._fitted(), path, format, **options)

    def _config(self) -> TrainConfig:
        check_boolean("multi_label", self.multi_label)
        fields = {setting.name for setting in dataclasses.fields(TrainConfig)}
        settings = {k: v for k, v in self.get_params().items() if k in fields}
        if not self.validation_fraction:
            settings["patience"] = None
        return TrainConfig(
            data="texts of one's own",
            normalization="words",
            embedding_range=0.05,
            **settings,
        )

    def _set(
        self, predictor: "Predictor", history: list[dict[str, Any]]
    ) -> Self:
        self.predictor_ = predictor
        self.history_ = history
        # Beside strings, NumPy would make numbers strings too.
        mixed = len({isinstance(c, str) for c in predictor.class_names}) > 1
        self.classes_ = np.array(
            predictor.class_names, object if mixed else None
        )
        return self

    def _fitted(self) -> "Predictor":
        if not hasattr(self, "predictor_"):
            raise ValueError(
                "The classifier is not trained yet. Call `fit` first, or "
                "`TextClassifier.load`."
            )
        return self.predictor_
