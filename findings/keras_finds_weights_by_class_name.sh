#!/usr/bin/env bash
# Guess: a layer class can be renamed if the name it is registered under stays,
# since the file says `registered_name`.
# Seen (keras 3.15.1 on jax 0.10.2, 2026-11-27): the class is found by that name, its
# weights are not: in the file they stand under the snake-cased name of the *class*
# ("layers/scale"), so loading ends with "Layer 'scale' expected 1 variables, but
# received 0 variables during loading".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv environment
environment/bin/pip install --quiet keras==3.15.1 jax==0.10.2
export KERAS_BACKEND=jax KERAS_HOME="$folder"
cat > model.py <<'PYTHON'
import sys

import keras


class Scale(keras.layers.Layer):
    def build(self, shape):
        self.factor = self.add_weight(shape=(shape[-1],), name="factor")

    def call(self, inputs):
        return inputs * self.factor


Scale.__name__ = sys.argv[1]  # as if the class had been renamed
register = keras.saving.register_keras_serializable("shop", name="Scale")
Scale = register(Scale)
if sys.argv[2] == "save":
    inputs = keras.Input((2,))
    keras.Model(inputs, Scale()(inputs)).save("model.keras")
else:
    keras.models.load_model("model.keras")
PYTHON
environment/bin/python model.py Scale save
environment/bin/python model.py Scale load  # by its old name: fine
if environment/bin/python model.py Rescale load 2> error; then
    echo "changed: the weights of a renamed class are found"
    exit 1
fi
grep "expected 1 variables, but received 0 variables" error
