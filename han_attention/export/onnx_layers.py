"""How each layer is written in ONNX.

Each function adds the nodes of one call of a layer. In the place of tensors
it gets the names of their values in the graph, and it returns such names.
"""

from collections.abc import Callable
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from han_attention.export.onnx_graph import OnnxGraph
from han_attention.export.onnx_ngrams import add
from han_attention.export.onnx_ngrams import ngram_embedding_bag
from han_attention.export.onnx_poolings import attention_pooling
from han_attention.export.onnx_poolings import expect
from han_attention.export.onnx_poolings import get_rank
from han_attention.export.onnx_poolings import sequence_pooling
from han_attention.export.onnx_poolings import to_array


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
            f"{layer.name!r}). Expected the layers of our builders: "
            f"{', '.join(_WRITERS)}."
        )
    return write(graph, layer, *inputs, **arguments)


def _not_equal(
    graph: OnnxGraph, layer: Any, left: str, right: Any
) -> list[str]:
    number = graph.add("CastLike", graph.constant(right), left)
    return [graph.add("Not", graph.add("Equal", left, number))]


def _padding_mask(graph: OnnxGraph, layer: Any, ids: str) -> list[str]:
    return _not_equal(graph, layer, ids, 0)


def _any(graph: OnnxGraph, layer: Any, inputs: str) -> list[str]:
    found = graph.cast(inputs, "int32")
    found = graph.add("ReduceMax", found, axes=[-1], keepdims=0)
    return [graph.cast(found, "bool")]


def _embedding(graph: OnnxGraph, layer: Any, ids: str) -> list[str]:
    table = graph.constant(to_array(layer.embeddings))
    return [graph.add("Gather", table, ids)]


def _dropout(graph: OnnxGraph, layer: Any, inputs: str) -> list[str]:
    return [inputs]


def _concatenate(
    graph: OnnxGraph, layer: Any, inputs: Sequence[str]
) -> list[str]:
    return [graph.add("Concat", *inputs, axis=layer.axis)]


def _dense(graph: OnnxGraph, layer: Any, inputs: str) -> list[str]:
    expect(layer, "activation", layer.activation.__name__, "linear")
    outputs = graph.add(
        "MatMul", inputs, graph.constant(to_array(layer.kernel))
    )
    if layer.use_bias:
        bias = graph.constant(to_array(layer.bias))
        outputs = graph.add("Add", outputs, bias)
    return [outputs]


def _bigru(
    graph: OnnxGraph, layer: Any, inputs: str, mask: str | None = None
) -> list[str]:
    expect(layer, "merge_mode", layer.merge_mode, "concat")
    if get_rank(layer) == 4:
        return _each_sequence(graph, layer, inputs, mask)
    return [_read(graph, layer, inputs, mask)]


def _each_sequence(
    graph: OnnxGraph, layer: Any, inputs: str, mask: str | None
) -> list[str]:
    """(B, S, T, D) read as B*S sequences."""
    any_number = graph.constant([-1], "int64")
    last = graph.constant([2 * layer.units], "int64")
    outside = graph.add("Shape", inputs, end=3)

    def merge(name: str) -> str:
        inside = graph.add("Shape", name, start=2)
        shape = graph.add("Concat", any_number, inside, axis=0)
        return graph.add("Reshape", name, shape)

    outputs = _read(
        graph, layer, merge(inputs), None if mask is None else merge(mask)
    )
    shape = graph.add("Concat", outside, last, axis=0)
    return [graph.add("Reshape", outputs, shape)]


def _read(graph: OnnxGraph, layer: Any, inputs: str, mask: str | None) -> str:
    lengths = ""
    if mask is not None:
        lengths = graph.sum(graph.cast(mask, "int32"), keepdims=0)
    operator, pack_weights = _CELLS[layer.cell]
    attributes = {"linear_before_reset": 1} if operator == "GRU" else {}
    merged = graph.constant([0, 0, 2 * layer.units], "int64")
    steps = graph.add("Transpose", inputs, perm=[1, 0, 2])  # (T, B, D)
    for pair in zip(layer.forward_layers, layer.backward_layers, strict=True):
        directions = [pack_weights(*map(to_array, rnn.weights)) for rnn in pair]
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
    return graph.add("Transpose", steps, perm=[1, 0, 2])


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


_CELLS = {"gru": ("GRU", _gru), "lstm": ("LSTM", _lstm)}
_WRITERS: dict[str, Callable[..., list[str]]] = {
    "NotEqual": _not_equal,  # of models saved by 0.1
    "Any": _any,
    "PaddingMask": _padding_mask,
    "AnyReal": _any,
    "Embedding": _embedding,
    "Dropout": _dropout,
    "BiGRU": _bigru,
    "BiLSTM": _bigru,
    "Concatenate": _concatenate,
    "AttentionPooling": attention_pooling,
    "SequencePooling": sequence_pooling,
    "Dense": _dense,
    "NGramEmbeddingBag": ngram_embedding_bag,
    "Add": add,
}
