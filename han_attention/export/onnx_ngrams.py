"""How the n-grams of ids are written in ONNX."""

from typing import Any

import numpy as np

from han_attention.export.onnx_graph import OnnxGraph
from han_attention.export.onnx_poolings import expect
from han_attention.export.onnx_poolings import get_rank
from han_attention.export.onnx_poolings import to_array
from han_attention.layers.ngram_buckets import make_steps
from han_attention.layers.ngram_rows import NOBODY
from han_attention.text.ngrams import find_ngrams
from han_attention.text.ngrams import find_rows
from han_attention.text.ngrams import ngram_buckets


def ngram_embedding_bag(
    graph: OnnxGraph, layer: Any, ids: str, mask: str | None = None
) -> list[str]:
    """A row of the table for each n-gram, and their sum."""
    each, weights = _weigh(graph, layer, ids, mask)
    rows = _take_rows(graph, layer, each)
    last = graph.constant([-1], "int64")
    rows = graph.add("Mul", rows, graph.add("Unsqueeze", weights, last))
    axis = graph.constant([1], "int64")
    total = graph.add("ReduceSum", rows, axis, keepdims=0)
    if layer.combiner == "sqrtn":
        total = graph.add("Div", total, _root_of_sum(graph, weights))
    return [total]


def ngram_rows(
    graph: OnnxGraph, layer: Any, ids: str, mask: str | None = None
) -> tuple[str, str]:
    """The bucket of the n-grams that start at each id, and its row.

    Returns:
        Names of (..., T, N), of n-grams of 1 to N ids, where the `sentinel`
        of the layer stands for none; and of (..., T, N, units).
    """
    sentinel = graph.constant(layer.sentinel, "int32")
    last = graph.constant([-1], "int64")
    start = graph.constant([0], "int64")
    steps = graph.add("Shape", ids, start=-1)
    rank = get_rank(layer)
    shape = graph.add("Shape", ids)
    none = graph.add("Expand", sentinel, shape)
    shorter = layer.ngram_range[0] - 1
    parts = [graph.add("Unsqueeze", none, last)] * shorter
    parts_of_ids = _list_buckets(graph, layer, ids, mask)
    for n, each in enumerate(parts_of_ids, start=layer.ngram_range[0]):
        behind = graph.constant([0] * (2 * rank - 1) + [n - 1], "int64")
        each = graph.add("Pad", each, behind, sentinel)
        each = graph.add("Slice", each, start, steps, last)
        parts.append(graph.add("Unsqueeze", each, last))
    buckets = graph.add("Concat", *parts, axis=-1)
    rows = _take_rows(graph, layer, buckets)
    if layer.combiner == "sqrtn":
        _, weights = _weigh(graph, layer, ids, mask)
        root = _root_of_sum(graph, weights)  # (B, 1)
        axes = graph.constant([*range(2, rank + 2)], "int64")
        rows = graph.add("Div", rows, graph.add("Unsqueeze", root, axes))
    return buckets, rows


def _take_rows(graph: OnnxGraph, layer: Any, each: str) -> str:
    """The row of each n-gram, of zeros for the sentinel."""
    # With a last row of zeros, and no n-gram that owns it.
    table = graph.constant(np.pad(to_array(layer.embeddings), [(0, 1), (0, 0)]))
    if not layer.exclusive:
        return graph.add("Gather", table, each)
    last = graph.constant(layer.num_buckets, "int32")
    real = graph.add("Less", each, graph.constant(layer.sentinel, "int32"))
    buckets = find_rows(
        _Array(graph, each),
        layer.num_buckets,
        layer.vocabulary_size,
        where=lambda *arrays: _Array(
            graph, graph.add("Where", *(array.name for array in arrays))
        ),
    )
    buckets = graph.add("Where", real, buckets.name, last)
    owner, nobody = _find_owner(graph, layer, buckets)
    own = graph.add("Equal", owner, each)
    buckets = graph.add("Where", graph.add("Or", own, nobody), buckets, last)
    return graph.add("Gather", table, buckets)


def _find_owner(graph: OnnxGraph, layer: Any, buckets: str) -> tuple[str, str]:
    """The n-gram that owns each bucket, and whether nobody does.

    Of its number the bucket says all but a quotient, which fits into a byte
    if there are 2^16 buckets or more: see `find_rows`.
    """
    owners = np.append(to_array(layer.owners), NOBODY)
    step = layer.num_buckets - layer.vocabulary_size
    quotients = (owners - np.arange(len(owners))) // step
    free = layer.sentinel // step + 1  # above all quotients
    quotients[owners == NOBODY] = free
    dtype = np.min_scalar_type(free).name
    table = graph.constant(quotients, dtype)
    found = graph.cast(graph.add("Gather", table, buckets), "int32")
    nobody = graph.add("Equal", found, graph.constant(free, "int32"))
    ahead = graph.add("Mul", found, graph.constant(step, "int32"))
    return graph.add("Add", buckets, ahead), nobody


