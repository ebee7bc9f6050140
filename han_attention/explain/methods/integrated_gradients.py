"""Integrated gradients: the gradient, averaged from zero vectors on."""

from typing import TYPE_CHECKING

import numpy as np

from han_attention.explain.methods.base import Array
from han_attention.explain.methods.base import Method
from han_attention.explain.methods.base import Scores
from han_attention.explain.methods.base import has_embedding
from han_attention.explain.methods.base import split_classes

if TYPE_CHECKING:
    from han_attention.explain.methods.gradient_model import GradientModel
    from han_attention.explain.reading import Reader
    from han_attention.explain.reading import Reading


def integrated_gradients(
    model: "GradientModel", ids: Array, num_logits: int, steps: int = 32
) -> Array:
    """The gradient, averaged on the way from zero vectors to the words'.

        r_tc = sum over d of x_td * mean over k of dz_c / dx_td at a_k x,
        a_k = (k - 1/2) / steps

    At the start of the way every word has a vector of zeros, and the mask is
    that of the text: it is as long as it was, not empty. All words together
    have what is between both logits, z(x) - z(0), but for the error of the
    mean, which falls as `steps` grow.

    Args:
        model: Gives the gradients.
        ids: (B, T) or (B, S, T).
        num_logits: C, how many there are.
        steps: Points on the way. Defaults to 32.

    Returns:
        Array of the shape of ids and C.

    Reference:
        Sundararajan et al., 2017, https://arxiv.org/abs/1703.01365
    """
    words = model.look_up(ids)
    by_logit = []
    for n in range(num_logits):
        total = np.zeros_like(words)
        for k in range(steps):
            point = words * np.float32((k + 0.5) / steps)
            total += model.compute_gradients(ids, point, n)
        by_logit.append((total / steps * words).sum(axis=-1))
    return np.stack(by_logit, axis=-1)


def _score(reader: "Reader", reading: "Reading") -> Scores:
    values = integrated_gradients(
        reader.gradient_model, reading.ids, reading.logits.shape[-1]
    )
    return Scores(split_classes(values, len(reader.predictor.class_names)))


METHOD = Method(
    name="integrated_gradients",
    description="that product, averaged on the way from zero vectors",
    help="The gradient of the logit times the vector of the word, added up on "
    "the way from vectors of zeros, in a text of the same length, to those of "
    "the words.",
    score=_score,
    supports=has_embedding,
    requirement="a model with one `Embedding` on its ids",
    adds_up=True,
)
