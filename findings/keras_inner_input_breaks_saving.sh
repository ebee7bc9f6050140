#!/usr/bin/env bash
# Guess: to build a second functional model out of tensors of a first one leaves
# the first one as it is.
# Seen (keras 3.15.1 on jax 0.10.2, 2026-11-27): not if one of its inputs is an inner
# tensor, as for gradients in the vectors of the words. Keras then calls the layers of
# the first model anew, which adds nodes to them, and the first model, which could
# be saved before, cannot be saved any more: "could not find node key".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv environment
environment/bin/pip install --quiet keras==3.15.1 jax==0.10.2
export KERAS_BACKEND=jax KERAS_HOME="$folder"
cat > model.py <<'PYTHON'
import keras
from keras import ops

ids = keras.Input((None,), dtype="int32")
mask = ops.not_equal(ids, 0)
words = keras.layers.Embedding(9, 4)(ids)
hidden = keras.layers.GRU(3, return_sequences=True)(words, mask=mask)
pooled = keras.layers.GlobalMaxPooling1D()(hidden)
model = keras.Model(ids, keras.layers.Dense(1)(pooled))
model.save("before.keras")
keras.Model([ids, words], model.output)  # not even kept
try:
    model.save("after.keras")
except RuntimeError as error:
    print("RuntimeError:", error)
else:
    raise SystemExit("changed: the model can still be saved")
PYTHON
environment/bin/python -W ignore model.py | tee output
grep -q "could not find node key" output
