"""Models of every kind in every format, and what Keras makes of the texts."""

import json
import shutil

import numpy as np

from han_attention import TextPreprocessor
from han_attention import Tokenizer
from han_attention import build_classifier
from han_attention import build_han
from han_attention.export import litert
from han_attention.export import onnx
from han_attention.export import saved_model
from han_attention.export.precision import reduce_precision

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
VOCABULARY = 20_000
MAX_TOKENS = 400
BATCH_SIZE = 64


def write_models(folder, texts):
    """Each kind in a folder of its own, with ids, and the logits of Keras."""
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
        write_formats(model, path, documents)
        architecture = "hierarchical" if documents else "flat"
        preprocessor = TextPreprocessor(
            tokenizer, architecture, max_tokens=MAX_TOKENS
        )
        encoded = preprocessor.encode(texts)
        batches = [encoded.padded(rows) for rows in encoded.batches(BATCH_SIZE)]
        logits = [model.predict_on_batch(ids) for ids in batches]
        np.savez(path / "ids.npz", *batches)
        np.savez(path / "logits.npz", *logits)
        write_for_web(path, batches, logits)


def write_formats(model, path, documents):
    """One file for each runtime that reads its own."""
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


def write_for_web(path, batches, logits):
    """Ids and logits as JSON, which Node reads."""
    records = [
        {
            "ids": ids.ravel().tolist(),
            "shape": ids.shape,
            "logits": expected.ravel().tolist(),
        }
        for ids, expected in zip(batches, logits, strict=True)
    ]
    (path / "web.json").write_text(json.dumps(records), encoding="utf-8")
