"""Scores of predictions: precision, recall, F1, confusion, calibration."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

_NUM_BINS = 15


@dataclass(frozen=True)
class ClassScores:
    """The scores of one class; a fraction of nothing is 0."""

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


def score_classes(
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


def count_confusion(
    truth: NDArray[np.bool_], predicted: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """Count (true, predicted) where a class is true and one is predicted."""
    size = truth.shape[1]
    rows = truth.any(axis=1) & predicted.any(axis=1)
    cells = truth[rows].argmax(axis=1) * size + predicted[rows].argmax(axis=1)
    return np.bincount(cells, minlength=size * size).reshape(size, size)


def calibrate(
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
