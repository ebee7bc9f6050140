"""Naive Bayes log-count ratios: what each n-gram says of the classes."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from han_attention.validation import check_positive_number


def log_count_ratios(
    counts: Any,
    targets: NDArray[Any],
    sample_weight: NDArray[Any] | None = None,
    *,
    alpha: float = 1.0,
) -> NDArray[np.float64]:
    """How much more often an n-gram is in the texts of a class than in others.

        p = alpha + counts in the texts of the class, q = alpha + in the rest
        r = log(p / |p|_1) - log(q / |q|_1)

    where only those count that are in a text at all.

    Args:
        counts: (N, G) how often each of G n-grams is in each of N texts, such
            as `build_ngram_matrix` makes it, sparse or not.
        targets: (N, C) of 1 where a text is of the class, else 0.
        sample_weight: (N,) weights of the texts. Defaults to None: all count
            the same.
        alpha: Positive number, added to each count. Defaults to 1.0.

    Returns:
        r (G, C); 0 of what is in no text.

    Raises:
        ValueError: for an argument out of range.

    Example:
    >>> counts = np.array([[1, 1, 0, 0], [1, 0, 1, 0], [1, 0, 0, 0]])
    >>> log_count_ratios(counts, np.array([[1], [1], [0]]))[:, 0].round(2)
    array([-0.15,  0.13,  0.13,  0.  ])

    Reference:
        Wang and Manning, 2012, https://aclanthology.org/P12-2018/
    """
    alpha = check_positive_number("alpha", alpha)
    targets = np.asarray(targets, "float64")
    weights = np.ones(len(targets)) if sample_weight is None else sample_weight
    with_class = counts.T @ (targets * np.asarray(weights)[:, None])
    total = counts.T @ np.asarray(weights, "float64")
    ratios = np.zeros_like(with_class)
    seen = np.asarray((counts != 0).sum(axis=0)).reshape(-1) > 0
    for column, count in enumerate(with_class.T):
        p = alpha + count[seen]
        q = np.maximum(alpha + total[seen] - count[seen], alpha)
        ratios[seen, column] = np.log(p / p.sum()) - np.log(q / q.sum())
    return ratios
