"""Cross-entropy of sequences, by TensorFlow 1's and by today's mean."""

from typing import Any

import keras
from keras import ops

from han_attention.ops import mask_from_ids
from han_attention.types import Tensor
from han_attention.validation import check_choice

REDUCTIONS = ("token_mean", "example_mean", "sum")


def sequence_loss(
    logits: Tensor,
    targets: Tensor,
    weights: Tensor | None = None,
    reduction: str = "token_mean",
) -> Tensor:
    """Cross-entropy of target ids, over the real tokens only.

    With ce_bt the cross-entropy of token t of row b, and w_bt its weight:

        token_mean:   sum over b, t of w ce, over the sum of all w
        example_mean: mean over b of (sum over t of w ce, over that of w)
        sum:          sum over b, t of w ce

    `"example_mean"` is TensorFlow 1's `sequence_loss`: a token of a short row
    counts for more, and rows of weight 0 count as rows.

    Args:
        logits: Float tensor (B, T, V).
        targets: Integer tensor (B, T).
        weights: Float tensor (B, T). Defaults to None: 1 for real tokens, 0
            for padding, which has the id 0.
        reduction: `"token_mean"`, `"example_mean"` or `"sum"`. Defaults to
            `"token_mean"`.

    Returns:
        Scalar, float32 or wider.

    Raises:
        ValueError: for another reduction.

    Example:
    >>> import numpy as np
    >>> logits = np.zeros((2, 3, 5), "float32")
    >>> targets = np.array([[3, 4, 3], [4, 0, 0]])
    >>> round(float(sequence_loss(logits, targets)), 4)  # log 5
    1.6094
    """
    check_choice("reduction", reduction, REDUCTIONS)
    if weights is None:
        weights = mask_from_ids(targets)
    dtype = keras.backend.standardize_dtype(logits.dtype)
    logits = ops.cast(logits, keras.backend.result_type(dtype, "float32"))
    losses = keras.losses.sparse_categorical_crossentropy(
        ops.cast(targets, "int32"), logits, from_logits=True
    )
    return reduce_losses(losses, weights, reduction)


def reduce_losses(
    losses: Tensor, weights: Tensor, reduction: str = "token_mean"
) -> Tensor:
    """One number of the losses (B, T) of tokens, by their weights (B, T).

    Example:
    >>> import numpy as np
    >>> losses = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], "float32")
    >>> weights = np.array([[1, 1, 1], [1, 0, 0]])
    >>> float(reduce_losses(losses, weights))
    2.5
    >>> float(reduce_losses(losses, weights, "example_mean"))
    3.0
    """
    losses = ops.convert_to_tensor(losses)
    weights = ops.cast(weights, losses.dtype)
    # 0 * infinity is NaN: take away what does not count.
    losses = ops.where(weights > 0, losses * weights, 0)
    if reduction == "sum":
        return ops.sum(losses)
    if reduction == "token_mean":
        return ops.sum(losses) / (ops.sum(weights) + 1e-12)
    totals = ops.sum(losses, axis=1)
    return ops.mean(totals / (ops.sum(weights, axis=1) + 1e-12))


@keras.saving.register_keras_serializable(package="han_attention")
class SequenceLoss(keras.losses.Loss):
    """`sequence_loss` for `compile`: padding in the targets does not count.

    Args:
        reduction: `"token_mean"`, `"example_mean"` or `"sum"`: see
            `sequence_loss`. Defaults to `"token_mean"`.
        name: Defaults to `"sequence_loss"`.
        dtype: Of the loss. Defaults to `None`: float32.

    Call arguments:
        y_true: Target ids (B, T), 0 = padding.
        y_pred: Logits (B, T, V).
        sample_weight: Of rows, (B,), or tokens, (B, T). Defaults to `None`.

    Raises:
        ValueError: for another reduction.

    Example:
    >>> import numpy as np
    >>> loss = SequenceLoss()
    >>> targets = np.array([[3, 4, 0]])
    >>> round(float(loss(targets, np.zeros((1, 3, 5), "float32"))), 4)
    1.6094
    """

    def __init__(
        self,
        reduction: str = "token_mean",
        name: str = "sequence_loss",
        dtype: Any = None,
    ) -> None:
        super().__init__(name=name, dtype=dtype)
        self.over = check_choice("reduction", reduction, REDUCTIONS)

    def __call__(
        self, y_true: Tensor, y_pred: Tensor, sample_weight: Any = None
    ) -> Tensor:
        losses = keras.losses.sparse_categorical_crossentropy(
            ops.cast(y_true, "int32"),
            ops.cast(y_pred, self.dtype),
            from_logits=True,
        )
        return self.reduce(losses, y_true, sample_weight)

    def reduce(
        self, losses: Tensor, targets: Tensor, sample_weight: Any = None
    ) -> Tensor:
        """One number of the losses (B, T) of tokens with these targets."""
        weights = ops.cast(mask_from_ids(targets), self.dtype)
        if sample_weight is not None:
            given = ops.cast(sample_weight, self.dtype)
            if len(given.shape) == 1:
                given = ops.expand_dims(given, 1)
            weights = weights * given
        # Through Keras, which divides by the number of replicas.
        return super().__call__(weights, losses)

    def call(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        return reduce_losses(y_pred, y_true, self.over)

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {"reduction": self.over}
