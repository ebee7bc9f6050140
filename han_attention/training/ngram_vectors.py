"""Texts as sums of vectors of their n-grams."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from han_attention.text.vectors.ngram_vectors import train_ngram_vectors
from han_attention.training.naive_bayes import find_log_odds

Array = NDArray[Any]

_C = 0.1  # with 1 held-out texts say less
LEAST_TEXTS = 10  # of an n-gram with a vector: in fewer it is of those texts


@dataclass(frozen=True)
class NGramVectors:
    """Vectors of n-grams, such that their sums in texts are alike in size.

    Attributes:
        vectors: (G, D).
        mean: (D,) the mean sum of a text.
    """

    vectors: Array
    mean: Array

    def encode(self, ngrams: Any) -> Array:
        """What each text is like, (N, D), by its n-grams (N, G), sparse."""
        encoded: Array = ngrams @ self.vectors - self.mean
        return encoded

    def fit(
        self, ngrams: Any, targets: Array, weights: Array
    ) -> tuple[Array, Array]:
        """Logistic regression on `encode`, each class against the rest.

        Args:
            ngrams: (N, G) sparse.
            targets: (N, L) of 0 and 1.
            weights: (N,) how much each text counts.

        Returns:
            The rows (G, L) and the bias (L,) of the same on the n-grams.
        """
        from sklearn.linear_model import LogisticRegression

        encoded, number = self.encode(ngrams), targets.shape[1]
        rows = np.zeros((len(self.vectors), number))
        bias = find_log_odds(targets, weights)
        for column, target in enumerate(targets.T):
            if len(np.unique(target)) < 2:
                continue
            regression = LogisticRegression(C=_C, max_iter=1_000)
            regression.fit(encoded, target, sample_weight=weights)
            found = regression.coef_[0]
            rows[:, column] = self.vectors @ found
            bias[column] = regression.intercept_[0] - self.mean @ found
        return rows, bias


def learn_ngram_vectors(
    parts: Sequence[Any], seed: int | None, verbose: bool
) -> NGramVectors | None:
    """Learn vectors of n-grams from texts, labelled or not.

    In a sum each counts by its inverse document frequency; D are divided by
    their standard deviation over the texts.

    Args:
        parts: Matrices (N, G), sparse, of the texts.
        seed: Of the vectors.
        verbose: Whether to draw a bar.

    Returns:
        Those, or None where no n-gram is in ten texts.
    """
    from scipy.sparse import vstack

    texts = vstack(parts, "csr")
    counts = texts.getnnz(axis=0)
    used = np.flatnonzero(counts >= LEAST_TEXTS)
    if not len(used):
        return None
    texts = texts[:, used]
    vectors = train_ngram_vectors(texts, seed=seed, verbose=verbose)
    importance = np.log((1 + texts.shape[0]) / (1 + counts[used])) + 1
    vectors *= importance[:, None].astype("float32")
    sums = texts @ vectors
    spread = sums.std(axis=0)
    spread[spread == 0] = 1
    whole = np.zeros((len(counts), vectors.shape[1]), "float32")
    whole[used] = vectors / spread
    return NGramVectors(whole, sums.mean(axis=0) / spread)
