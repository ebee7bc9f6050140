#!/usr/bin/env bash
# Guess: `EventAccumulator` of TensorBoard gives all steps of a scalar, or the 10,000 that
# its documentation keeps of scalars.
# Seen (tensorboard 2.21.0, tensorflow 2.21.0, 2026-11-28): what `tf.summary.scalar` writes
# is no scalar to it but a tensor, and of tensors it keeps 10, drawn at random: 10 of 1,000
# losses, with the last, and no word that there were more. `size_guidance={"tensors": 0}`
# gives all.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv environment
environment/bin/pip install --quiet tensorflow==2.21.0 tensorboard==2.21.0
cat > read.py <<'PYTHON'
import tensorflow as tf
from tensorboard.backend.event_processing.event_accumulator import (
    EventAccumulator,
)

writer = tf.summary.create_file_writer("logs")
with writer.as_default():
    for step in range(1_000):
        tf.summary.scalar("loss", 1 / (step + 1), step=step)
writer.close()
default = EventAccumulator("logs").Reload()
print("scalars:", default.Tags()["scalars"], "tensors:", default.Tags()["tensors"])
steps = [event.step for event in default.Tensors("loss")]
print("by default:", len(steps), "steps, the last", steps[-1])
every = EventAccumulator("logs", size_guidance={"tensors": 0}).Reload()
print("without a limit:", len(every.Tensors("loss")))
PYTHON
TF_CPP_MIN_LOG_LEVEL=3 environment/bin/python read.py 2> log | tee output || { cat log; exit 1; }
grep -qx "scalars: \[\] tensors: \['loss'\]" output
grep -qx "by default: 10 steps, the last 999" output
grep -qx "without a limit: 1000" output
