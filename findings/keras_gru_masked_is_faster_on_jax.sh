#!/usr/bin/env bash
# Guess: a mask makes a GRU of Keras slower. On JAX all the more: without one Keras
# multiplies the inputs of all steps in one product before the loop, with one, in the loop.
# Seen (Keras 3.15.1, JAX 0.10.2, processor, 2026-11-28): with a mask, even of nothing but
# True, it predicts in 0.5 of the seconds. 256 texts of 200 steps, 100 inputs, 150 units:
# the products of all inputs are 92 MB, which are written and read again; those of a step
# stay in the cache. So a layer for processors multiplies step by step.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv environment
environment/bin/pip install --quiet keras==3.15.1 jax==0.10.2 numpy==2.4.6
cat > measure.py <<'PYTHON'
import statistics
import time

import jax
import keras
import numpy as np

inputs = np.random.default_rng(0).normal(size=(256, 200, 100))
inputs = jax.numpy.asarray(inputs, "float32")
mask = jax.numpy.ones((256, 200), bool)
layer = keras.layers.GRU(150, return_sequences=True)
layer.build(inputs.shape)
weights = [each.value for each in layer.trainable_variables]
others = [each.value for each in layer.non_trainable_variables]


def make(mask):
    def run(weights, inputs):
        outputs, _ = layer.stateless_call(weights, others, inputs, mask=mask)
        return outputs

    return jax.jit(run)


def measure(run):
    start = time.process_time()
    outputs = jax.block_until_ready(run(weights, inputs))
    return time.process_time() - start, outputs


runs = make(None), make(mask)
rounds = [[measure(run) for run in runs] for _ in range(8)][1:]
(_, plain), (_, masked) = rounds[-1]
assert float(abs(plain - masked).max()) < 1e-5
without, with_mask = (
    statistics.median(each[n][0] for each in rounds) for n in range(2)
)
print("without a mask %.2f s, with one %.2f s" % (without, with_mask))
if with_mask > 0.9 * without:
    raise SystemExit("changed: a mask makes it no faster")
PYTHON
KERAS_BACKEND=jax environment/bin/python measure.py
