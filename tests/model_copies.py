"""A check that a model is whole: it can be saved and copied in every way."""

import copy
import io
import pickle
import zipfile

import h5py
import keras
from layer_checks import assert_close
from layer_checks import to_numpy


def check_copies(model, inputs, path):
    """Check that each copy of a model gives its numbers, and is its equal.

    Args:
        model: Of the package, whatever was done with it before.
        inputs: A batch.
        path: Where it is saved, the name of a file.
    """
    expected = to_numpy(model(inputs))
    model.save(path)
    copies = [
        keras.models.load_model(path, compile=False),
        pickle.loads(pickle.dumps(model)),
        copy.deepcopy(model),
        _clone(model),
    ]
    for again in copies:
        assert type(again) is type(model)
        assert list(map(type, again.layers)) == list(map(type, model.layers))
        assert_close(again(inputs), expected)


def weight_names(path):
    """The names of all groups and arrays of a file of `model.save`."""
    names = []
    with zipfile.ZipFile(path) as file:
        weights = io.BytesIO(file.read("model.weights.h5"))
    with h5py.File(weights) as file:
        file.visit(names.append)
    return names


def _clone(model):
    if type(model) is keras.Model or type(model).__name__ == "Functional":
        clone = keras.models.clone_model(model)
    else:
        clone = type(model).from_config(model.get_config())
    clone.set_weights(model.get_weights())
    return clone
