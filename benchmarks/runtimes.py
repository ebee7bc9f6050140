"""Every runtime on every kind of model: right or wrong, fast or slow.

    python benchmarks/runtimes.py --data aclImdb_v1.tar.gz

Models with random weights read the same reviews, in batches of like length.
Each runtime is a process of its own: the largest difference of a logit from
Keras, texts a second and the most memory are measured there. One that is not
installed is left out. `--web` names the folder of the npm package
onnxruntime-web, which Node then runs.
"""

import argparse
import importlib.metadata
import importlib.util
import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

KINDS = {
    "flat": {},
    "labels": {
        "num_classes": 5,
        "multi_label": True,
        "num_heads": 4,
        "normalizer": "sparsemax",
    },
    "lstm": {"cell": "lstm", "num_layers": 2},
    "n-grams": {"ngram_range": (1, 3), "num_ngram_buckets": 2**18},
    "documents": {"rnn_units": 50},
}
# The package of each runtime, and the file of a model that it reads.
RUNTIMES = {
    "Keras, model.predict": ("keras", "model.keras"),
    "onnxruntime": ("onnxruntime", "model.onnx"),
    "onnxruntime, float16": ("onnxruntime", "float16.onnx"),
    "onnxruntime, int8": ("onnxruntime", "int8.onnx"),
    "OpenVINO, float32": ("openvino", "model.onnx"),
    "OpenVINO, as it is": ("openvino", "model.onnx"),
    "onnx.reference": ("onnx", "model.onnx"),
    "onnxruntime-web": ("node", "model.onnx"),
    "LiteRT": ("ai_edge_litert", "model.tflite"),
    "SavedModel": ("tensorflow", "saved_model"),
}
SLOW = {"onnx.reference": 16}  # reads no more reviews than that
VOCABULARY = 20_000


def write_models(folder, texts):
    """Each kind of model in each format, ids, and the logits of Keras."""
    from han_attention import TextPreprocessor
    from han_attention import Tokenizer
    from han_attention import build_classifier
    from han_attention import build_han
    from han_attention.export import litert
    from han_attention.export import onnx
    from han_attention.export import saved_model
    from han_attention.export.precision import reduce_precision

    tokenizer = Tokenizer.train(texts, VOCABULARY)
    for kind, options in KINDS.items():
        documents = kind == "documents"
        build = build_han if documents else build_classifier
        model = build(len(tokenizer), **options)
        rng = np.random.default_rng(0)
        model.set_weights(
            [rng.normal(scale=0.1, size=w.shape) for w in model.weights]
        )
        path = folder / kind
        path.mkdir()
        model.save(path / "model.keras")
        onnx.write(model, path / "model.onnx")
        for precision in ("float16", "int8"):
            file = path / f"{precision}.onnx"
            shutil.copy(path / "model.onnx", file)
            reduce_precision(file, precision)
        shape = (None,) * (3 if documents else 2)
        saved_model.write(model, path / "saved_model", shape)
        if not documents:
            litert.write(model, path / "model.tflite", (1, None))
        architecture = "hierarchical" if documents else "flat"
        preprocessor = TextPreprocessor(tokenizer, architecture, max_tokens=400)
        encoded = preprocessor.encode(texts)
        batches = [encoded.padded(rows) for rows in encoded.batches(64)]
        np.savez(path / "ids.npz", *batches)
        logits = [model.predict_on_batch(ids) for ids in batches]
        np.savez(path / "logits.npz", *logits)


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
        from han_attention.export.litert import run

        return lambda ids: np.concatenate(
            run(path, [row[None, : max((row != 0).sum(), 1)] for row in ids])
        )
    import tensorflow as tf

    model = tf.saved_model.load(str(path))
    return lambda ids: model.serve(tf.constant(ids)).numpy()


def measure(name, folder):
    """Print what one runtime does, as JSON; run in its own process."""
    _, file = RUNTIMES[name]
    found = {"differences": {}}
    for kind in KINDS:
        path = folder / kind / file
        if not path.exists():
            continue
        batches, expected = (
            list(np.load(folder / kind / f"{part}.npz").values())
            for part in ("ids", "logits")
        )
        limit = SLOW.get(name)
        if limit:
            batches, expected = [batches[0][:limit]], [expected[0][:limit]]
        try:
            run = load_runner(name, path)
            received = [run(ids) for ids in batches]
        except Exception as error:
            found["differences"][kind] = type(error).__name__
            continue
        found["differences"][kind] = max(
            float(np.abs(a - b).max())
            for a, b in zip(received, expected, strict=True)
        )
        if kind == "flat":
            found["rate"] = get_rate(name, run, batches)
            found["megabytes"] = get_size(path) / 1e6
    print(json.dumps(found | {"memory": get_memory()}))


