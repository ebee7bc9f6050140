"""Reports as text, and labels as they are shown."""

import numpy as np
import pytest
from report_cases import make_report
from report_cases import several_labels
from report_cases import with_confusion

from han_attention.evaluation.scoring import evaluate
from han_attention.evaluation.tables import display_name
from han_attention.evaluation.tables import epoch_table


@pytest.mark.parametrize(
    ("label", "longest", "expected"),
    [
        ("short", 24, "short"),
        ("x" * 24, 24, "x" * 24),
        ("x" * 25, 24, "x" * 12 + "…" + "x" * 11),
        ("abcdefgh", 5, "ab…gh"),
        ("", 24, '""'),
        (3, 24, "3"),
        (None, 24, "None"),
        ("two\nlines\t\0", 24, r"two\nlines\t\x00"),
        ("\ud800", 24, r"\ud800"),
        ("体育 é", 24, "体育 é"),
    ],
)
def test_display_name(label, longest, expected):
    assert display_name(label, longest) == expected


def test_long_names_that_differ_at_their_end_stay_different():
    names = {display_name(f"talk.politics.of.the.middle.{n}") for n in "ab"}
    assert len(names) == 2


def test_text_of_worked_numbers():
    report = evaluate(
        [[0.9, 0.1], [0.25, 0.75], [0.3, 0.7], [0.5, 0.5]],
        ["no", "no", "yes", "maybe"],
        ["no", "yes"],
    )
    expected = """\
Texts                   4
Accuracy           0.5000
Macro F1           0.5833
Micro F1           0.5714
Calibration error  0.4125
Log loss           0.6161
Labels never seen in training, wrong in the accuracy: maybe (1)

Class  precision  recall      F1  texts
no        0.5000  0.5000  0.5000      2
yes       0.5000  1.0000  0.6667      1

Texts answered  if as sure as  accuracy
100%                    0.500     0.500
75%                     0.700     0.667
50%                     0.750     0.500
25%                     0.900     1.000

Confusion matrix (rows: true, columns: predicted)
     no  yes
no    1    1
yes   0    1"""
    assert report.to_text() == expected


def test_text_of_several_labels_has_no_matrix():
    text = several_labels().to_text()
    assert "Micro F1" in text
    assert "onfus" not in text


def test_wide_matrix_has_numbered_columns():
    names = [f"a long class name {n}" for n in range(12)]
    text = make_report(names).to_text()
    heading, *rows = text.partition("Confusion matrix")[2].splitlines()[1:]
    assert heading.split() == [str(n) for n in range(1, 13)]
    assert [row.split("  ")[0] for row in rows] == [
        f"{n} {name}".strip() for n, name in enumerate(names, start=1)
    ]
    assert max(map(len, text.splitlines())) <= 100


def test_many_classes_have_only_the_ten_worst_confusions():
    names = [f"n{n}" for n in range(13)]
    confusion = 50 * np.eye(13, dtype=int)
    confusion[0, 1:] = np.arange(1, 13)
    text = with_confusion(names, confusion).to_text()
    title, _, *rows = text.partition("Most confused")[2].splitlines()
    assert [row.split() for row in rows] == [
        ["n0", f"n{n}", str(n)] for n in range(12, 2, -1)
    ]


def test_nothing_confused():
    names = [f"n{n}" for n in range(13)]
    report = make_report(names, right=1)
    assert "No class was taken for another." in report.to_text()


def test_many_labels_never_seen():
    labels = ["a", *(f"new {n}" for n in range(40))]
    report = evaluate(np.tile([0.9, 0.1], (41, 1)), labels, ["a", "b"])
    (line,) = (x for x in report.to_text().splitlines() if "never" in x)
    assert line.endswith("new 8 (1), new 9 (1), 30 more")


def test_columns_stand_below_each_other_in_wide_characters():
    text = make_report(["体育", "e\u0301te\u0301", "Ａ", "b"]).to_text()
    rows = text.split("\n\n")[1].splitlines()
    # Each East Asian character takes two columns, each accent none.
    ends = {
        len(row) + sum(map(row.count, "体育Ａ")) - row.count("\u0301")
        for row in rows
    }
    assert len(ends) == 1


def test_epochs_of_several_labels_count_each_label():
    epoch = {"epoch": 1, "loss": 0.5, "accuracy": 0, "binary_accuracy": 0.75}
    epoch |= {"val_accuracy": 0, "val_binary_accuracy": 0.25, "seconds": 2}
    heading, numbers = epoch_table([epoch]).splitlines()
    expected = ["loss", "binary_accuracy", "val_binary_accuracy", "seconds"]
    assert heading.split() == ["epoch", *expected]
    assert numbers.split() == ["1", "0.5000", "0.7500", "0.2500", "2.0"]
    assert len(heading) == len(numbers)
