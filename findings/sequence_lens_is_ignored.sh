#!/usr/bin/env bash
# Guess: every runtime of ONNX knows `sequence_lens`, the fifth input of GRU.
# Seen (openvino 2026.4.1 on CPU, onnx 1.23.2, 2026-11-27): onnx.reference ignores it,
# and so does OpenVINO if the shapes are dynamic, though the lengths are a constant. The
# backward direction then starts in the padding. Neither says a word; onnxruntime 1.32.0 is
# right. Two forward GRUs with ReverseSequence are right in all three.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv environment
environment/bin/pip install --quiet openvino==2026.4.1 onnx==1.23.2 onnxruntime==1.32.0
cat > read.py <<'PYTHON'
import numpy as np
import onnx
import onnxruntime
import openvino
from onnx import TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator

FLOAT = TensorProto.FLOAT
rng = np.random.default_rng(0)
weights = {
    "W": rng.normal(size=(2, 9, 2)).astype("float32"),
    "R": rng.normal(size=(2, 9, 3)).astype("float32"),
    "B": rng.normal(size=(2, 18)).astype("float32"),
    "lengths": np.array([2, 5], "int32"),
}
graph = helper.make_graph(
    [
        helper.make_node(
            "GRU",
            ["x", *weights],
            ["y"],
            hidden_size=3,
            direction="bidirectional",
        )
    ],
    "read",
    [helper.make_tensor_value_info("x", FLOAT, ["steps", "batch", 2])],
    [helper.make_tensor_value_info("y", FLOAT, ["steps", 2, "batch", 3])],
    [numpy_helper.from_array(array, name) for name, array in weights.items()],
)
opset = [helper.make_opsetid("", 17)]
model = helper.make_model(graph, opset_imports=opset, ir_version=8)
onnx.checker.check_model(model)
onnx.save(model, "read.onnx")
x = rng.normal(size=(5, 2, 2)).astype("float32")
expected = onnxruntime.InferenceSession("read.onnx").run(None, {"x": x})[0]
(reference,) = ReferenceEvaluator(model).run(None, {"x": x})
compiled = openvino.Core().compile_model(
    "read.onnx", "CPU", {"INFERENCE_PRECISION_HINT": "f32"}
)
received = compiled({"x": x})["y"]
short = expected[:2, :, 0]  # the real steps of the shorter sequence
print("beyond the end:", expected[2:, :, 0].any(), received[2:, :, 0].any())
for name, y in (("reference", reference), ("openvino", received)):
    wrong = np.abs(y[:2, :, 0] - short).max(axis=(0, 2)) > 0.01
    print(name, "forward wrong:", wrong[0], "backward wrong:", wrong[1])
PYTHON
environment/bin/python -W ignore read.py | tee output
grep -q "beyond the end: False True" output
grep -q "reference forward wrong: False backward wrong: True" output
grep -q "openvino forward wrong: False backward wrong: True" output
