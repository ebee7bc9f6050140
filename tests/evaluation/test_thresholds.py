"""Thresholds for a stated precision or recall, and coverage."""

import numpy as np
import pytest

from han_attention import evaluate
from han_attention.evaluation import measure_coverage
from han_attention.evaluation import tune_thresholds
from han_attention.evaluation.plots import plot_coverage

NAMES = ["a", "b", "c"]


def draw(number=400, seed=0):
    """Probabilities, and labels that are as often right as these say."""
    rng = np.random.default_rng(seed)
    values = rng.dirichlet([0.5] * 3, size=number)
    labels = [NAMES[rng.choice(3, p=row)] for row in values]
    return values, labels


def answer(values, name, threshold):
    n = NAMES.index(name)
    return (values.argmax(axis=1) == n) & (values[:, n] >= threshold)


def test_the_threshold_that_finds_most_with_the_precision():
    """Beside all thresholds there are, tried one by one."""
    values, labels = draw()
    truth = np.array(labels)
    tuned = tune_thresholds(values, labels, NAMES, precision=0.8)
    assert [one.name for one in tuned] == NAMES
    for n, one in enumerate(tuned):
        fitting = [
            t
            for t in values[values.argmax(axis=1) == n, n]
            if (truth[answer(values, one.name, t)] == one.name).mean() >= 0.8
        ]
        found = [
            (truth[answer(values, one.name, t)] == one.name).sum()
            for t in fitting
        ]
        best = [
            t for t, n in zip(fitting, found, strict=True) if n == max(found)
        ]
        assert one.threshold == max(best)
        chosen = answer(values, one.name, one.threshold)
        assert one.answers == chosen.sum()
        assert one.precision == (truth[chosen] == one.name).mean() >= 0.8
        assert one.recall == chosen[truth == one.name].mean()


def test_the_highest_threshold_that_has_the_recall():
    values, labels = draw()
    truth = np.array(labels)
    for one in tune_thresholds(values, labels, NAMES, recall=0.5):
        of_class = values[:, NAMES.index(one.name)]
        found = answer(values, one.name, one.threshold)
        assert found[truth == one.name].mean() >= 0.5
        higher = np.nextafter(one.threshold, 1)
        assert answer(values, one.name, higher)[truth == one.name].mean() < 0.5
        assert one.threshold in of_class


def test_what_cannot_be_had_is_never_answered():
    values = [[0.9, 0.1], [0.8, 0.2], [0.3, 0.7]]
    tuned = tune_thresholds(values, ["b", "a", "b"], ["a", "b"], precision=1.0)
    assert [one.threshold for one in tuned] == [None, 0.7]
    report = evaluate(
        values, ["b", "a", "b"], ["a", "b"], thresholds=[None, 0.7]
    )
    assert report.num_answered == 1
    assert report.confusion.tolist() == [[0, 0], [0, 1]]
    assert report.accuracy == pytest.approx(1 / 3)
    assert "Texts answered" in str(report)


def test_a_class_without_texts_keeps_its_threshold():
    values = [[0.9, 0.1, 0.0], [0.8, 0.2, 0.0], [0.1, 0.1, 0.8]]
    labels = ["a", "a", "a"]
    tuned = tune_thresholds(values, labels, NAMES, precision=1.0)
    assert [(x.threshold, x.answers, x.num_texts) for x in tuned] == [
        (0.8, 2, 3),
        (0.0, 0, 0),
        (0.0, 1, 0),
    ]
    before = {"thresholds": [0.3, 0.7, None]}
    tuned = tune_thresholds(values, labels, NAMES, precision=1.0, **before)
    assert [x.threshold for x in tuned] == [0.8, 0.7, None]
    labels = [["a"], [], []]
    tuned = tune_thresholds(values, labels, NAMES, recall=1.0, multi_label=True)
    assert [x.threshold for x in tuned] == [0.9, 0.5, 0.5]


def test_several_labels_have_each_their_own():
    values = [[0.9, 0.4], [0.2, 0.3], [0.6, 0.1]]
    labels = [["a", "b"], ["b"], []]
    tuned = tune_thresholds(
        values, labels, ["a", "b"], precision=1.0, multi_label=True
    )
    assert [one.threshold for one in tuned] == [0.9, 0.3]


def test_precision_to_spare_is_not_spent_on_wrong_answers():
    """Half of the answers may be wrong: 0.001 would find nothing more."""
    values = [[0.9], [0.8], [0.002], [0.001]]
    labels = [["a"], ["a"], [], []]
    (tuned,) = tune_thresholds(
        values, labels, ["a"], precision=0.5, multi_label=True
    )
    assert (tuned.threshold, tuned.precision, tuned.recall) == (0.8, 1.0, 1.0)


@pytest.mark.parametrize(
    "target",
    [{}, {"precision": 1, "recall": 1}, {"recall": 0}, {"precision": 2}],
)
def test_wrong_targets(target):
    with pytest.raises(ValueError, match="precision|recall"):
        tune_thresholds([[1.0, 0.0]], ["a"], ["a", "b"], **target)


def test_coverage_is_the_accuracy_of_the_surest():
    values, labels = draw()
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


@pytest.mark.parametrize(
    ("labels", "multi_label"), [(["1", "0"], False), ([["1"], ["0"]], True)]
)
def test_labels_of_which_the_model_knows_none(labels, multi_label):
    """Strings for numbers, say: `evaluate` refuses them in the same words."""
    values = [[0.9, 0.1], [0.3, 0.7]]
    for judge in (
        lambda **options: tune_thresholds(precision=0.9, **options),
        evaluate,
    ):
        with pytest.raises(ValueError, match="such as 0. Received: .*'1'"):
            judge(
                probabilities=values,
                labels=labels,
                class_names=[0, 1],
                multi_label=multi_label,
            )


def test_texts_without_a_label_are_known():
    tuned = tune_thresholds(
        [[0.9, 0.2], [0.3, 0.1]], [[], []], [0, 1], recall=1, multi_label=True
    )
    assert [one.num_texts for one in tuned] == [0, 0]


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


def test_a_report_says_what_has_no_answer():
    values = [[0.9, 0.1], [0.6, 0.4], [0.3, 0.7]]
    labels = ["a", "b", "b"]
    report = evaluate(values, labels, ["a", "b"], thresholds=[0.8, 0.5])
    assert "Without the thresholds:\nTexts answered" in str(report)
    assert "Without the 1 texts that have no answer:\n" in str(report)
    whole = str(evaluate(values, labels, ["a", "b"]))
    assert "Without" not in whole
