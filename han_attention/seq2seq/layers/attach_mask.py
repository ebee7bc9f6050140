"""A layer that hands its mask to what comes after it, and does nothing else."""

import keras

from han_attention.types import Tensor


class AttachMask(keras.layers.Layer):
    """Gives its input the mask of the call: y = x, and y knows its mask.

    Losses and metrics of Keras find a mask on the last tensor only. On JAX
    that must come from a layer: a model's own `compute_mask` is not asked.

    Call arguments:
        inputs: Tensor (B, T, ...), which comes back as it is, dtype included.
        mask: Boolean tensor (B, T). Defaults to `None`: none.

    Example:
    >>> import numpy as np
    >>> logits, mask = np.ones((1, 2, 3)), np.array([[True, False]])
    >>> logits = AttachMask()(keras.ops.convert_to_tensor(logits), mask=mask)
    >>> accuracy = keras.metrics.SparseCategoricalAccuracy()
    >>> float(accuracy(np.array([[0, 1]]), logits))
    1.0
    """

    def __init__(self, name: str | None = None) -> None:
        super().__init__(name=name, autocast=False)
        self.supports_masking = True

    def call(self, inputs: Tensor, mask: Tensor | None = None) -> Tensor:
        return inputs
