"""Coverage: how right the surest predictions are."""

import numpy as np
import pytest

from han_attention import evaluate
from han_attention.evaluation import measure_coverage
from han_attention.evaluation.plots import plot_coverage

NAMES = ["a", "b", "c"]


def test_coverage_is_the_accuracy_of_the_surest():
    rng = np.random.default_rng(0)
    values = rng.dirichlet([0.5] * 3, size=400)
    labels = [NAMES[rng.choice(3, p=row)] for row in values]
    report = evaluate(values, labels, NAMES)
    first, *_, last = report.coverage
    assert (first.coverage, first.accuracy) == (1.0, report.accuracy)
    assert last.coverage == pytest.approx(0.1, abs=0.01)
    assert last.accuracy > first.accuracy
    right = np.array(NAMES)[values.argmax(axis=1)] == labels
    for point in report.coverage:
        sure = values.max(axis=1) >= point.threshold
        assert point.coverage == sure.mean()
        assert point.accuracy == right[sure].mean()
    assert report.to_dict()["coverage"][0]["accuracy"] == report.accuracy
    pytest.importorskip("matplotlib")
    plot_coverage(report).canvas.draw()


def test_texts_as_sure_as_each_other_are_answered_together():
    points = measure_coverage(np.full(5, 0.5), np.array([1, 0, 0, 0, 1], bool))
    assert len(points) == 1
    assert (points[0].coverage, points[0].accuracy) == (1.0, 0.4)


def test_sureness_of_several_labels_goes_by_their_thresholds():
    """0.5 at the threshold, 1 at the ends; by 0.5 it is max(p, 1 - p)."""
    values = [[0.3, 0.0], [0.2, 0.0], [0.6, 0.0], [0.0, 0.0]]
    labels = [["a"], ["a"], ["a"], []]
    options = {"multi_label": True, "thresholds": [0.2, None]}
    report = evaluate(values, labels, ["a", "b"], **options)
    surest = [(point.coverage, point.threshold) for point in report.coverage]
    assert surest == [
        (1.0, 0.5),
        (0.75, pytest.approx(0.5 + 0.5 * 0.1 / 0.8)),
        (0.5, pytest.approx(0.5 + 0.5 * 0.4 / 0.8)),
        (0.25, 1.0),
    ]
    report = evaluate(values, labels, ["a", "b"], multi_label=True)
    assert report.coverage[0].threshold == 0.6  # of 0.6 as of 0.4, and so on
