"""Gradient x input: how the logit moves with the vector of each word."""

from typing import TYPE_CHECKING

import numpy as np

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


def gradient_x_input(
    model: "GradientModel", ids: Array, num_logits: int
) -> Array:
    """The gradient of each logit times the word vectors.

        r_tc = sum over d of x_td dz_c / dx_td

    What the logit would lose if the vector of the word shrank, as far as a
    straight line tells.

    Args:
        model: Gives the gradients.
        ids: (B, T) or (B, S, T).
        num_logits: C, how many there are.

    Returns:
        Array of the shape of ids and C.

    Reference:
        Shrikumar et al., 2016, https://arxiv.org/abs/1605.01713
    """
    words = model.look_up(ids)
    by_logit = [
        (model.compute_gradients(ids, words, n) * words).sum(axis=-1)
        for n in range(num_logits)
    ]
    return np.stack(by_logit, axis=-1)


def _score(reader: "Reader", reading: "Reading") -> Scores:
    values = gradient_x_input(
        reader.gradient_model, reading.ids, reading.logits.shape[-1]
    )
    num_classes = len(reader.predictor.class_names)
    _, of_ngrams = read_ngrams(reading, num_classes)
    return Scores(split_classes(values, num_classes) + of_ngrams)


METHOD = Method(
    name="gradient_x_input",
    description="the gradient of the logit times the word's vector",
    help="How the logit of the class would move if the word's vector were a "
    "little longer: its gradient times the vector, and its share of what its "
    "n-grams add. It is true of small changes only.",
    score=_score,
    supports=has_embedding,
    requirement="a model with one `Embedding` on its ids",
    adds_up=True,
    # Of the methods as faithful as leaving out each word it is the fastest by
    # far: `benchmarks/faithfulness.py` has the numbers.
    opens_page=True,
)
