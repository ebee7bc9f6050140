"""An ONNX model in fewer bits, by the tools of onnxruntime."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import helper
from onnx import numpy_helper
from onnxruntime.quantization import quantize_dynamic
from onnxruntime.transformers.float16 import convert_float_to_float16
from onnxruntime.transformers.onnx_model import OnnxModel

_RNNS = ("GRU", "LSTM")
# What has large weights, or moves numbers. Scores and sums stay float32, as
# under every dtype policy; onnxruntime reads no sparsemax in halves.
_IN_HALVES = {
    "Concat",
    "Gather",
    "MatMul",
    "Reshape",
    "ReverseSequence",
    "Squeeze",
    "Transpose",
    *_RNNS,
}


def reduce_precision(path: Path, precision: str) -> None:
    """Write a model of float32 anew, in `"float16"` or `"int8"`.

    float16: weights and vectors in half precision; scores, logits and what
    else comes out stay float32.

    int8: word vectors, n-grams and all matrices in 8 bits, by dynamic
    quantization, which needs no texts to calibrate on. The numbers on the way
    through the RNNs stay float32: onnxruntime has no GRU of whole numbers, so
    of those the weights alone are made small.

    Args:
        path: The file, which is replaced.
        precision: `"float16"` or `"int8"`.
    """
    with _quietly():
        if precision == "float16":
            model = _halve(onnx.load(path))
        else:
            quantize_dynamic(
                path, path, op_types_to_quantize=["MatMul", "Gather"]
            )
            model = onnx.load(path)
            _quantize_rnns(model.graph)
    onnx.save(model, path)


def _halve(model: onnx.ModelProto) -> onnx.ModelProto:
    operators = {node.op_type for node in model.graph.node}
    halved = convert_float_to_float16(
        model,
        keep_io_types=True,
        op_block_list=sorted(operators - _IN_HALVES),
    )
    sorted_model = OnnxModel(halved)
    sorted_model.topological_sort()  # the casts stand at the end
    return sorted_model.model


def _quantize_rnns(graph: onnx.GraphProto) -> None:
    """Hold the kernels of RNNs in 8 bits, with a scale for each row."""
    weights = {weight.name: weight for weight in graph.initializer}
    before: list[onnx.NodeProto] = []
    for node in graph.node:
        if node.op_type not in _RNNS:
            continue
        for n in (1, 2):  # (1, gates * units, features): W and R
            weight = weights.pop(node.input[n])
            rows, scales = _quantize_rows(numpy_helper.to_array(weight)[0])
            names = [f"{weight.name}_{part}" for part in ("int8", "scale")]
            for name, array in zip(names, (rows[None], scales), strict=True):
                weights[name] = numpy_helper.from_array(array, name)
            before.append(
                helper.make_node(
                    "DequantizeLinear", names, [weight.name], axis=1
                )
            )
    nodes = [*before, *graph.node]
    del graph.initializer[:], graph.node[:]
    graph.initializer.extend(weights.values())
    graph.node.extend(nodes)


def _quantize_rows(matrix: Any) -> tuple[Any, Any]:
    """Each row as whole numbers up to 127, and its scale."""
    scales = np.maximum(np.abs(matrix).max(axis=1), 1e-30) / 127
    return np.round(matrix / scales[:, None]).astype("int8"), scales


@contextmanager
def _quietly() -> Iterator[None]:
    """Without the advice of onnxruntime on graphs of other makers."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        yield
    finally:
        logging.disable(before)
