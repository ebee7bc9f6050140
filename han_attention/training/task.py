"""What is predicted: classes, and whether a text can have several of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from han_attention.data.labels import count_logits


@dataclass(frozen=True)
class Task:
    """What is predicted.

    Attributes:
        class_names: The label of each class.
        multi_label: Whether a text can have several of them.
    """

    class_names: Sequence[Any]
    multi_label: bool = False

    @property
    def one_logit(self) -> bool:
        """Whether two classes share one logit."""
        number = count_logits(len(self.class_names))
        return number == 1 and not self.multi_label

    def label_array(self, labels: Any) -> NDArray[Any]:
        """Labels, as class numbers, in the shape that the loss takes.

        (N, 1) float32 for one logit, (N,) int32 for a logit per class, and
        (N, classes) float32 of 0 and 1 for several labels.
        """
        if self.multi_label:
            array = np.zeros((len(labels), len(self.class_names)), "float32")
            for row, classes in zip(array, labels, strict=True):
                row[list(classes)] = 1
            return array
        if self.one_logit:
            return np.asarray(labels, "float32").reshape(-1, 1)
        return np.asarray(labels, "int32")

    def target_array(self, labels: NDArray[Any]) -> NDArray[Any]:
        """What `label_array` gave, as (N, logits) of 0 and 1."""
        if labels.ndim > 1:
            return labels
        return np.eye(len(self.class_names), dtype="float32")[labels]
