"""Occlusion: what the logit loses without each word."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from han_attention.explain.deletion import remove_words
from han_attention.explain.methods.base import TOKENS_AT_ONCE
from han_attention.explain.methods.base import Method
from han_attention.explain.methods.base import Scores
from han_attention.explain.methods.base import split_classes

if TYPE_CHECKING:
    from han_attention.explain.reading import Reader
    from han_attention.explain.reading import Reading
    from han_attention.inference.keras import Predictor


def occlusion(
    predictor: "Predictor", ids: NDArray[np.int32]
) -> NDArray[np.float32]:
    """By how much each logit falls when one word is left out.

        r_tc = z_c(x) - z_c(x without word t)

    Args:
        predictor: Runs the model, once for each word of each text.
        ids: (B, T) or (B, S, T).

    Returns:
        Array of the shape of ids and the number of logits, 0 on padding.

    Reference:
        Li et al., 2016, https://arxiv.org/abs/1612.08220
    """
    before = np.asarray(predictor.run(ids))
    values = np.zeros((*ids.shape, before.shape[-1]), "float32")
    for row, of_text in enumerate(ids):
        words = np.argwhere(of_text != 0)
        size = max(TOKENS_AT_ONCE // of_text.size, 1)
        for n in range(0, len(words), size):
            places = words[n : n + size]
            logits = predictor.run(_leave_out_each(of_text, places))
            values[(row, *places.T)] = before[row] - logits
    return values


def _score(reader: "Reader", reading: "Reading") -> Scores:
    values = occlusion(reader.predictor, reading.ids)
    return Scores(split_classes(values, len(reader.predictor.class_names)))


def _leave_out_each(
    ids: NDArray[np.int32], places: NDArray[np.int64]
) -> NDArray[np.int32]:
    """A copy of one text for each place, without the word there."""
    copies = np.repeat(ids[None], len(places), axis=0)
    removed = np.zeros(copies.shape, bool)
    removed[(np.arange(len(places)), *places.T)] = True
    return remove_words(copies, removed)


METHOD = Method(
    name="occlusion",
    description="what the logit loses without the word",
    help="By how much the class loses when the word is left out, the rest of "
    "the text being as it is.",
    score=_score,
)
