"""Scores beside those of scikit-learn, worked numbers and NumPy loops."""

import dataclasses
import json

import numpy as np
import pytest
from sklearn import metrics

from han_attention.evaluation.scoring import evaluate

NAMES = ["apple", "banana", "cherry", "date"]


def random_predictions(num_texts=300, num_classes=4, seed=0):
    """Probabilities (N, C) that are right more often than not, and truths."""
    generator = np.random.default_rng(seed)
    truth = generator.integers(0, num_classes, num_texts)
    logits = generator.normal(size=(num_texts, num_classes))
    logits[np.arange(num_texts), truth] += 1.5
    exponentials = np.exp(logits)
    return exponentials / exponentials.sum(axis=1, keepdims=True), truth


def random_label_lists(num_texts=200, num_classes=5, seed=0):
    """Probabilities, the truth as 0 and 1, and as lists of labels."""
    generator = np.random.default_rng(seed)
    truth = generator.random((num_texts, num_classes)) < 0.3
    noise = generator.random((num_texts, num_classes))
    lists = [np.flatnonzero(row).tolist() for row in truth]
    return 0.4 * truth + 0.6 * noise, truth, lists


def loop_calibration_error(confidence, right, num_bins=15):
    """The formula as it is written: a loop over the bins (lower, upper]."""
    error = 0.0
    for n in range(num_bins):
        lower, upper = n / num_bins, (n + 1) / num_bins
        inside = (confidence > lower) & (confidence <= upper)
        if inside.any():
            gap = abs(confidence[inside].mean() - right[inside].mean())
            error += inside.mean() * gap
    return error


def check_classes(report, expected):
    """`expected` as `precision_recall_fscore_support` gives it."""
    received = [dataclasses.astuple(c)[1:] for c in report.classes]
    np.testing.assert_allclose(received, np.transpose(expected), atol=1e-12)


def test_worked_numbers():
    probabilities = [
        [0.90, 0.10],  # right
        [0.05, 0.95],  # wrong
        [0.62, 0.38],  # right
        [0.36, 0.64],  # wrong
    ]
    report = evaluate(probabilities, ["a", "a", "a", "a"], ["a", "b"])
    assert report.accuracy == 0.5
    assert report.confusion.tolist() == [[2, 2], [0, 0]]
    # a: precision 2/2, recall 2/4; b: nothing true, nothing right.
    first, second = report.classes
    assert (first.precision, first.recall, first.support) == (1, 0.5, 4)
    assert first.f1 == pytest.approx(2 / 3)
    assert (second.precision, second.recall, second.f1) == (0, 0, 0)
    assert report.macro_f1 == pytest.approx(1 / 3)
    assert report.log_loss == pytest.approx(
        -np.log([0.9, 0.05, 0.62, 0.36]).mean()
    )
    # Bins (9/15, 10/15], (13/15, 14/15], (14/15, 1]:
    # 2 |0.63 - 0.5| + 1 |0.9 - 1| + 1 |0.95 - 0| = 1.31, of 4 texts.
    assert report.calibration_error == pytest.approx(1.31 / 4)
    assert [(b.count, b.accuracy) for b in report.reliability] == [
        (2, 0.5),
        (1, 1.0),
        (1, 0.0),
    ]
    assert [round(b.confidence, 9) for b in report.reliability] == [
        0.63,
        0.9,
        0.95,
    ]
    assert report.reliability[0].lower == pytest.approx(9 / 15)
    assert report.reliability[0].upper == pytest.approx(10 / 15)


@pytest.mark.parametrize("num_classes", [2, 4, 20])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_scores_are_those_of_scikit_learn(num_classes, dtype):
    probabilities, truth = random_predictions(num_classes=num_classes)
    probabilities = probabilities.astype(dtype)
    classes = list(range(num_classes))
    predicted = probabilities.argmax(axis=1)
    report = evaluate(probabilities, truth, classes)
    assert report.num_texts == 300
    assert report.accuracy == metrics.accuracy_score(truth, predicted)
    f1 = {
        average: metrics.f1_score(truth, predicted, average=average)
        for average in ("macro", "micro")
    }
    assert report.macro_f1 == pytest.approx(f1["macro"])
    assert report.micro_f1 == pytest.approx(f1["micro"])
    np.testing.assert_array_equal(
        report.confusion, metrics.confusion_matrix(truth, predicted)
    )
    expected = metrics.log_loss(truth, probabilities, labels=classes)
    assert report.log_loss == pytest.approx(expected, rel=1e-6)
    scores = metrics.precision_recall_fscore_support(truth, predicted)
    check_classes(report, scores)


