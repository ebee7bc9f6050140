"""One runtime in its own process: right or wrong first, then how fast.

It writes what differs, and then for each line that it reads how long the flat
model took for all texts; and at the end of its input the most memory.
"""

import json
import sys
import time
from pathlib import Path

import numpy as np

# The package of each runtime, and the file of a model that it reads.
RUNTIMES = {
    "Keras, `model.predict`": ("keras", "model.keras"),
    "onnxruntime": ("onnxruntime", "model.onnx"),
    "onnxruntime, float16": ("onnxruntime", "float16.onnx"),
    "onnxruntime, int8": ("onnxruntime", "int8.onnx"),
    "OpenVINO, float32": ("openvino", "model.onnx"),
    "OpenVINO, as it is": ("openvino", "model.onnx"),
    "onnx.reference": ("onnx", "model.onnx"),
    "onnxruntime-web, one thread": ("node", "model.onnx"),
    "LiteRT, one text at a time": ("ai_edge_litert", "model.tflite"),
    "SavedModel": ("tensorflow", "saved_model"),
}
KERAS = next(iter(RUNTIMES))
FLAT = "flat"  # the kind whose speed is measured
SLOW = {"onnx.reference": 16}  # reads no more texts than that


def load_runner(name, path):
    """A function from ids to logits."""
    package, _ = RUNTIMES[name]
    if package == "keras":
        import keras

        import han_attention  # noqa: F401  # has the layers

        model = keras.models.load_model(path, compile=False)
        return lambda ids: model.predict(ids, batch_size=64, verbose=0)
    if package == "onnxruntime":
        from han_attention.inference.onnx import OnnxPredictor
        from han_attention.inference.onnx import open_session

        return OnnxPredictor(open_session(path), None, ["a", "b"]).run
    if package == "openvino":
        import openvino

        hints = {"INFERENCE_PRECISION_HINT": "f32"} if "32" in name else {}
        compiled = openvino.Core().compile_model(path, "CPU", hints)
        return lambda ids: compiled({"ids": ids})["logits"].copy()
    if package == "onnx":
        from onnx.reference import ReferenceEvaluator

        evaluator = ReferenceEvaluator(str(path))
        return lambda ids: evaluator.run(["logits"], {"ids": ids})[0]
    if package == "ai_edge_litert":
        return load_litert(path)
    import tensorflow as tf

    model = tf.saved_model.load(str(path))
    return lambda ids: model.serve(tf.constant(ids)).numpy()


def load_litert(path):
    """One text at a time, each without its padding."""
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(str(path))
    (taken,), (given,) = (
        interpreter.get_input_details(),
        interpreter.get_output_details(),
    )

    def run(ids):
        row = ids[None, : max((ids != 0).sum(), 1)]
        interpreter.resize_tensor_input(taken["index"], row.shape)
        interpreter.allocate_tensors()
        interpreter.set_tensor(taken["index"], row)
        interpreter.invoke()
        return interpreter.get_tensor(given["index"])

    return lambda ids: np.concatenate([run(row) for row in ids])


def read_batches(path, limit=None):
    """The ids and the logits of Keras; of the first batch so many rows."""
    batches, expected = (
        list(np.load(path / f"{part}.npz").values())
        for part in ("ids", "logits")
    )
    if limit:
        return [batches[0][:limit]], [expected[0][:limit]]
    return batches, expected


def find_difference(run, batches, expected):
    """The largest of a logit from Keras, or the error that there is none."""
    try:
        return max(
            float(np.abs(run(ids) - logits).max())
            for ids, logits in zip(batches, expected, strict=True)
        )
    except Exception as error:
        return type(error).__name__


def pad_to_longest(batches):
    """All texts as one array, as Keras is usually given them."""
    longest = max(ids.shape[1] for ids in batches)
    return [
        np.concatenate(
            [
                np.pad(ids, [(0, 0), (0, longest - ids.shape[1])])
                for ids in batches
            ]
        )
    ]


def get_memory():
    """The most megabytes so far, of this process and no parent."""
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    (line,) = (line for line in lines if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def get_size(path):
    files = path.rglob("*") if path.is_dir() else [path]
    return sum(file.stat().st_size for file in files if file.is_file())


def main():
    name, folder = sys.argv[1], Path(sys.argv[2])
    answers, sys.stdout = sys.stdout, sys.stderr  # libraries print

    def answer(found):
        print(json.dumps(found), file=answers, flush=True)

    found = {"differences": {}}
    kinds = {path.name for path in folder.iterdir()} - {FLAT}
    for kind in (*sorted(kinds), FLAT):
        path = folder / kind / RUNTIMES[name][1]
        if not path.exists():
            continue
        batches, expected = read_batches(folder / kind, SLOW.get(name))
        try:
            run = load_runner(name, path)
        except Exception as error:
            found["differences"][kind] = type(error).__name__
            continue
        found["differences"][kind] = find_difference(run, batches, expected)
    answer(found | {"megabytes": get_size(path) / 1e6})
    if name == KERAS:
        batches = pad_to_longest(batches)
    for _ in sys.stdin:
        start = time.perf_counter()
        for ids in batches:
            run(ids)
        seconds = time.perf_counter() - start
        answer({"seconds": seconds / sum(map(len, batches))})
    answer({"memory": get_memory()})


if __name__ == "__main__":
    main()
