"""What a trained run leaves behind: tokenizer, model and class names."""

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from han_attention.atomic import replace_when_written
from han_attention.explain.methods.gradient_model import GradientModel
from han_attention.inference.base import TextPredictor
from han_attention.inference.saved_model import KERAS_MODEL
from han_attention.inference.saved_model import TOKENIZER
from han_attention.inference.saved_model import PredictorConfig
from han_attention.inference.saved_model import check_replaceable
from han_attention.inference.saved_model import read_config
from han_attention.inference.saved_model import write_config
from han_attention.models.contribution import ContributionModel
from han_attention.models.hierarchical import is_hierarchical
from han_attention.models.hierarchical import split_at_sentences
from han_attention.text.documents import MAX_BATCH_TOKENS
from han_attention.text.encoding import check_ids
from han_attention.text.encoding import padded_size
from han_attention.text.tokenizer import Tokenizer


class Predictor(TextPredictor):
    """Predicts classes for texts with a trained Keras model.

    Args:
        model: A `keras.Model` from ids to logits, as the builders make.
        tokenizer: Gives the ids.
        class_names: The label of each class, in the order of the logits.
        max_tokens: Longer texts are cut. Defaults to None: nothing is cut.
        keep: What a cut leaves, `"start"`, `"end"` or `"both"`. Defaults to
            `"start"`.
        multi_label: Whether a text can have several labels at once. Defaults
            to `False`.
        max_sentences: For a model of documents: longer ones are cut. Defaults
            to None: nothing is cut.
        max_sentence_tokens: For such a model: longer sentences are cut.
            Defaults to None: nothing is cut.
        long_sentences: For such a model: `"cut"`, or `"split"` into shorter
            ones. Defaults to `"cut"`.

    Example:
    >>> from han_attention import build_classifier
    >>> tokenizer = Tokenizer.train(["a fine film", "a dull film"])
    >>> model = build_classifier(len(tokenizer))
    >>> predictor = Predictor(model, tokenizer, ["bad", "good"])
    >>> predictor.predict_proba(["a fine film", "a film"]).shape
    (2, 2)
    """

    def __init__(
        self,
        model: keras.Model,
        tokenizer: Tokenizer,
        class_names: Sequence[Any],
        max_tokens: int | None = None,
        keep: str = "start",
        multi_label: bool = False,
        max_sentences: int | None = None,
        max_sentence_tokens: int | None = None,
        long_sentences: str = "cut",
    ) -> None:
        config = PredictorConfig(
            class_names,
            max_tokens,
            keep,
            multi_label,
            "hierarchical" if is_hierarchical(model) else "flat",
            max_sentences,
            max_sentence_tokens,
            long_sentences,
        )
        super().__init__(tokenizer, config)
        num_logits = model.output.shape[-1]
        if num_logits != config.num_logits:
            raise ValueError(
                "Invalid value for argument `class_names`. Expected names "
                f"for {num_logits} logits (2 names for 1). Received: "
                f"class_names={list(class_names)}"
            )
        check_ids(np.array([len(tokenizer) - 1]), _vocabulary_size(model))
        self.model = model

    @classmethod
    def from_config(
        cls,
        model: keras.Model,
        tokenizer: Tokenizer,
        config: PredictorConfig,
    ) -> "Predictor":
        """Make one from a `PredictorConfig`."""
        return cls(
            model,
            tokenizer,
            config.class_names,
            config.max_tokens,
            config.keep,
            config.multi_label,
            config.max_sentences,
            config.max_sentence_tokens,
            config.long_sentences,
        )

    def run(self, ids: NDArray[np.int32]) -> NDArray[Any]:
        if self._too_large(ids):
            return self._run_in_parts(ids)[0]
        return self.model.predict_on_batch(ids)

    def run_with_attention(self, ids: NDArray[np.int32]) -> list[NDArray[Any]]:
        """The logits, and the attention weights of the words.

        Of documents (B, S, T) the weights (B, S, T), and as a third output
        those of the sentences (B, S). With several heads their axis stands
        before the last.
        """
        check_ids(ids, _vocabulary_size(self.model))
        if self._too_large(ids):
            return self._run_in_parts(ids)
        return self._attention_model.predict_on_batch(ids)

    @property
    def length_multiple(self) -> int:
        return length_multiple()

    @cached_property
    def _attention_model(self) -> keras.Model:
        layers = ["attention"]
        if self.config.hierarchical:
            layers = ["word_attention", "sentence_attention"]
        weights = [self.model.get_layer(name).output[1] for name in layers]
        return keras.Model(self.model.input, [self.model.output, *weights])

    @cached_property
    def contribution_model(self) -> ContributionModel:
        """The model with what each word, or sentence, adds to the logits.

        Raises:
            ValueError: if the logits are not linear in a weighted sum.
        """
        return ContributionModel(self.model)

    @cached_property
    def gradient_model(self) -> GradientModel:
        """The model with the gradients of its logits in the word vectors."""
        return GradientModel(self.model)

    @cached_property
    def _halves(self) -> tuple[keras.Model, keras.Model]:
        return split_at_sentences(self.model)

    def _too_large(self, ids: NDArray[np.int32]) -> bool:
        return self.config.hierarchical and ids.size > MAX_BATCH_TOKENS

    def _run_in_parts(self, ids: NDArray[np.int32]) -> list[NDArray[Any]]:
        """Documents read a few sentences at a time: their memory is bounded."""
        of_words, of_sentences = self._halves
        longest = ids.shape[2]
        size = max(MAX_BATCH_TOKENS // (len(ids) * longest), 1)
        vectors, weights = [], []
        for n in range(0, ids.shape[1], size):
            part = _without_padding(ids[:, n : n + size], self.length_multiple)
            of_part = of_words.predict_on_batch(part)
            vectors.append(of_part[0])
            padding = [(0, 0)] * (of_part[1].ndim - 1)
            padding.append((0, longest - part.shape[2]))
            weights.append(np.pad(of_part[1], padding))
        logits, shares = of_sentences.predict_on_batch(
            [np.concatenate(vectors, axis=1), ids.any(axis=2)]
        )
        return [logits, np.concatenate(weights, axis=1), shares]

    def save(
        self, folder: str | Path, settings: dict[str, Any] | None = None
    ) -> None:
        """Write `model.keras`, `tokenizer.json` and `config.json`.

        An earlier model in the folder is replaced as a whole, or, if writing
        fails, not at all.

        Args:
            folder: Where to.
            settings: Of the training, to be noted. Defaults to None.

        Raises:
            FileExistsError: if the folder holds more than a saved model.
        """
        check_replaceable(Path(folder))
        with replace_when_written(folder) as temporary:
            temporary.mkdir()
            self.model.save(temporary / KERAS_MODEL)
            self.tokenizer.save(temporary / TOKENIZER)
            write_config(
                temporary,
                self.config,
                keras=keras.version(),
                settings=settings or {},
            )

    @classmethod
    def load(cls, folder: str | Path) -> "Predictor":
        """Read what `save` wrote, on any backend.

        Raises:
            FileNotFoundError: if the folder or one of its files is missing.
            ValueError: if a file is damaged or altered, or of a newer version.
        """
        folder = Path(folder)
        config = read_config(folder, KERAS_MODEL)
        return cls.from_config(
            keras.models.load_model(folder / KERAS_MODEL, compile=False),
            Tokenizer.load(folder / TOKENIZER),
            config,
        )


def length_multiple() -> int:
    """To what the length of a batch is rounded up on this backend.

    JAX compiles anew for every shape, so it gets few of them.
    """
    return 32 if keras.backend.backend() == "jax" else 1


def _without_padding(
    ids: NDArray[np.int32], multiple: int
) -> NDArray[np.int32]:
    """The steps of (B, S, T) of which one is real, up to a multiple."""
    steps = int(ids.any(axis=(0, 1)).sum())
    return ids[:, :, : padded_size(np.array([steps]), multiple)]


def _vocabulary_size(model: keras.Model) -> int:
    return int(model.get_layer("embedding").input_dim)
