"""Complement Naive Bayes, beside its formula and scikit-learn."""

import numpy as np
import pytest
from scipy.sparse import csr_matrix
from sklearn.naive_bayes import ComplementNB

from han_attention.training.naive_bayes import fit_naive_bayes

RNG = np.random.default_rng(0)
DENSE = RNG.poisson(0.7, (30, 8)) * RNG.random((30, 8))
FEATURES = csr_matrix(DENSE)
CLASSES = np.arange(30) % 3
TARGETS = np.eye(3)[CLASSES]
WEIGHTS = RNG.random(30) + 0.5


def complement(targets):
    """-log q of the formula, by loops."""
    logs = np.zeros((8, targets.shape[1]))
    for c in range(targets.shape[1]):
        outside = [0.05] * 8
        for row, weight, target in zip(DENSE, WEIGHTS, targets, strict=True):
            if not target[c]:
                outside = [
                    q + weight * x for q, x in zip(outside, row, strict=True)
                ]
        logs[:, c] = [-np.log(q / sum(outside)) for q in outside]
    return logs


def scale(rows):
    return 2 / np.std(DENSE @ rows) * rows


def test_classes_are_those_of_scikit_learn():
    rows, bias = fit_naive_bayes(FEATURES, TARGETS, WEIGHTS, False)
    expected = complement(TARGETS)
    expected = scale(expected - expected.mean(axis=1, keepdims=True))
    np.testing.assert_allclose(rows, expected)
    assert not bias.any()
    theirs = ComplementNB(alpha=0.05).fit(FEATURES, CLASSES, WEIGHTS)
    received = (DENSE @ rows).argmax(axis=1)
    np.testing.assert_array_equal(received, theirs.predict(FEATURES))


@pytest.mark.parametrize("multi_label", [False, True])
def test_a_label_is_the_difference_of_both_sides(multi_label):
    targets = TARGETS if multi_label else TARGETS[:, :1]
    rows, bias = fit_naive_bayes(FEATURES, targets, WEIGHTS, multi_label)
    expected = complement(targets) - complement(1 - targets)
    np.testing.assert_allclose(rows, scale(expected))
    share = (WEIGHTS @ targets + 1) / (WEIGHTS.sum() + 2)
    np.testing.assert_allclose(1 / (1 + np.exp(-bias)), share)


def test_a_text_of_weight_two_counts_as_two():
    twice = np.r_[np.arange(30), 0]
    weights = np.ones(30)
    weights[0] = 2
    one = fit_naive_bayes(FEATURES, TARGETS, weights, False)[0]
    two = fit_naive_bayes(FEATURES[twice], TARGETS[twice], np.ones(31), False)
    proportional = one / two[0]
    np.testing.assert_allclose(proportional, proportional[0, 0])


def test_a_class_without_texts_and_texts_without_words_are_no_error():
    targets = np.eye(4)[CLASSES]
    rows, _ = fit_naive_bayes(FEATURES, targets, WEIGHTS, False)
    assert rows.shape == (8, 4) and np.isfinite(rows).all()
    nothing = csr_matrix((30, 8))
    rows, bias = fit_naive_bayes(nothing, TARGETS[:, :1], WEIGHTS, False)
    assert not rows.any() and np.isfinite(bias).all()
