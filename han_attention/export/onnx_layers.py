"""How each layer is written in ONNX.

Each function adds the nodes of one call of a layer. In the place of tensors
it gets the names of their values in the graph, and it returns such names.
"""

from collections.abc import Callable
from collections.abc import Sequence
from typing import Any

from han_attention.export.onnx_graph import OnnxGraph
from han_attention.export.onnx_ngrams import add
from han_attention.export.onnx_ngrams import ngram_embedding_bag
from han_attention.export.onnx_poolings import attention_pooling
from han_attention.export.onnx_poolings import expect
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
    write = _WRITERS.get(type(layer).__name__)
    if write is None:
        raise ValueError(
            f"ONNX export knows no layer {type(layer).__name__} (named "
            f"{layer.name!r}). Expected the layers of our builders: "
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
    found = graph.cast(inputs, "int32")
    found = graph.add("ReduceMax", found, axes=[-1], keepdims=0)
    return [graph.cast(found, "bool")]


def _embedding(graph: OnnxGraph, layer: Any, ids: str) -> list[str]:
    table = graph.constant(to_array(layer.embeddings))
    return [graph.look_up(table, ids)]


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


_WRITERS: dict[str, Callable[..., list[str]]] = {
    "NotEqual": _not_equal,  # of models saved by 0.1
    "Any": _any,
    "PaddingMask": _padding_mask,
    "AnyReal": _any,
    "Embedding": _embedding,
    "Dropout": _dropout,
    "BiGRU": bidirectional_rnn,
    "BiLSTM": bidirectional_rnn,
    "Concatenate": _concatenate,
    "AttentionPooling": attention_pooling,
    "SequencePooling": sequence_pooling,
    "Dense": _dense,
    "NGramEmbeddingBag": ngram_embedding_bag,
    "Add": add,
}
