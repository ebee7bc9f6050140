"""An ONNX graph in the making: nodes, weights and the names between them."""

import hashlib
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import onnx
from onnx import helper
from onnx import numpy_helper

# Old enough for the oldest onnxruntime that we support.
_OPSET = 17
_IR_VERSION = 8


@dataclass(frozen=True)
class Output:
    """An input or output of the graph: name, value, and what that is.

    Attributes:
        name: By which a runtime knows it.
        value: The name of the value in the graph.
        shape: Numbers, and names of sizes that are not fixed.
        dtype: Of NumPy. Defaults to `"float32"`.
    """

    name: str
    value: str
    shape: Sequence[str | int]
    dtype: str = "float32"


class OnnxGraph:
    """Collects the nodes of a graph from ids to logits (B, logits)."""

    def __init__(self) -> None:
        self._nodes: list[onnx.NodeProto] = []
        self._weights: list[onnx.TensorProto] = []
        self._known: dict[Any, str] = {}
        self._looked_up: dict[str, tuple[str, str]] = {}
        # By a value and its mask: the same steps moved to the left, their
        # mask, and their order. See `onnx_padding`.
        self.moved: dict[tuple[str, str], tuple[str, str, str]] = {}
        # Values and masks: those that are 0 there already.
        self.zeroed: set[tuple[str, str]] = set()
        # By weights: the moved steps, their weights, and their order.
        self.moved_weights: dict[str, tuple[str, str, str]] = {}

    def add(
        self,
        operator: str,
        *inputs: str,
        num_outputs: int = 1,
        **attributes: Any,
    ) -> str:
        """Add a node, and return the name of its first output.

        An input that is left out has the name "". What is there already is
        not added again.
        """
        key = (operator, inputs, repr(sorted(attributes.items())))
        if key in self._known:
            return self._known[key]
        name = self._known[key] = f"{operator}_{len(self._nodes)}"
        outputs = [name, *(f"{name}_{n}" for n in range(1, num_outputs))]
        self._nodes.append(
            helper.make_node(operator, inputs, outputs, name, **attributes)
        )
        return name

    def constant(self, value: Any, dtype: str = "float32") -> str:
        """Add an array to the file, once, and return its name."""
        # ONNX reads the buffer: in C order, which a transpose is not.
        array = np.array(value, dtype, order="C")
        key = (array.dtype, array.shape, hashlib.sha256(array.data).digest())
        if key not in self._known:
            self._known[key] = name = f"constant_{len(self._weights)}"
            self._weights.append(numpy_helper.from_array(array, name))
        return self._known[key]

    def cast(self, name: str, dtype: str = "float32") -> str:
        """Add a cast to a NumPy dtype."""
        to = helper.np_dtype_to_tensor_dtype(np.dtype(dtype))
        return self.add("Cast", name, to=to)

    def look_up(self, table: str, ids: str) -> str:
        """Add the rows (..., D) of a table for ids (...)."""
        name = self.add("Gather", table, ids)
        self._looked_up[name] = (table, ids)
        return name

    def is_looked_up(self, name: str) -> bool:
        """Whether a value is made by `look_up`."""
        return name in self._looked_up

    def apply_to_ids(self, name: str, function: Callable[[str], str]) -> str:
        """Apply what moves whole rows to a value (..., D).

        Of rows that are looked up their ids are moved, which costs nothing.
        """
        if name not in self._looked_up:
            return function(name)
        table, ids = self._looked_up[name]
        return self.look_up(table, function(ids))

    def zero_where_masked(self, steps: str, mask: str | None) -> str:
        """Steps (..., T, D), 0 where a mask (..., T) says no."""
        if mask is None or (steps, mask) in self.zeroed:
            return steps
        real = self.add("Unsqueeze", mask, self.constant([-1], "int64"))
        return self.add("Where", real, steps, self.constant(0.0))

    def sum(self, name: str, keepdims: int = 1) -> str:
        """Add a sum over the last axis."""
        last = self.constant([-1], "int64")
        return self.add("ReduceSum", name, last, keepdims=keepdims)

    def model(
        self, given: Output, outputs: Iterable[Output]
    ) -> onnx.ModelProto:
        """The graph from an input to some outputs.

        What they do not depend on is left out.
        """
        outputs = list(outputs)
        nodes = self._nodes + [
            helper.make_node("Identity", [output.value], [output.name])
            for output in outputs
        ]
        nodes = _find_needed(nodes, [output.name for output in outputs])
        read = {name for node in nodes for name in node.input}
        graph = helper.make_graph(
            nodes,
            "classifier",
            [_describe(given)],
            [*map(_describe, outputs)],
            [weight for weight in self._weights if weight.name in read],
        )
        model = helper.make_model(
            graph,
            producer_name="han_attention",
            ir_version=_IR_VERSION,
            opset_imports=[helper.make_opsetid("", _OPSET)],
        )
        onnx.checker.check_model(model)
        return model


def _describe(value: Output) -> onnx.ValueInfoProto:
    dtype = helper.np_dtype_to_tensor_dtype(np.dtype(value.dtype))
    return helper.make_tensor_value_info(value.name, dtype, value.shape)


def _find_needed(
    nodes: Sequence[onnx.NodeProto], outputs: Sequence[str]
) -> list[onnx.NodeProto]:
    """The nodes that some outputs depend on, in their order."""
    needed, kept = set(outputs), []
    for node in reversed(nodes):
        if not needed.isdisjoint(node.output):
            needed.update(node.input)
            kept.append(node)
    return kept[::-1]
