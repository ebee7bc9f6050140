"""When a model should answer: thresholds that are tuned."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from numpy.typing import NDArray

from han_attention.data.targets import describe_unseen
from han_attention.data.targets import list_true_labels
from han_attention.evaluation.tables import display_name
from han_attention.evaluation.tables import list_names
from han_attention.inference.base import TextPredictor

_BEFORE = {False: 0.0, True: 0.5}  # with one label, and with several


@dataclass(frozen=True)
class TunedThreshold:
    """From which probability on a class is answered.

    Attributes:
        name: The class.
        threshold: The probability; None: never, for what was asked for cannot
            be had; 0.0: always.
        precision: Which part of the answers is right.
        recall: Which part of the texts of the class is found.
        answers: How many texts are given the class. With several labels a
            text that is given none has an answer too: none.
        num_texts: How many texts of the class there were; of none nothing
            could be chosen, and the threshold is the one before.
    """

    name: Any
    threshold: float | None
    precision: float
    recall: float
    answers: int
    num_texts: int


def tune_thresholds(
    probabilities: ArrayLike,
    labels: Any,
    class_names: Sequence[Any],
    *,
    precision: float | None = None,
    recall: float | None = None,
    multi_label: bool = False,
    thresholds: Sequence[float | None] | None = None,
) -> list[TunedThreshold]:
    """Choose for each class from which probability on it is answered.

    With `precision` it is the highest of the thresholds whose answers have it
    and find as many texts of the class as can be: a lower one would answer
    more texts, and wrongly. With `recall` it is the highest that still
    finds that part of the texts of the class. The texts should be held out:
    on those of the training a model is surer than it ought to be, and few
    texts of a class say little. A class without a text among them keeps the
    threshold that it had.

    Args:
        probabilities: (N, C), of each class for each text.
        labels: N true labels; with `multi_label` N lists of them, or (N, C)
            of 0 and 1: as `evaluate` takes them.
        class_names: C labels.
        precision: From above 0 to 1. Defaults to None.
        recall: The same; one of both is given. Defaults to None.
        multi_label: Whether a text can have several labels. Else only its
            most probable class can be answered. Defaults to `False`.
        thresholds: C numbers, those before, None: never. Defaults to None:
            every class is answered, with `multi_label` from 0.5 on.

    Returns:
        A `TunedThreshold` for each class, in their order.

    Raises:
        ValueError: for both of `precision` and `recall`, or none, or one out
            of range, and as `evaluate`.

    Labels that no class has are named in a warning.

    Example:
    >>> probabilities = [[0.9, 0.1], [0.6, 0.4], [0.8, 0.2], [0.3, 0.7]]
    >>> labels = ["no", "yes", "no", "yes"]
    >>> tuned = tune_thresholds(
    ...     probabilities, labels, ["no", "yes"], precision=1.0
    ... )
    >>> [(one.name, one.threshold) for one in tuned]
    [('no', 0.8), ('yes', 0.7)]
    """
    least = check_target(precision, recall)
    values = np.asarray(probabilities, "float64")
    labels = list_true_labels(labels, class_names, multi_label)
    truth = _find_truth(values, labels, class_names, multi_label)
    candidates = np.ones_like(values, bool)
    if not multi_label:
        best = values.argmax(axis=1)
        candidates = best[:, None] == np.arange(values.shape[1])
    before = thresholds or [_BEFORE[multi_label]] * len(class_names)
    check_number_of_thresholds(before, len(class_names))
    tuned = []
    for n, name in enumerate(class_names):
        rows = np.flatnonzero(candidates[:, n])
        rows = rows[np.argsort(-values[rows, n], kind="stable")]
        scores, hits = values[rows, n], np.cumsum(truth[rows, n])
        total = int(truth[:, n].sum())
        if not total:
            kept = before[n]
            answers = 0 if kept is None else int((scores >= kept).sum())
            tuned.append(TunedThreshold(name, kept, 0.0, 0.0, answers, 0))
            continue
        # Texts of one probability are answered together, or none of them.
        ends = np.flatnonzero(np.append(scores[1:] != scores[:-1], True))
        ends = ends[: len(rows)]
        precisions, recalls = (
            hits[ends] / (ends + 1),
            hits[ends] / total,
        )
        if precision is not None:
            fitting = np.flatnonzero(precisions >= least)
            fitting = fitting[
                recalls[fitting] == recalls[fitting].max(initial=0)
            ][:1]
        else:
            fitting = np.flatnonzero(recalls >= least)[:1]
        if not len(fitting):
            tuned.append(TunedThreshold(name, None, 0.0, 0.0, 0, total))
            continue
        (k,) = fitting
        tuned.append(
            TunedThreshold(
                name,
                float(scores[ends[k]]),
                float(precisions[k]),
                float(recalls[k]),
                int(ends[k]) + 1,
                total,
            )
        )
    return tuned


def tune_predictor(
    predictor: TextPredictor,
    texts: Sequence[str],
    labels: Any,
    *,
    precision: float | None = None,
    recall: float | None = None,
) -> list[TunedThreshold]:
    """Choose and set the thresholds of a predictor: see `tune_thresholds`.

    `predict` then gives None below them. They are saved and exported with it;
    `set_thresholds(None)` ends them.

    Args:
        predictor: A `Predictor`, or an exported one.
        texts: N texts that were not in the training.
        labels: Their labels.
        precision: Which part of the answers is to be right. Defaults to None.
        recall: Which part of the texts of a class is to be found; one of both
            is given. Defaults to None.

    Example:
    >>> tuned = tune_predictor(
    ...     predictor, ["A fine film.", "Fine"], ["good", "bad"], recall=1.0
    ... )
    >>> [one.threshold for one in tuned] == list(predictor.thresholds)
    True
    """
    tuned = tune_thresholds(
        predictor.predict_proba(texts),
        labels,
        predictor.class_names,
        precision=precision,
        recall=recall,
        multi_label=predictor.multi_label,
        thresholds=predictor.thresholds,
    )
    predictor.set_thresholds({one.name: one.threshold for one in tuned})
    return tuned


def check_number_of_thresholds(
    thresholds: Sequence[float | None], number: int
) -> None:
    """Raise a ValueError if there is not a threshold for each class."""
    if len(thresholds) != number:
        raise ValueError(
            "Invalid value for argument `thresholds`. Expected one for each of "
            f"{number} classes. Received: {len(thresholds)}"
        )


def check_target(precision: float | None, recall: float | None) -> float:
    """The one of both that is given.

    Raises:
        ValueError: for both, or none, or one out of range.
    """
    given = precision if recall is None else recall
    if (precision is None) == (recall is None) or given is None:
        raise ValueError(
            "Expected `precision` or `recall`. Received: "
            f"precision={precision}, recall={recall}"
        )
    if not 0 < given <= 1:
        name = "precision" if recall is None else "recall"
        raise ValueError(
            f"Invalid value for argument `{name}`. Expected a number above 0, "
            f"at most 1. Received: {name}={given}"
        )
    return given


def _find_truth(
    values: NDArray[np.float64],
    labels: Sequence[Any],
    class_names: Sequence[Any],
    multi_label: bool,
) -> NDArray[np.bool_]:
    """(N, C) which classes are true."""
    shape = (len(labels), len(class_names))
    if values.shape != shape or not len(labels):
        raise ValueError(
            "Invalid value for argument `probabilities`. Expected numbers of "
            f"shape {shape}, (labels, class names), and at least one text. "
            f"Received: shape {values.shape}"
        )
    truth = np.zeros(shape, bool)
    places = {name: n for n, name in enumerate(class_names)}
    known = np.ones(len(labels), bool)
    unseen: list[Any] = []
    for row, label in enumerate(labels):
        for one in label if multi_label else [label]:
            if one in places:
                truth[row, places[one]] = True
            else:
                known[row] = False
                unseen.append(one)
    if not known.any():
        raise ValueError(describe_unseen(class_names[0], unseen[0]))
    if unseen:
        names = list_names(sorted({display_name(one) for one in unseen}))
        warnings.warn(
            f"Labels never seen in training, answered by none: {names}",
            stacklevel=3,
        )
    return truth
