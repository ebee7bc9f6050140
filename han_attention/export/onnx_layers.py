"""How each layer is written in ONNX.

Each function adds the nodes of one call of a layer. In the place of tensors
it gets the names of their values in the graph, and it returns such names.
"""

from collections.abc import Callable
from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from han_attention.export.onnx_graph import OnnxGraph

_MASKED_SCORE = -1e30  # that of `han_attention.ops`


def write_layer(
    graph: OnnxGraph, layer: Any, *inputs: Any, **arguments: Any
) -> list[str]:
    """Add a call of a layer, and return the names of its outputs.

    Raises:
        ValueError: for a layer, or a setting of it, that is not known here.
    """
    arguments.pop("training", None)
    write = _WRITERS.get(type(layer).__name__)
    if write is None:
        raise ValueError(
            f"ONNX export knows no layer {type(layer).__name__} (named "
            f"{layer.name!r}). Expected the layers of `build_classifier`: "
            f"{', '.join(_WRITERS)}."
        )
    return write(graph, layer, *inputs, **arguments)


def _not_equal(
    graph: OnnxGraph, layer: Any, left: str, right: Any
) -> list[str]:
    number = graph.add("CastLike", graph.constant(right), left)
    return [graph.add("Not", graph.add("Equal", left, number))]


def _embedding(graph: OnnxGraph, layer: Any, ids: str) -> list[str]:
    table = graph.constant(_numpy(layer.embeddings))
    return [graph.add("Gather", table, ids)]


def _dropout(graph: OnnxGraph, layer: Any, inputs: str) -> list[str]:
    return [inputs]


def _concatenate(
    graph: OnnxGraph, layer: Any, inputs: Sequence[str]
) -> list[str]:
    return [graph.add("Concat", *inputs, axis=layer.axis)]


def _dense(graph: OnnxGraph, layer: Any, inputs: str) -> list[str]:
    _expect(layer, "activation", layer.activation.__name__, "linear")
    outputs = graph.add("MatMul", inputs, graph.constant(_numpy(layer.kernel)))
    if layer.use_bias:
        bias = graph.constant(_numpy(layer.bias))
        outputs = graph.add("Add", outputs, bias)
    return [outputs]


def _bigru(
    graph: OnnxGraph, layer: Any, inputs: str, mask: str | None = None
) -> list[str]:
    _expect(layer, "merge_mode", layer.merge_mode, "concat")
    lengths = ""
    if mask is not None:
        lengths = graph.sum(graph.cast(mask, "int32"), keepdims=0)
    operator, weights_of = _CELLS[layer.cell]
    attributes = {"linear_before_reset": 1} if operator == "GRU" else {}
    merged = graph.constant([0, 0, 2 * layer.units], "int64")
    steps = graph.add("Transpose", inputs, perm=[1, 0, 2])  # (T, B, D)
    for pair in zip(layer.forward_layers, layer.backward_layers, strict=True):
        directions = [weights_of(*map(_numpy, rnn.weights)) for rnn in pair]
        weights = map(np.stack, zip(*directions, strict=True))
        both = graph.add(
            operator,
            steps,
            *map(graph.constant, weights),
            lengths,
            hidden_size=layer.units,
            direction="bidirectional",
            **attributes,
        )  # (T, 2, B, units)
        both = graph.add("Transpose", both, perm=[0, 2, 1, 3])
        steps = graph.add("Reshape", both, merged)
    return [graph.add("Transpose", steps, perm=[1, 0, 2])]


def _gru(
    kernel: NDArray[Any], recurrent: NDArray[Any], bias: NDArray[Any]
) -> tuple[NDArray[Any], ...]:
    # The gates are in the same order, z, r, h; each of the two biases too.
    return kernel.T, recurrent.T, bias.reshape(-1)


def _lstm(
    kernel: NDArray[Any], recurrent: NDArray[Any], bias: NDArray[Any]
) -> tuple[NDArray[Any], ...]:
    # i, f, c, o in Keras are i, o, f, c in ONNX, which has two biases.
    def ordered(weight: NDArray[Any]) -> NDArray[Any]:
        i, f, c, o = np.split(weight.T, 4)
        return np.concatenate([i, o, f, c])

    biases = np.concatenate([ordered(bias), np.zeros_like(bias)])
    return ordered(kernel), ordered(recurrent), biases


