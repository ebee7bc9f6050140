"""N-grams of ids, and the bucket of each: arithmetic for every array.

The functions use operators and slices alone, so that they take NumPy arrays
and the tensors of every Keras backend, and give the same numbers.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from han_attention.validation import check_boolean
from han_attention.validation import check_integer

# A prime, and factors whose product multiplies ids well: see `ngram_buckets`.
_PRIME = 2**26 - 5
_FACTORS = (19, 21, 22, 26, 29)
_MOST_BUCKETS = 2**26

# So many n-grams are told from another: some runtimes compare whole numbers in
# float32, which holds each of these exactly.
NUM_NGRAMS = 2**24

_MOST_COUNTED = 8


def ngram_buckets(
    ids: Any, n: int, num_buckets: int, num_reserved: int = 0
) -> Any:
    """The bucket of each n-gram of ids, by the hashing trick.

    The bucket of a single id is the id itself, modulo `num_buckets`. That of
    a longer n-gram i_1 ... i_n is

        h = (i_1 a^(n-1) + ... + i_n) a        modulo the prime p = 2^26 - 5
        h = (h + floor(h / 2^13)) a            modulo p
        bucket = r + h                         modulo num_buckets - r

    with a = 19 * 21 * 22 * 26 * 29 and r = `num_reserved`. No number on the
    way leaves 32 bits with a sign: the factors of a, all below 32, multiply
    one after the other. The first line alone keeps apart what is alike (a
    was chosen by the spectral test: two pairs with the same h differ by
    thousands); the second, which is not linear, makes other n-grams share
    buckets no more often than by chance.

    Args:
        ids: Integer array (..., T) of NumPy or of a backend, in 32 bits or
            more, not below 0.
        n: Positive integer, the length of the n-grams.
        num_buckets: Positive integer, at most 2^26.
        num_reserved: The buckets below this are for single ids alone, and
            ids below it share theirs with nothing. Defaults to 0.

    Returns:
        Integer array (..., T - n + 1), of the n-gram that starts at each id;
        (..., 0) if T < n.

    Example:
    >>> import numpy as np
    >>> ngram_buckets(np.array([[7, 5, 7, 5]]), 1, 1000).tolist()
    [[7, 5, 7, 5]]
    >>> ngram_buckets(np.array([[7, 5, 7, 5]]), 2, 1000).tolist()
    [[378, 737, 378]]

    Reference:
        Weinberger et al., 2009, https://arxiv.org/abs/0902.2206; Knuth, The
        Art of Computer Programming, volume 2, 3.3.4
    """
    if n == 1:
        return ids % num_buckets
    ids = ids % _PRIME
    hashed = _multiply(ids)
    for k in range(1, n):
        hashed = _multiply((hashed[..., :-1] + ids[..., k:]) % _PRIME)
    hashed = _multiply((hashed + hashed // 2**13) % _PRIME)
    return num_reserved + hashed % (num_buckets - num_reserved)


def find_rows(
    ngrams: Any,
    num_buckets: int,
    num_reserved: int = 0,
    where: Callable[..., Any] = np.where,
) -> Any:
    """The bucket of n-grams that are told from another.

    Args:
        ngrams: Of `ngram_buckets` with `num_buckets=NUM_NGRAMS`.
        num_buckets: How many buckets there are.
        num_reserved: As there. Defaults to 0.
        where: That of the backend. Defaults to NumPy's.

    Example:
    >>> ngrams = ngram_buckets(np.array([[7, 5, 7, 5]]), 2, NUM_NGRAMS, 10)
    >>> find_rows(ngrams, 1000, 10).tolist()
    [[990, 545, 990]]
    """
    longer = ngrams - num_reserved
    longer = num_reserved + longer % (num_buckets - num_reserved)
    return where(ngrams < num_reserved, ngrams, longer)


def make_count_weights(
    binary: bool, sublinear_tf: bool
) -> NDArray[np.float32] | None:
    """What an n-gram counts that is in a text once, twice, and so on.

    Args:
        binary: Whether it counts once.
        sublinear_tf: Whether it counts 1 + log(min(c, 8)) if it occurs c
            times: more than once, but not as often as it occurs.

    Returns:
        (C,); more occurrences count as C do. None: it counts as often.

    Raises:
        ValueError: if it is to do both.

    Example:
    >>> make_count_weights(binary=True, sublinear_tf=False).tolist()
    [1.0]
    >>> make_count_weights(binary=False, sublinear_tf=True)[:3].round(2)
    array([1.  , 1.69, 2.1 ], dtype=float32)

    Reference:
        Manning et al., 2008, Introduction to Information Retrieval, 6.4.1
    """
    check_boolean("binary", binary)
    if not check_boolean("sublinear_tf", sublinear_tf):
        return np.ones(1, "float32") if binary else None
    if binary:
        raise ValueError(
            "Invalid value for argument `sublinear_tf`. Expected False with "
            "binary=True. Received: sublinear_tf=True"
        )
    return (1 + np.log(np.arange(1, _MOST_COUNTED + 1))).astype("float32")


def find_ngrams(mask: Any, n: int) -> Any:
    """Where an n-gram starts: its ids are all real.

    Args:
        mask: Boolean array (..., T) of NumPy or of a backend, True = real.
        n: Positive integer, the length of the n-grams.

    Returns:
        Boolean array (..., T - n + 1); (..., 0) if T < n.

    Example:
    >>> import numpy as np
    >>> find_ngrams(np.array([True, True, False, True]), 2).tolist()
    [True, False, False]
    """
    found = mask
    for k in range(1, n):
        found = found[..., :-1] & mask[..., k:]
    return found


def divide_ngrams(added: NDArray[Any], shortest: int) -> NDArray[Any]:
    """Divide what n-grams add equally among their words.

    Args:
        added: What the n-grams add that start at each word, (..., T, N, C).
        shortest: The length of the first of the N.

    Returns:
        (..., T, C), with the same sum over T.

    Example:
    >>> import numpy as np
    >>> added = np.array([[[0.0, 3.0]], [[1.0, 0.0]], [[0.0, 0.0]]])
    >>> divide_ngrams(added, 2).tolist()
    [[0.0, 1.5], [0.5, 1.5], [0.5, 0.0]]
    """
    words = np.zeros_like(added[..., 0, :])
    steps = added.shape[-3]
    for column in range(added.shape[-2]):
        n = shortest + column
        for k in range(min(n, steps)):
            words[..., k:, :] += added[..., : steps - k, column, :] / n
    return words


def _multiply(numbers: Any) -> Any:
    """Times a, modulo p: each factor keeps p times it below 2^31."""
    for factor in _FACTORS:
        numbers = numbers * factor % _PRIME
    return numbers


def check_num_buckets(
    name: str, value: int, num_reserved: int = 0, units: int = 1
) -> int:
    """Return `value` as an int if a table can have so many rows.

    Above the reserved ones there is one at least, and an index of 32 bits
    reaches each of the numbers, `units` in a row.
    """
    most = min(_MOST_BUCKETS, (2**31 - 1) // units)
    return check_integer(name, value, num_reserved + 1, most)
