"""The gradients of a model's logits in the vectors of its words."""

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


class GradientModel:
    """Gradients of the logits of a model in the vectors of its words.

    Args:
        model: A Keras model from ids to logits, with a layer `embedding`.

    Example:
    >>> from han_attention import build_classifier
    >>> model = GradientModel(build_classifier(10_000, num_classes=3))
    >>> ids = np.array([[4, 7, 12, 0]])
    >>> words = model.vectors_of(ids)
    >>> words.shape, model.gradients(ids, words, 2).shape
    ((1, 4, 100), (1, 4, 100))
    """

    def __init__(self, model: keras.Model) -> None:
        self._embedding = model.get_layer("embedding")
        self._model = keras.Model(
            [model.input, self._embedding.output], model.output
        )
        self._gradients = _BACKENDS[keras.backend.backend()](self._model)

    def vectors_of(self, ids: NDArray[np.int32]) -> Array:
        """The word vectors (..., T, D) of ids (..., T)."""
        vectors = self._embedding(keras.ops.convert_to_tensor(ids))
        return keras.ops.convert_to_numpy(keras.ops.cast(vectors, "float32"))

    def gradients(
        self, ids: NDArray[np.int32], words: Array, logit: int
    ) -> Array:
        """The gradient (..., T, D) of one logit in the vectors `words`."""
        return keras.ops.convert_to_numpy(self._gradients(ids, words, logit))


_Gradients = Callable[[Array, Array, int], Any]


def _of_tensorflow(model: keras.Model) -> _Gradients:
    import tensorflow as tf

    ids, words = model.inputs

    # One graph for all sizes.
    @tf.function(
        input_signature=[
            tf.TensorSpec(ids.shape, "int32"),
            tf.TensorSpec(words.shape, "float32"),
            tf.TensorSpec([], "int32"),
        ]
    )
    def gradients(ids: Any, words: Any, logit: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(words)
            logits = model([ids, words], training=False)
            chosen = tf.reduce_sum(tf.gather(logits, logit, axis=1))
        return tape.gradient(chosen, words)

    return lambda ids, words, logit: gradients(
        tf.constant(ids, "int32"), words, tf.constant(logit, "int32")
    )


def _of_jax(model: keras.Model) -> _Gradients:
    import jax

    def chosen(
        words: Any, ids: Any, logit: Any, variables: tuple[Any, Any]
    ) -> Any:
        inputs = [ids, words]
        logits, _ = model.stateless_call(*variables, inputs, training=False)
        return logits[:, logit].sum()

    gradients = jax.jit(jax.grad(chosen))

    def run(ids: Array, words: Array, logit: int) -> Any:
        variables = (
            [variable.value for variable in model.trainable_variables],
            [variable.value for variable in model.non_trainable_variables],
        )
        return gradients(words, ids, logit, variables)

    return run


def _of_torch(model: keras.Model) -> _Gradients:
    import torch

    def run(ids: Array, words: Array, logit: int) -> Any:
        leaf = keras.ops.convert_to_tensor(words).detach().requires_grad_()
        inputs = [keras.ops.convert_to_tensor(ids), leaf]
        with torch.enable_grad():
            logits = model(inputs, training=False)
            (gradient,) = torch.autograd.grad(logits[:, logit].sum(), leaf)
        return gradient

    return run


_BACKENDS: dict[str, Callable[[keras.Model], _Gradients]] = {
    "tensorflow": _of_tensorflow,
    "jax": _of_jax,
    "torch": _of_torch,
}
