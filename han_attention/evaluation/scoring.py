"""Predicted probabilities beside true labels: see `Report`."""

import math
from collections import Counter
from collections.abc import Iterable
from collections.abc import Sequence
from reprlib import repr as short_repr
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from numpy.typing import NDArray

from han_attention.data.targets import describe_unseen
from han_attention.data.targets import list_true_labels
from han_attention.evaluation.coverage import measure_coverage
from han_attention.evaluation.metrics import calibrate
from han_attention.evaluation.metrics import count_confusion
from han_attention.evaluation.metrics import score_classes
from han_attention.evaluation.report import Report
from han_attention.evaluation.thresholds import check_number_of_thresholds

_THRESHOLD = 0.5  # of a label, where a text can have several
_SUM_TOLERANCE = 0.01  # of the probabilities of a text, around 1


def evaluate(
    probabilities: ArrayLike,
    labels: Any,
    class_names: Sequence[Any],
    multi_label: bool = False,
    thresholds: Sequence[float | None] | None = None,
) -> Report:
    """Compare predicted probabilities with true labels.

    Args:
        probabilities: (N, C), of each class for each text.
        labels: N true labels, as they stand in `class_names`: a list, or a
            column of a table; with `multi_label` N lists of them, or (N, C) of
            0 and 1, as `TextClassifier.fit` takes it: the columns of an array
            are the classes, those of a table have their names.
        class_names: C labels: texts, numbers, booleans or None.
        multi_label: Whether a text can have several labels. Those of a
            probability of at least 0.5 are then predicted, else the most
            probable class. Defaults to `False`.
        thresholds: C numbers from which on a class is answered, None: never,
            as `TextPredictor.thresholds`. Defaults to None: there are none.

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
    labels = list_true_labels(labels, class_names, multi_label)
    values = _check_probabilities(
        probabilities, (len(labels), len(numbers)), sums_to_one=not multi_label
    )
    truth, known, unseen = _read_labels(
        labels if multi_label else [[label] for label in labels], numbers
    )
    if multi_label:
        least_of = _get_least(thresholds, values, _THRESHOLD)
        predicted = values >= least_of
        # Of the probabilities, as with one label: thresholds change none.
        confidence = np.maximum(values, 1 - values).ravel()
        decisions = ((values >= _THRESHOLD) == truth).ravel()
        true_values = np.where(truth, values, 1 - values)[known]
    else:
        predicted = values.argmax(axis=1)[:, None] == np.arange(len(numbers))
        confidence = values.max(axis=1)
        decisions = (predicted & truth).any(axis=1)
        true_values = values[truth]
    right = (predicted == truth).all(axis=1) & known
    sureness = (
        _measure_sureness(values, least_of) if multi_label else confidence
    )
    coverage = measure_coverage(sureness, right)
    if thresholds is not None and not multi_label:
        predicted &= values >= _get_least(thresholds, values, 0.0)
        right &= predicted.any(axis=1)
    decided = truth.sum() + predicted.sum()
    least = np.finfo(values.dtype).eps  # a certain mistake stays finite
    losses = -np.log(np.maximum(true_values, least, dtype="float64"))
    classes = score_classes(numbers, truth, predicted)
    absent = np.flatnonzero(~(truth | predicted).any(axis=0)).tolist()
    f1 = [x.f1 for n, x in enumerate(classes) if n not in absent]
    bins, calibration_error = calibrate(confidence, decisions)
    return Report(
        accuracy=float(right.mean()),
        binary_accuracy=float((predicted == truth).mean())
        if multi_label
        else None,
        macro_f1=float(np.mean(f1 or [0.0])),
        micro_f1=float(2 * (truth & predicted).sum() / max(decided, 1)),
        calibration_error=calibration_error,
        log_loss=float(losses.mean()),
        confusion=None if multi_label else count_confusion(truth, predicted),
        classes=classes,
        reliability=bins,
        num_texts=len(labels),
        unseen_labels=dict(unseen.most_common()),
        coverage=coverage,
        num_answered=_count_answered(predicted, thresholds, multi_label),
        absent_classes=[classes[n].name for n in absent],
    )


def _count_answered(
    predicted: NDArray[np.bool_], thresholds: Any, multi_label: bool
) -> int | None:
    """How many texts have an answer; no label of several is one too."""
    if thresholds is None:
        return None
    return len(predicted) if multi_label else int(predicted.any(axis=1).sum())


def _get_least(
    thresholds: Sequence[float | None] | None,
    values: NDArray[Any],
    otherwise: float,
) -> NDArray[Any]:
    """(C,) from which probability on each class counts."""
    if thresholds is None:
        return np.full(values.shape[1], otherwise, values.dtype)
    check_number_of_thresholds(thresholds, values.shape[1])
    given = [2.0 if one is None else one for one in thresholds]
    return np.array(given, values.dtype)


def _measure_sureness(
    values: NDArray[Any], thresholds: NDArray[Any]
) -> NDArray[np.float64]:
    """(N,) how far the label that is doubted most is from its threshold.

    0.5 at it, 1 where the probability is 0 or 1; a label that is never
    answered is in no doubt. With thresholds of 0.5 it is max(p, 1 - p).
    """
    room = np.where(values >= thresholds, 1 - thresholds, thresholds)
    away = np.abs(values - thresholds) / np.where(room > 0, room, 1)
    away[:, thresholds > 1] = 1
    least: NDArray[np.float64] = 0.5 + 0.5 * away.min(axis=1)
    return least


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
            describe_unseen(next(iter(numbers)), next(iter(unseen)))
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
    values = np.asarray(probabilities)
    if values.shape != shape or values.dtype.kind not in "fiub":
        raise ValueError(
            "Invalid value for argument `probabilities`. Expected numbers of "
            f"shape {shape}, (labels, class names). Received: shape "
            f"{values.shape} of {values.dtype}"
        )
    fits = ((values >= 0) & (values <= 1)).all(axis=1)  # False for NaN
    if sums_to_one:
        fits &= np.abs(values.sum(axis=1, dtype="float64") - 1) < _SUM_TOLERANCE
    if not fits.all():
        row = int(fits.argmin())
        expected = "from 0 to 1" + ", of sum 1" * sums_to_one
        received = short_repr(values[row].tolist())
        raise ValueError(
            "Invalid value for argument `probabilities`. Expected rows of "
            f"numbers {expected}. Received: row {row}, {received}"
            + ". Of several labels it takes multi_label=True."
            * sums_to_one
        )
    return values if values.dtype.kind == "f" else values.astype("float64")
