"""Poolings without weights of their own: what attention is compared with."""

from typing import Any

import keras
from keras import ops

from han_attention.ops import masked_max
from han_attention.ops import masked_softmax
from han_attention.ops import to_float
from han_attention.ops import weighted_sum
from han_attention.types import Shape
from han_attention.types import Tensor
from han_attention.validation import check_choice
from han_attention.validation import check_float_policy
from han_attention.validation import check_mask_shape


@keras.saving.register_keras_serializable(package="han_attention")
class SequencePooling(keras.layers.Layer):
    """Pools a sequence into one vector, by its mean or its maximum.

        mean:  y = sum over the n real steps of x_t / n
        max:   y_d = the largest x_td of the real steps, for each feature d

    It takes the place of `AttentionPooling`, and it too says what each step
    has given: with the mean all steps the same, 1 / n; with the maximum the
    fraction of the features in which the step is the largest.

    Args:
        mode: `"mean"` or `"max"`. Defaults to `"mean"`.
        **kwargs: `name`, `dtype`, `trainable` of every Keras layer.

    Call arguments:
        inputs: Tensor (B, T, D) or (B, S, T, D).
        mask: Boolean tensor of the shape of `inputs` without D, True = real.
            Defaults to `None`: every step is real.
        return_attention_scores: Whether to return the weights too. Defaults
            to `False`.

    Output:
        (B, D), or (B, S, D) for inputs of rank 4. With
        `return_attention_scores=True` a tuple of that and the weights,
        (B, T) or (B, S, T), which carry no gradient.

    Masking:
        What lies under the mask changes nothing. A row with nothing real
        gives a zero vector, zero weights and zero gradients.

    Raises:
        ValueError: for another mode, a quantized `dtype`, inputs of another
            rank, or a mask whose shape does not fit.

    Example:
    >>> import numpy as np
    >>> steps = np.array([[[1.0, 4.0], [3.0, 2.0], [9.0, 9.0]]])
    >>> mask = np.array([[True, True, False]])
    >>> np.asarray(SequencePooling("mean")(steps, mask=mask)).tolist()
    [[2.0, 3.0]]
    >>> np.asarray(SequencePooling("max")(steps, mask=mask)).tolist()
    [[3.0, 4.0]]

    Reference:
        Yang et al., 2016, https://aclanthology.org/N16-1174/: HN-AVE and
        HN-MAX
    """

    def __init__(self, mode: str = "mean", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        check_float_policy(self)
        self.mode = check_choice("mode", mode, MODES)

    @property
    def is_linear(self) -> bool:
        """Whether the result is the sum of the steps by their weights."""
        return self.mode == "mean"

    def build(self, input_shape: Shape) -> None:
        if len(input_shape) not in (3, 4):
            raise ValueError(
                "Invalid shape of the inputs. Expected (B, T, D) or "
                f"(B, S, T, D). Received: input_shape={tuple(input_shape)}"
            )

    def call(
        self,
        inputs: Tensor,
        mask: Tensor | None = None,
        return_attention_scores: bool = False,
    ) -> Tensor | tuple[Tensor, Tensor]:
        check_mask_shape(mask, inputs.shape[:-1])
        inputs = to_float(inputs, self.compute_dtype)
        if mask is None:
            mask = ops.ones_like(inputs[..., 0], dtype="bool")
        mask = ops.cast(mask, "bool")
        inputs = ops.where(ops.expand_dims(mask, -1), inputs, 0)
        pooled, weights = MODES[self.mode](inputs, mask)
        return (pooled, weights) if return_attention_scores else pooled

    def compute_mask(
        self, inputs: Tensor, previous_mask: Tensor | None = None
    ) -> Tensor | None:
        if previous_mask is None or len(previous_mask.shape) == 2:
            return None
        return ops.any(previous_mask, axis=-1)

    def compute_output_spec(
        self,
        inputs: Any,
        mask: Any = None,
        return_attention_scores: bool = False,
    ) -> Any:
        *leading, steps, features = inputs.shape
        check_mask_shape(mask, (*leading, steps))
        pooled = keras.KerasTensor((*leading, features), self.compute_dtype)
        if not return_attention_scores:
            return pooled
        dtype = keras.backend.result_type(self.compute_dtype, "float32")
        return pooled, keras.KerasTensor((*leading, steps), dtype)

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {"mode": self.mode}


def pool_mean(inputs: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
    """The mean of the real steps (..., D), and their weights (..., T).

    Example:
    >>> import numpy as np
    >>> steps, mask = np.array([[[1.0], [3.0]]]), np.array([[True, True]])
    >>> [np.asarray(x).tolist() for x in pool_mean(steps, mask)]
    [[[2.0]], [[0.5, 0.5]]]
    """
    weights = masked_softmax(ops.zeros_like(inputs[..., 0]), mask)
    return weighted_sum(ops.expand_dims(weights, -2), inputs), weights


def pool_max(inputs: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
    """The largest of each feature (..., D), and who had it (..., T).

    Example:
    >>> import numpy as np
    >>> steps, mask = np.array([[[1.0], [3.0]]]), np.array([[True, True]])
    >>> [np.asarray(x).tolist() for x in pool_max(steps, mask)]
    [[[3.0]], [[0.0, 1.0]]]
    """
    pooled = masked_max(inputs, mask)
    return pooled, _count_largest(inputs, pooled, mask)


def _count_largest(inputs: Tensor, largest: Tensor, mask: Tensor) -> Tensor:
    """The fraction of the features whose maximum is at each step: (..., T)."""
    largest = ops.expand_dims(largest, -2)
    found = ops.equal(inputs, largest) & ops.expand_dims(mask, -1)
    found = ops.cast(ops.stop_gradient(found), "float32")
    # Steps that are equally large share a feature.
    number = ops.sum(found, axis=-2, keepdims=True)
    return ops.mean(found / ops.maximum(number, 1.0), axis=-1)


# A new one is a function and its line here, and a word of `pooling` in
# `settings.py`.
MODES = {"mean": pool_mean, "max": pool_max}
