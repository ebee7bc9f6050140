#!/usr/bin/env bash
# Guess: `tf.train.load_checkpoint` reads an old checkpoint (V1, a single file) as it reads
# a new one (V2): what it lists, it gives.
# Seen (tensorflow 2.21.0, 2026-11-28): not a variable that was saved in slices, as those
# of large embeddings were. In a V2 file it is put together; in a V1 file it is listed with
# its whole shape, and to read it is "Sliced checkpoints are not supported". The operation
# `RestoreSlice` reads it there, whole.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv environment
environment/bin/pip install --quiet tensorflow==2.21.0
cat > read.py <<'PYTHON'
import tensorflow as tf

tf1 = tf.compat.v1
with tf.Graph().as_default(), tf1.Session() as session:
    slices = tf1.fixed_size_partitioner(2)
    table = tf1.get_variable("table", (5, 2), partitioner=slices)
    session.run(tf1.global_variables_initializer())
    for version in (1, 2):
        saver = tf1.train.Saver(write_version=version)
        saver.save(session, f"./v{version}")
new, old = (tf.train.load_checkpoint(f"./v{version}") for version in (2, 1))
print("listed:", new.get_variable_to_shape_map(), old.get_variable_to_shape_map())
whole = new.get_tensor("table")
print("V2:", whole.shape)
try:
    print("V1:", old.get_tensor("table").shape)
except tf.errors.UnimplementedError as error:
    print("V1:", error)
restored = tf.raw_ops.RestoreSlice(
    file_pattern="./v1",
    tensor_name="table",
    shape_and_slice="",
    dt=tf.float32,
)
print("RestoreSlice:", (restored.numpy() == whole).all())
PYTHON
TF_CPP_MIN_LOG_LEVEL=3 environment/bin/python read.py 2> log | tee output || { cat log; exit 1; }
grep -qx "listed: {'table': \[5, 2\]} {'table': \[5, 2\]}" output
grep -qx "V2: (5, 2)" output
grep -qx "V1: Sliced checkpoints are not supported" output
grep -qx "RestoreSlice: True" output
