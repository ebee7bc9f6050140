"""The buckets of the n-grams of a batch, and which of them are the same."""

from typing import Any

import numpy as np
from keras import ops
from numpy.typing import NDArray

from han_attention.text.ngrams import find_ngrams
from han_attention.text.ngrams import ngram_buckets
from han_attention.types import Shape
from han_attention.types import Tensor


def all_ngram_buckets(
    ids: Tensor,
    mask: Tensor,
    ngram_range: tuple[int, int],
    num_buckets: int,
    num_reserved: int = 0,
) -> tuple[Tensor, Tensor]:
    """The buckets of the n-grams of N lengths that start at each id.

    Args:
        ids: int32 tensor (..., T).
        mask: Boolean tensor (..., T), True = real.
        ngram_range: The shortest and the longest length.
        num_buckets: How many buckets there are.
        num_reserved: Those that longer n-grams do not get. Defaults to 0.

    Returns:
        The buckets (..., T, N), and a boolean tensor: where an n-gram is.

    Example:
    >>> import numpy as np
    >>> ids = np.array([[7, 5, 0]])
    >>> buckets, found = all_ngram_buckets(ids, ids != 0, (1, 2), 1000)
    >>> np.asarray(buckets)[np.asarray(found)].tolist()
    [7, 378, 5]
    """
    shortest, longest = ngram_range
    ids = ops.where(mask, ids, 0)
    # Then an n-gram of every length can start at each id.
    steps = ops.shape(ids)[-1]
    padding = [(0, 0)] * (len(ids.shape) - 1) + [(0, longest - 1)]
    ids, mask = ops.pad(ids, padding), ops.pad(mask, padding)
    buckets, found = [], []
    for n in range(shortest, longest + 1):
        part = ids[..., : steps + n - 1]
        buckets.append(ngram_buckets(part, n, num_buckets, num_reserved))
        found.append(find_ngrams(mask[..., : steps + n - 1], n))
    return ops.stack(buckets, axis=-1), ops.stack(found, axis=-1)


def weigh_repeated(
    buckets: Tensor, count_weights: NDArray[np.float32] | None, sentinel: int
) -> tuple[Tensor, Tensor]:
    """Sort the numbers of each row (B, K), and say what each counts.

    Args:
        buckets: (B, K).
        count_weights: What those count together that are once, twice, ... in
            a row: see `make_count_weights`. None: 1 each, and not sorted.
        sentinel: What counts nothing, larger than all others.

    Returns:
        Both (B, K).

    Example:
    >>> import numpy as np
    >>> buckets, weights = weigh_repeated(
    ...     np.array([[5, 3, 5, 9]]), np.array([1.0, 1.5]), 9
    ... )
    >>> np.asarray(buckets).tolist(), np.asarray(weights).tolist()
    ([[3, 5, 5, 9]], [[1.0, 1.0, 0.5, 0.0]])
    """
    if count_weights is None:
        return buckets, _find_real(buckets, sentinel)
    buckets = ops.sort(buckets, axis=-1)
    size, most = ops.shape(buckets)[1], len(count_weights)
    before = ops.pad(buckets, [(0, 0), (most, 0)], constant_values=-1)
    equal = [
        ops.cast(ops.equal(before[:, n : n + size], buckets), "int32")
        for n in range(most)
    ]
    weights = ops.take(make_steps(count_weights), sum(equal))
    return buckets, weights * _find_real(buckets, sentinel)


def make_steps(count_weights: NDArray[np.float32]) -> NDArray[np.float32]:
    """What the first occurrence adds, the second, ..., and nothing for more.

    Example:
    >>> make_steps(np.array([1.0, 1.5])).tolist()
    [1.0, 0.5, 0.0]
    """
    steps = np.diff(count_weights, prepend=0)
    return np.append(steps, 0).astype("float32")


def weigh_occurrences(
    buckets: Tensor, count_weights: NDArray[np.float32] | None, sentinel: int
) -> Tensor:
    """What the number at each place counts: (B, K) to (B, K).

    As in `weigh_repeated`, but in the order that is given, and those that are
    equal count the same.

    Example:
    >>> import numpy as np
    >>> buckets = np.array([[5, 3, 5, 9]])
    >>> weights = weigh_occurrences(buckets, np.array([1.0, 1.5]), 9)
    >>> np.asarray(weights).tolist()
    [[0.75, 1.0, 0.75, 0.0]]
    """
    real = _find_real(buckets, sentinel)
    if count_weights is None:
        return real
    counts = count_occurrences(buckets)
    place = ops.cast(ops.minimum(counts, len(count_weights)), "int32") - 1
    return real * ops.take(count_weights.astype("float32"), place) / counts


def count_occurrences(buckets: Tensor) -> Tensor:
    """How often the number at each place is in its row: (B, K) to (B, K).

    Example:
    >>> import numpy as np
    >>> np.asarray(count_occurrences(np.array([[5, 3, 5]]))).tolist()
    [[2.0, 1.0, 2.0]]
    """
    rows, size = ops.shape(buckets)
    order = ops.argsort(buckets, axis=-1)
    ordered = ops.take_along_axis(buckets, order, axis=-1)
    before = ops.pad(ordered, [(0, 0), (1, 0)], constant_values=-1)[:, :-1]
    # Equal numbers stand together: number these runs, 1 to K in each row.
    run = ops.cumsum(ops.cast(ordered != before, "int32"), axis=-1)
    run = run + ops.expand_dims(ops.arange(rows, dtype="int32"), 1) * (size + 1)
    # And one more, of run 0: PyTorch has no sums if there is nothing.
    run = ops.pad(ops.reshape(run, (-1,)), [(1, 0)])
    ones = ops.ones_like(run, dtype="float32")
    lengths = ops.segment_sum(ones, run, num_segments=(rows + 1) * (size + 1))
    counts = ops.reshape(ops.take(lengths, run[1:]), (rows, size))
    return ops.take_along_axis(counts, ops.argsort(order, axis=-1), axis=-1)


def count_places(buckets: Tensor) -> Any:
    """The number of n-grams of a text, known even if B is 0."""
    number = 1
    for size in ops.shape(buckets)[1:]:
        number = number * size
    return number


def check_rank(shape: Shape) -> None:
    """Raise `ValueError` unless ids of a shape are texts or sentences."""
    if len(shape) not in (2, 3):
        raise ValueError(
            "Invalid shape of the ids. Expected (B, T) or (B, S, T). "
            f"Received: input_shape={tuple(shape)}"
        )


def _find_real(buckets: Tensor, sentinel: int) -> Tensor:
    return ops.cast(ops.less(buckets, sentinel), "float32")
