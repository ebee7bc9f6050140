"""Which n-grams each text has, as a sparse matrix."""

from collections.abc import Iterable
from typing import TYPE_CHECKING
from typing import Any

import numpy as np
from numpy.typing import NDArray

from han_attention.text.ngrams import check_num_buckets
from han_attention.text.ngrams import find_ngrams
from han_attention.text.ngrams import make_count_weights
from han_attention.text.ngrams import ngram_buckets
from han_attention.validation import check_integer
from han_attention.validation import check_ngram_range

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix


def build_ngram_matrix(
    batches: Iterable[Any],
    *,
    ngram_range: tuple[int, int] = (1, 3),
    num_buckets: int = 2**20,
    vocabulary_size: int = 0,
    binary: bool = True,
    sublinear_tf: bool = False,
) -> "csr_matrix":
    """The n-grams of texts: what `NGramEmbeddingBag` multiplies by its table.

    Args:
        batches: Of ids (B, T) or (B, S, T), 0 = padding.
        ngram_range: As of the layer. Defaults to `(1, 3)`.
        num_buckets: As there. Defaults to 1,048,576.
        vocabulary_size: As there. Defaults to 0.
        binary: As there: whether an n-gram counts once in a text. Defaults to
            `True`.
        sublinear_tf: As there: whether it counts 1 + log(min(c, 8)). Defaults
            to `False`.

    Returns:
        A `scipy.sparse.csr_matrix` (N, num_buckets) of float32: what each
        bucket counts in each text.

    Raises:
        ValueError: for an argument out of range.

    Example:
    >>> ids = np.array([[7, 5, 0], [7, 7, 7]])
    >>> matrix = build_ngram_matrix([ids], ngram_range=(1, 1), num_buckets=9)
    >>> matrix.toarray()[:, 5:].tolist()
    [[1.0, 0.0, 1.0, 0.0], [0.0, 0.0, 1.0, 0.0]]
    """
    from scipy.sparse import csr_matrix

    lengths = check_ngram_range("ngram_range", ngram_range)
    check_integer("vocabulary_size", vocabulary_size, 0)
    num_buckets = check_num_buckets("num_buckets", num_buckets, vocabulary_size)
    weights = make_count_weights(binary, sublinear_tf)
    numbers, columns = [np.zeros(1, "int64")], [np.zeros(0, "int32")]
    for ids in batches:
        buckets = _list_buckets(
            np.asarray(ids), lengths, num_buckets, vocabulary_size
        )
        found = buckets < num_buckets
        numbers.append(found.sum(axis=1))
        columns.append(buckets[found].astype("int32"))
    starts = np.concatenate(numbers).cumsum()
    column = np.concatenate(columns)
    shape = (len(starts) - 1, num_buckets)
    matrix = csr_matrix(
        (np.ones(len(column), "float32"), column, starts), shape
    )
    matrix.sum_duplicates()
    if weights is not None:
        counts = np.minimum(matrix.data, len(weights)).astype("int32")
        matrix.data = weights[counts - 1]
    return matrix


def select_columns(matrix: "csr_matrix", columns: NDArray[Any]) -> "csr_matrix":
    """Some columns of a matrix that is too wide for SciPy's own selection.

    Args:
        matrix: (N, G) in canonical form, as `build_ngram_matrix` makes it.
        columns: (K,) in rising order.

    Returns:
        (N, K).

    Example:
    >>> ids = np.array([[7, 5, 0], [7, 7, 7]])
    >>> matrix = build_ngram_matrix([ids], ngram_range=(1, 1), num_buckets=9)
    >>> select_columns(matrix, np.array([5, 8])).toarray().tolist()
    [[1.0, 0.0], [0.0, 0.0]]
    """
    from scipy.sparse import csr_matrix

    place = np.searchsorted(columns, matrix.indices)
    place = np.minimum(place, max(len(columns) - 1, 0))
    found = np.zeros(len(place), bool)
    if len(columns):
        found = columns[place] == matrix.indices
    starts = np.concatenate([[0], np.cumsum(found)])[matrix.indptr]
    return csr_matrix(
        (matrix.data[found], place[found].astype("int32"), starts),
        (matrix.shape[0], len(columns)),
    )


def _list_buckets(
    ids: NDArray[Any],
    ngram_range: tuple[int, int],
    num_buckets: int,
    num_reserved: int,
) -> NDArray[Any]:
    """The buckets (B, K) of each text; `num_buckets` where there is none."""
    shortest, longest = ngram_range
    parts = []
    for n in range(shortest, longest + 1):
        buckets = ngram_buckets(ids, n, num_buckets, num_reserved)
        buckets = np.where(find_ngrams(ids != 0, n), buckets, num_buckets)
        parts.append(buckets.reshape(len(ids), int(np.prod(buckets.shape[1:]))))
    return np.concatenate(parts, axis=1)
