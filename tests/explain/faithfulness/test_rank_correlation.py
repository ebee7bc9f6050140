"""Kendall's tau, against scipy's and by hand."""

import math

import numpy as np
import pytest

from han_attention.explain.faithfulness import rank_correlation
from han_attention.explain.faithfulness.rank_correlation import kendall_tau


@pytest.mark.parametrize(
    ("second", "expected"),
    [([1, 2, 3], 1.0), ([3, 2, 1], -1.0), ([1, 3, 2], 1 / 3)],
)
def test_by_hand(second, expected):
    first = np.array([1, 2, 3])
    assert kendall_tau(first, np.array(second)) == pytest.approx(expected)


def test_like_scipy_with_equal_scores(monkeypatch):
    stats = pytest.importorskip("scipy.stats")
    monkeypatch.setattr(rank_correlation, "_ROWS_AT_ONCE", 7)
    generator = np.random.default_rng(0)
    first, second = generator.integers(0, 9, (2, 40))
    expected = stats.kendalltau(first, second).statistic
    assert kendall_tau(first, second) == pytest.approx(expected)


def test_equal_scores_alone_have_no_order():
    assert math.isnan(kendall_tau(np.ones(3), np.arange(3)))
    assert math.isnan(kendall_tau(np.ones(1), np.ones(1)))
