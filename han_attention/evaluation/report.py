"""How good predictions are: a report of scores, to read and as JSON."""

import dataclasses
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from han_attention.atomic import replace_when_written
from han_attention.drawing.text import count_columns
from han_attention.evaluation.coverage import CoveragePoint
from han_attention.evaluation.metrics import ClassScores
from han_attention.evaluation.metrics import ReliabilityBin
from han_attention.evaluation.tables import display_name
from han_attention.evaluation.tables import draw_table
from han_attention.evaluation.tables import list_names

_LARGEST_TABLE = 12  # classes; of more the worst confusions are listed
_WIDEST_TABLE = 80  # characters; of a wider one the columns are numbered
_MOST_LISTED = 10  # confusions


@dataclass(frozen=True, eq=False)
class Report:
    """How good the predictions for some labelled texts are.

    A text with a label never seen in training, which no class has, is wrong
    in `accuracy` and has no part in `confusion` and `log_loss`. In the other
    scores it counts as a text without that label: a class predicted for it
    is a false positive, and a wrong decision.

    Attributes:
        accuracy: Fraction of texts with exactly the right label or labels.
        binary_accuracy: With several labels, the fraction of right single
            answers, yes or no to each label; else None.
        macro_f1: Mean F1 of the classes, without those of `absent_classes`,
            as scikit-learn has it.
        micro_f1: F1 of all classes counted together.
        calibration_error: Mean of |confidence - accuracy| over 15 bins of
            equal width, weighted by their counts. With several labels for a
            text, each label is a decision, of confidence max(p, 1 - p).
        log_loss: Mean of -log p of what is true, over texts, or over texts
            and labels; p is at least the rounding of its type.
        confusion: (true, predicted) counts; None with several labels.
        classes: Scores of each class.
        reliability: The bins of the calibration error that are not empty.
        num_texts: Texts evaluated.
        unseen_labels: How often each label came that no class has.
        num_bad_rows: Rows that could not be read: whoever reads files sets
            it. Defaults to 0.
        coverage: Accuracy of the surest part of the texts, of all to a tenth.
        num_answered: With thresholds, how many texts were given an answer;
            the others count as wrong in `accuracy`. With several labels that
            is all of them: no label is an answer too. Else None.
        absent_classes: The classes that no text has, and that were predicted
            for none: their F1 is neither good nor bad.

    Example:
    >>> from han_attention import evaluate
    >>> evaluate([[0.9, 0.1], [0.3, 0.7]], ["a", "a"], ["a", "b"]).accuracy
    0.5

    Reference:
        https://arxiv.org/abs/1706.04599: the calibration error.
    """

    accuracy: float
    binary_accuracy: float | None
    macro_f1: float
    micro_f1: float
    calibration_error: float
    log_loss: float
    confusion: NDArray[np.int64] | None
    classes: list[ClassScores]
    reliability: list[ReliabilityBin]
    num_texts: int
    unseen_labels: dict[Any, int]
    num_bad_rows: int = 0
    coverage: list[CoveragePoint] = dataclasses.field(default_factory=list)
    num_answered: int | None = None
    absent_classes: list[Any] = dataclasses.field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        """Everything as JSON has it; `unseen_labels` as a list."""
        unseen = self.unseen_labels.items()
        content = dataclasses.asdict(self)
        content["unseen_labels"] = [{"label": k, "count": n} for k, n in unseen]
        if self.confusion is not None:
            content["confusion"] = self.confusion.tolist()
        return content

    def to_text(self) -> str:
        """The scores as tables to read."""
        return _to_text(self)

    __str__ = to_text


