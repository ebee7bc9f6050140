"""How right the surest predictions are."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

_SHARES = (1.0, 0.95, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1)


@dataclass(frozen=True)
class CoveragePoint:
    """How good the surest of the predictions are.

    Attributes:
        coverage: Which part of the texts is answered, 0 to 1; with several
            labels, no label is an answer too.
        threshold: The least confidence among these: the probability; with
            several labels how far the label that is doubted most is from its
            threshold, 0.5 at it and 1 where the probability is 0 or 1.
        accuracy: Which part of the answers is right.
    """

    coverage: float
    threshold: float
    accuracy: float


def measure_coverage(
    confidence: NDArray[Any], right: NDArray[np.bool_]
) -> list[CoveragePoint]:
    """Accuracy of the surest 100 %, 95 %, …, 10 % of the predictions.

    Args:
        confidence: (N,) how sure each is.
        right: (N,) whether it is right.

    Example:
    >>> points = measure_coverage(
    ...     np.array([0.9, 0.8, 0.6, 0.5]), np.array([True, True, True, False])
    ... )
    >>> points[0].accuracy, points[-1].accuracy
    (0.75, 1.0)
    """
    order = np.argsort(-confidence, kind="stable")
    confidence, hits = confidence[order], np.cumsum(right[order])
    points: list[CoveragePoint] = []
    for share in _SHARES:
        number = max(round(share * len(order)), 1)
        # With a threshold all of the same confidence are answered.
        number = int((confidence >= confidence[number - 1]).sum())
        point = CoveragePoint(
            number / len(order),
            float(confidence[number - 1]),
            float(hits[number - 1] / number),
        )
        if point not in points:
            points.append(point)
    return points