def _attention_pooling(
    graph: OnnxGraph,
    layer: Any,
    inputs: str,
    mask: str | None = None,
    return_attention_scores: bool = False,
) -> list[str]:
    _expect(layer, "time_major", layer.time_major, False)
    features = layer.kernel.shape[0]
    if mask is not None:
        real = graph.add("Unsqueeze", mask, graph.constant([-1], "int64"))
        inputs = graph.add("Where", real, inputs, graph.constant(0.0))
        mask = graph.add("Unsqueeze", mask, graph.constant([1], "int64"))
    hidden = graph.add("MatMul", inputs, graph.constant(_numpy(layer.kernel)))
    if layer.use_bias:
        bias = graph.constant(_numpy(layer.bias))
        hidden = graph.add("Add", hidden, bias)
    hidden = graph.add("Tanh", hidden)
    context = _numpy(layer.context).reshape(-1, layer.num_heads)
    scores = graph.add("MatMul", hidden, graph.constant(context))
    scores = graph.add("Transpose", scores, perm=[0, 2, 1])  # (B, H, T)
    weights = _NORMALIZERS[layer.normalizer](graph, scores, mask)
    pooled = graph.add("MatMul", weights, inputs)  # (B, H, D)
    shape = graph.constant([0, layer.num_heads * features], "int64")
    outputs = [graph.add("Reshape", pooled, shape)]
    if return_attention_scores and layer.num_heads == 1:
        heads = graph.constant([1], "int64")
        outputs.append(graph.add("Squeeze", weights, heads))
    elif return_attention_scores:
        outputs.append(weights)
    return outputs


def _softmax(graph: OnnxGraph, scores: str, mask: str | None) -> str:
    if mask is None:
        return graph.add("Softmax", scores, axis=-1)
    low = graph.constant(_MASKED_SCORE)
    shares = graph.add("Where", mask, scores, low)
    shares = graph.add("Softmax", shares, axis=-1)
    return graph.add("Where", mask, shares, graph.constant(0.0))


def _sparsemax(graph: OnnxGraph, scores: str, mask: str | None) -> str:
    """Step by step `han_attention.ops.masked_sparsemax`."""
    zero, one, lowest = map(graph.constant, (0.0, 1.0, -2.0))
    if mask is not None:
        low = graph.constant(_MASKED_SCORE)
        scores = graph.add("Where", mask, scores, low)
    highest = graph.add("ReduceMax", scores, axes=[-1], keepdims=1)
    shifted = graph.add("Sub", scores, highest)
    shifted = graph.add("Max", shifted, lowest)
    # === The threshold tau, from the scores in descending order ===
    steps = graph.add("Shape", scores, start=-1)
    ordered = graph.add("TopK", shifted, steps, num_outputs=2)
    end = graph.add("Add", graph.cast(graph.add("Squeeze", steps)), one)
    rank = graph.add("Range", one, end, one)
    sums = graph.add("CumSum", ordered, graph.constant(-1, "int64"))
    bounds = graph.add("Add", one, graph.add("Mul", rank, ordered))
    inside = graph.add("Greater", bounds, sums)
    size = graph.sum(graph.cast(inside))
    total = graph.sum(graph.add("Where", inside, ordered, zero))
    tau = graph.add("Div", graph.add("Sub", total, one), size)
    weights = graph.add("Relu", graph.add("Sub", shifted, tau))
    return weights if mask is None else graph.add("Where", mask, weights, zero)


def _expect(layer: Any, setting: str, received: Any, expected: Any) -> None:
    if received != expected:
        raise ValueError(
            f"ONNX export knows the layer {layer.name!r} only with "
            f"{setting}={expected!r}. Received: {setting}={received!r}"
        )


def _numpy(variable: Any) -> NDArray[Any]:
    return np.asarray(keras.ops.convert_to_numpy(variable), "float32")


_CELLS = {"gru": ("GRU", _gru), "lstm": ("LSTM", _lstm)}
_NORMALIZERS = {"softmax": _softmax, "sparsemax": _sparsemax}
_WRITERS: dict[str, Callable[..., list[str]]] = {
    "NotEqual": _not_equal,
    "Embedding": _embedding,
    "Dropout": _dropout,
    "BiGRU": _bigru,
    "Concatenate": _concatenate,
    "AttentionPooling": _attention_pooling,
    "Dense": _dense,
}
