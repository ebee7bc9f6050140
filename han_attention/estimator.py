"""Strings in, labels out: the whole package behind scikit-learn's protocol."""

from collections.abc import Iterable
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from typing import Any
from typing import Self

import numpy as np
from numpy.typing import NDArray

from han_attention.data.columns import check_sample_weight
from han_attention.data.columns import check_texts
from han_attention.data.columns import check_unlabelled
from han_attention.data.readers.checks import check_trained_columns
from han_attention.data.targets import read_targets
from han_attention.data.targets import read_validation
from han_attention.data.text_files import TextFiles
from han_attention.explain.explanation import Explanation
from han_attention.inference.loading import check_trained
from han_attention.inference.loading import load_predictor
from han_attention.inference.loading import open_any_model
from han_attention.scikit_learn import Estimator
from han_attention.scikit_learn import check_is_fitted
from han_attention.settings import SETTINGS
from han_attention.settings import Settings
from han_attention.settings_text import describe_settings
from han_attention.validation import check_boolean

if TYPE_CHECKING:  # what needs Keras is imported when it is used
    import keras

    from han_attention.data.readers.trained_columns import TrainedColumns
    from han_attention.explain.explainer import Explainer
    from han_attention.inference.keras import Predictor
    from han_attention.inference.onnx import OnnxPredictor
    from han_attention.inference.saved_model import SavedModel
    from han_attention.text.tokenizer import Tokenizer


