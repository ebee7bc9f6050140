"""Metrics of classifiers while they train, on logits."""

from typing import Any

import keras
from keras import ops

from han_attention.types import Tensor
from han_attention.validation import check_positive_integer


def match_exactly(y_true: Tensor, y_pred: Tensor) -> Tensor:
    """Whether a text gets exactly its labels: logits above 0 are its answers.

    Args:
        y_true: (B, C) of 0 and 1.
        y_pred: (B, C) logits.

    Returns:
        (B,) of 0 and 1.

    Example:
    >>> import numpy as np
    >>> logits = np.array([[1.0, -2.0], [3.0, 1.0]])
    >>> np.asarray(match_exactly(np.array([[1, 0], [1, 0]]), logits)).tolist()
    [1.0, 0.0]
    """
    answers = ops.greater(y_pred, 0)
    right = ops.equal(ops.cast(y_true, "bool"), answers)
    return ops.cast(ops.all(right, axis=-1), "float32")


@keras.saving.register_keras_serializable(package="han_attention")
class ExactMatch(keras.metrics.MeanMetricWrapper):
    """The fraction of texts that get exactly their labels, of several.

    It is scikit-learn's `accuracy_score` for several labels.

    Args:
        name: Of the metric. Defaults to `"accuracy"`.
        dtype: Of the result. Defaults to None: float32.

    Example:
    >>> import numpy as np
    >>> metric = ExactMatch()
    >>> truth, logits = np.array([[1, 0], [1, 1]]), np.array([[2, -1.0]] * 2)
    >>> metric.update_state(truth, logits)
    >>> float(metric.result())
    0.5
    """

    def __init__(self, name: str = "accuracy", dtype: Any = None) -> None:
        super().__init__(match_exactly, name=name, dtype=dtype)

    def get_config(self) -> dict[str, Any]:
        return {"name": self.name, "dtype": self.dtype}


@keras.saving.register_keras_serializable(package="han_attention")
class BalancedAccuracy(keras.metrics.Metric):
    """The accuracy within each class, averaged over the classes there are.

        mean over c of hits_c / support_c

    Rare classes count as much as frequent ones. With several labels a text,
    each label has two classes, yes and no, and the mean is over all of them:

        mean over l and over yes and no of hits / support

    Args:
        num_classes: C.
        multi_label: Whether a text can have several of them. Defaults to
            `False`.
        name: Of the metric. Defaults to `"balanced_accuracy"`.
        dtype: Of the result. Defaults to None: float32.

    Call arguments of `update_state`:
        y_true: (B,) or (B, 1) class numbers; with `multi_label` (B, C) of 0
            and 1.
        y_pred: (B, C) logits, or (B, 1) of two classes.
        sample_weight: (B,) how much each text counts within its class.
            Defaults to None: all alike.

    Raises:
        ValueError: if `num_classes` is not a positive integer.

    Example:
    >>> import numpy as np
    >>> metric = BalancedAccuracy(2)
    >>> metric.update_state(np.array([0, 0, 0, 1]), np.full((4, 1), -1.0))
    >>> float(metric.result())
    0.5

    Reference:
        Brodersen et al., 2010, https://doi.org/10.1109/ICPR.2010.764
    """

    def __init__(
        self,
        num_classes: int,
        multi_label: bool = False,
        name: str = "balanced_accuracy",
        dtype: Any = None,
    ) -> None:
        super().__init__(name=name, dtype=dtype)
        self.num_classes = check_positive_integer("num_classes", num_classes)
        self.multi_label = multi_label
        size = 2 * num_classes if multi_label else num_classes
        self.hits = self.add_variable((size,), "zeros", name="hits")
        self.support = self.add_variable((size,), "zeros", name="support")

    def update_state(
        self, y_true: Tensor, y_pred: Tensor, sample_weight: Tensor = None
    ) -> None:
        y_true = ops.convert_to_tensor(y_true)
        y_pred = ops.convert_to_tensor(y_pred)
        if self.multi_label:
            truth = _yes_and_no(ops.cast(y_true, "float32"))
            found = _yes_and_no(ops.cast(ops.greater(y_pred, 0), "float32"))
        else:
            if y_pred.shape[-1] == 1:
                chosen = ops.cast(ops.greater(y_pred[:, 0], 0), "int32")
            else:
                chosen = ops.argmax(y_pred, axis=-1)
            numbers = ops.cast(ops.reshape(y_true, (-1,)), "int32")
            truth = ops.one_hot(numbers, self.num_classes, dtype="float32")
            found = ops.one_hot(chosen, self.num_classes, dtype="float32")
        if sample_weight is not None:
            truth *= ops.reshape(ops.cast(sample_weight, "float32"), (-1, 1))
        self.hits.assign_add(ops.sum(truth * found, axis=0))
        self.support.assign_add(ops.sum(truth, axis=0))

    def result(self) -> Tensor:
        rates = self.hits / ops.maximum(self.support, 1)
        there = ops.cast(ops.greater(self.support, 0), "float32")
        return ops.sum(rates) / ops.maximum(ops.sum(there), 1)

    def get_config(self) -> dict[str, Any]:
        return {
            "num_classes": self.num_classes,
            "multi_label": self.multi_label,
            "name": self.name,
            "dtype": self.dtype,
        }


def _yes_and_no(labels: Tensor) -> Tensor:
    """(B, C) of 0 and 1 as (B, 2 * C): yes, and then no."""
    return ops.concatenate([labels, 1 - labels], axis=-1)
