"""The gradients of a model's logits in the vectors of its words."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from han_attention.models.introspection import find_embedding

Array = NDArray[Any]


class GradientModel:
    """Gradients of the logits of a model in the vectors of its words.

    They are those of a copy: to call the model's own layers with other inputs
    would add to their graph, and a model so changed cannot be saved. The copy
    has the weights that the model has at each call.

    Args:
        model: A Keras model from ids to logits, with one `Embedding` on the
            ids.

    Raises:
        ValueError: if the model has no such layer.

    Example:
    >>> from han_attention import build_classifier
    >>> model = GradientModel(build_classifier(10_000, num_classes=3))
    >>> ids = np.array([[4, 7, 12, 0]])
    >>> words = model.look_up(ids)
    >>> words.shape, model.compute_gradients(ids, words, 2).shape
    ((1, 4, 100), (1, 4, 100))
    """

    def __init__(self, model: keras.Model) -> None:
        embedding = find_embedding(model)
        if embedding is None:
            raise ValueError(
                "Invalid value for argument `model`. Expected a model with "
                f"one `Embedding` on its ids. Received: model={model.name!r}"
            )
        self._model, self._embedding = model, embedding
        copy = keras.models.clone_model(model)
        vectors = copy.get_layer(embedding.name).output
        # Without the embedding, which is the largest part.
        self._copy = keras.Model([copy.inputs[0], vectors], copy.outputs[0])
        self._copy.supports_masking = True  # of the ids, with `mask_zero`
        backend = import_module(f"{__package__}._{keras.backend.backend()}")
        self._gradients: _Gradients = backend.make_gradients(
            self._copy, embedding.mask_zero
        )

    def look_up(self, ids: NDArray[np.int32]) -> Array:
        """The word vectors (..., T, D) of ids (..., T)."""
        vectors = self._embedding(keras.ops.convert_to_tensor(ids))
        return keras.ops.convert_to_numpy(keras.ops.cast(vectors, "float32"))

    def compute_gradients(
        self, ids: NDArray[np.int32], words: Array, logit: int
    ) -> Array:
        """The gradient (..., T, D) of one logit in the vectors `words`."""
        self._update_copy()
        return keras.ops.convert_to_numpy(self._gradients(ids, words, logit))

    def _update_copy(self) -> None:
        for layer in self._copy.layers:
            if layer.weights:
                own = self._model.get_layer(layer.name).weights
                for copied, weight in zip(layer.weights, own, strict=True):
                    copied.assign(weight)


_Gradients = Callable[[Array, Array, int], Any]
