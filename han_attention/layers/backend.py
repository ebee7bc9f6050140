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
    if isinstance(inputs, keras.KerasTensor):
        return layer(inputs, training=training)
    if _is_on_processor_of_torch(inputs):
        from han_attention.layers._torch import run_rnn

        return run_rnn(cell, *_cast(layer, inputs))
    if cell == "gru" and training and keras.backend.backend() == "tensorflow":
        from han_attention.layers._tensorflow import is_on_processor
        from han_attention.layers._tensorflow import run_gru

        if is_on_processor():
            return run_gru(*_cast(layer, inputs))
    return layer(inputs, training=training)


def _cast(
    layer: keras.layers.Layer, inputs: Tensor
) -> tuple[Tensor, list[Tensor]]:
    """Inputs and weights in the type in which the layer computes."""
    inputs = ops.cast(inputs, layer.compute_dtype)
    weights = [ops.convert_to_tensor(each) for each in layer.weights[:3]]
    return inputs, weights


def _is_on_processor_of_torch(inputs: Tensor) -> bool:
    """Where Keras would run a loop in Python; on a GPU it has cuDNN."""
    return keras.backend.backend() == "torch" and inputs.device.type == "cpu"
