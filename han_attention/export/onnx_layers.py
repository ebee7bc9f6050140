"""How each layer is written in ONNX.

Each function adds the nodes of one call of a layer. In the place of tensors
it gets the names of their values in the graph, and it returns such names.
"""

from collections.abc import Callable
from collections.abc import Sequence
from typing import Any

from han_attention.export.onnx_graph import OnnxGraph
from han_attention.export.onnx_keras_layers import activation
from han_attention.export.onnx_keras_layers import bidirectional
from han_attention.export.onnx_keras_layers import dense
from han_attention.export.onnx_keras_layers import recurrent
from han_attention.export.onnx_keras_layers import softmax
from han_attention.export.onnx_ngrams import add
from han_attention.export.onnx_ngrams import ngram_embedding_bag
from han_attention.export.onnx_padding import join_moved
from han_attention.export.onnx_poolings import attention_pooling
from han_attention.export.onnx_poolings import expect
from han_attention.export.onnx_poolings import get_rank
from han_attention.export.onnx_poolings import sequence_pooling
from han_attention.export.onnx_poolings import to_array
from han_attention.export.onnx_recurrent import bidirectional_rnn


def write_layer(
    graph: OnnxGraph, layer: Any, *inputs: Any, **arguments: Any
) -> list[str]:
    """Add a call of a layer, and return the names of its outputs.

    Raises:
        ValueError: for a layer, or a setting of it, that is not known here.
    """
    arguments.pop("training", None)
    if arguments.get("mask", "") is None:
        del arguments["mask"]
    write = _WRITERS.get(type(layer).__name__)
    if write is None:
        raise ValueError(
            f"ONNX export knows no layer {type(layer).__name__} (named "
            f"{layer.name!r}). Expected one of "
            f"{', '.join(_WRITERS)}."
        )
    if getattr(layer, "quantization_mode", None):
        raise ValueError(
            "ONNX export takes models of floating point. Received: a model "
            f"quantized to {layer.quantization_mode}, in the layer "
            f"{layer.name!r}. Export the model as it was before, with "
            "precision='int8'."
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
    axis = getattr(layer, "axis", -1)  # of `AnyReal` it is the last
    axes = [axis] if isinstance(axis, int) else [*axis]
    found = graph.cast(inputs, "int32")
    found = graph.add("ReduceMax", found, axes=axes, keepdims=0)
    return [graph.cast(found, "bool")]


def _expand_dims(graph: OnnxGraph, layer: Any, inputs: str) -> list[str]:
    axis = graph.constant([layer.axis], "int64")
    return [graph.add("Unsqueeze", inputs, axis)]


def _fill(value: bool, graph: OnnxGraph, inputs: str) -> list[str]:
    shape = graph.add("Shape", inputs)
    return [graph.add("Expand", graph.constant(value, "bool"), shape)]


def _zeros_like(
    graph: OnnxGraph, layer: Any, inputs: str, dtype: str = "bool"
) -> list[str]:
    expect(layer, "dtype", dtype, "bool")
    return _fill(False, graph, inputs)


def _ones_like(
    graph: OnnxGraph, layer: Any, inputs: str, dtype: str = "bool"
) -> list[str]:
    expect(layer, "dtype", dtype, "bool")
    return _fill(True, graph, inputs)


def _logical_or(graph: OnnxGraph, layer: Any, *pair: str) -> list[str]:
    return [graph.add("Or", *pair)]


def _embedding(graph: OnnxGraph, layer: Any, ids: str) -> list[str]:
    table = graph.constant(to_array(layer.embeddings))
    return [graph.look_up(table, ids)]


def _dropout(graph: OnnxGraph, layer: Any, inputs: str) -> list[str]:
    return [inputs]


def _concatenate(
    graph: OnnxGraph, layer: Any, inputs: Sequence[str]
) -> list[str]:
    joined = graph.add("Concat", *inputs, axis=layer.axis)
    if layer.axis in (-1, get_rank(layer) - 1):
        join_moved(graph, joined, inputs)
    return [joined]


_WRITERS: dict[str, Callable[..., list[str]]] = {
    "NotEqual": _not_equal,  # of models saved by 0.1
    "Any": _any,
    "PaddingMask": _padding_mask,
    "AnyReal": _any,
    # These make the mask of what is concatenated.
    "ExpandDims": _expand_dims,
    "ZerosLike": _zeros_like,
    "OnesLike": _ones_like,
    "LogicalOr": _logical_or,
    "Embedding": _embedding,
    "Dropout": _dropout,
    "BiGRU": bidirectional_rnn,
    "BiLSTM": bidirectional_rnn,
    "Concatenate": _concatenate,
    "AttentionPooling": attention_pooling,
    "SequencePooling": sequence_pooling,
    "Dense": dense,
    "Activation": activation,
    "Softmax": softmax,
    "GRU": recurrent,
    "LSTM": recurrent,
    "Bidirectional": bidirectional,
    "NGramEmbeddingBag": ngram_embedding_bag,
    "Add": add,
}
