"""How good predictions are: a report of scores, to read and as JSON."""

import dataclasses
import json
import math
from collections import Counter
from collections.abc import Iterable
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from reprlib import repr as short_repr
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from numpy.typing import NDArray

from han_attention.atomic import replace_when_written
from han_attention.evaluation.tables import report_to_text

_NUM_BINS = 15
_THRESHOLD = 0.5  # of a label, where a text can have several
_SUM_TOLERANCE = 0.01  # of the probabilities of a text, around 1


@dataclass(frozen=True)
class ClassScores:
    """The scores of one class; a share of nothing is 0."""

    name: Any
    precision: float
    recall: float
    f1: float
    support: int


@dataclass(frozen=True)
class ReliabilityBin:
    """The decisions with a confidence in (lower, upper]."""

    lower: float
    upper: float
    confidence: float
    accuracy: float
    count: int


@dataclass(frozen=True, eq=False)
class Report:
    """How good the predictions for some labelled texts are.

    A text with a label never seen in training, which no class has, is wrong
    in `accuracy` and has no part in `confusion` and `log_loss`. In the other
    scores it counts as a text without that label: a class predicted for it
    is a false positive, and a wrong decision.

    Attributes:
        accuracy: Share of texts with exactly the right label or labels.
        macro_f1: Mean F1 of the classes, those without texts included.
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

    Example:
    >>> evaluate([[0.9, 0.1], [0.3, 0.7]], ["a", "a"], ["a", "b"]).accuracy
    0.5

    Reference:
        https://arxiv.org/abs/1706.04599: the calibration error.
    """

    accuracy: float
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
        return report_to_text(self)

    __str__ = to_text


def evaluate(
    probabilities: ArrayLike,
    labels: Sequence[Any],
    class_names: Sequence[Any],
    multi_label: bool = False,
) -> Report:
    """Compare predicted probabilities with true labels.

    Args:
        probabilities: (N, C), of each class for each text.
        labels: N true labels, as they stand in `class_names`; with
            `multi_label` N lists of them.
        class_names: C labels: texts, numbers, booleans or None.
        multi_label: Whether a text can have several labels. Those of a
            probability of at least 0.5 are then predicted, else the most
            probable class. Defaults to `False`.

    Returns:
        `Report`.

    Raises:
        ValueError: for shapes that do not fit, no texts, numbers that are no
            probabilities, or if every text has a label that no class has.

    Example:
    >>> probabilities = [[0.9, 0.1], [0.6, 0.4], [0.2, 0.8]]
    >>> report = evaluate(probabilities, ["no", "yes", "yes"], ["no", "yes"])
    >>> report.confusion.tolist()
    [[1, 0], [1, 1]]
    """
    numbers = {_plain_label(name): n for n, name in enumerate(class_names)}
    if not numbers or len(numbers) != len(class_names):
        raise ValueError(
            "Invalid value for argument `class_names`. Expected different "
            f"labels. Received: class_names={short_repr(class_names)}"
        )
    shares = _check_probabilities(
        probabilities, (len(labels), len(numbers)), sums_to_one=not multi_label
    )
    truth, known, unseen = _read_labels(
        labels if multi_label else [[label] for label in labels], numbers
    )
    if multi_label:
        predicted = shares >= _THRESHOLD
        confidence = np.maximum(shares, 1 - shares).ravel()
        decisions = (predicted == truth).ravel()
        true_shares = np.where(truth, shares, 1 - shares)[known]
    else:
        predicted = shares.argmax(axis=1)[:, None] == np.arange(len(numbers))
        confidence = shares.max(axis=1)
        decisions = (predicted & truth).any(axis=1)
        true_shares = shares[truth]
    decided = truth.sum() + predicted.sum()
    least = np.finfo(shares.dtype).eps  # a certain mistake stays finite
    losses = -np.log(np.maximum(true_shares, least, dtype="float64"))
    classes = _score_classes(numbers, truth, predicted)
    bins, calibration_error = _calibrate(confidence, decisions)
    return Report(
        accuracy=float(((predicted == truth).all(axis=1) & known).mean()),
        macro_f1=float(np.mean([scores.f1 for scores in classes])),
        micro_f1=float(2 * (truth & predicted).sum() / max(decided, 1)),
        calibration_error=calibration_error,
        log_loss=float(losses.mean()),
        confusion=None if multi_label else _confusion(truth, predicted),
        classes=classes,
        reliability=bins,
        num_texts=len(labels),
        unseen_labels=dict(unseen.most_common()),
    )


