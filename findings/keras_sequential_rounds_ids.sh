#!/usr/bin/env bash
# Guess: a Sequential model that begins with an Embedding takes integer ids as they are,
# under mixed precision too: its policy is of the weights and of what is computed.
# Seen (keras 3.15.1 on jax 0.10.2, 2026-11-28): without an `Input` Keras makes one of the
# first layer's compute dtype, and casts ids to it. In float16 there is no odd integer
# above 2048: the words 9001, 9002 and 9003 get one and the same vector, and nothing says
# so. `keras.Input((None,), dtype="int32")` as the first layer keeps them apart.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv environment
environment/bin/pip install --quiet keras==3.15.1 jax==0.10.2
export KERAS_BACKEND=jax KERAS_HOME="$folder"
cat > read.py <<'PYTHON'
import keras
import numpy as np

keras.config.set_dtype_policy("mixed_float16")
ids = np.array([[9001, 9002, 9003]], "int32")
for first in ([], [keras.Input((None,), dtype="int32")]):
    model = keras.Sequential([*first, keras.layers.Embedding(10_000, 4)])
    (vectors,) = keras.ops.convert_to_numpy(model(ids))
    number = len(np.unique(vectors, axis=0))
    print(model.inputs[0].dtype, "vectors of three words:", number)
PYTHON
environment/bin/python read.py | tee output
grep -q "float16 vectors of three words: 1" output
grep -q "int32 vectors of three words: 3" output
