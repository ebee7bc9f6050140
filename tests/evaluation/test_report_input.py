"""Reports: as JSON and in files, and of wrong input."""

import dataclasses
import json
import subprocess
import sys

import numpy as np
import pandas
import pytest
import scipy.sparse

from han_attention.evaluation.report import Report
from han_attention.evaluation.report import save_report
from han_attention.evaluation.scoring import evaluate
from han_attention.evaluation.thresholds import tune_thresholds

NAMES = ["apple", "banana", "cherry", "date"]


@pytest.mark.parametrize(
    "names",
    [
        ["no", "yes"],
        [0, 1],
        [-1, 2.5],
        [False, True],
        [None, "something"],
        ["", "\ud800 \0"],
        ["1", 1],
    ],
)
def test_report_is_json_whatever_the_labels_are(names, tmp_path):
    probabilities = [[0.9, 0.1], [0.2, 0.8], [0.6, 0.4]]
    labels = [names[0], names[1], "new"]
    report = evaluate(probabilities, labels, names)
    save_report(report, tmp_path / "reports" / "report.json")
    text = (tmp_path / "reports" / "report.json").read_text(encoding="utf-8")
    content = json.loads(text)
    assert content == report.to_dict()
    assert [scores["name"] for scores in content["classes"]] == names
    assert content["confusion"] == [[1, 0], [0, 1]]
    assert content["unseen_labels"] == [{"label": "new", "count": 1}]
    assert set(content) == {f.name for f in dataclasses.fields(Report)}
    assert content["reliability"][0]["count"] == 1


def test_json_of_several_labels():
    report = evaluate([[0.9, 0.1]], [["a"]], ["a", "b"], multi_label=True)
    content = json.loads(json.dumps(report.to_dict()))
    assert content["confusion"] is None
    assert content["num_bad_rows"] == 0


GOOD = [[0.9, 0.1], [0.2, 0.8]]


@pytest.mark.parametrize(
    ("probabilities", "labels", "names", "message"),
    [
        (GOOD, ["a"], ["a", "b"], r"shape \(1, 2\).*shape \(2, 2\)"),
        (GOOD, ["a", "b"], ["a", "b", "c"], r"shape \(2, 3\)"),
        ([0.9, 0.2], ["a", "b"], ["a", "b"], r"Received: shape \(2,\)"),
        ([["x", "y"]], ["a"], ["a", "b"], "numbers of shape"),
        ([[2.0, -1.0]], ["a"], ["a", "b"], "from 0 to 1.*row 0"),
        ([[1, 0], [np.nan, 0.5]], ["a", "b"], ["a", "b"], "row 1.*nan"),
        ([[np.inf, 0.0]], ["a"], ["a", "b"], "row 0.*inf"),
        ([[0.9, 0.9]], ["a"], ["a", "b"], r"of sum 1.*\[0.9, 0.9\]"),
        (np.zeros((0, 2)), [], ["a", "b"], "no texts"),
        (GOOD, ["a", "b"], ["a", "a"], "`class_names`.*different"),
        (np.zeros((2, 0)), ["a", "b"], [], "`class_names`"),
        (GOOD, ["A", "B"], ["a", "b"], "such as 'a'.*such as 'A'"),
        (GOOD, ["0", "1"], [0, 1], "such as 0.*such as '0'"),
        (GOOD, ["a", float("nan")], ["a", "b"], "Invalid label.*nan"),
        (GOOD, [["a"], ["b"]], ["a", "b"], "multi_label=True"),
        (GOOD, [b"a", b"b"], ["a", "b"], "Invalid label"),
    ],
)
def test_wrong_input(probabilities, labels, names, message):
    with pytest.raises(ValueError, match=message) as caught:
        evaluate(probabilities, labels, names)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (["a", "b"], "list of labels.*'a'"),
        ([3, 4], "list of labels.*3"),
        ([["a"], [["b"]]], "Invalid label"),
        ([["c"], ["d"]], "such as 'c'"),
    ],
)
def test_wrong_lists_of_labels(labels, message):
    with pytest.raises(ValueError, match=message):
        evaluate(GOOD, labels, ["a", "b"], multi_label=True)


