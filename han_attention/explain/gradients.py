"""Attributions by the gradient of the logits in the word vectors."""

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


def gradient_x_input(model: GradientModel, ids: Array, logits: int) -> Array:
    """The gradient of each logit times the word vectors.

        r_tc = sum over d of x_td dz_c / dx_td

    What the logit would lose if the vector of the word shrank, as far as a
    straight line tells.

    Args:
        model: Gives the gradients.
        ids: (B, T) or (B, S, T).
        logits: C, how many there are.

    Returns:
        Array of the shape of ids and C.

    Reference:
        Shrikumar et al., 2016, https://arxiv.org/abs/1605.01713
    """
    words = model.vectors_of(ids)
    by_logit = [
        (model.gradients(ids, words, n) * words).sum(axis=-1)
        for n in range(logits)
    ]
    return np.stack(by_logit, axis=-1)


def integrated_gradients(
    model: GradientModel, ids: Array, logits: int, steps: int = 32
) -> Array:
    """The gradient, averaged on the way from no words at all to these.

        r_tc = sum over d of x_td * mean over k of dz_c / dx_td at a_k x,
        a_k = (k - 1/2) / steps

    where vectors of zeros stand for no words. All words together have what
    is between both logits, z(x) - z(0), but for the error of the mean, which
    falls as `steps` grow.

    Args:
        model: Gives the gradients.
        ids: (B, T) or (B, S, T).
        logits: C, how many there are.
        steps: Points on the way. Defaults to 32.

    Returns:
        Array of the shape of ids and C.

    Reference:
        Sundararajan et al., 2017, https://arxiv.org/abs/1703.01365
    """
    words = model.vectors_of(ids)
    by_logit = []
    for n in range(logits):
        total = np.zeros_like(words)
        for k in range(steps):
            point = words * np.float32((k + 0.5) / steps)
            total += model.gradients(ids, point, n)
        by_logit.append((total / steps * words).sum(axis=-1))
    return np.stack(by_logit, axis=-1)


_Gradients = Callable[[Array, Array, int], Any]


def _of_tensorflow(model: keras.Model) -> _Gradients:
    import tensorflow as tf

    @tf.function(reduce_retracing=True)
    def gradients(ids: Any, words: Any, logit: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(words)
            logits = model([ids, words], training=False)
            chosen = tf.reduce_sum(tf.gather(logits, logit, axis=1))
        return tape.gradient(chosen, words)

    # Tensors, or each number would be a graph of its own.
    return lambda ids, words, logit: gradients(
        tf.constant(ids), tf.constant(words), tf.constant(logit)
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
