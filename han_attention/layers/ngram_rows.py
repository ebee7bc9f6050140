"""Rows of a hashed table that are of one n-gram each, and know of which."""

from typing import Any

import numpy as np
from keras import ops
from numpy.typing import NDArray

from han_attention.text.ngrams import find_rows
from han_attention.types import Tensor

NOBODY = -1  # has the row: all that are in its bucket share it


def place_rows(
    ngrams: NDArray[Any],
    rows: NDArray[Any],
    num_buckets: int,
    num_reserved: int,
) -> tuple[NDArray[np.float32], NDArray[np.int32]]:
    """The table that has the rows of some n-grams, and the owner of each row.

    Args:
        ngrams: (G,) of `ngram_buckets` with `num_buckets=NUM_NGRAMS`.
        rows: (G, units).
        num_buckets: How many rows the table has.
        num_reserved: Those of single ids alone.

    Raises:
        ValueError: if two n-grams are in one bucket.

    Example:
    >>> table, owners = place_rows(np.array([2]), np.array([[0.5]]), 4, 3)
    >>> table.tolist(), owners.tolist()
    ([[0.0], [0.0], [0.5], [0.0]], [-1, -1, 2, -1])
    """
    buckets = find_rows(ngrams, num_buckets, num_reserved)
    different = len(np.unique(buckets))
    if different < len(buckets):
        raise ValueError(
            "Invalid value for argument `ngrams`. Expected each in another "
            f"bucket. Received: {len(buckets)} in {different} buckets"
        )
    table = np.zeros((num_buckets, rows.shape[1]), "float32")
    table[buckets] = rows
    owners = np.full(num_buckets, NOBODY, "int32")
    owners[buckets] = ngrams
    return table, owners


def take_rows(
    table: Tensor, owners: Tensor, ngrams: Tensor, num_reserved: int
) -> Tensor:
    """The row of each n-gram, of zeros if its bucket is another's.

    Args:
        table: (G, units).
        owners: (G,).
        ngrams: Integers (B, K), as `place_rows` has them.
        num_reserved: As there.

    Returns:
        (B, K, units) of float32.
    """
    num_buckets = owners.shape[0]
    buckets = find_rows(ngrams, num_buckets, num_reserved, ops.where)
    owner = ops.take(owners, buckets, axis=0)
    own = ops.logical_or(ops.equal(owner, ngrams), ops.equal(owner, NOBODY))
    own = ops.cast(ops.expand_dims(own, -1), "float32")
    return own * ops.cast(ops.take(table, buckets, axis=0), "float32")
