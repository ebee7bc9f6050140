"""Training of a model with its loss on a few sampled classes."""

from typing import Any

import keras

from han_attention.seq2seq.loss import SequenceLoss


class SampledTrainingModel(keras.Model):
    """Takes the loss from `self.head` where a call gave `{"hidden": ...}`.

    `self.head` is a `SampledSoftmax`. In training there are then no logits,
    so no metric but the loss; in validation there are.
    """

    def compute_loss(
        self,
        x: Any = None,
        y: Any = None,
        y_pred: Any = None,
        sample_weight: Any = None,
        training: bool = True,
    ) -> Any:
        if not isinstance(y_pred, dict):
            return super().compute_loss(x, y, y_pred, sample_weight, training)
        losses = self.head.loss(y_pred["hidden"], y)
        given = isinstance(self.loss, SequenceLoss)
        loss = (self.loss if given else SequenceLoss()).reduce(
            losses, y, sample_weight
        )
        return sum(self.losses, loss)

    def compute_metrics(
        self, x: Any, y: Any, y_pred: Any, sample_weight: Any = None
    ) -> Any:
        if isinstance(y_pred, dict):
            return self._only_loss()
        return super().compute_metrics(x, y, y_pred, sample_weight)

    def get_metrics_result(self) -> Any:
        # With sampled classes, before any validation, no metric saw logits.
        known = all(getattr(metric, "built", True) for metric in self.metrics)
        return super().get_metrics_result() if known else self._only_loss()

    def _only_loss(self) -> Any:
        return {metric.name: metric.result() for metric in self.metrics[:1]}
