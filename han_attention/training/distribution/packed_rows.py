"""Batches that can be divided among devices, with exact means.

Each device gets as many rows of a batch, so some rows may be there only to
fill it up. Keras would count them in its means, and take the mean over devices
in place of that over texts. Beside its labels each row therefore has its
weight and its share of the batch, and loss and metrics are made of these.
"""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from keras import ops
from numpy.typing import NDArray

from han_attention.types import Tensor

Batch = tuple[NDArray[Any], ...]


def pack_rows(batch: Batch, multiple: int) -> Batch:
    """Fill a batch up to a multiple of rows, and put all into the labels.

    Args:
        batch: Ids (B, ...), labels (B,) or (B, L), and weights (B,) if there
            are some.
        multiple: Of which the number of rows is to be one.

    Returns:
        Ids (R, ...), and float32 (R, L + 2): the labels, the weight of the
        row, and its share, 1 / B; both are 0 of rows that only fill up, which
        repeat others.

    Example:
    >>> ids, rows = pack_rows((np.ones((2, 5)), np.array([1, 0])), 3)
    >>> ids.shape, rows.tolist()
    ((3, 5), [[1.0, 1.0, 0.5], [0.0, 1.0, 0.5], [1.0, 0.0, 0.0]])
    """
    ids, labels, *weights = batch
    number = len(ids)
    rows = np.arange(-(-number // multiple) * multiple)
    real = (rows < number).astype("float32")
    repeated = rows % max(number, 1)
    weight = weights[0][repeated] if weights else 1.0
    packed = [
        (labels if labels.ndim > 1 else labels[:, None])[repeated],
        (real * weight)[:, None],
        (real / max(number, 1))[:, None],
    ]
    return ids[repeated], np.concatenate(packed, axis=1, dtype="float32")


def unpack_rows(
    packed: Tensor, class_numbers: bool
) -> tuple[Tensor, Tensor, Tensor]:
    """Labels, weights and shares of `pack_rows`.

    Args:
        packed: (R, L + 2).
        class_numbers: Whether the labels are class numbers (R,), and not
            numbers (R, L).
    """
    labels, weights, shares = packed[:, :-2], packed[:, -2], packed[:, -1]
    if class_numbers:
        labels = ops.cast(labels[:, 0], "int32")
    return labels, weights, shares


def pack_scores(
    loss: keras.losses.Loss, metrics: Sequence[keras.metrics.Metric]
) -> tuple[keras.losses.Loss, list[keras.metrics.Metric]]:
    """What computes the same loss and metrics from packed rows."""
    numbers = isinstance(loss, keras.losses.SparseCategoricalCrossentropy)
    packed = [PackedMetric(metric, numbers) for metric in metrics]
    return PackedLoss(loss, numbers), [PackedMeanLoss(loss, numbers), *packed]


class PackedLoss(keras.losses.Loss):
    """The sum of the losses of rows, each by its weight and its share.

    Over all devices that is the weighted mean over the texts of the batch.

    Args:
        loss: Of labels and logits, one number for each row.
        class_numbers: Whether the labels are class numbers.
    """

    def __init__(self, loss: keras.losses.Loss, class_numbers: bool) -> None:
        super().__init__(name=loss.name, reduction="sum")
        self._loss = loss
        self._class_numbers = class_numbers

    def call(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        labels, weights, shares = unpack_rows(y_true, self._class_numbers)
        return self._loss.call(labels, y_pred) * weights * shares


class PackedMetric(keras.metrics.Metric):
    """A metric of the rows that are texts.

    Args:
        metric: Of labels and logits.
        class_numbers: Whether the labels are class numbers.
    """

    def __init__(
        self, metric: keras.metrics.Metric, class_numbers: bool
    ) -> None:
        super().__init__(name=metric.name)
        self._metric = metric
        self._class_numbers = class_numbers

    def update_state(
        self, y_true: Tensor, y_pred: Tensor, sample_weight: Tensor = None
    ) -> None:
        labels, _, shares = unpack_rows(y_true, self._class_numbers)
        real = ops.cast(shares > 0, "float32")
        self._metric.update_state(labels, y_pred, sample_weight=real)

    def result(self) -> Tensor:
        return self._metric.result()


class PackedMeanLoss(keras.metrics.Mean):
    """The loss over all texts so far, in place of Keras' mean over rows.

    Args:
        loss: Of labels and logits, one number for each row.
        class_numbers: Whether the labels are class numbers.
    """

    def __init__(self, loss: keras.losses.Loss, class_numbers: bool) -> None:
        super().__init__(name="loss")
        self._loss = loss
        self._class_numbers = class_numbers

    def update_state(
        self, y_true: Tensor, y_pred: Tensor, sample_weight: Tensor = None
    ) -> None:
        labels, weights, shares = unpack_rows(y_true, self._class_numbers)
        losses = self._loss.call(labels, y_pred) * weights
        real = ops.cast(shares > 0, "float32")
        super().update_state(losses, sample_weight=real)
