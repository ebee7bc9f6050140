"""Contribution: what each word adds to the logits, exactly."""

from typing import TYPE_CHECKING

import numpy as np

from han_attention.explain.methods.base import Array
from han_attention.explain.methods.base import Method
from han_attention.explain.methods.base import Scores
from han_attention.explain.methods.base import split_classes
from han_attention.text.ngrams import divide_ngrams

if TYPE_CHECKING:
    import keras

    from han_attention.explain.reading import Reader
    from han_attention.explain.reading import Reading


def read_contribution(reader: "Reader", reading: "Reading") -> Scores:
    """What each word adds to the logit of each class.

        r_tc = a_t x_t . w_c, and in a document a_st (p_s x_s . w_c)

    as `compute_contributions` says. It is exact for the words of a text and
    the sentences of a document, whose share is divided among the words by
    their attention weights in the sentence. What an n-gram adds is divided
    equally among its words.
    """
    words, sentences = reading.get_weights()
    num_classes = len(reader.predictor.class_names)
    added = reading.get_contributions().astype("float64")
    added = split_classes(added, num_classes)
    ngrams, divided = read_ngrams(reading, num_classes)
    if sentences is None:
        return Scores(added + divided, ngrams=ngrams, shortest=reading.shortest)
    of_words = words.astype("float64")[..., None] * added[:, :, None] + divided
    if ngrams is not None:
        added = added + divided.sum(axis=2)
    return Scores(of_words, added, ngrams=ngrams, shortest=reading.shortest)


def read_ngrams(
    reading: "Reading", num_classes: int
) -> tuple[Array | None, Array]:
    """What n-grams add to each class, and the share of each of their words.

    Returns:
        (..., T, N, C) by where they start, or None of a model without any;
        and (..., T, C), or zeros that can be added to such.
    """
    if reading.ngrams is None:
        return None, np.zeros(1)
    ngrams = split_classes(reading.ngrams.astype("float64"), num_classes)
    return ngrams, divide_ngrams(ngrams, reading.shortest)


def _supports(model: "keras.Model") -> bool:
    from han_attention.models.introspection import find_linear_head

    return find_linear_head(model) is not None


METHOD = Method(
    name="contribution",
    description="what the word adds to the logit, exactly",
    help="What each word adds to the logit of the class or takes from it: "
    "with the bias of the class they add up to the logit. The model read the "
    "word among its neighbours, so a share of it may be theirs.",
    score=read_contribution,
    supports=_supports,
    requirement="a model whose logits are a linear function of a weighted "
    "sum, as those of `build_classifier` and `build_han`",
    adds_up=True,
    with_prediction=True,
)