def save_report(report: Report, path: str | Path) -> None:
    """Write a report as JSON, whole or not at all.

    Example:
    >>> from han_attention import evaluate
    >>> report = evaluate([[0.9, 0.1]], ["no"], ["no", "yes"])
    >>> save_report(report, "report.json")
    """
    text = json.dumps(report.to_dict(), indent=2, allow_nan=False)
    with replace_when_written(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def is_report(path: str | Path) -> bool:
    """Whether a file is what `save_report` writes.

    Example:
    >>> _ = Path("mine.json").write_text("{}")
    >>> is_report("mine.json")
    False
    """
    try:
        content = json.loads(Path(path).read_text(encoding="utf-8"))
    except ValueError:
        return False
    said = {"accuracy", "macro_f1", "num_texts", "classes"}
    return isinstance(content, dict) and said <= content.keys()


def _to_text(report: Report) -> str:
    """The scores as tables to read."""
    names = [display_name(scores.name) for scores in report.classes]
    parts = [_summary(report), _class_table(report, names)]
    unanswered = 0
    if report.num_answered is not None:
        unanswered = report.num_texts - report.num_answered
    if report.coverage:
        whose = "Without the thresholds:\n" if unanswered else ""
        parts.append(whose + _coverage_table(report.coverage))
    if report.confusion is not None:
        small = len(names) <= _LARGEST_TABLE
        draw = _confusion_table if small else _worst_confusions
        whose = f"Without the {unanswered:,} texts that have no answer:\n"
        parts.append(whose * bool(unanswered) + draw(report.confusion, names))
    return "\n\n".join(parts)


def _summary(report: Report) -> str:
    answers = []
    if report.binary_accuracy is not None:
        answers = [["Binary accuracy", f"{report.binary_accuracy:.4f}"]]
    rows = [
        ["Texts", str(report.num_texts)],
        ["Accuracy", f"{report.accuracy:.4f}"],
        *answers,
        ["Macro F1", f"{report.macro_f1:.4f}"],
        ["Micro F1", f"{report.micro_f1:.4f}"],
        ["Calibration error", f"{report.calibration_error:.4f}"],
        ["Log loss", f"{report.log_loss:.4f}"],
    ]
    if report.num_answered is not None:
        rows.insert(1, ["Texts answered", str(report.num_answered)])
    if report.num_answered and report.num_answered < report.num_texts:
        right = report.accuracy * report.num_texts / report.num_answered
        rows.insert(2, ["Accuracy of those answered", f"{right:.4f}"])
    if report.num_bad_rows:
        rows.append(["Rows skipped", str(report.num_bad_rows)])
    lines = [draw_table(rows)]
    if report.absent_classes:
        number = len(report.classes)
        present = number - len(report.absent_classes)
        names = list_names(list(map(display_name, report.absent_classes)))
        lines.append(
            f"Macro F1 is over {present} of {number} classes; neither texts "
            f"nor predictions here: {names}"
        )
    if report.unseen_labels:
        unseen = report.unseen_labels.items()
        names = list_names([f"{display_name(k)} ({n})" for k, n in unseen])
        lines.append(
            f"Labels never seen in training, wrong in the accuracy: {names}"
        )
    return "\n".join(lines)


def _class_table(report: Report, names: Sequence[str]) -> str:
    rows = [["Class", "precision", "recall", "F1", "texts"]]
    for name, scores in zip(names, report.classes, strict=True):
        numbers = (scores.precision, scores.recall, scores.f1)
        rows.append([name, *(f"{n:.4f}" for n in numbers), str(scores.support)])
    return draw_table(rows)


def _coverage_table(points: Sequence[CoveragePoint]) -> str:
    rows = [["Texts answered", "if as sure as", "accuracy"]]
    for point in points:
        numbers = (point.threshold, point.accuracy)
        rows.append([f"{point.coverage:.0%}", *(f"{n:.3f}" for n in numbers)])
    return draw_table(rows)


def _confusion_table(confusion: NDArray[np.int64], names: Sequence[str]) -> str:
    counts = [[str(count) for count in row] for row in confusion.tolist()]
    heading = "Confusion matrix (rows: true, columns: predicted)"
    rows = [["", *names]]
    rows += [[name, *row] for name, row in zip(names, counts, strict=True)]
    if max(map(count_columns, draw_table(rows).splitlines())) > _WIDEST_TABLE:
        numbers = [str(n) for n in range(1, len(names) + 1)]
        rows = [["", *numbers]]
        rows += [
            [f"{n} {name}", *row]
            for n, name, row in zip(numbers, names, counts, strict=True)
        ]
    return f"{heading}\n{draw_table(rows)}"


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
    return f"Most confused classes\n{draw_table(rows, left=2)}"
