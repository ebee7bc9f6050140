#!/usr/bin/env bash
# Guess: `load_weights` of a file of `save_weights` (or of a ModelCheckpoint with
# save_weights_only=True) gives the layers their weights and leaves the optimizer as it is:
# going back to the best epoch says nothing of steps or of what else the optimizer has.
# Seen (keras 3.15.1 on jax 0.10.2, 2026-11-28): the file has the optimizer's variables too,
# and they are loaded: after 4 steps, `iterations` is 2 again, and a schedule of the learning
# rate with it. Where a layer was frozen when the file was written, it warns "Skipping
# variable loading for optimizer", and the optimizer alone stays.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv environment
environment/bin/pip install --quiet keras==3.15.1 jax==0.10.2
export KERAS_BACKEND=jax KERAS_HOME="$folder"
cat > best.py <<'PYTHON'
import warnings

import keras
import numpy as np

x, y = np.ones((2, 3), "float32"), np.ones((2, 1), "float32")


def make_model(frozen):
    layers = [keras.Input((3,)), keras.layers.Dense(2), keras.layers.Dense(1)]
    model = keras.Sequential(layers)
    model.layers[0].trainable = not frozen
    schedule = keras.optimizers.schedules.ExponentialDecay(0.1, 1, 0.5)
    model.compile(keras.optimizers.Adam(schedule), "mse")
    return model


model = make_model(frozen=False)
for step in range(4):
    model.train_on_batch(x, y)
    if step == 1:
        model.save_weights("best.weights.h5")
before = float(model.optimizer.learning_rate)
model.load_weights("best.weights.h5")
iterations = int(model.optimizer.iterations)
print("iterations", iterations, "rate", before, float(model.optimizer.learning_rate))

model = make_model(frozen=True)
model.train_on_batch(x, y)
model.save_weights("frozen.weights.h5")
model.layers[0].trainable = True
model.compile(keras.optimizers.Adam(), "mse")
model.train_on_batch(x, y)
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    model.load_weights("frozen.weights.h5")
told = [str(one.message) for one in caught]
print(told)
rewound = iterations == 2 and float(model.optimizer.iterations) == 1
if not rewound or not any("Skipping variable loading" in one for one in told):
    raise SystemExit("changed: load_weights leaves the optimizer alone")
PYTHON
environment/bin/python best.py
