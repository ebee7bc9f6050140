"""An ONNX graph in the making: nodes, weights and the names between them."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto
from onnx import helper
from onnx import numpy_helper

# Old enough for the oldest onnxruntime that we support.
_OPSET = 17
_IR_VERSION = 8


class OnnxGraph:
    """Collects the nodes of a graph from ids to logits (B, logits)."""

    def __init__(self) -> None:
        self._nodes: list[onnx.NodeProto] = []
        self._weights: list[onnx.TensorProto] = []

    def add(
        self,
        operator: str,
        *inputs: str,
        num_outputs: int = 1,
        **attributes: Any,
    ) -> str:
        """Add a node, and return the name of its first output.

        An input that is left out has the name "".
        """
        name = f"{operator}_{len(self._nodes)}"
        outputs = [name, *(f"{name}_{n}" for n in range(1, num_outputs))]
        self._nodes.append(
            helper.make_node(operator, inputs, outputs, name, **attributes)
        )
        return name

    def constant(self, value: Any, dtype: str = "float32") -> str:
        """Add an array to the file, and return its name."""
        name = f"constant_{len(self._weights)}"
        # ONNX reads the buffer: in C order, which a transpose is not.
        array = np.array(value, dtype, order="C")
        self._weights.append(numpy_helper.from_array(array, name))
        return name

    def cast(self, name: str, dtype: str = "float32") -> str:
        """Add a cast to a NumPy dtype."""
        to = helper.np_dtype_to_tensor_dtype(np.dtype(dtype))
        return self.add("Cast", name, to=to)

    def sum(self, name: str, keepdims: int = 1) -> str:
        """Add a sum over the last axis."""
        last = self.constant([-1], "int64")
        return self.add("ReduceSum", name, last, keepdims=keepdims)

    def model(
        self, ids: str, rank: int, logits: str, num_logits: int
    ) -> onnx.ModelProto:
        """The graph from the input `ids` to an output called `logits`."""
        shape = ["batch", *["sentences", "length"][-(rank - 1) :]]
        self._nodes.append(helper.make_node("Identity", [logits], ["logits"]))
        graph = helper.make_graph(
            self._nodes,
            "classifier",
            [_value(ids, TensorProto.INT32, shape)],
            [_value("logits", TensorProto.FLOAT, ["batch", num_logits])],
            self._weights,
        )
        model = helper.make_model(
            graph,
            producer_name="han_attention",
            ir_version=_IR_VERSION,
            opset_imports=[helper.make_opsetid("", _OPSET)],
        )
        onnx.checker.check_model(model)
        return model


def _value(
    name: str, dtype: int, shape: Sequence[str | int]
) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, dtype, shape)
