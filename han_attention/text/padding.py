"""How long padded ids are, and how they lose padding that none needs."""

import numpy as np
from numpy.typing import NDArray


def padded_size(lengths: NDArray[np.int64], multiple: int) -> int:
    """The largest length, at least 1, rounded up to a multiple."""
    return -(-max(int(lengths.max(initial=0)), 1) // multiple) * multiple


def cut_padding(ids: NDArray[np.int32], multiple: int = 1) -> NDArray[np.int32]:
    """Ids without most of the padding that all texts have.

    Args:
        ids: (B, T) or (B, S, T), 0 = padding.
        multiple: T stays a multiple of it, S one of a quarter, unless there
            are fewer. Defaults to 1.

    Returns:
        A view of the ids.

    Example:
    >>> cut_padding(np.array([[3, 0, 0], [5, 4, 0]])).tolist()
    [[3, 0], [5, 4]]
    """
    for axis in range(1, ids.ndim):
        of_words = axis == ids.ndim - 1
        steps = multiple if of_words else max(multiple // 4, 1)
        ids = cut_axis(ids, axis, steps)
    return ids


def cut_axis(
    ids: NDArray[np.int32], axis: int, multiple: int
) -> NDArray[np.int32]:
    """As `cut_padding`, of one axis."""
    others = tuple(n for n in range(ids.ndim) if n != axis)
    used = np.flatnonzero(ids.any(axis=others))
    size = padded_size(used[-1:] + 1, multiple)
    return ids[(*[slice(None)] * axis, slice(size))]
