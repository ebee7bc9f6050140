"""The same training on real reviews, from equal weights, on each backend."""

import importlib.util
import json
import os
import subprocess
import sys

import numpy as np
import pytest

from han_attention import Tokenizer
from han_attention import build_classifier
from han_attention import encode_texts
from han_attention import load_imdb

BACKENDS = [
    name
    for name in ("tensorflow", "jax", "torch")
    if importlib.util.find_spec(name)
]
CODE = """
import json
import keras
import numpy as np
import han_attention

data = np.load("data.npz")
model = keras.models.load_model("model.keras")
# SGD: Adam's first steps follow the sign of gradients that are near 0, and
# so of rounding errors, which differ.
model.compile(
    keras.optimizers.SGD(0.1),
    keras.losses.BinaryCrossentropy(from_logits=True),
)
losses = []
for first in range(0, len(data["ids"]), 64):
    rows = slice(first, first + 64)
    model.reset_metrics()
    losses.append(
        float(model.train_on_batch(data["ids"][rows], data["labels"][rows]))
    )
logits = model.predict_on_batch(data["ids"][:64])[:, 0].tolist()
print(json.dumps({"losses": losses, "logits": logits}))
"""


@pytest.mark.slow
@pytest.mark.skipif(len(BACKENDS) < 2, reason="needs two backends")
def test_equal_training_on_real_reviews(shared_data, tmp_path):
    dataset = load_imdb(shared_data("aclImdb_v1.tar.gz"))
    some = np.random.default_rng(0).permutation(25_000)[:512]
    texts = [dataset.train.texts[n] for n in some]
    labels = np.array(dataset.train.labels)[some, None].astype("float32")
    tokenizer = Tokenizer.train(dataset.train.texts, 10_000, "keras")
    np.savez(
        tmp_path / "data.npz",
        ids=encode_texts(tokenizer, texts, 150).padded(),
        labels=labels,
    )
    model = build_classifier(len(tokenizer), dropout=0.0)
    model.save(tmp_path / "model.keras")
    results = {}
    for backend in BACKENDS:
        done = subprocess.run(
            [sys.executable, "-c", CODE],
            cwd=tmp_path,
            env=os.environ | {"KERAS_BACKEND": backend},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        results[backend] = json.loads(done.stdout.splitlines()[-1])
    first = results.pop(BACKENDS[0])
    for backend, result in results.items():
        for name in ("losses", "logits"):
            np.testing.assert_allclose(
                result[name], first[name], atol=1e-3, err_msg=backend
            )