def save_report(report: Report, path: str | Path) -> None:
    """Write a report as JSON, whole or not at all.

    Example:
    >>> report = evaluate([[0.9, 0.1]], ["no"], ["no", "yes"])
    >>> save_report(report, "report.json")
    """
    text = json.dumps(report.to_dict(), indent=2, allow_nan=False)
    with replace_when_written(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def _read_labels(
    label_lists: Sequence[Any], numbers: dict[Any, int]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_], Counter[Any]]:
    """(N, C) what is true, (N,) whether that is all, and what else is true."""
    truth = np.zeros((len(label_lists), len(numbers)), bool)
    known = np.ones(len(label_lists), bool)
    unseen: Counter[Any] = Counter()
    for row, labels in enumerate(label_lists):
        if isinstance(labels, str) or not isinstance(labels, Iterable):
            raise ValueError(
                "Invalid value for argument `labels`. Expected a list of "
                f"labels for each text. Received: {short_repr(labels)}"
            )
        for label in {_plain_label(label) for label in labels}:
            if label in numbers:
                truth[row, numbers[label]] = True
            else:
                known[row] = False
                unseen[label] += 1
    if not known.any():
        raise ValueError(
            "Invalid value for argument `labels`. Expected labels seen in "
            f"training, such as {next(iter(numbers))!r}. Received: in every "
            f"text one that was not, such as {next(iter(unseen))!r}"
        )
    return truth, known, unseen


def _plain_label(label: Any) -> Any:
    """A label as a Python value, if JSON has it."""
    value = label.item() if isinstance(label, np.generic) else label
    finite = isinstance(value, float) and math.isfinite(value)
    if finite or value is None or isinstance(value, str | int):
        return value
    raise ValueError(
        "Invalid label. Expected a text, a number, a boolean or None (a list "
        f"of them with multi_label=True). Received: {short_repr(label)}"
    )


def _check_probabilities(
    probabilities: ArrayLike, shape: tuple[int, int], sums_to_one: bool
) -> NDArray[Any]:
    """The probabilities as floats of the given shape (N, C)."""
    if not shape[0]:
        raise ValueError("There are no texts to evaluate: `labels` is empty.")
    shares = np.asarray(probabilities)
    if shares.shape != shape or shares.dtype.kind not in "fiub":
        raise ValueError(
            "Invalid value for argument `probabilities`. Expected numbers of "
            f"shape {shape}, (labels, class names). Received: shape "
            f"{shares.shape} of {shares.dtype}"
        )
    fits = ((shares >= 0) & (shares <= 1)).all(axis=1)  # False for NaN
    if sums_to_one:
        fits &= np.abs(shares.sum(axis=1, dtype="float64") - 1) < _SUM_TOLERANCE
    if not fits.all():
        row = int(fits.argmin())
        expected = "from 0 to 1" + ", of sum 1" * sums_to_one
        received = short_repr(shares[row].tolist())
        raise ValueError(
            "Invalid value for argument `probabilities`. Expected rows of "
            f"numbers {expected}. Received: row {row}, {received}"
        )
    return shares if shares.dtype.kind == "f" else shares.astype("float64")


def _score_classes(
    names: Iterable[Any], truth: NDArray[np.bool_], predicted: NDArray[np.bool_]
) -> list[ClassScores]:
    hits = (truth & predicted).sum(axis=0)
    support, guesses = truth.sum(axis=0), predicted.sum(axis=0)
    columns = (
        hits / np.maximum(guesses, 1),
        hits / np.maximum(support, 1),
        2 * hits / np.maximum(guesses + support, 1),
        support,
    )
    rows = zip(names, *(column.tolist() for column in columns), strict=True)
    return [ClassScores(*row) for row in rows]


def _confusion(
    truth: NDArray[np.bool_], predicted: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """Count (true, predicted) where a class is true."""
    size = truth.shape[1]
    rows = truth.any(axis=1)
    cells = truth[rows].argmax(axis=1) * size + predicted[rows].argmax(axis=1)
    return np.bincount(cells, minlength=size * size).reshape(size, size)


def _calibrate(
    confidence: NDArray[Any], right: NDArray[np.bool_]
) -> tuple[list[ReliabilityBin], float]:
    """The bins that are not empty, and the expected calibration error."""
    edges = np.linspace(0, 1, _NUM_BINS + 1)
    places = np.digitize(confidence, edges[1:-1], right=True)
    counts = np.bincount(places, minlength=_NUM_BINS)
    confidences = np.bincount(places, confidence, _NUM_BINS)
    rights = np.bincount(places, right, _NUM_BINS)
    full = counts > 0
    means = (sums[full] / counts[full] for sums in (confidences, rights))
    columns = (edges[:-1][full], edges[1:][full], *means, counts[full])
    rows = zip(*(column.tolist() for column in columns), strict=True)
    error = np.abs(confidences - rights).sum() / len(confidence)
    return [ReliabilityBin(*row) for row in rows], float(error)
