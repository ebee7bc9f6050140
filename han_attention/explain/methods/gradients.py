"""Attributions by the gradient of the logits in the word vectors."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from han_attention.explain.methods.gradient_model import GradientModel

Array = NDArray[Any]


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
