"""How the common layers of Keras are written in ONNX.

Their masks are those that Keras hands on from layer to layer, with the padding
on the right of each sequence.
"""

from typing import Any

from han_attention.export.onnx_graph import OnnxGraph
from han_attention.export.onnx_poolings import expect
from han_attention.export.onnx_poolings import to_array
from han_attention.export.onnx_recurrent import count_steps
from han_attention.export.onnx_recurrent import read_steps
from han_attention.export.onnx_recurrent import reverse_steps

_ACTIVATIONS = {
    "elu": "Elu",
    "relu": "Relu",
    "sigmoid": "Sigmoid",
    "softplus": "Softplus",
    "softsign": "Softsign",
    "tanh": "Tanh",
}


def dense(graph: OnnxGraph, layer: Any, inputs: str) -> list[str]:
    """Add a call of `Dense`."""
    kernel = graph.constant(to_array(layer.kernel))
    outputs = graph.add("MatMul", inputs, kernel)
    if layer.use_bias:
        bias = graph.constant(to_array(layer.bias))
        outputs = graph.add("Add", outputs, bias)
    return activation(graph, layer, outputs)


def activation(graph: OnnxGraph, layer: Any, inputs: str) -> list[str]:
    """Add a call of `Activation`, or the activation of another layer."""
    name = layer.activation.__name__
    if name == "linear":
        return [inputs]
    if name == "softmax":
        return [graph.add("Softmax", inputs, axis=-1)]
    if name not in _ACTIVATIONS:
        expect(layer, "activation", name, sorted({"linear", *_ACTIVATIONS}))
    return [graph.add(_ACTIVATIONS[name], inputs)]


def softmax(graph: OnnxGraph, layer: Any, inputs: str) -> list[str]:
    """Add a call of `Softmax` without a mask."""
    return [graph.add("Softmax", inputs, axis=layer.axis)]


def recurrent(
    graph: OnnxGraph, layer: Any, inputs: str, mask: str | None = None
) -> list[str]:
    """Add a call of `GRU` or `LSTM`.

    On padding Keras repeats the last real step, which is also what it gives
    without `return_sequences`.
    """
    for setting in ("go_backwards", "return_state", "stateful"):
        expect(layer, setting, getattr(layer, setting), False)
    lengths = None if mask is None else count_steps(graph, mask)
    steps = graph.add("Transpose", inputs, perm=[1, 0, 2])  # (T, B, D)
    steps = read_steps(graph, layer, steps)
    last = _first(graph, reverse_steps(graph, steps, lengths))  # (1, B, units)
    outputs = last
    if mask is not None:
        # Of a row with nothing real it is the state at the start.
        some = graph.add("ReduceMax", graph.cast(mask, "int32"), axes=[1])
        some = graph.cast(graph.add("Unsqueeze", some, _axes(graph, 0)), "bool")
        outputs = last = graph.add("Where", some, last, graph.constant(0.0))
    if not layer.return_sequences:
        return [graph.add("Squeeze", outputs, _axes(graph, 0))]
    if mask is not None:
        real = graph.add("Transpose", mask, perm=[1, 0])
        real = graph.add("Unsqueeze", real, _axes(graph, -1))
        steps = graph.add("Where", real, steps, last)
    return [graph.add("Transpose", steps, perm=[1, 0, 2])]


def bidirectional(
    graph: OnnxGraph, layer: Any, inputs: str, mask: str | None = None
) -> list[str]:
    """Add a call of `Bidirectional` around a `GRU` or `LSTM`."""
    if layer.merge_mode not in _MERGES:
        expect(layer, "merge_mode", layer.merge_mode, sorted(_MERGES))
    forward, backward = layer.forward_layer, layer.backward_layer
    (first,) = recurrent(graph, forward, inputs, mask)
    for setting in ("return_state", "stateful"):
        expect(backward, setting, getattr(backward, setting), False)
    lengths = None if mask is None else count_steps(graph, mask)
    steps = graph.add("Transpose", inputs, perm=[1, 0, 2])
    steps = reverse_steps(graph, steps, lengths)
    steps = read_steps(graph, backward, steps)
    steps = reverse_steps(graph, steps, lengths)
    steps = graph.add("Transpose", steps, perm=[1, 0, 2])  # (B, T, units)
    # It starts in the padding, where its state is 0.
    second = graph.zero_where_masked(steps, mask)
    if not forward.return_sequences:
        zero, one, axis = (graph.constant([n], "int64") for n in (0, 1, 1))
        second = graph.add("Slice", second, zero, one, axis)
        second = graph.add("Squeeze", second, axis)
    return [_MERGES[layer.merge_mode](graph, first, second)]


def _first(graph: OnnxGraph, steps: str) -> str:
    """The first of (T, B, D), as (1, B, D)."""
    start, end = (graph.constant([n], "int64") for n in (0, 1))
    return graph.add("Slice", steps, start, end, start)


def _axes(graph: OnnxGraph, axis: int) -> str:
    return graph.constant([axis], "int64")


def _average(graph: OnnxGraph, first: str, second: str) -> str:
    total = graph.add("Add", first, second)
    return graph.add("Mul", total, graph.constant(0.5))


_MERGES = {
    "concat": lambda graph, *pair: graph.add("Concat", *pair, axis=-1),
    "sum": lambda graph, *pair: graph.add("Add", *pair),
    "mul": lambda graph, *pair: graph.add("Mul", *pair),
    "ave": _average,
}
