"""Writes `renamed_layers.*`, with the package of 4764492: see README.md."""

import zipfile
from pathlib import Path

import keras
import numpy as np

from han_attention import AdditiveRead
from han_attention import BiGRU

FOLDER = Path(__file__).parent

keras.utils.set_random_seed(0)
inputs = keras.Input((None, 3), name="inputs")
query = keras.Input((2,), name="query")
hidden = BiGRU(2, cell="lstm", num_layers=2, name="first")(inputs)
hidden = BiGRU(2, name="second")(hidden)
hidden = BiGRU(1, cell="lstm", name="third")(hidden)
context, _ = AdditiveRead(2, name="read")(query, hidden)
outputs, _ = AdditiveRead(2, num_heads=2, name="again")(context, hidden)
model = keras.Model([inputs, query], outputs)
# Biases that are not 0, so that none can be lost unseen.
random = np.random.default_rng(0)
model.set_weights([random.normal(size=w.shape) for w in model.get_weights()])
path = FOLDER / "renamed_layers.keras"
model.save(path)
with zipfile.ZipFile(path) as file:  # nearly all of it is zeros
    parts = {name: file.read(name) for name in file.namelist()}
with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
    for name, part in parts.items():
        file.writestr(name, part)
arrays = {
    "inputs": random.normal(size=(2, 4, 3)).astype("float32"),
    "query": random.normal(size=(2, 2)).astype("float32"),
}
arrays["outputs"] = model.predict_on_batch([arrays["inputs"], arrays["query"]])
np.savez(FOLDER / "renamed_layers.npz", **arrays)
