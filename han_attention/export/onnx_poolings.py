"""How the pooling layers are written in ONNX: see `onnx_layers`."""

from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from han_attention.export.onnx_graph import OnnxGraph
from han_attention.export.onnx_padding import put_back


def attention_pooling(
    graph: OnnxGraph,
    layer: Any,
    inputs: Any,
    mask: str | None = None,
    return_attention_scores: bool = False,
) -> list[str]:
    """Add a call of `AttentionPooling`."""
    if not isinstance(inputs, str):  # (forward, backward)
        inputs = graph.add("Concat", *inputs, axis=-1)
    if layer.time_major:
        inputs = graph.add("Transpose", inputs, perm=[1, 0, 2])
        mask = mask and graph.add("Transpose", mask, perm=[1, 0])
    features = layer.kernel.shape[0]
    # Of an RNN the steps as it read them, in another order. What is under
    # their mask are numbers; elsewhere 0 * NaN is NaN.
    given = graph.moved.get((inputs, mask or ""))
    if given is not None:
        inputs, mask, order = given
    else:
        inputs = graph.zero_where_masked(inputs, mask)
    if mask is not None:
        mask = graph.add("Unsqueeze", mask, graph.constant([-2], "int64"))
    hidden = graph.add("MatMul", inputs, graph.constant(to_array(layer.kernel)))
    if layer.use_bias:
        bias = graph.constant(to_array(layer.bias))
        hidden = graph.add("Add", hidden, bias)
    hidden = graph.add("Tanh", hidden)
    context = to_array(layer.context).reshape(-1, layer.num_heads)
    scores = graph.add("MatMul", hidden, graph.constant(context))
    # (..., T, H) becomes (..., H, T).
    leading = [*range(get_rank(layer) - 2)]
    last = [len(leading) + 1, len(leading)]
    scores = graph.add("Transpose", scores, perm=leading + last)
    # The tanh is between -1 and 1.
    lowest = -float(np.abs(context).sum(axis=0).max())
    weights = _NORMALIZERS[layer.normalizer](graph, scores, mask, lowest)
    pooled = graph.add("MatMul", weights, inputs)  # (..., H, D)
    size = layer.num_heads * features
    shape = graph.constant([0 for _ in leading] + [size], "int64")
    outputs = [graph.add("Reshape", pooled, shape)]
    if not return_attention_scores:
        return outputs
    moved = weights
    if given is not None:
        weights = put_back(graph, weights, order, -1)
    if layer.num_heads == 1:
        heads = graph.constant([-2], "int64")
        weights = graph.add("Squeeze", weights, heads)
    if given is not None:
        graph.moved_weights[weights] = (inputs, moved, order)
    return [*outputs, weights]


def sequence_pooling(
    graph: OnnxGraph,
    layer: Any,
    inputs: str,
    mask: str | None = None,
    return_attention_scores: bool = False,
) -> list[str]:
    """Add a call of `SequencePooling`."""
    if mask is None:
        shape = graph.add("Shape", inputs, end=-1)
        mask = graph.add("Expand", graph.constant(True, "bool"), shape)
    zero, one = map(graph.constant, (0.0, 1.0))
    steps = graph.constant([-2], "int64")
    real = graph.add("Unsqueeze", mask, graph.constant([-1], "int64"))
    number = graph.cast(real)
    if layer.mode == "mean":
        inputs = graph.zero_where_masked(inputs, mask)
        total = graph.add("ReduceSum", inputs, steps, keepdims=0)
        size = graph.add("ReduceSum", number, steps, keepdims=0)
        size = graph.add("Max", size, one)
        pooled = graph.add("Div", total, size)
        weights = graph.add("Div", graph.cast(mask), size)
    else:
        # Below all real steps, and of their scale.
        low = graph.add("ReduceMin", inputs, axes=[-2], keepdims=1)
        inputs = graph.add("Where", real, inputs, low)
        largest = graph.add("ReduceMax", inputs, axes=[-2], keepdims=1)
        found = graph.add("Equal", inputs, largest)
        found = graph.cast(graph.add("And", found, real))
        size = graph.add("ReduceSum", found, steps)
        found = graph.add("Div", found, graph.add("Max", size, one))
        weights = graph.add("ReduceMean", found, axes=[-1], keepdims=0)
        largest = graph.add("Squeeze", largest, steps)
        any_real = graph.add("ReduceMax", number, axes=[-2], keepdims=0)
        pooled = graph.add("Where", graph.cast(any_real, "bool"), largest, zero)
    return [pooled, weights] if return_attention_scores else [pooled]


def _softmax(
    graph: OnnxGraph, scores: str, mask: str | None, lowest: float
) -> str:
    """exp(s_t - max) over its sum, both over the real steps.

    Every number on the way has the scale of the scores or of the weights: of
    -1e30 in their place static int8 makes all weights equal.
    """
    if mask is None:
        return graph.add("Softmax", scores, axis=-1)
    zero, half = map(graph.constant, (0.0, 0.5))
    highest = _highest(graph, scores, mask, lowest)
    shifted = graph.add("Min", graph.add("Sub", scores, highest), zero)
    weights = graph.add("Where", mask, graph.add("Exp", shifted), zero)
    # The total is 1 at least, or 0 where nothing is real.
    total = graph.add("Max", graph.sum(weights), half)
    return graph.add("Div", weights, total)


def _sparsemax(
    graph: OnnxGraph, scores: str, mask: str | None, lowest: float
) -> str:
    """Step by step `han_attention.ops.masked_sparsemax`."""
    zero, one, far = map(graph.constant, (0.0, 1.0, -2.0))
    highest = _highest(graph, scores, mask, lowest)
    shifted = graph.add("Max", graph.add("Sub", scores, highest), far)
    if mask is not None:
        shifted = graph.add("Where", mask, shifted, far)
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


def _highest(
    graph: OnnxGraph, scores: str, mask: str | None, lowest: float
) -> str:
    """The largest score of the real steps; `lowest` is below all of them."""
    if mask is not None:
        scores = graph.add("Where", mask, scores, graph.constant(lowest))
    return graph.add("ReduceMax", scores, axes=[-1], keepdims=1)


def expect(layer: Any, setting: str, received: Any, expected: Any) -> None:
    """Raise a ValueError for a setting that is not known here."""
    if received != expected:
        raise ValueError(
            f"ONNX export knows the layer {layer.name!r} only with "
            f"{setting}={expected!r}. Received: {setting}={received!r}"
        )


def to_array(variable: Any) -> NDArray[Any]:
    """A weight of a layer as an array."""
    return np.asarray(keras.ops.convert_to_numpy(variable), "float32")


def get_rank(layer: Any) -> int:
    """Of the first input: 3 for (B, T, D), 4 for (B, S, T, D)."""
    return len(keras.tree.flatten(layer.input)[0].shape)


_NORMALIZERS = {"softmax": _softmax, "sparsemax": _sparsemax}
