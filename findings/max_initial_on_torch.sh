#!/usr/bin/env bash
# The maximum of what is empty loses its shape on the PyTorch backend of Keras.
#
# Guess: `keras.ops.max(x, axis=-1, keepdims=True, initial=-1)` of an array
# (3, 0) is (3, 1), as in NumPy, on every backend, and without `keepdims` (3,).
# Seen: with keras 3.15.1 on torch 2.13.0 it is (1, 1), and without `keepdims`
# (). The number is also made on the default device, not on that of x.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/environment"
"$folder/environment/bin/pip" install --quiet keras==3.15.1 torch==2.13.0 numpy

cd "$folder"
KERAS_BACKEND=torch "$folder/environment/bin/python" - <<'PYTHON'
import keras
import numpy as np

empty = np.zeros((3, 0), "float32")
kept = keras.ops.max(empty, axis=-1, keepdims=True, initial=-1.0)
plain = keras.ops.max(empty, axis=-1, initial=-1.0)
expected = empty.max(axis=-1, keepdims=True, initial=-1.0).shape
print(f"NumPy {expected}, Keras {tuple(kept.shape)} and {tuple(plain.shape)}")
assert expected == (3, 1)
assert tuple(kept.shape) == (1, 1) and tuple(plain.shape) == ()
print("as described")
PYTHON