def test_class_without_texts_and_predictions():
    probabilities, truth = random_predictions()
    probabilities = np.insert(probabilities, 2, 0, axis=1)
    names = [0, 1, "none", 2, 3]
    report = evaluate(probabilities, truth, names)
    without = evaluate(np.delete(probabilities, 2, axis=1), truth, range(4))
    assert dataclasses.astuple(report.classes[2]) == ("none", 0, 0, 0, 0)
    assert report.macro_f1 == pytest.approx(without.macro_f1)
    assert report.micro_f1 == without.micro_f1
    assert report.to_dict()["absent_classes"] == ["none"]
    (line,) = (x for x in str(report).splitlines() if "none" in x and ":" in x)
    assert line.startswith("Macro F1 is over 4 of 5 classes; ")
    # A class that is predicted though no text has it counts, as an F1 of 0.
    probabilities[0] = [0, 0, 1, 0, 0]
    report = evaluate(probabilities, truth, names)
    predicted = np.array(names, object)[probabilities.argmax(axis=1)]
    expected = metrics.f1_score(
        [str(x) for x in truth], [str(x) for x in predicted], average="macro"
    )
    assert report.macro_f1 == pytest.approx(expected)
    assert report.absent_classes == []


@pytest.mark.parametrize("num_classes", [2, 20])
def test_calibration_error_is_that_of_a_loop(num_classes):
    probabilities, truth = random_predictions(1000, num_classes)
    report = evaluate(probabilities, truth, range(num_classes))
    right = probabilities.argmax(axis=1) == truth
    expected = loop_calibration_error(probabilities.max(axis=1), right)
    assert report.calibration_error == pytest.approx(expected)
    assert 0 < report.calibration_error < 1


def test_the_bins_hold_every_text():
    probabilities, truth = random_predictions(1000)
    report = evaluate(probabilities, truth, range(4))
    assert sum(b.count for b in report.reliability) == 1000
    shares = sum(b.count * b.accuracy for b in report.reliability) / 1000
    assert shares == pytest.approx(report.accuracy)
    for b in report.reliability:
        assert b.lower < b.confidence <= b.upper
        assert b.upper - b.lower == pytest.approx(1 / 15)


def test_a_confidence_between_two_bins_is_in_the_lower_one():
    edge = np.linspace(0, 1, 16)[9]
    report = evaluate([[edge, 1 - edge], [1, 0]], ["a", "a"], ["a", "b"])
    assert [b.upper for b in report.reliability] == [edge, 1]


def test_perfect_predictions():
    report = evaluate(np.eye(3), ["a", "b", "c"], ["a", "b", "c"])
    assert report.accuracy == report.macro_f1 == report.micro_f1 == 1
    assert report.calibration_error == report.log_loss == 0


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_certain_mistake_has_a_finite_loss(dtype):
    report = evaluate(np.eye(2, dtype=dtype), ["b", "a"], ["a", "b"])
    assert report.accuracy == 0
    assert report.calibration_error == 1
    assert report.log_loss == pytest.approx(-np.log(np.finfo(dtype).eps))


def test_order_of_texts_and_classes_does_not_matter():
    probabilities, truth = random_predictions()
    report = evaluate(probabilities, [NAMES[n] for n in truth], NAMES)
    rows = np.random.default_rng(1).permutation(len(truth))
    columns = [2, 0, 3, 1]
    other = evaluate(
        probabilities[rows][:, columns],
        [NAMES[n] for n in truth[rows]],
        [NAMES[n] for n in columns],
    )
    for name in ("accuracy", "macro_f1", "calibration_error", "log_loss"):
        assert getattr(other, name) == pytest.approx(getattr(report, name))
    np.testing.assert_array_equal(
        other.confusion, report.confusion[np.ix_(columns, columns)]
    )


def test_labels_never_seen():
    """They are wrong, counted and named; the rest is as scikit-learn has it."""
    probabilities, truth = random_predictions()
    labels = np.array(NAMES, dtype=object)[truth]
    labels[:3] = "elder"
    labels[3:10] = "fig"
    predicted = np.array(NAMES)[probabilities.argmax(axis=1)]
    report = evaluate(probabilities, labels, NAMES)
    assert report.unseen_labels == {"fig": 7, "elder": 3}
    assert list(report.unseen_labels) == ["fig", "elder"]  # most first
    assert report.num_texts == 300
    assert report.accuracy == metrics.accuracy_score(labels, predicted)
    options = {"labels": NAMES, "zero_division": 0}
    for average in ("macro", "micro"):
        expected = metrics.f1_score(
            labels, predicted, average=average, **options
        )
        assert getattr(report, f"{average}_f1") == pytest.approx(expected)
    scores = metrics.precision_recall_fscore_support(
        labels, predicted, **options
    )
    check_classes(report, scores)
    known = evaluate(probabilities[10:], labels[10:], NAMES)
    np.testing.assert_array_equal(report.confusion, known.confusion)
    assert report.confusion.sum() == 290
    assert report.log_loss == known.log_loss
    right = predicted == labels
    assert report.calibration_error == pytest.approx(
        loop_calibration_error(probabilities.max(axis=1), right)
    )


