"""Texts without some of their words, as ids."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


def remove_words(
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
    >>> remove_words(ids, ids == 5).tolist()
    [[6, 7, 0, 0]]
    """
    ids = _move_up(np.where(removed, 0, ids))
    if ids.ndim == 2:
        return ids
    order = np.argsort(~ids.any(axis=-1), axis=-1, kind="stable")
    return np.take_along_axis(ids, order[..., None], axis=1)


def select_best(
    words: NDArray[np.bool_], scores: NDArray[Any], fraction: float
) -> NDArray[np.bool_]:
    """Which words of each text have the highest scores.

    Args:
        words: Where there is a word, (B, T) or (B, S, T).
        scores: Of each word, of the same shape; of equal ones the first come
            first.
        fraction: Which part of the words of a text; rounded up, so that at
            least one word is among them.

    Example:
    >>> scores = np.array([[0.1, 0.7, 0.2]])
    >>> select_best(scores > 0, scores, 0.5).tolist()
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


def _move_up(ids: NDArray[np.int32]) -> NDArray[np.int32]:
    order = np.argsort(ids == 0, axis=-1, kind="stable")
    return np.take_along_axis(ids, order, axis=-1)
