"""Where a backend runs recurrence faster than the layers of Keras."""

from typing import Any

import keras
from keras import ops

from han_attention.types import Tensor


def run_rnn(
    layer: Any, cell: str, inputs: Tensor, training: bool | None
) -> Tensor:
    """What a `GRU` or `LSTM` of Keras gives for every step, without a mask.

    Args:
        layer: The built layer.
        cell: `"gru"` or `"lstm"`.
        inputs: (B, T, D).
        training: Whether dropout is applied.

    Returns:
        (B, T, units).
    """
    if (
        keras.backend.backend() != "torch"
        or isinstance(inputs, keras.KerasTensor)
        or inputs.device.type != "cpu"  # on a GPU Keras has cuDNN
    ):
        return layer(inputs, training=training)
    from han_attention.layers._torch import run_rnn as run_on_torch

    inputs = ops.cast(inputs, layer.compute_dtype)
    weights = [ops.convert_to_tensor(each) for each in layer.weights[:3]]
    return run_on_torch(cell, inputs, weights)
