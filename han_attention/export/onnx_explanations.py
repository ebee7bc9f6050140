"""What the graph gives beside the logits: why they are what they are.

| output | shape | what it is |
|---|---|---|
| `word_weights` | of the ids | the attention weights of the words |
| `sentence_weights` | (B, S) | of documents, those of the sentences |
| `contributions` | (B, T, L) or (B, S, L) | what each adds to the logits |
| `ngram_buckets` | (..., T, N) | which n-gram starts there |
| `ngram_values` | (..., T, N, L) | that row |
| `ngram_count_weights` | (B, C) | what it counts that is there once, ... |

With several heads their axis stands before the last of the weights. The N are
of n-grams of 1, 2, ... ids. What one of them adds whose bucket occurs c times
in the text is its row times the weight of min(c, C), over c. All of it takes
next to no time beside the GRUs.
"""

from typing import Any

import keras

from han_attention.export.onnx_graph import OnnxGraph
from han_attention.export.onnx_graph import Output
from han_attention.export.onnx_ngrams import ngram_rows
from han_attention.export.onnx_padding import put_back
from han_attention.export.onnx_poolings import to_array
from han_attention.models.introspection import find_linear_head
from han_attention.models.introspection import find_ngrams
from han_attention.models.introspection import find_poolings
from han_attention.models.introspection import get_pooled_vectors

_Call = tuple[list[Any], dict[str, Any], list[str]]  # arguments, and results
_STEPS = ["batch", "sentences", "length"]


def add_explanations(
    graph: OnnxGraph, model: keras.Model, calls: dict[str, _Call]
) -> list[Output]:
    """Add what a model can say of its words, and return it.

    Args:
        graph: Has all layers of the model already.
        model: Whose logits are to be explained.
        calls: By the name of each layer, names of values in the graph: the
            inputs and arguments of its last call, and its outputs.
    """
    poolings = find_poolings(model)
    if not poolings:
        return []
    documents = len(poolings) == 2
    steps = _STEPS if documents else ["batch", "length"]
    outputs = []
    for pooling, name in zip(
        poolings, ("word_weights", "sentence_weights"), strict=False
    ):
        weights = calls[pooling.name][2][1]
        shape: list[Any] = [*(steps if name == "word_weights" else _STEPS[:2])]
        heads = getattr(pooling, "num_heads", 1)
        if heads > 1:
            shape.insert(-1, heads)
        outputs.append(Output(name, weights, shape))
    head = find_linear_head(model)
    if head is None:
        return outputs
    pooling = poolings[-1]
    units = model.outputs[0].shape[-1]
    added = _add_contributions(graph, pooling, head, calls[pooling.name])
    outputs.append(Output("contributions", added, [*steps[:2], units]))
    ngrams = find_ngrams(model)
    if ngrams is not None and ngrams.count_weights is not None:
        (ids,), arguments, _ = calls[ngrams.name]
        buckets, values = ngram_rows(graph, ngrams, ids, arguments.get("mask"))
        shape = [*steps, ngrams.ngram_range[1]]
        outputs.append(Output("ngram_buckets", buckets, shape, "int32"))
        outputs.append(Output("ngram_values", values, [*shape, units]))
        counts = ngrams.count_weights
        rows = graph.add("Shape", ids, start=0, end=1)
        shape_of_all = graph.add(
            "Concat", rows, graph.constant([len(counts)], "int64"), axis=0
        )
        weights = graph.add("Expand", graph.constant(counts), shape_of_all)
        shape = ["batch", len(counts)]
        outputs.append(Output("ngram_count_weights", weights, shape))
    return outputs


def _add_contributions(
    graph: OnnxGraph, pooling: Any, head: Any, call: _Call
) -> str:
    """a_t x_t . w, summed over the heads: see `compute_contributions`."""
    (vectors, *_), _, (_, weights) = call
    moved = graph.moved_weights.get(weights)
    if moved is not None:
        vectors, weights, order = moved  # (B, H, T)
    heads = getattr(pooling, "num_heads", 1)
    features = get_pooled_vectors(pooling).shape[-1]
    of_heads = to_array(head.kernel).reshape(heads, features, -1)
    units = of_heads.shape[-1]
    # Of all heads at once: (D, H * L).
    kernel = of_heads.transpose(1, 0, 2).reshape(features, -1)
    added = graph.add("MatMul", vectors, graph.constant(kernel))
    last = graph.constant([-1], "int64")
    if moved is None and heads == 1:
        axis = graph.constant([1], "int64")
        weights = graph.add("Unsqueeze", weights, axis)
    shape = graph.constant([0, 0, heads, units], "int64")
    added = graph.add("Reshape", added, shape)  # (B, T, H, L)
    weights = graph.add("Transpose", weights, perm=[0, 2, 1])
    added = graph.add("Mul", added, graph.add("Unsqueeze", weights, last))
    over = graph.constant([2], "int64")
    added = graph.add("ReduceSum", added, over, keepdims=0)
    return added if moved is None else put_back(graph, added, order, -2)
