"""Log-count ratios beside their formula."""

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from han_attention.text.count_ratios import log_count_ratios


@pytest.fixture
def counts():
    counts = np.random.default_rng(0).integers(0, 3, (60, 9))
    counts[:, 4] = 0
    return counts


def compare(counts, chosen, alpha):
    """The formula, of what is in a text at all."""
    seen = counts.any(axis=0)
    p = alpha + counts[chosen].sum(axis=0)
    q = alpha + counts[~chosen].sum(axis=0)
    ratios = np.log(p / p[seen].sum()) - np.log(q / q[seen].sum())
    return np.where(seen, ratios, 0)


@pytest.mark.parametrize("make", [np.asarray, csr_matrix])
@pytest.mark.parametrize("alpha", [1.0, 0.1])
def test_each_class_against_the_rest(make, alpha, counts):
    labels = np.arange(60) % 3
    targets = np.eye(3)[labels]
    received = log_count_ratios(make(counts), targets, alpha=alpha)
    expected = [compare(counts, labels == c, alpha) for c in range(3)]
    np.testing.assert_allclose(received, np.transpose(expected), atol=1e-12)
    assert not received[4].any()


def test_a_weight_is_so_many_texts(counts):
    targets, weights = (np.arange(60) % 2)[:, None], np.arange(60) % 3
    rows = np.repeat(np.arange(60), weights)
    np.testing.assert_allclose(
        log_count_ratios(counts, targets, weights),
        log_count_ratios(counts[rows], targets[rows]),
        atol=1e-12,
    )


def test_two_classes_mirror_each_other(counts):
    labels = np.arange(60) % 2
    received = log_count_ratios(counts, np.eye(2)[labels])
    np.testing.assert_allclose(received[:, 0], -received[:, 1], atol=1e-12)


def test_wrong_arguments(counts):
    with pytest.raises(ValueError, match="`alpha`"):
        log_count_ratios(counts, np.ones((60, 1)), alpha=0)
