"""Complement Naive Bayes as a linear classifier."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

_ALPHA = 0.05  # held out, 0.01 to 0.2 say the same
_SPREAD = 2.0  # about that of the logits of a regression


def fit_naive_bayes(
    features: Any, targets: Array, weights: Array, multi_label: bool
) -> tuple[Array, Array]:
    """Weights of features by how seldom they are outside of a class.

        q_gc = (alpha + sum of x_g in the texts not of c) / (the same of all g)
        w_gc = -log q_gc, less its mean over the classes

    and for one logit, or labels that do not exclude another, the difference
    of both sides. Naive Bayes is too sure of itself: all weights get one scale,
    by which the logits of these texts have a standard deviation of 2.

    Args:
        features: (N, G) sparse, not negative.
        targets: (N, L) of 0 and 1.
        weights: (N,) how much each text counts.
        multi_label: Whether the labels do not exclude another.

    Returns:
        The weights (G, L) and the bias (L,): the logarithm of the odds of a
        label, and 0 of classes.

    Example:
    >>> from scipy.sparse import csr_matrix
    >>> texts = csr_matrix([[1.0, 0, 1], [0, 1, 1]])
    >>> targets, weights = np.array([[1.0], [0.0]]), np.ones(2)
    >>> fit_naive_bayes(texts, targets, weights, False)[0][:, 0].round(2)
    array([ 2., -2.,  0.])

    Reference:
        Rennie et al., 2003, https://dl.acm.org/doi/10.5555/3041838.3041916
    """
    from sklearn.naive_bayes import ComplementNB

    def fit(numbers: Array, number_of_classes: int) -> Array:
        model = ComplementNB(alpha=_ALPHA)
        classes = np.arange(number_of_classes)
        model.partial_fit(features, numbers, classes, sample_weight=weights)
        return np.asarray(model.feature_log_prob_.T)

    if multi_label or targets.shape[1] == 1:
        sides = [fit(column, 2) for column in targets.T]
        rows = np.stack([both[:, 1] - both[:, 0] for both in sides], axis=1)
        bias = find_log_odds(targets, weights)
    else:
        rows = fit(targets.argmax(axis=1), targets.shape[1])
        rows = rows - rows.mean(axis=1, keepdims=True)
        bias = np.zeros(targets.shape[1])
    spread = np.std(features @ rows)
    return (_SPREAD / spread * rows if spread > 0 else 0 * rows), bias


def find_log_odds(targets: Array, weights: Array) -> Array:
    """The logarithm of the odds of each class, where nothing else is known.

    Example:
    >>> find_log_odds(np.array([[1], [1], [0]]), np.ones(3)).round(2)
    array([0.41])
    """
    share = (weights @ targets + 1) / (weights.sum() + 2)
    return np.asarray(np.log(share / (1 - share)))
