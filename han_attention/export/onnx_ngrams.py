"""How the n-grams of ids are written in ONNX."""

from typing import Any

import numpy as np

from han_attention.export.onnx_graph import OnnxGraph
from han_attention.export.onnx_poolings import expect
from han_attention.export.onnx_poolings import to_array
from han_attention.text.ngrams import find_ngrams
from han_attention.text.ngrams import ngram_buckets


def ngram_embedding_bag(
    graph: OnnxGraph, layer: Any, ids: str, mask: str | None = None
) -> list[str]:
    """A row of the table for each n-gram, and their sum."""
    nothing = graph.constant(0, "int32")
    if mask is None:
        mask = graph.add("Not", graph.add("Equal", ids, nothing))
    ids = graph.add("Where", mask, ids, nothing)
    # A last row of zeros is that of what is no n-gram.
    table = np.pad(to_array(layer.embeddings), [(0, 1), (0, 0)])
    sentinel = graph.constant(layer.num_buckets, "int32")
    shortest, longest = layer.ngram_range
    parts = []
    for n in range(shortest, longest + 1):
        buckets = ngram_buckets(
            _Array(graph, ids), n, layer.num_buckets, layer.vocabulary_size
        )
        found = find_ngrams(_Array(graph, mask), n)
        each = graph.add("Where", found.name, buckets.name, sentinel)
        parts.append(graph.add("Flatten", each, axis=1))
    each = graph.add("Concat", *parts, axis=1)
    if layer.binary:
        each = _drop_repeated(graph, each, sentinel)
    rows = graph.add("Gather", graph.constant(table), each)
    axis = graph.constant([1], "int64")
    total = graph.add("ReduceSum", rows, axis, keepdims=0)
    if layer.combiner == "sqrtn":
        total = graph.add("Div", total, _root_of_number(graph, each, sentinel))
    return [total]


def add(graph: OnnxGraph, layer: Any, inputs: list[str]) -> list[str]:
    """The sum of two tensors."""
    expect(layer, "inputs", len(inputs), 2)
    return [graph.add("Add", *inputs)]


def _root_of_number(graph: OnnxGraph, each: str, sentinel: str) -> str:
    """The root of how many n-grams a text has, at least 1: (B, 1)."""
    real = graph.cast(graph.add("Less", each, sentinel))
    axis = graph.constant([1], "int64")
    number = graph.add("ReduceSum", real, axis, keepdims=1)
    one = graph.constant(1.0, "float32")
    return graph.add("Sqrt", graph.add("Max", number, one))


def _drop_repeated(graph: OnnxGraph, each: str, sentinel: str) -> str:
    """Sorts the numbers of each row, and puts the sentinel for a repeated one.

    In falling order, with a sentinel before, which is the largest: all others
    are then repeated.
    """
    before = graph.constant([0, 1, 0, 0], "int64")
    each = graph.add("Pad", each, before, sentinel)
    number = graph.add("Shape", each, start=1)
    ordered = _Array(graph, graph.add("TopK", each, number, num_outputs=2))
    each, before = ordered[..., 1:].name, ordered[..., :-1].name
    repeated = graph.add("Equal", each, before)
    return graph.add("Where", repeated, sentinel, each)


class _Array:
    """A value of the graph with the operators that our arithmetic uses.

    So what is said once for NumPy and Keras is written in ONNX too.
    """

    def __init__(self, graph: OnnxGraph, name: str) -> None:
        self.graph = graph
        self.name = name

    def __getitem__(self, key: tuple[Any, slice]) -> "_Array":
        start, stop = key[1].start or 0, key[1].stop
        stop = 2**31 - 1 if stop is None else stop
        bounds = (self.graph.constant([x], "int64") for x in (start, stop, -1))
        name = self.graph.add("Slice", self.name, *bounds)
        return _Array(self.graph, name)

    def _combine(self, operator: str, other: Any) -> "_Array":
        if not isinstance(other, _Array):
            name = self.graph.constant(other, "int32")
            other = _Array(self.graph, name)
        name = self.graph.add(operator, self.name, other.name)
        return _Array(self.graph, name)

    def __add__(self, other: Any) -> "_Array":
        return self._combine("Add", other)

    __radd__ = __add__

    def __mul__(self, other: Any) -> "_Array":
        return self._combine("Mul", other)

    def __mod__(self, other: int) -> "_Array":
        return self._combine("Mod", other)

    def __floordiv__(self, other: int) -> "_Array":
        return self._combine("Div", other)  # of what is not below 0

    def __and__(self, other: Any) -> "_Array":
        return self._combine("And", other)
