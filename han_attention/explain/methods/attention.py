"""Attention: where the model looked."""

from typing import TYPE_CHECKING

import numpy as np

from han_attention.explain.methods.base import Method
from han_attention.explain.methods.base import Scores

if TYPE_CHECKING:
    import keras

    from han_attention.explain.reading import Reader
    from han_attention.explain.reading import Reading


def read_attention(reader: "Reader", reading: "Reading") -> Scores:
    """The weight of each word, the same for every class.

        a_t, and in a document p_s a_st

    with the weight p_s of the sentence and that of the word in it, a_st: so
    all words of a text have 1 together.

    Returns:
        `Scores` of one class.

    Reference:
        Yang et al., 2016, https://aclanthology.org/N16-1174/
    """
    words, sentences = reading.get_weights()
    if sentences is None:
        return Scores(words[..., None])
    within = words.astype("float64")
    whole = within * sentences.astype("float64")[..., None]
    return Scores(
        whole[..., None], sentences[..., None], np.asarray(words)[..., None]
    )


def _supports(model: "keras.Model") -> bool:
    from han_attention.models.introspection import find_poolings

    return bool(find_poolings(model))


METHOD = Method(
    name="attention",
    description="where the model looked: the weight of the word",
    help="Attention weights say where the model looked, not why it decided: "
    "a word of large weight can speak for any class. The stronger the colour "
    "of a word, the larger its weight in its text.",
    score=read_attention,
    supports=_supports,
    requirement="a model with one `AttentionPooling` over the words (and one "
    "over the sentences) that returns its scores",
    signed=False,
    with_prediction=True,
    reads_parts=True,
)
