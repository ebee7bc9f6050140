"""Sequences of any mask, brought to where their padding is on the right.

As `han_attention.layers.padding_side` says. Attention does not mind the order
of its steps: it reads those that were moved, and moves its weights back alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from han_attention.export.onnx_graph import OnnxGraph


@dataclass(frozen=True)
class Padding:
    """Names of what is known of a mask (B, T).

    Attributes:
        order: The steps in their new order, (B, T).
        place: Where each step went, (B, T).
        mask: That of the moved steps, (B, T).
        lengths: The real steps of each row (B,), but 1 at least: OpenVINO
            wants it.
    """

    order: str
    place: str
    mask: str
    lengths: str


def move_right(graph: OnnxGraph, mask: str) -> Padding:
    """Put the real steps of a mask (B, T) in front, in their order."""
    one, last = graph.constant(1, "int64"), graph.constant(-1, "int64")
    axis = graph.constant([1], "int64")
    real = graph.cast(mask, "int64")
    before = graph.add("Sub", graph.add("CumSum", real, last), one)
    number = graph.add("ReduceSum", real, axis, keepdims=1)
    missing = graph.add("CumSum", graph.add("Sub", one, real), last)
    behind = graph.add("Sub", graph.add("Add", number, missing), one)
    place = graph.add("Where", mask, before, behind)
    shape = graph.add("Shape", mask)
    steps = graph.add("Squeeze", graph.add("Shape", mask, start=1))
    zero = graph.constant(0, "int64")
    step = graph.add("Range", zero, steps, one)
    places = graph.add("Expand", step, shape)
    order = graph.add("ScatterElements", places, place, places, axis=1)
    return Padding(
        order,
        place,
        graph.add("Less", step, number),
        graph.add("Max", graph.add("Squeeze", number, axis), one),
    )


def take_steps(graph: OnnxGraph, steps: str, source: str) -> str:
    """The steps of (B, T, D), or ids (B, T), in another order (B, T)."""
    shape, rows = graph.add("Shape", steps), graph.add("Shape", source)
    zero, one = (graph.constant(n, "int64") for n in (0, 1))
    size = graph.add(
        "Slice", rows, *(graph.constant([n], "int64") for n in (1, 2))
    )
    number = graph.add("Squeeze", graph.add("Shape", source, end=1))
    row = graph.add("Mul", graph.add("Range", zero, number, one), size)
    row = graph.add("Unsqueeze", row, graph.constant([1], "int64"))
    features = graph.add("Shape", steps, start=2)
    flat = graph.add("Concat", graph.constant([-1], "int64"), features, axis=0)
    flat = graph.add("Reshape", steps, flat)
    found = graph.add("Gather", flat, graph.add("Add", row, source))
    return graph.add("Reshape", found, shape)


def join_moved(graph: OnnxGraph, joined: str, parts: Sequence[str]) -> None:
    """Note the moved steps of what was joined along its last axis.

    They are known if each part was moved in the same way, or is looked up.
    """
    for (steps, mask), (_, moved_mask, order) in [*graph.moved.items()]:
        if steps not in parts:
            continue
        moved = [_move(graph, part, mask, order) for part in parts]
        if all(moved):
            together = graph.add("Concat", *moved, axis=-1)
            graph.moved[joined, mask] = (together, moved_mask, order)


def _move(graph: OnnxGraph, steps: str, mask: str, order: str) -> str:
    """The moved steps, or "" if they would have to be moved first."""
    if (steps, mask) in graph.moved:
        return graph.moved[steps, mask][0]
    if not graph.is_looked_up(steps):
        return ""

    def move(ids: str) -> str:
        number = graph.add("Shape", ids, start=-1)
        any_number = graph.constant([-1], "int64")
        shape = graph.add("Concat", any_number, number, axis=0)
        pair = (graph.add("Reshape", name, shape) for name in (ids, order))
        return graph.add(
            "Reshape", take_steps(graph, *pair), graph.add("Shape", ids)
        )

    return graph.apply_to_ids(steps, move)


def put_back(graph: OnnxGraph, values: str, order: str, axis: int) -> str:
    """Values of moved steps where the steps were.

    Not by GatherElements, which `onnx.reference` knows for 64 steps at most.

    Args:
        graph: To which nodes are added.
        values: (..., H, T), or (..., T, L).
        order: Of the moved steps, (..., T).
        axis: -1 or -2, that of T.
    """
    other = graph.constant([-3 - axis], "int64")
    order = graph.add("Unsqueeze", order, other)
    order = graph.add("Expand", order, graph.add("Shape", values))
    return graph.add("ScatterElements", values, order, values, axis=axis)
