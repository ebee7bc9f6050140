"""Thresholds for a stated precision or recall."""

import numpy as np
import pytest

from han_attention import evaluate
from han_attention.evaluation import tune_thresholds

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


@pytest.mark.parametrize("multi_label", [False, True])
def test_labels_that_no_class_has_are_named(multi_label):
    values, labels = [[0.9, 0.1], [0.3, 0.7], [0.8, 0.2]], ["a", "b", "godo"]
    labels = [[one] for one in labels] if multi_label else labels
    with pytest.warns(UserWarning, match="never seen in training.*: godo"):
        tuned = tune_thresholds(
            values, labels, ["a", "b"], recall=1, multi_label=multi_label
        )
    assert [one.threshold for one in tuned] == [0.9, 0.7]


def test_texts_without_a_label_are_known():
    tuned = tune_thresholds(
        [[0.9, 0.2], [0.3, 0.1]], [[], []], [0, 1], recall=1, multi_label=True
    )
    assert [one.num_texts for one in tuned] == [0, 0]


def test_a_report_says_what_has_no_answer():
    values = [[0.9, 0.1], [0.6, 0.4], [0.3, 0.7]]
    labels = ["a", "b", "b"]
    report = evaluate(values, labels, ["a", "b"], thresholds=[0.8, 0.5])
    assert "Without the thresholds:\nTexts answered" in str(report)
    assert "Without the 1 texts that have no answer:\n" in str(report)
    whole = str(evaluate(values, labels, ["a", "b"]))
    assert "Without" not in whole
