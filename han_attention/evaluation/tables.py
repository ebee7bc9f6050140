"""Trainings and reports as tables of text."""

from collections.abc import Mapping
from collections.abc import Sequence
from typing import TYPE_CHECKING
from typing import Any

import numpy as np
from numpy.typing import NDArray

from han_attention.explain.render.text_layout import columns_of

if TYPE_CHECKING:
    from han_attention.evaluation.report import Report

_LARGEST_TABLE = 12  # classes; of more the worst confusions are listed
_WIDEST_TABLE = 80  # characters; of a wider one the columns are numbered
_EPOCH_COLUMNS = ("loss", "accuracy", "val_loss", "val_accuracy", "seconds")
_MOST_LISTED = 10  # confusions, and labels never seen


def report_to_text(report: "Report") -> str:
    """Draw a report as tables of text.

    Example:
    >>> from han_attention.evaluation.report import evaluate
    >>> report = evaluate([[0.9, 0.1]], ["no"], ["no", "yes"])
    >>> print(report_to_text(report).splitlines()[0])
    Texts                   1
    """
    names = [display_name(scores.name) for scores in report.classes]
    parts = [_summary(report), _class_table(report, names)]
    if report.confusion is not None:
        small = len(names) <= _LARGEST_TABLE
        draw = _confusion_table if small else _worst_confusions
        parts.append(draw(report.confusion, names))
    return "\n\n".join(parts)


def epoch_table(epochs: Sequence[Mapping[str, float]]) -> str:
    """One line for each epoch of a training, below a heading.

    Args:
        epochs: Dictionaries with `epoch`, `loss`, `accuracy`, `seconds`, and
            `val_loss` and `val_accuracy` if something was held out.

    Example:
    >>> epoch = {"epoch": 1, "loss": 0.5, "accuracy": 0.75, "seconds": 2.0}
    >>> print(epoch_table([epoch]))
    epoch          loss      accuracy       seconds
        1        0.5000        0.7500        2.0000
    """
    columns = [name for name in _EPOCH_COLUMNS if name in epochs[0]]
    lines = ["epoch" + "".join(f"{name:>14}" for name in columns)]
    for epoch in epochs:
        numbers = "".join(f"{epoch[name]:14.4f}" for name in columns)
        lines.append(f"{epoch['epoch']:5}{numbers}")
    return "\n".join(lines)


def display_name(label: Any, longest: int = 24) -> str:
    """A label on one line: cut in its middle, what is not printable escaped.

    Example:
    >>> display_name("a label of many words", longest=14)
    'a label… words'
    """
    text = "".join(
        c if c.isprintable() else c.encode("unicode_escape").decode()
        for c in str(label)
    )
    if len(text) <= longest:
        return text or '""'
    rest = (longest - 1) // 2  # of the end, where long names often differ
    return text[: longest - 1 - rest] + "…" + text[-rest:]


def _summary(report: "Report") -> str:
    rows = [
        ["Texts", str(report.num_texts)],
        ["Accuracy", f"{report.accuracy:.4f}"],
        ["Macro F1", f"{report.macro_f1:.4f}"],
        ["Micro F1", f"{report.micro_f1:.4f}"],
        ["Calibration error", f"{report.calibration_error:.4f}"],
        ["Log loss", f"{report.log_loss:.4f}"],
    ]
    if report.num_bad_rows:
        rows.append(["Rows skipped", str(report.num_bad_rows)])
    lines = [_table(rows)]
    if report.unseen_labels:
        labels = list(report.unseen_labels.items())
        listed = [f"{display_name(k)} ({n})" for k, n in labels[:_MOST_LISTED]]
        if len(labels) > _MOST_LISTED:
            listed.append(f"{len(labels) - _MOST_LISTED} more")
        lines.append(
            "Labels never seen in training, counted as wrong: "
            + ", ".join(listed)
        )
    return "\n".join(lines)


def _class_table(report: "Report", names: Sequence[str]) -> str:
    rows = [["Class", "precision", "recall", "F1", "texts"]]
    for name, scores in zip(names, report.classes, strict=True):
        shares = (scores.precision, scores.recall, scores.f1)
        rows.append(
            [name, *(f"{share:.4f}" for share in shares), str(scores.support)]
        )
    return _table(rows)


def _confusion_table(confusion: NDArray[np.int64], names: Sequence[str]) -> str:
    counts = [[str(count) for count in row] for row in confusion.tolist()]
    heading = "Confusion matrix (rows: true, columns: predicted)"
    rows = [["", *names]]
    rows += [[name, *row] for name, row in zip(names, counts, strict=True)]
    if max(map(columns_of, _table(rows).splitlines())) > _WIDEST_TABLE:
        numbers = [str(n) for n in range(1, len(names) + 1)]
        rows = [["", *numbers]]
        rows += [
            [f"{n} {name}", *row]
            for n, name, row in zip(numbers, names, counts, strict=True)
        ]
    return f"{heading}\n{_table(rows)}"


def _worst_confusions(
    confusion: NDArray[np.int64], names: Sequence[str]
) -> str:
    wrong = confusion.copy()
    np.fill_diagonal(wrong, 0)
    worst = np.argsort(-wrong, axis=None, kind="stable")[:_MOST_LISTED]
    rows = [["True class", "predicted", "texts"]]
    for true, predicted in zip(
        *np.unravel_index(worst, wrong.shape), strict=True
    ):
        if wrong[true, predicted]:
            rows.append(
                [names[true], names[predicted], str(wrong[true, predicted])]
            )
    if len(rows) == 1:
        return "No class was taken for another."
    return f"Most confused classes\n{_table(rows, left=2)}"


def _table(rows: Sequence[Sequence[str]], left: int = 1) -> str:
    """Columns two spaces apart, the first `left` of them flush left."""
    widths = [
        max(map(columns_of, column)) for column in zip(*rows, strict=True)
    ]
    lines = []
    for row in rows:
        cells = []
        for n, (cell, width) in enumerate(zip(row, widths, strict=True)):
            space = " " * (width - columns_of(cell))
            cells.append(cell + space if n < left else space + cell)
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)
