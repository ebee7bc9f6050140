"""How alike two orders of the same things are."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

_ROWS_AT_ONCE = 512  # bounds the memory for long texts


def kendall_tau(first: NDArray[Any], second: NDArray[Any]) -> float:
    """Kendall's tau-b of two lists of scores: 1 for the same order, -1 for
    the opposite.

        tau = (agreeing pairs - opposite pairs) / sqrt(p_1 p_2)

    with p_k the pairs that are not equal in list k.

    Args:
        first: (N,).
        second: (N,).

    Returns:
        The correlation; NaN if all scores of a list are equal.

    Example:
    >>> kendall_tau(np.array([1, 2, 3]), np.array([10, 30, 20]))
    0.3333333333333333

    Reference:
        Kendall, 1945, https://doi.org/10.1093/biomet/33.3.239
    """
    agreement, pairs = 0.0, np.zeros(2)
    for n in range(0, len(first), _ROWS_AT_ONCE):
        part = slice(n, n + _ROWS_AT_ONCE)
        signs = [
            np.sign(scores[part, None] - scores[None, :])
            for scores in (np.asarray(first), np.asarray(second))
        ]
        agreement += float((signs[0] * signs[1]).sum())
        pairs += [float(np.abs(sign).sum()) for sign in signs]
    if not pairs.all():
        return float("nan")
    return agreement / float(np.sqrt(pairs.prod()))
