"""Programs that run an ONNX model: each a function from ids to logits."""

import os
import shutil
import subprocess
from pathlib import Path

import numpy as np
import onnx
import pytest

RUNTIMES = ("onnxruntime", "onnx.reference", "openvino", "onnxruntime-web")

# Its npm package, or ids in, logits out: arrays as lists, in one process.
WEB_PACKAGE = Path(
    os.environ.get("ONNXRUNTIME_WEB", "node_modules/onnxruntime-web")
)
_WEB_PROGRAM = """
import fs from "node:fs";
const ort = await import(process.argv[2]);
ort.env.wasm.numThreads = 1;
const input = JSON.parse(fs.readFileSync(0, "utf-8"));
const session = await ort.InferenceSession.create(
  fs.readFileSync(process.argv[3]),
);
const all = [];
for (const { data, shape } of input) {
  const ids = new ort.Tensor("int32", Int32Array.from(data), shape);
  const { logits } = await session.run({ ids }, ["logits"]);
  all.push({ data: Array.from(logits.data), shape: logits.dims });
}
console.log(JSON.stringify(all));
"""


def run_everywhere(runtime, model, batches, folder):
    """The logits of each batch by a runtime; skips where it is not there.

    Args:
        runtime: One of `RUNTIMES`.
        model: An `onnx.ModelProto`.
        batches: Arrays of ids, of any shapes.
        folder: For its files.
    """
    return _RUN[runtime](model, batches, folder)


def _run_onnxruntime(model, batches, folder):
    import onnxruntime

    session = onnxruntime.InferenceSession(
        model.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    return [session.run(["logits"], {"ids": ids})[0] for ids in batches]


def _run_reference(model, batches, folder):
    from onnx.reference import ReferenceEvaluator

    evaluator = ReferenceEvaluator(model)
    with np.errstate(over="ignore"):  # in its sigmoid of large numbers
        return [evaluator.run(["logits"], {"ids": ids})[0] for ids in batches]


def _run_openvino(model, batches, folder):
    """With shapes that are not known, and without its bfloat16."""
    openvino = pytest.importorskip("openvino")
    path = folder / "model.onnx"
    onnx.save(model, path)
    compiled = openvino.Core().compile_model(
        path, "CPU", {"INFERENCE_PRECISION_HINT": "f32"}
    )
    return [compiled({"ids": ids})["logits"].copy() for ids in batches]


def _run_web(model, batches, folder):
    """In Node, by the same WebAssembly that a browser runs."""
    import json

    if shutil.which("node") is None or not WEB_PACKAGE.is_dir():
        pytest.skip("needs node, and ONNXRUNTIME_WEB: the npm package's folder")
    path = folder / "model.onnx"
    onnx.save(model, path)
    program = folder / "run.mjs"
    program.write_text(_WEB_PROGRAM, encoding="utf-8")
    script = WEB_PACKAGE.resolve() / "dist" / "ort.wasm.min.mjs"
    process = subprocess.run(
        ["node", program, script, path],
        input=json.dumps(
            [{"data": x.ravel().tolist(), "shape": x.shape} for x in batches]
        ),
        capture_output=True,
        text=True,
    )
    assert process.returncode == 0, process.stderr
    return [
        np.reshape(logits["data"], logits["shape"])
        for logits in json.loads(process.stdout)
    ]


_RUN = {
    "onnxruntime": _run_onnxruntime,
    "onnx.reference": _run_reference,
    "openvino": _run_openvino,
    "onnxruntime-web": _run_web,
}