def test_several_labels_are_scored_as_by_scikit_learn():
    probabilities, truth, lists = random_label_lists()
    predicted = probabilities >= 0.5
    report = evaluate(probabilities, lists, range(5), multi_label=True)
    assert report.confusion is None
    assert report.accuracy == metrics.accuracy_score(truth, predicted)
    assert 0 < report.accuracy < 1
    for average in ("macro", "micro"):
        expected = metrics.f1_score(truth, predicted, average=average)
        assert getattr(report, f"{average}_f1") == pytest.approx(expected)
    scores = metrics.precision_recall_fscore_support(truth, predicted)
    check_classes(report, scores)
    losses = [
        metrics.log_loss(truth[:, n], probabilities[:, n]) for n in range(5)
    ]
    assert report.log_loss == pytest.approx(np.mean(losses))
    confidence = np.maximum(probabilities, 1 - probabilities)
    assert report.calibration_error == pytest.approx(
        loop_calibration_error(confidence.ravel(), (predicted == truth).ravel())
    )


def test_several_labels_worked_numbers():
    report = evaluate(
        [[0.5, 0.2], [0.9, 0.8], [0.1, 0.2]],
        [["x"], {"x"}, ()],
        ["x", "y"],
        multi_label=True,
    )
    assert report.accuracy == pytest.approx(2 / 3)
    assert report.micro_f1 == pytest.approx(2 * 2 / (2 + 3))
    assert report.macro_f1 == 0.5
    assert report.log_loss == pytest.approx(
        -np.log([0.5, 0.8, 0.9, 0.2, 0.9, 0.8]).mean()
    )


def test_several_labels_of_which_some_were_never_seen():
    report = evaluate(
        [[0.9, 0.1], [0.9, 0.1], [0.2, 0.3]],
        [["x"], ["x", "new"], ["new", "newer", "new"]],
        ["x", "y"],
        multi_label=True,
    )
    assert report.unseen_labels == {"new": 2, "newer": 1}
    assert report.accuracy == pytest.approx(1 / 3)
    assert report.macro_f1 == 1.0  # x is found in both texts that have it
    assert report.absent_classes == ["y"]
    assert report.log_loss == pytest.approx(-np.log(0.9))


def test_one_label_for_each_text_can_be_a_list_too():
    probabilities = [[0.9, 0.3], [0.2, 0.7]]
    report = evaluate(probabilities, [["a"], ["b"]], ["a", "b"], True)
    assert report.accuracy == report.macro_f1 == 1


def test_bad_rows_are_noted_by_whoever_reads():
    report = evaluate([[0.9, 0.1]], ["a"], ["a", "b"])
    assert "skipped" not in str(report)
    report = dataclasses.replace(report, num_bad_rows=3)
    assert report.to_dict()["num_bad_rows"] == 3
    assert "Rows skipped" in str(report)
    assert str(report) == report.to_text()


def test_numpy_labels_become_plain():
    labels = np.array([1, 0, 7])
    report = evaluate(
        [[0.1, 0.9], [0.8, 0.2], [0.5, 0.5]], labels, np.array([0, 1])
    )
    assert report.accuracy == pytest.approx(2 / 3)
    json.dumps(report.to_dict())
    assert [type(label) for label in report.unseen_labels] == [int]


def test_equal_probabilities_give_the_first_class():
    report = evaluate([[0.5, 0.5]], ["a"], ["a", "b"])
    assert report.accuracy == 1


def test_the_accuracy_of_those_answered_is_told():
    probabilities = [[0.9, 0.1], [0.4, 0.6], [0.2, 0.8]]
    labels, names = ["no", "no", "yes"], ["no", "yes"]
    report = evaluate(probabilities, labels, names, thresholds=(0.7, 0.7))
    rows = [line.split("  ")[0] for line in report.to_text().splitlines()[:4]]
    assert rows[1:3] == ["Texts answered", "Accuracy of those answered"]
    assert report.num_answered == 2
    assert report.to_text().splitlines()[2].endswith("1.0000")
    everything = evaluate(probabilities, labels, names, thresholds=(0.0, 0.0))
    assert "of those answered" not in everything.to_text()
