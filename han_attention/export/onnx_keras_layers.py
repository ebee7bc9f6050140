"""How the common layers of Keras are written in ONNX.

Their masks are those that Keras hands on from layer to layer.
"""

from typing import Any

from han_attention.export.onnx_graph import OnnxGraph
from han_attention.export.onnx_padding import move_right
from han_attention.export.onnx_padding import take_steps
from han_attention.export.onnx_poolings import expect
from han_attention.export.onnx_poolings import to_array
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

    On padding Keras holds what the last real step gave, which is also what
    comes without `return_sequences`.
    """
    expect(layer, "go_backwards", layer.go_backwards, False)
    steps = _read(graph, layer, inputs, mask, backwards=False)
    if layer.return_sequences:
        return [steps]
    return [_take_one(graph, steps, -1)]


def bidirectional(
    graph: OnnxGraph, layer: Any, inputs: str, mask: str | None = None
) -> list[str]:
    """Add a call of `Bidirectional` around a `GRU` or `LSTM`."""
    if layer.merge_mode not in _MERGES:
        expect(layer, "merge_mode", layer.merge_mode, sorted(_MERGES))
    pair = [
        _read(graph, layer.forward_layer, inputs, mask, backwards=False),
        _read(graph, layer.backward_layer, inputs, mask, backwards=True),
    ]
    if not layer.return_sequences:
        ends = zip(pair, (-1, 0), strict=True)
        pair = [_take_one(graph, steps, end) for steps, end in ends]
    return [_MERGES[layer.merge_mode](graph, *pair)]


def _read(
    graph: OnnxGraph,
    layer: Any,
    inputs: str,
    mask: str | None,
    backwards: bool,
) -> str:
    """What an RNN gives at each step of (B, T, D): (B, T, units)."""
    for setting in ("return_state", "stateful"):
        expect(layer, setting, getattr(layer, setting), False)
    lengths = None
    if mask is not None:
        padding = move_right(graph, mask)
        inputs, lengths = (
            take_steps(graph, inputs, padding.order),
            padding.lengths,
        )
    steps = graph.add("Transpose", inputs, perm=[1, 0, 2])  # (T, B, D)
    if backwards:
        steps = reverse_steps(graph, steps, lengths)
    steps = read_steps(graph, layer, steps)
    if backwards:
        steps = reverse_steps(graph, steps, lengths)
    steps = graph.add("Transpose", steps, perm=[1, 0, 2])
    if mask is None:
        return steps
    source, known = _find_last(graph, mask, backwards)
    steps = take_steps(graph, steps, source)
    known = graph.add("Unsqueeze", known, graph.constant([-1], "int64"))
    return graph.add("Where", known, steps, graph.constant(0.0))


def _find_last(graph: OnnxGraph, mask: str, backwards: bool) -> tuple[str, str]:
    """Which of the moved steps was read last at each, and whether one was."""
    zero, one, axis = (graph.constant(n, "int64") for n in (0, 1, -1))
    real = graph.cast(mask, "int64")
    count = graph.add("CumSum", real, axis)
    if not backwards:
        last = graph.add("Max", graph.add("Sub", count, one), zero)
        return last, graph.add("Greater", count, zero)
    before = graph.add("Sub", count, real)
    number = graph.sum(real)
    most = graph.add("Max", graph.add("Sub", number, one), zero)
    known = graph.add("Less", before, number)
    return graph.add("Min", before, most), known


def _take_one(graph: OnnxGraph, steps: str, step: int) -> str:
    """One step of (B, T, D): (B, D)."""
    axis = graph.constant(step, "int64")
    return graph.add("Gather", steps, axis, axis=1)


def _average(graph: OnnxGraph, first: str, second: str) -> str:
    total = graph.add("Add", first, second)
    return graph.add("Mul", total, graph.constant(0.5))


_MERGES = {
    "concat": lambda graph, *pair: graph.add("Concat", *pair, axis=-1),
    "sum": lambda graph, *pair: graph.add("Add", *pair),
    "mul": lambda graph, *pair: graph.add("Mul", *pair),
    "ave": _average,
}
