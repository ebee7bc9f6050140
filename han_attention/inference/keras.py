"""What a trained run leaves behind: tokenizer, model and class names."""

from collections.abc import Iterator
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from typing import Self

import keras
import numpy as np
from numpy.typing import NDArray

from han_attention.atomic import replace_when_written
from han_attention.inference.base import TextPredictor
from han_attention.inference.keras_file import load_keras_file
from han_attention.inference.model_reader import ModelReader
from han_attention.inference.saved_model import KERAS_MODEL
from han_attention.inference.saved_model import SavedModel
from han_attention.inference.saved_model import check_replaceable
from han_attention.inference.saved_model import load_whole
from han_attention.inference.saved_model import write_saved_model
from han_attention.models.introspection import find_poolings
from han_attention.text.encoding import check_ids
from han_attention.text.preprocessor import TextPreprocessor
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
        self._reader = ModelReader(model, self.pad_to_multiple_of)

    def run(self, ids: NDArray[np.int32]) -> NDArray[Any]:
        return self._reader.run(ids)

    def run_with_attention(self, ids: NDArray[np.int32]) -> list[NDArray[Any]]:
        """The logits and the attention weights: see `ModelReader`."""
        check_ids(ids, _vocabulary_size(self.model) or 1)
        return self._reader.run_with_attention(ids)

    @property
    def num_logits(self) -> int:
        shape = getattr(self.model, "output_shape", None)
        return shape[-1] if shape else super().num_logits

    @property
    def pad_to_multiple_of(self) -> int:
        # Of a model of one's own it is not known that padding changes nothing.
        known = hasattr(self.model, "inputs") and find_poolings(self.model)
        return pad_to_multiple_of() if known else 1

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
                **self.list_notes(),
            )

    @classmethod
    def load(cls, folder: str | Path | SavedModel) -> Self:
        """Read what `save` wrote, on any backend.

        Raises:
            FileNotFoundError: if the folder or one of its files is missing.
            ValueError: if a file is damaged or altered, or of a newer version.
        """
        return load_whole(folder, KERAS_MODEL, cls._load)

    @classmethod
    def _load(cls, saved: SavedModel) -> Self:
        return cls(
            load_keras_file(saved.path),
            saved.preprocessor,
            saved.class_names,
            saved.multi_label,
        ).with_notes(saved.thresholds, saved.training, saved.columns)


def pad_to_multiple_of() -> int:
    """To what the length of a batch is rounded up on this backend.

    JAX compiles anew for every shape, so it gets few of them.
    """
    return 32 if keras.backend.backend() == "jax" else 1


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
