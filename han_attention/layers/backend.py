"""What the layers do otherwise on one backend than on another."""

from collections.abc import Callable
from functools import partial

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
    run = _find_faster(layer, cell, inputs, training)
    if run is None:
        return layer(inputs, training=training)
    inputs = ops.cast(inputs, layer.compute_dtype)
    weights = [ops.convert_to_tensor(each) for each in layer.weights[:3]]
    return run(inputs, weights)


def _find_faster(
    layer: keras.layers.Layer,
    cell: str,
    inputs: Tensor,
    training: bool | None,
) -> Callable[[Tensor, list[Tensor]], Tensor] | None:
    """What is faster on a processor than Keras' layer; a GPU has cuDNN."""
    if isinstance(inputs, keras.KerasTensor):
        return None
    backend = keras.backend.backend()
    if backend == "torch" and inputs.device.type == "cpu":
        from han_attention.layers._torch import run_rnn

        return partial(run_rnn, cell)
    if backend == "jax" and cell == "gru":
        from han_attention.layers._jax import run_gru
        from han_attention.layers._jax import runs_on_processor

        return run_gru if runs_on_processor() else None
    if backend == "tensorflow" and cell == "gru" and training:
        from han_attention.layers._tensorflow import is_faster
        from han_attention.layers._tensorflow import run_gru

        return run_gru if is_faster(layer.compute_dtype) else None
    return None
