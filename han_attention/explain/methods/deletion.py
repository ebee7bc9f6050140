"""What a model says when words are left out of a text."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from han_attention.inference.keras import Predictor
from han_attention.text.ragged import padded_size

_TOKENS_AT_ONCE = 2**15  # read together, padding included


def without_words(
    ids: NDArray[np.int32], removed: NDArray[np.bool_]
) -> NDArray[np.int32]:
    """Leave words out; those after them move up, and so do sentences.

    Args:
        ids: (B, T) or (B, S, T), 0 = padding on the right.
        removed: Which words to leave out, of the same shape.

    Returns:
        Ids of the same shape, with more padding.

    Example:
    >>> ids = np.array([[5, 6, 7, 0]])
    >>> without_words(ids, ids == 5).tolist()
    [[6, 7, 0, 0]]
    """
    ids = _moved_up(np.where(removed, 0, ids))
    if ids.ndim == 2:
        return ids
    order = np.argsort(~ids.any(axis=-1), axis=-1, kind="stable")
    return np.take_along_axis(ids, order[..., None], axis=1)


def occlusion(
    predictor: Predictor, ids: NDArray[np.int32]
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
        size = max(_TOKENS_AT_ONCE // of_text.size, 1)
        for n in range(0, len(words), size):
            places = words[n : n + size]
            logits = predictor.run(_each_left_out(of_text, places))
            values[(row, *places.T)] = before[row] - logits
    return values


def best_words(
    words: NDArray[np.bool_], scores: NDArray[Any], fraction: float
) -> NDArray[np.bool_]:
    """Which words of each text have the highest scores.

    Args:
        words: Where there is a word, (B, T) or (B, S, T).
        scores: Of each word, of the same shape; of equal ones the first come
            first.
        fraction: Which share of the words of a text; rounded up, so that at
            least one word is among them.

    Example:
    >>> scores = np.array([[0.1, 0.7, 0.2]])
    >>> best_words(scores > 0, scores, 0.5).tolist()
    [[False, True, True]]
    """
    real = words.reshape(len(words), -1)
    falling = np.where(real, -scores.reshape(real.shape), np.inf)
    order = np.argsort(falling, axis=1, kind="stable")
    rank = np.argsort(order, axis=1, kind="stable")
    number = real.sum(axis=1, keepdims=True)
    # Less a little: 0.1 * 30 is more than 3 by rounding.
    best = (rank < np.ceil(number * fraction - 1e-9)) & real
    return best.reshape(words.shape)


def trimmed(ids: NDArray[np.int32], multiple: int) -> NDArray[np.int32]:
    """Ids without most of the padding that all texts have.

    Args:
        ids: (B, T) or (B, S, T).
        multiple: T stays a multiple of it, S one of a quarter.
    """
    real = ids != 0
    for axis in range(1, ids.ndim):
        others = tuple(n for n in range(ids.ndim) if n != axis)
        steps = multiple if axis == ids.ndim - 1 else max(multiple // 4, 1)
        longest = np.array([int(real.any(axis=others).sum())])
        size = min(padded_size(longest, steps), ids.shape[axis])
        ids = np.take(ids, np.arange(size), axis=axis)
    return ids


def _each_left_out(
    ids: NDArray[np.int32], places: NDArray[np.int64]
) -> NDArray[np.int32]:
    """A copy of one text for each place, without the word there."""
    copies = np.repeat(ids[None], len(places), axis=0)
    removed = np.zeros(copies.shape, bool)
    removed[(np.arange(len(places)), *places.T)] = True
    return without_words(copies, removed)


def _moved_up(ids: NDArray[np.int32]) -> NDArray[np.int32]:
    order = np.argsort(ids == 0, axis=-1, kind="stable")
    return np.take_along_axis(ids, order, axis=-1)
