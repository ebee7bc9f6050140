"""Recurrence on PyTorch: its fused GRU and LSTM in place of a Python loop."""

from typing import Any

import torch

# Where Keras' gates stand in PyTorch's order: r z n of a GRU, i f g o.
_GATES = {"gru": (1, 0, 2), "lstm": (0, 1, 2, 3)}


def run_rnn(
    cell: str, inputs: torch.Tensor, weights: list[torch.Tensor]
) -> torch.Tensor:
    """What `keras.layers.GRU` or `LSTM` gives for every step, without a mask.

    Args:
        cell: `"gru"`, with `reset_after=True`, or `"lstm"`.
        inputs: (B, T, D), in the memory of the processor.
        weights: Kernel, recurrent kernel and bias as Keras has them.

    Returns:
        (B, T, units).
    """
    dtype = inputs.dtype
    if dtype == torch.float16:
        inputs = inputs.float()  # PyTorch has no such kernel for processors
    kernel, recurrent, bias = (each.to(inputs.dtype) for each in weights)
    units = recurrent.shape[0]
    if bias.ndim == 1:  # Keras' LSTM has one, PyTorch's two
        bias = torch.stack([bias, torch.zeros_like(bias)])

    def reorder(values: torch.Tensor) -> torch.Tensor:
        gates = values.split(units, dim=-1)
        return torch.cat([gates[n] for n in _GATES[cell]], dim=-1)

    parameters = [
        reorder(kernel).T.contiguous(),
        reorder(recurrent).T.contiguous(),
        *reorder(bias),
    ]
    start: Any = inputs.new_zeros(1, len(inputs), units)
    if cell == "lstm":
        start = (start, start)
    run = {"gru": torch.gru, "lstm": torch.lstm}[cell]
    outputs = run(
        inputs,
        start,
        parameters,
        has_biases=True,
        num_layers=1,
        dropout=0.0,
        train=False,
        bidirectional=False,
        batch_first=True,
    )[0]
    return outputs.to(dtype)
