"""How GRUs and LSTMs are written in ONNX, over padded sequences.

Not with `sequence_lens`, which OpenVINO and `onnx.reference` ignore without a
word: both directions are forward RNNs, and the backward one reads each
sequence reversed within its length, as our layers do.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from han_attention.export.onnx_graph import OnnxGraph
from han_attention.export.onnx_padding import move_right
from han_attention.export.onnx_padding import take_steps
from han_attention.export.onnx_poolings import expect
from han_attention.export.onnx_poolings import get_rank
from han_attention.export.onnx_poolings import to_array


def bidirectional_rnn(
    graph: OnnxGraph, layer: Any, inputs: str, mask: str | None = None
) -> list[str]:
    """Add a call of `BiGRU` or `BiLSTM`.

    Documents (B, S, T, D) are read as B*S sequences.
    """
    if mask is None:
        outputs = _read(graph, layer, _merge(graph, layer, inputs), None)
        return [_split(graph, layer, each, inputs) for each in outputs]
    padding = move_right(graph, _merge(graph, layer, mask))

    merged = graph.apply_to_ids(
        _merge(graph, layer, inputs),
        lambda name: take_steps(graph, name, padding.order),
    )
    results = []
    shape = graph.add("Shape", mask)
    for moved in _read(graph, layer, merged, padding.lengths):
        steps = take_steps(graph, moved, padding.place)
        steps = _split(graph, layer, steps, mask)
        steps = graph.zero_where_masked(steps, mask)
        graph.zeroed.add((steps, mask))
        graph.moved[steps, mask] = (
            _split(graph, layer, moved, mask),
            graph.add("Reshape", padding.mask, shape),
            graph.add("Reshape", padding.order, shape),
        )
        results.append(steps)
    return results


def _merge(graph: OnnxGraph, layer: Any, inputs: str) -> str:
    """(B, S, T, ...) as (B * S, T, ...); what is no document as it is."""
    if get_rank(layer) == 3:
        return inputs

    def merge(name: str) -> str:
        any_number = graph.constant([-1], "int64")
        inside = graph.add("Shape", name, start=2)
        merged = graph.add("Concat", any_number, inside, axis=0)
        return graph.add("Reshape", name, merged)

    return graph.apply_to_ids(inputs, merge)


def _split(graph: OnnxGraph, layer: Any, outputs: str, inputs: str) -> str:
    """The outputs with the first three sizes of the inputs, if merged."""
    if get_rank(layer) == 3:
        return outputs
    size = layer.units if layer.merge_mode is None else 2 * layer.units
    outside = graph.add("Shape", inputs, end=3)
    last = graph.constant([size], "int64")
    shape = graph.add("Concat", outside, last, axis=0)
    return graph.add("Reshape", outputs, shape)


def _read(
    graph: OnnxGraph, layer: Any, inputs: str, lengths: str | None
) -> list[str]:
    """Both directions of (B, T, D), side by side unless `merge_mode=None`."""
    # (T, B, D), or of vectors that are looked up first their ids (T, B).
    order = [1, 0] if graph.is_looked_up(inputs) else [1, 0, 2]
    steps = graph.apply_to_ids(
        inputs, lambda name: graph.add("Transpose", name, perm=order)
    )
    pair: list[str] = []
    for forward, backward in zip(
        layer.forward_layers, layer.backward_layers, strict=True
    ):
        if pair:
            steps = graph.add("Concat", *pair, axis=-1)
        reverse = reverse_steps(graph, steps, lengths)
        of_backward = read_steps(graph, backward, reverse)
        pair = [
            read_steps(graph, forward, steps),
            reverse_steps(graph, of_backward, lengths),
        ]
    if layer.merge_mode is not None:
        pair = [graph.add("Concat", *pair, axis=-1)]
    return [graph.add("Transpose", each, perm=[1, 0, 2]) for each in pair]


def reverse_steps(graph: OnnxGraph, steps: str, lengths: str | None) -> str:
    """(T, B, D) reversed within each length, or as a whole."""

    def reverse(name: str) -> str:
        if lengths is not None:
            axes = {"time_axis": 0, "batch_axis": 1}
            return graph.add("ReverseSequence", name, lengths, **axes)
        bounds = (-1, -(2**31), 0, -1)  # start, end, axis, step
        slices = (graph.constant([x], "int64") for x in bounds)
        return graph.add("Slice", name, *slices)

    return graph.apply_to_ids(steps, reverse)


def read_steps(graph: OnnxGraph, rnn: Any, steps: str) -> str:
    """(T, B, D) to (T, B, units) by a `keras.layers.GRU` or `LSTM`."""
    operator, pack_weights = _OPERATORS[type(rnn).__name__]
    expect(rnn, "activation", rnn.activation.__name__, "tanh")
    gates = rnn.recurrent_activation.__name__
    expect(rnn, "recurrent_activation", gates, "sigmoid")
    attributes = {}
    if operator == "GRU":
        attributes["linear_before_reset"] = int(rnn.reset_after)
    weights = pack_weights(rnn, *map(to_array, rnn.weights))
    outputs = graph.add(
        operator,
        steps,
        *(graph.constant(weight[None]) for weight in weights),
        hidden_size=rnn.units,
        **attributes,
    )  # (T, 1, B, units)
    return graph.add("Squeeze", outputs, graph.constant([1], "int64"))


def _pack_gru(
    rnn: Any, kernel: NDArray[Any], recurrent: NDArray[Any], *bias: NDArray[Any]
) -> tuple[NDArray[Any], ...]:
    # The gates are in the same order, z, r, h; each of the two biases too.
    biases = np.zeros((2, 3 * rnn.units), "float32")
    if bias:
        biases[: 1 + rnn.reset_after] = bias[0]
    return kernel.T, recurrent.T, biases.reshape(-1)


def _pack_lstm(
    rnn: Any, kernel: NDArray[Any], recurrent: NDArray[Any], *bias: NDArray[Any]
) -> tuple[NDArray[Any], ...]:
    # i, f, c, o in Keras are i, o, f, c in ONNX, which has two biases.
    def ordered(weight: NDArray[Any]) -> NDArray[Any]:
        i, f, c, o = np.split(weight.T, 4)
        return np.concatenate([i, o, f, c])

    biases = np.zeros(8 * rnn.units, "float32")
    if bias:
        biases[: 4 * rnn.units] = ordered(bias[0])
    return ordered(kernel), ordered(recurrent), biases


_OPERATORS = {"GRU": ("GRU", _pack_gru), "LSTM": ("LSTM", _pack_lstm)}