class TextClassifier(Settings, Estimator):
    __doc__ = f"""Classifies texts with a BiGRU and attention.

    Follows scikit-learn's protocol, so that cross-validation, grid search
    and pipelines take it as it is. A part of the training texts is held out,
    the same fraction of each class; the training stops when that part gets no
    better, and keeps its best epoch.

    Args:
{describe_settings()}

    Attributes:
        classes_: The labels, sorted, or as the columns of a 0/1 matrix.
        history_: A dictionary of numbers for each epoch.
        predictor_: The `Predictor` with the Keras model, as `predictor_.model`.

    Example:
    >>> texts = ["a fine film", "a dull film", "fine", "dull"] * 4
    >>> labels = ["good", "bad"] * 8
    >>> classifier = TextClassifier(epochs=2, seed=1, verbose=False)
    >>> classifier.fit(texts, labels).predict(["what a fine day"]).shape
    (1,)
    """

    def fit(
        self,
        X: Any,
        y: Any,
        sample_weight: Any = None,
        *,
        validation_data: "tuple[Any, ...] | None" = None,
        unlabelled: Any = (),
        tokenizer: "Tokenizer | None" = None,
        run_dir: str | Path | None = None,
        resume: bool = False,
        overwrite: bool = False,
        callbacks: "Sequence[keras.callbacks.Callback]" = (),
        columns: "TrainedColumns | None" = None,
    ) -> Self:
        """Train on texts and their labels.

        It starts anew each time; with `warm_start=True` it goes on with the
        model of the fit before, or with a loaded one, and its classes.

        Args:
            X: N strings: a list, an array or a column of a table.
            y: N labels: strings, numbers or booleans; with `multi_label` lists
                of them, or a 0/1 matrix (N, C): see `read_targets`.
            sample_weight: N numbers, how much each text counts in the loss.
                Defaults to None: all count the same.
            validation_data: `(X, y)` or `(X, y, sample_weight)` to choose the
                best epoch by. Defaults to None: a part of `X` is held out.
            unlabelled: More texts, for vectors of n-grams. Defaults to ().
            tokenizer: Gives the ids. Defaults to None: one made of `X`.
            run_dir: A folder for configuration, metrics, checkpoints, logs
                and the model. Defaults to None: nothing is written.
            resume: Whether to go on with the run in `run_dir`. Defaults to
                `False`.
            overwrite: Whether to replace the run in `run_dir`. Defaults to
                `False`.
            callbacks: Callbacks of Keras. Defaults to ().
            columns: `TextFiles.trained_columns`, to keep. Defaults to None.

        Returns:
            The classifier itself.

        Raises:
            FileExistsError: if the run folder is not empty.
            FileNotFoundError: if there is no run to resume.
            TypeError: for a text, a label or a callback that is none.
            ValueError: for a setting out of range, other numbers of texts,
                labels and weights, or fewer than two different labels.
        """
        from han_attention.training.sources.memory import prepare_texts

        texts = check_texts(X)
        check_boolean("multi_label", self.multi_label)
        labels, classes = read_targets(y, len(texts), self.multi_label)
        weights = check_sample_weight(sample_weight, len(texts))
        check_trained_columns(columns)
        validation = read_validation(
            validation_data, self.multi_label, classes, columns
        )
        more = check_unlabelled(unlabelled)
        return self._train(
            lambda settings: prepare_texts(
                settings,
                texts,
                labels,
                weights,
                validation_data=validation,
                unlabelled=more,
                tokenizer=tokenizer,
                class_names=classes or (),
                start=self._start(),
                columns=columns,
            ),
            (run_dir, resume, overwrite),
            callbacks,
            matrix=classes is not None,
        )

    def fit_files(
        self,
        files: TextFiles,
        *,
        validation_data: TextFiles | tuple[Any, ...] | None = None,
        unlabelled: Iterable[str] = (),
        run_dir: str | Path | None = None,
        resume: bool = False,
        overwrite: bool = False,
        callbacks: "Sequence[keras.callbacks.Callback]" = (),
    ) -> Self:
        """Train on files larger than the memory, read anew in every epoch.

        Shards come in random order, and rows are shuffled among 20,000: a
        single file should not be sorted by label. `unit="subwords"` needs all
        texts in memory once.

        Args:
            files: Rows of texts and labels, such as `TextFiles("*.csv.gz")`.
            validation_data: As in `fit`, or files, which are read into
                memory. Defaults to None: a part of the rows is held out.
            unlabelled, run_dir, resume, overwrite, callbacks: As in `fit`.

        Returns:
            The classifier itself.

        Raises:
            OSError: if a file cannot be read; else as `fit`.
        """
        from han_attention.training.sources.stream import prepare_files

        if not isinstance(files, TextFiles):
            raise TypeError(
                "Expected `TextFiles`, such as TextFiles('reviews.csv'). "
                f"Received: {files!r}"
            )
        start = self._start()
        files = files.with_columns(start.columns if start else None)
        validation = read_validation(
            validation_data, self.multi_label, columns=files
        )
        more = check_unlabelled(unlabelled)
        return self._train(
            lambda settings: prepare_files(
                settings,
                files,
                validation_data=validation,
                unlabelled=more,
                start=start,
            ),
            (run_dir, resume, overwrite),
            callbacks,
        )

    def predict(self, X: Sequence[str]) -> NDArray[Any]:
        """The label of each text: (N,); of several what `fit` was given."""
        labels = self._fitted().predict(check_texts(X))
        return self.format_predictions(labels)

    def predict_proba(self, X: Sequence[str]) -> NDArray[np.float32]:
        """The probability of each of `classes_` for each text: (N, C)."""
        return self._fitted().predict_proba(check_texts(X))

    def tune_thresholds(self, X: Any, y: Any, **target: float) -> list[Any]:
        """Choose on held-out texts when to answer: see `tune_predictor`."""
        from han_attention.evaluation.thresholds import tune_predictor

        texts = check_texts(X)
        labels = self.match_labels(y, len(texts))
        return tune_predictor(self._fitted(), texts, labels, **target)

    def explain(
        self,
        X: Sequence[str],
        y: Sequence[Any] | None = None,
        methods: Sequence[str] | None = None,
    ) -> list[Explanation]:
        """Why each text gets its label: see `explain_texts`."""
        texts = check_texts(X)
        labels = None if y is None else self.match_labels(y, len(texts))
        return self._explainer(texts, labels, methods)

    @cached_property
    def _explainer(self) -> "Explainer":
        from han_attention.explain.explainer import Explainer

        return Explainer(self._fitted())

    def save(self, path: str | Path) -> None:
        """Write a folder that `load` and `Predictor.load` read."""
        self._trained().save(path, self._list_settings())

    @classmethod
    def load(cls, path: "str | Path | SavedModel") -> Self:
        """Read what `save` wrote, on any backend; `history_` is empty then.

        What `export` wrote as ONNX is read too: it predicts and explains
        without Keras, but can be neither trained nor saved.

        Raises:
            FileNotFoundError: if the folder or one of its files is missing.
            ValueError: if a file is damaged or altered, or of a newer version.
        """
        saved = open_any_model(path)
        settings = saved.settings
        known = {k: v for k, v in settings.items() if k in SETTINGS}
        matrix = settings.get("target_type") == "multilabel-indicator"
        return cls.from_dict(known)._set(load_predictor(saved), [], matrix)

    def export(
        self, path: str | Path, format: str = "onnx", **options: Any
    ) -> Path:
        """Write a model to deploy: see `han_attention.export`."""
        from han_attention.export.exporter import export_model

        predictor = self._trained()
        options.setdefault("settings", self._list_settings())
        return export_model(predictor, path, format, **options)

    def _train(
        self,
        prepare: Any,
        folder: tuple[Any, bool, bool],
        callbacks: Any,
        matrix: bool = False,
    ) -> Self:
        from han_attention.training.trainer import train_in_folder

        trained = train_in_folder(
            self, prepare, folder, callbacks=callbacks, start=self._start()
        )
        return self._set(trained.predictor, trained.history, matrix)

    def _start(self) -> "Predictor | None":
        """The predictor to go on with, or None to start anew."""
        known = self.warm_start and hasattr(self, "predictor_")
        return self._trained() if known else None

    def _set(
        self, predictor: Any, history: list[Any], matrix: bool = False
    ) -> Self:
        self.predictor_ = predictor
        vars(self).pop("_explainer", None)  # of an earlier one
        self.history_ = history
        self.set_classes(predictor.class_names, matrix)
        return self

    def _fitted(self) -> "Predictor | OnnxPredictor":
        check_is_fitted(self)
        return self.predictor_

    def _trained(self) -> "Predictor":
        return check_trained(self._fitted())

    def _list_settings(self) -> dict[str, Any]:
        return self.to_dict() | {"target_type": self.target_type_}
