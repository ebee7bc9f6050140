"""Targets as a decoder reads and writes them in training."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

START_ID = 1


def teacher_forcing(
    target: Any, start_id: int = START_ID, end_id: int = START_ID
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """What a decoder reads, and what it is to write, for given targets.

    Args:
        target: Integer array (N, T) without start and end, 0 = padding on the
            right.
        start_id: Defaults to 1.
        end_id: Defaults to 1.

    Returns:
        Two int32 arrays (N, T + 1).

    Example:
    >>> read, written = teacher_forcing([[5, 7], [6, 0]])
    >>> read.tolist(), written.tolist()
    ([[1, 5, 7], [1, 6, 0]], [[5, 7, 1], [6, 1, 0]])
    """
    target = np.asarray(target, "int32")
    read = np.pad(target, [(0, 0), (1, 0)], constant_values=start_id)
    written = np.pad(target, [(0, 0), (0, 1)])
    rows = np.arange(len(target))
    written[rows, (target != 0).sum(axis=1)] = end_id
    return read, written
