"""Naive Bayes log-count ratios: what each n-gram says of the classes."""

from collections.abc import Iterable
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from han_attention.text.ngrams import check_num_buckets
from han_attention.text.ngrams import find_ngrams
from han_attention.text.ngrams import ngram_buckets
from han_attention.validation import check_integer
from han_attention.validation import check_ngram_range
from han_attention.validation import check_positive_integer
from han_attention.validation import check_positive_number


def log_count_ratios(
    batches: Iterable[Sequence[Any]],
    num_classes: int,
    *,
    multi_label: bool = False,
    ngram_range: tuple[int, int] = (1, 3),
    num_buckets: int = 2**20,
    vocabulary_size: int = 0,
    binary: bool = True,
    alpha: float = 1.0,
    min_count: int = 1,
) -> NDArray[np.float32]:
    """How much more often an n-gram is in the texts of a class than in others.

        p = alpha + counts in the texts of the class, q = alpha + in the rest
        r = log(p / |p|_1) - log(q / |q|_1)

    where only the buckets count in which there is an n-gram. Two classes have
    one column, of the second; several classes have a column each, one against
    the rest, less the mean of the columns; several labels a column each, with
    the label against without. It is made in one pass, and only the counts
    are in memory: 4 bytes for each bucket and class.

    Args:
        batches: Of ids (B, T) or (B, S, T) with 0 for padding; labels, the
            numbers of the classes (B,) or (B, 1), or with `multi_label` 0 and
            1 (B, C); and if there are some, weights of the texts (B,).
        num_classes: Positive integer C.
        multi_label: Whether a text can have several of them. Defaults to
            `False`.
        ngram_range: As of `NGramEmbeddingBag`. Defaults to `(1, 3)`.
        num_buckets: As there. Defaults to 1,048,576.
        vocabulary_size: As there. Defaults to 0.
        binary: As there: whether an n-gram counts once in a text. Defaults to
            `True`.
        alpha: Positive number, added to each count. Defaults to 1.0.
        min_count: Positive integer: buckets counted less often, whatever the
            weights, have ratios of 0. Defaults to 1.

    Returns:
        r (num_buckets, 1) of two classes, else (num_buckets, C); 0 in buckets
        that were not seen.

    Raises:
        ValueError: for an argument out of range.

    Example:
    >>> ids = np.array([[5, 6], [5, 7], [5, 8]])
    >>> ratios = log_count_ratios([(ids, [1, 1, 0])], 2, ngram_range=(1, 1))
    >>> ratios[[5, 6, 8, 9], 0].round(2)
    array([ 0.12,  0.41, -0.98,  0.  ], dtype=float32)

    Reference:
        Wang and Manning, 2012, https://aclanthology.org/P12-2018/
    """
    check_positive_integer("num_classes", num_classes)
    lengths = check_ngram_range("ngram_range", ngram_range)
    check_integer("vocabulary_size", vocabulary_size, 0)
    num_buckets = check_num_buckets(
        "num_buckets", num_buckets, vocabulary_size, num_classes
    )
    alpha = check_positive_number("alpha", alpha)
    check_positive_integer("min_count", min_count)
    counts = np.zeros((num_buckets, num_classes), "float32")
    total = np.zeros(num_buckets, "float32")
    seen = np.zeros(num_buckets, "int32")
    for ids, labels, *weights in batches:
        buckets = _list_buckets(
            np.asarray(ids), lengths, num_buckets, vocabulary_size, binary
        )
        texts, ngrams = np.nonzero(buckets < num_buckets)
        found = buckets[texts, ngrams]
        weight = np.ones(len(buckets), "float32")
        if weights:
            weight = np.asarray(weights[0], "float32").reshape(-1)
        np.add.at(seen, found, 1)
        np.add.at(total, found, weight[texts])
        rows, classes = _list_labels(np.asarray(labels), multi_label)
        # Each text once for each of its labels.
        pairs, ngrams = np.nonzero(buckets[rows] < num_buckets)
        found = buckets[rows[pairs], ngrams]
        np.add.at(counts, (found, classes[pairs]), weight[rows[pairs]])
    if num_classes == 2 and not multi_label:
        counts = counts[:, 1:]
    ratios = _compare(counts, total[:, None], seen > 0, alpha)
    if ratios.shape[1] > 1 and not multi_label:
        ratios -= ratios.mean(axis=1, keepdims=True)
    ratios[seen < min_count] = 0
    return ratios


def _compare(
    counts: NDArray[np.float32],
    total: NDArray[np.float32],
    seen: NDArray[np.bool_],
    alpha: float,
) -> NDArray[np.float32]:
    """The ratios (num_buckets, columns), class by class: they are large."""
    ratios = np.zeros_like(counts)
    for column, count in enumerate(counts.T):
        p = alpha + count[seen].astype("float64")
        q = alpha + total[seen, 0] - count[seen]
        q = np.maximum(q, alpha)
        ratios[seen, column] = np.log(p / p.sum()) - np.log(q / q.sum())
    return ratios


def _list_buckets(
    ids: NDArray[Any],
    ngram_range: tuple[int, int],
    num_buckets: int,
    num_reserved: int,
    binary: bool,
) -> NDArray[Any]:
    """The buckets (B, K) of each text; `num_buckets` where there is none."""
    shortest, longest = ngram_range
    parts = []
    for n in range(shortest, longest + 1):
        buckets = ngram_buckets(ids, n, num_buckets, num_reserved)
        buckets = np.where(find_ngrams(ids != 0, n), buckets, num_buckets)
        parts.append(buckets.reshape(len(ids), int(np.prod(buckets.shape[1:]))))
    every = np.concatenate(parts, axis=1)
    if binary:
        every.sort(axis=1)
        repeated = every[:, 1:] == every[:, :-1]
        every[:, 1:][repeated] = num_buckets
    return every


def _list_labels(
    labels: NDArray[Any], multi_label: bool
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The number of a text and of a class, for each label of each text."""
    if multi_label:
        rows, classes = np.nonzero(labels)
        return rows, classes
    return np.arange(len(labels)), labels.reshape(-1).astype("intp")
