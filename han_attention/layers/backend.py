"""What the layers do otherwise on one backend than on another."""

import keras
from keras import ops

from han_attention.types import Tensor


def run_recurrent(
    layer: keras.layers.Layer,
    cell: str,
    inputs: Tensor,
    training: bool | None,
) -> Tensor:
    """What a layer of `keras.layers` gives for every step, without a mask.

    Args:
        layer: A `GRU` or `LSTM` that is built.
        cell: `"gru"` or `"lstm"`.
        inputs: (B, T, D).
        training: As Keras has it.

    Returns:
        (B, T, units).
    """
    if not _is_on_processor_of_torch(inputs):
        return layer(inputs, training=training)
    from han_attention.layers._torch import run_rnn

    inputs = ops.cast(inputs, layer.compute_dtype)
    weights = [ops.convert_to_tensor(each) for each in layer.weights[:3]]
    return run_rnn(cell, inputs, weights)


def _is_on_processor_of_torch(inputs: Tensor) -> bool:
    """Where Keras would run a loop in Python; on a GPU it has cuDNN."""
    return (
        keras.backend.backend() == "torch"
        and not isinstance(inputs, keras.KerasTensor)
        and inputs.device.type == "cpu"
    )