def _weigh(
    graph: OnnxGraph, layer: Any, ids: str, mask: str | None
) -> tuple[str, str]:
    """The buckets (B, K), and what each counts: see `weigh_repeated`.

    In falling order, with sentinels before, which are the largest.
    """
    parts = _list_buckets(graph, layer, ids, mask)
    parts = [graph.add("Flatten", each, axis=1) for each in parts]
    each = graph.add("Concat", *parts, axis=1)
    sentinel = graph.constant(layer.sentinel, "int32")
    if layer.count_weights is None:
        return each, graph.cast(graph.add("Less", each, sentinel))
    most = len(layer.count_weights)
    before = graph.constant([0, most, 0, 0], "int64")
    each = graph.add("Pad", each, before, sentinel)
    number = graph.add("Shape", each, start=1)
    ordered = _Array(graph, graph.add("TopK", each, number, num_outputs=2))
    each = ordered[..., most:].name
    steps = make_steps(layer.count_weights)
    weights = graph.constant(steps[0])
    equal = [
        graph.add("Equal", each, ordered[..., most - n : -n].name)
        for n in range(1, most + 1)
    ]
    for repeated, step in zip(equal, np.diff(steps), strict=True):
        more = graph.cast(repeated), graph.constant(step)
        weights = graph.add("Add", weights, graph.add("Mul", *more))
    real = graph.cast(graph.add("Less", each, sentinel))
    return each, graph.add("Mul", weights, real)


def _list_buckets(
    graph: OnnxGraph, layer: Any, ids: str, mask: str | None
) -> list[str]:
    """Of each length n the buckets (..., T - n + 1) of the n-grams."""
    nothing = graph.constant(0, "int32")
    if mask is None:
        mask = graph.add("Not", graph.add("Equal", ids, nothing))
    ids = graph.add("Where", mask, ids, nothing)
    sentinel = graph.constant(layer.sentinel, "int32")
    shortest, longest = layer.ngram_range
    parts = []
    for n in range(shortest, longest + 1):
        buckets = ngram_buckets(
            _Array(graph, ids), n, layer.sentinel, layer.vocabulary_size
        )
        found = find_ngrams(_Array(graph, mask), n)
        parts.append(graph.add("Where", found.name, buckets.name, sentinel))
    return parts


def add(graph: OnnxGraph, layer: Any, inputs: list[str]) -> list[str]:
    """The sum of two tensors."""
    expect(layer, "inputs", len(inputs), 2)
    return [graph.add("Add", *inputs)]


def _root_of_sum(graph: OnnxGraph, weights: str) -> str:
    """The root of what the n-grams of a text count, at least 1: (B, 1)."""
    axis = graph.constant([1], "int64")
    number = graph.add("ReduceSum", weights, axis, keepdims=1)
    one = graph.constant(1.0, "float32")
    return graph.add("Sqrt", graph.add("Max", number, one))


class _Array:
    """A value of the graph with the operators that our arithmetic uses.

    So what is said once for NumPy and Keras is written in ONNX too. Whole
    numbers are divided in float32 by some runtimes (OpenVINO), and a quotient
    can be 1 too small or too large there: remainders are put right.

    Args:
        graph: To which nodes are added.
        name: Of the value.
        rough: Of one that differs from it by multiples of `modulus`, and not
            by many: enough for a remainder. Defaults to `None`: the value.
        modulus: See `rough`. Defaults to `None`.
    """

    def __init__(
        self,
        graph: OnnxGraph,
        name: str,
        rough: str | None = None,
        modulus: int | None = None,
    ) -> None:
        self.graph = graph
        self.name = name
        self.rough = rough or name
        self.modulus = modulus

    def __getitem__(self, key: tuple[Any, slice]) -> "_Array":
        start, stop = key[1].start or 0, key[1].stop
        stop = 2**31 - 1 if stop is None else stop
        bounds = [self.graph.constant([x], "int64") for x in (start, stop, -1)]
        name = self.graph.add("Slice", self.name, *bounds)
        rough = self.graph.add("Slice", self.rough, *bounds)
        return _Array(self.graph, name, rough, self.modulus)

    def _constant(self, value: Any) -> "_Array":
        if isinstance(value, _Array):
            return value
        return _Array(self.graph, self.graph.constant(value, "int32"))

    def _combine(self, operator: str, other: Any) -> "_Array":
        other = self._constant(other)
        name = self.graph.add(operator, self.name, other.name)
        modulus = self.modulus or other.modulus
        if {self.modulus, other.modulus} <= {None, modulus}:
            rough = self.graph.add(operator, self.rough, other.rough)
            return _Array(self.graph, name, rough, modulus)
        return _Array(self.graph, name)

    def __add__(self, other: Any) -> "_Array":
        return self._combine("Add", other)

    __radd__ = __add__

    def __sub__(self, other: Any) -> "_Array":
        return self._combine("Sub", other)

    def __lt__(self, other: Any) -> "_Array":
        return self._combine("Less", other)

    def __mul__(self, other: Any) -> "_Array":
        return self._combine("Mul", other)

    def __and__(self, other: Any) -> "_Array":
        return self._combine("And", other)

    def __mod__(self, other: int) -> "_Array":
        add, divisor = self.graph.add, self._constant(other).name
        value = self.rough if self.modulus == other else self.name
        quotient = add("Div", value, divisor)
        rough = add("Sub", value, add("Mul", quotient, divisor))
        negative = add("Less", rough, self._constant(0).name)
        name = add("Where", negative, add("Add", rough, divisor), rough)
        inside = add("Less", name, divisor)
        name = add("Where", inside, name, add("Sub", name, divisor))
        return _Array(self.graph, name, rough, other)

    def __floordiv__(self, other: int) -> "_Array":
        # What float32 holds exactly, if `other` is a power of 2 and large.
        whole = self.graph.add("Sub", self.name, (self % other).name)
        divisor = self._constant(other).name
        return _Array(self.graph, self.graph.add("Div", whole, divisor))
