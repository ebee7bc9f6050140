"""Which texts share a batch: those of like shape, so that padding is rare."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from han_attention.validation import check_positive_integer

_WINDOW = 50  # batches that are sorted among themselves


def bucket_by_shape(
    shapes: NDArray[np.int64],
    batch_size: int,
    generator: np.random.Generator | None = None,
    labels: NDArray[Any] | None = None,
    max_batch_tokens: int | None = None,
) -> list[NDArray[np.int64]]:
    """Put texts of like shape into the same batch, each text once.

    Args:
        shapes: (N, 1) tokens of each text; or (N, 2) sentences of each
            document and the tokens of its longest one. Texts are sorted by
            the first column, and then by the second.
        batch_size: Texts in a batch, at most.
        generator: Shuffles. Texts are then sorted only within random windows
            of 50 batches, so the company of a text changes, and the batches
            are shuffled such that any few in a row have short and long texts.
            Defaults to None: all sorted, the shortest first.
        labels: (N,) class of each text. Every batch then holds the classes
            in the proportions of its window: the chance surplus of a class
            in the last batches of an epoch would shift all predictions
            towards it.
            Defaults to None: classes fall as they may.
        max_batch_tokens: What a batch holds at most, its padding included;
            a larger text has a batch of its own. Defaults to None: any.

    Returns:
        A list of row numbers for each batch.

    Example:
    >>> shapes = np.array([[9], [2], [8], [1], [5]])
    >>> bucket_by_shape(shapes, batch_size=2)
    [array([3, 1]), array([4, 2]), array([0])]
    """
    check_positive_integer("batch_size", batch_size)
    rows = np.arange(len(shapes))
    window = max(len(rows), 1)
    if generator is not None:
        rows = generator.permutation(rows)
        window = _WINDOW * batch_size
    batches = []
    for first in range(0, len(rows), window):
        part = rows[first : first + window]
        part = part[np.lexsort(shapes[part].T[::-1])]
        if labels is not None:
            part = part[_mix_classes(labels[part])]
        batches += _cut(part, shapes, batch_size, max_batch_tokens)
    if generator is None:
        return batches
    largest = np.array([shapes[b].max(axis=0).prod() for b in batches])
    return [batches[n] for n in _spread(largest, generator)]


def _cut(
    rows: NDArray[np.int64],
    shapes: NDArray[np.int64],
    batch_size: int,
    max_batch_tokens: int | None,
) -> list[NDArray[np.int64]]:
    """Cut sorted rows into batches."""
    if max_batch_tokens is None:
        return [
            rows[n : n + batch_size] for n in range(0, len(rows), batch_size)
        ]
    batches, first = [], 0
    while first < len(rows):
        part = rows[first : first + batch_size]
        # What a batch of the first n of them would hold, for each n.
        largest = np.maximum.accumulate(shapes[part])
        sizes = np.maximum(largest, 1).prod(axis=1)  # an empty text is padded
        sizes *= np.arange(1, len(part) + 1)
        number = max(int(np.sum(sizes <= max_batch_tokens)), 1)
        batches.append(part[:number])
        first += number
    return batches


def _spread(values: NDArray[Any], generator: np.random.Generator) -> list[int]:
    """A random order in which any few neighbours cover all sizes of values.

    With long texts missing from the last steps of an epoch, a model's
    predictions for long texts drift.
    """
    ranked = np.argsort(values, kind="stable")
    groups = [generator.permutation(g) for g in np.array_split(ranked, 8)]
    return [
        int(groups[n][turn])
        for turn in range(len(groups[0]))
        for n in generator.permutation(len(groups))
        if turn < len(groups[n])
    ]


def _mix_classes(labels: NDArray[Any]) -> NDArray[np.int64]:
    """An order in which every stretch has the classes in equal proportions.

    The order within each class stays, so sorted texts stay nearly sorted.
    """
    place = np.empty(len(labels))
    for label in np.unique(labels):
        rows = np.flatnonzero(labels == label)
        place[rows] = (np.arange(len(rows)) + 0.5) / len(rows)
    return np.argsort(place, kind="stable")