def test_messages_stay_short():
    names = list(range(5000))
    probabilities = np.full((1, 5000), 0.5)
    with pytest.raises(ValueError, match="of sum 1") as caught:
        evaluate(probabilities, [0], names)
    assert len(str(caught.value)) < 250
    with pytest.raises(ValueError, match="different") as caught:
        evaluate(probabilities, [0], [*names[:-1], 0])
    assert len(str(caught.value)) < 250


def test_failed_save_leaves_what_was_there(tmp_path):
    path = tmp_path / "report.json"
    report = evaluate(GOOD, ["a", "b"], ["a", "b"])
    save_report(report, path)
    before = path.read_text()
    broken = dataclasses.replace(report, log_loss=float("nan"))
    with pytest.raises(ValueError, match="JSON"):
        save_report(broken, path)
    assert path.read_text() == before
    assert list(tmp_path.iterdir()) == [path]


def test_report_is_not_saved_over_a_folder(tmp_path):
    report = evaluate(GOOD, ["a", "b"], ["a", "b"])
    (tmp_path / "report.json").mkdir()
    with pytest.raises(IsADirectoryError):
        save_report(report, tmp_path / "report.json")
    assert [path.name for path in tmp_path.iterdir()] == ["report.json"]


def test_loads_neither_keras_nor_matplotlib():
    code = (
        "import sys, han_attention.evaluation.scoring\n"
        "heavy = ('keras', 'tensorflow', 'matplotlib')\n"
        "print([name for name in heavy if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


SEVERAL = [[0.9, 0.1], [0.2, 0.8], [0.1, 0.2]]


@pytest.mark.parametrize(
    "make",
    [
        lambda lists, matrix: lists,
        lambda lists, matrix: matrix,
        lambda lists, matrix: matrix.tolist(),
        lambda lists, matrix: pandas.Series(lists),
        # By the names of the columns, in whatever order they are.
        lambda lists, matrix: pandas.DataFrame(
            matrix[:, ::-1], columns=["good", "film"]
        ),
        lambda lists, matrix: scipy.sparse.csr_matrix(matrix),
        lambda lists, matrix: iter(lists),
    ],
)
def test_several_labels_as_fit_takes_them(make):
    lists = [["film"], ["good"], []]
    labels = make(lists, np.array([[1, 0], [0, 1], [0, 0]]))
    report = evaluate(SEVERAL, labels, ["film", "good"], multi_label=True)
    assert report.accuracy == 1
    assert [scores.support for scores in report.classes] == [1, 1]
    labels = make(lists, np.array([[1, 0], [0, 1], [0, 0]]))
    names = np.array(["film", "good"])
    options = {"recall": 1.0, "multi_label": True}
    tuned = tune_thresholds(SEVERAL, labels, names, **options)
    assert [one.threshold for one in tuned] == [0.9, 0.8]


def test_a_table_of_other_columns():
    table = pandas.DataFrame({"film": [1, 0, 0], "bad": [0, 1, 0]})
    with pytest.raises(ValueError, match="the columns"):
        evaluate(SEVERAL, table, ["film", "good"], multi_label=True)


def test_there_is_a_threshold_for_each_class():
    message = "`thresholds`. Expected one for each of 2 classes. Received: 3"
    with pytest.raises(ValueError, match=message):
        evaluate(GOOD, ["a", "b"], ["a", "b"], thresholds=[0.5] * 3)
    with pytest.raises(ValueError, match=message):
        tune_thresholds(
            GOOD,
            ["a", "b"],
            ["a", "b"],
            precision=0.9,
            thresholds=[0.5] * 3,
        )


def test_a_matrix_says_what_reads_it():
    with pytest.raises(
        TypeError, match="A 0/1 matrix needs `multi_label=True`"
    ):
        evaluate([[0.9, 0.1]], np.array([[1, 0]]), ["film", "good"])


def test_no_label_of_several_is_an_answer():
    """And thresholds change no probability, so no calibration."""
    truth = [["film"], ["good"], []]
    names = ["film", "good"]
    report = evaluate(SEVERAL, truth, names, True, [0.85, 0.5])
    assert (report.num_answered, report.accuracy) == (3, 1)
    assert report.coverage[0].coverage == report.coverage[0].accuracy == 1
    high = evaluate(SEVERAL, truth, names, True, [0.95, None])
    assert high.num_answered == 3
    assert high.coverage[0].accuracy == high.accuracy == pytest.approx(1 / 3)
    assert high.calibration_error == report.calibration_error
