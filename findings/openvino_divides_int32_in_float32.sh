#!/usr/bin/env bash
# Guess: Div and Mod of int32 in an ONNX graph are those of whole numbers everywhere.
# Seen (openvino 2026.4.1 on CPU, 2026-11-27): OpenVINO computes both in float32, and
# says nothing: 67108858 mod 67108859 is 67108856, and (q d - 1) / d is q. Mul and Sub
# are exact. onnxruntime 1.32.0 is right. So a hash of the ids must put its remainders
# right by itself.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv environment
environment/bin/pip install --quiet openvino==2026.4.1 onnx==1.23.2 onnxruntime==1.32.0
cat > divide.py <<'PYTHON'
import numpy as np
import onnx
import onnxruntime
import openvino
from onnx import TensorProto, helper

INT32 = TensorProto.INT32
divisor = helper.make_tensor("divisor", INT32, [], [67108859])
graph = helper.make_graph(
    [
        helper.make_node("Div", ["x", "divisor"], ["quotient"]),
        helper.make_node("Mod", ["x", "divisor"], ["remainder"]),
    ],
    "divide",
    [helper.make_tensor_value_info("x", INT32, ["n"])],
    [
        helper.make_tensor_value_info(name, INT32, ["n"])
        for name in ("quotient", "remainder")
    ],
    [divisor],
)
opset = [helper.make_opsetid("", 17)]
model = helper.make_model(graph, opset_imports=opset, ir_version=8)
onnx.checker.check_model(model)
onnx.save(model, "divide.onnx")
x = np.array([67108858, 29 * 67108859 - 1], "int32")
session = onnxruntime.InferenceSession("divide.onnx")
print("NumPy       ", x // 67108859, x % 67108859)
print("onnxruntime ", *session.run(None, {"x": x}))
compiled = openvino.Core().compile_model("divide.onnx", "CPU")
print("OpenVINO    ", *compiled({"x": x}).values())
PYTHON
environment/bin/python -W ignore divide.py | tee output
grep -q "onnxruntime  \[ 0 28\] \[67108858 67108858\]" output
grep -q "OpenVINO     \[ 0 29\] \[67108856        0\]" output
