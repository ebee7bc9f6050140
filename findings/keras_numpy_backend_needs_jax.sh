#!/usr/bin/env bash
# Guess: Keras on its NumPy backend needs Keras and NumPy.
# Seen (keras 3.15.1, numpy 2.4.6, Python 3.11, 2026-11-27): `import keras` with
# KERAS_BACKEND=numpy ends with "ModuleNotFoundError: No module named 'scipy'", and
# with SciPy 1.17.1 with "No module named 'jax'": its convolutions and poolings are
# JAX's. The installation of Keras brings neither.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv environment
environment/bin/pip install --quiet keras==3.15.1 numpy==2.4.6
export KERAS_BACKEND=numpy KERAS_HOME="$folder"
expect_missing() {
    if environment/bin/python -c "import keras" 2> error; then
        echo "changed: Keras is imported without $1"
        exit 1
    fi
    tail -n 1 error
    grep -q "No module named '$1'" error
}
expect_missing scipy
environment/bin/pip install --quiet scipy==1.17.1
expect_missing jax
