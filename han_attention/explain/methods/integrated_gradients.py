"""Integrated gradients: the gradient, averaged from zero vectors on."""

from typing import TYPE_CHECKING

import numpy as np

from han_attention.explain.methods.base import TOKENS_AT_ONCE
from han_attention.explain.methods.base import Array
from han_attention.explain.methods.base import Method
from han_attention.explain.methods.base import Scores
from han_attention.explain.methods.base import has_embedding
from han_attention.explain.methods.base import split_classes
from han_attention.explain.methods.contribution import read_ngrams

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
    fractions = (np.arange(steps, dtype="float32") + 0.5) / steps
    # Halved until they fit: JAX compiles anew for another size.
    passes = 1
    while passes < steps and steps * ids.size > passes * TOKENS_AT_ONCE:
        passes *= 2
    by_logit = []
    for n in range(num_logits):
        total = np.zeros_like(words)
        for part in np.array_split(fractions, min(passes, steps)):
            total += _sum_gradients(model, ids, words, part, n)
        by_logit.append((total / steps * words).sum(axis=-1))
    return np.stack(by_logit, axis=-1)


def _sum_gradients(
    model: "GradientModel", ids: Array, words: Array, fractions: Array, n: int
) -> Array:
    """The gradients at some points on the way, read together, added up."""
    points = np.multiply.outer(fractions, words)  # (points, B, ..., T, D)
    copies = np.concatenate([ids] * len(fractions))
    gradients = model.compute_gradients(
        copies, points.reshape(-1, *words.shape[1:]), n
    )
    return gradients.reshape(points.shape).sum(axis=0)


def _score(reader: "Reader", reading: "Reading") -> Scores:
    values = integrated_gradients(
        reader.gradient_model, reading.ids, reading.logits.shape[-1]
    )
    num_classes = len(reader.predictor.class_names)
    _, of_ngrams = read_ngrams(reading, num_classes)
    return Scores(split_classes(values, num_classes) + of_ngrams)


METHOD = Method(
    name="integrated_gradients",
    description="that product, averaged on the way from zero vectors",
    help="The gradient of the logit times the vector of the word, added up on "
    "the way from vectors of zeros, in a text of the same length, to those of "
    "the words; and its share of what its n-grams add.",
    score=_score,
    supports=has_embedding,
    requirement="a model with one `Embedding` on its ids",
    adds_up=True,
)
