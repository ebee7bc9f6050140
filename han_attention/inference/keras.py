"""What a trained run leaves behind: tokenizer, model and class names."""

from collections.abc import Iterator
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any
from typing import Self

import keras
import numpy as np
from numpy.typing import NDArray

from han_attention.atomic import replace_when_written
from han_attention.explain.methods.gradient_model import GradientModel
from han_attention.inference.base import TextPredictor
from han_attention.inference.saved_model import KERAS_MODEL
from han_attention.inference.saved_model import SavedModel
from han_attention.inference.saved_model import check_replaceable
from han_attention.inference.saved_model import open_saved_model
from han_attention.inference.saved_model import write_saved_model
from han_attention.models.contribution import ContributionModel
from han_attention.models.hierarchical import split_at_sentences
from han_attention.text.encoding import check_ids
from han_attention.text.preprocessor import TextPreprocessor
from han_attention.text.ragged import MAX_BATCH_TOKENS
from han_attention.text.ragged import padded_size
from han_attention.text.tokenizer import Tokenizer


class Predictor(TextPredictor):
    """Predicts classes for texts with a trained Keras model.

    Args:
        model: A `keras.Model` from ids (B, T), or (B, S, T) of documents, to
            logits (B, classes), or (B, 1) of two classes: one of the builders,
            or your own, with layers of any names.
        preprocessor: Turns texts into the ids that the model takes. A
            `Tokenizer` will do: then nothing is cut.
        class_names: The label of each class, in the order of the logits:
            strings, numbers or booleans.
        multi_label: Whether a text can have several labels at once. Defaults
            to `False`.

    Raises:
        ValueError: if the model takes other ids than the preprocessor makes,
            or has another number of logits than there are classes.

    Example:
    >>> from han_attention import build_classifier
    >>> tokenizer = Tokenizer.train(["a fine film", "a dull film"])
    >>> model = build_classifier(len(tokenizer))
    >>> preprocessor = TextPreprocessor(tokenizer, max_tokens=400)
    >>> predictor = Predictor(model, preprocessor, ["bad", "good"])
    >>> predictor.predict_proba(["a fine film", "a film"]).shape
    (2, 2)
    """

    def __init__(
        self,
        model: keras.Model,
        preprocessor: TextPreprocessor | Tokenizer,
        class_names: Sequence[Any],
        multi_label: bool = False,
    ) -> None:
        if isinstance(preprocessor, Tokenizer):
            preprocessor = TextPreprocessor(preprocessor, _architecture(model))
        super().__init__(preprocessor, class_names, multi_label)
        self.model = model
        _check_model(self)

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
        check_ids(ids, _vocabulary_size(self.model) or 1)
        if self._too_large(ids):
            return self._run_in_parts(ids)
        return self._attention_model.predict_on_batch(ids)

    @property
    def num_logits(self) -> int:
        shape = getattr(self.model, "output_shape", None)
        return shape[-1] if shape else super().num_logits

    @property
    def pad_to_multiple_of(self) -> int:
        return pad_to_multiple_of()

    @cached_property
    def _attention_model(self) -> keras.Model:
        layers = ["attention"]
        if self.preprocessor.hierarchical:
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
        return ids.size > MAX_BATCH_TOKENS and _is_han(self.model)

    def _run_in_parts(self, ids: NDArray[np.int32]) -> list[NDArray[Any]]:
        """Documents read a few sentences at a time: their memory is bounded."""
        of_words, of_sentences = self._halves
        longest = ids.shape[2]
        size = max(MAX_BATCH_TOKENS // (len(ids) * longest), 1)
        vectors, weights = [], []
        for n in range(0, ids.shape[1], size):
            part = _without_padding(
                ids[:, n : n + size], self.pad_to_multiple_of
            )
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
            write_saved_model(
                temporary,
                self.preprocessor,
                self.class_names,
                self.multi_label,
                keras=keras.version(),
                settings=settings or {},
            )

    @classmethod
    def load(cls, folder: str | Path | SavedModel) -> Self:
        """Read what `save` wrote, on any backend.

        Raises:
            FileNotFoundError: if the folder or one of its files is missing.
            ValueError: if a file is damaged or altered, or of a newer version.
        """
        saved = open_saved_model(folder)
        return cls(
            keras.models.load_model(saved.path, compile=False),
            saved.preprocessor,
            saved.class_names,
            saved.multi_label,
        )


def pad_to_multiple_of() -> int:
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


def _check_model(predictor: Predictor) -> None:
    """Raise a ValueError unless model, preprocessor and classes fit.

    What a model that is not functional takes and gives is known only when it
    runs: of that nothing is checked here.
    """
    model, names = predictor.model, predictor.class_names
    expected = 3 if predictor.preprocessor.hierarchical else 2
    shape = getattr(model, "input_shape", (None,) * expected)
    if len(shape) != expected or not isinstance(shape, tuple):
        raise ValueError(
            "Invalid value for argument `model`. Expected one input of rank "
            f"{expected}, since architecture="
            f"{predictor.preprocessor.architecture!r}. Received: a model with "
            f"input_shape={shape}"
        )
    if not predictor.fits_classes(predictor.num_logits):
        raise ValueError(
            "Invalid value for argument `class_names`. Expected names "
            f"for {predictor.num_logits} logits (2 names for 1). Received: "
            f"class_names={list(names)}"
        )
    last = model.layers[-1] if model.layers else model
    activation = getattr(last, "activation", None)
    if isinstance(last, keras.layers.Softmax) or activation in (
        keras.activations.sigmoid,
        keras.activations.softmax,
    ):
        raise ValueError(
            "Invalid value for argument `model`. Expected a model that gives "
            f"logits. Received: its last layer, {last.name!r}, gives "
            "probabilities; leave its activation out."
        )
    largest = np.array([len(predictor.tokenizer) - 1])
    if (size := _vocabulary_size(model)) is not None:
        check_ids(largest, size)


def _is_han(model: keras.Model) -> bool:
    """Whether a model has the layers of `build_han`, by their names."""
    names = {layer.name for layer in model.layers}
    return {"word_attention", "sentence_attention"} <= names


def _architecture(model: keras.Model) -> str:
    """What a model takes, where it says so."""
    shape = getattr(model, "input_shape", ())
    return "hierarchical" if len(shape) == 3 else "flat"


def _vocabulary_size(model: keras.Model) -> int | None:
    """How many ids the largest table of vectors has, or None without one."""
    sizes = [
        layer.input_dim
        for layer in _flatten(model)
        if isinstance(layer, keras.layers.Embedding)
    ]
    return max(sizes, default=None)


def _flatten(model: keras.Model) -> Iterator[keras.Layer]:
    """The layers of a model, and of the models in it."""
    for layer in model.layers:
        yield layer
        if isinstance(layer, keras.Model):
            yield from _flatten(layer)