def get_memory():
    """The most megabytes so far, of this process and no parent."""
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    (line,) = (line for line in lines if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def get_rate(name, run, batches, rounds=3):
    """Texts a second: the median of some rounds."""
    if name.startswith("Keras"):  # as it is usually done: one array
        longest = max(ids.shape[1] for ids in batches)
        widths = [(0, longest - ids.shape[1]) for ids in batches]
        parts = [
            np.pad(ids, ((0, 0), width))
            for ids, width in zip(batches, widths, strict=True)
        ]
        batches = [np.concatenate(parts)]
    seconds = []
    for _ in range(rounds):
        start = time.perf_counter()
        for ids in batches:
            run(ids)
        seconds.append(time.perf_counter() - start)
    return sum(map(len, batches)) / statistics.median(seconds)


def get_size(path):
    files = path.rglob("*") if path.is_dir() else [path]
    return sum(file.stat().st_size for file in files if file.is_file())


def find_version(package, web):
    """The version of a runtime, or None if it is not there."""
    if package == "node":
        if web is None or shutil.which("node") is None:
            return None
        text = (Path(web) / "package.json").read_text(encoding="utf-8")
        return json.loads(text)["version"]
    if importlib.util.find_spec(package) is None:
        return None
    return importlib.metadata.version(package.replace("_", "-"))


def main():
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--data", help="archive or folder; else downloaded")
    parser.add_argument("--reviews", type=int, default=500)
    parser.add_argument("--web", help="folder of the npm package")
    parser.add_argument("--run", nargs=2, help=argparse.SUPPRESS)
    flags = parser.parse_args()
    if flags.run:
        measure(flags.run[0], Path(flags.run[1]))
        return
    from han_attention import load_imdb

    texts = load_imdb(flags.data).test.texts
    chosen = np.random.default_rng(0).permutation(len(texts))[: flags.reviews]
    kinds = " | ".join(KINDS)
    print(f"| runtime | {kinds} | texts/s | MB in memory | MB of the file |")
    print("|---" * (len(KINDS) + 4) + "|")
    with TemporaryDirectory() as name:
        write_models(Path(name), [texts[n] for n in chosen])
        for runtime, (package, _) in RUNTIMES.items():
            version = find_version(package, flags.web)
            if version is not None:
                print_row(runtime, version, Path(name), flags.web)


def print_row(runtime, version, folder, web):
    """Measure a runtime in a process of its own, and print its line."""
    program = [sys.executable, __file__, "--run", runtime, str(folder)]
    if runtime == "onnxruntime-web":
        script = Path(__file__).with_name("runtimes_web.mjs")
        program = ["node", str(script), str(Path(web).resolve()), str(folder)]
        write_for_web(folder)
    process = subprocess.run(
        program, capture_output=True, text=True, env=os.environ
    )
    if process.returncode:
        last = process.stderr.strip().splitlines()[-1:]
        print(f"| {runtime} {version} | ended: {last} |", flush=True)
        return
    found = json.loads(process.stdout.strip().splitlines()[-1])
    cells = [show(found["differences"].get(kind, "-")) for kind in KINDS]
    if "rate" in found:
        cells += [f"{found['rate']:,.0f}", f"{found['memory']:,.0f}"]
        cells += [f"{found['megabytes']:.1f}"]
    print(f"| {runtime} {version} | {' | '.join(cells)} |", flush=True)


def write_for_web(folder):
    """Ids and logits as JSON, which Node reads."""
    for kind in KINDS:
        arrays = (
            np.load(folder / kind / f"{part}.npz").values()
            for part in ("ids", "logits")
        )
        records = [
            {
                "ids": ids.ravel().tolist(),
                "shape": ids.shape,
                "logits": logits.ravel().tolist(),
            }
            for ids, logits in zip(*arrays, strict=True)
        ]
        text = json.dumps(records)
        (folder / kind / "web.json").write_text(text, encoding="utf-8")


def show(value):
    return value if isinstance(value, str) else f"{value:.1g}"


if __name__ == "__main__":
    main()
