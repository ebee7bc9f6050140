"""Files that hold layers by a former name: see data/README.md."""

import copy
from pathlib import Path

import keras
import numpy as np
import pytest
from layer_checks import to_numpy

from han_attention import BiGRU
from han_attention import BiLSTM
from han_attention.seq2seq import AdditiveAttention

DATA = Path(__file__).parent / "data"


@pytest.fixture
def model():
    return keras.models.load_model(DATA / "renamed_layers.keras")


def assert_as_before(model):
    saved = np.load(DATA / "renamed_layers.npz")
    received = to_numpy(model([saved["inputs"], saved["query"]]))
    np.testing.assert_allclose(received, saved["outputs"], atol=1e-6)


def test_an_old_file_gives_the_same_numbers(model):
    assert_as_before(model)
    names = {"first": BiLSTM, "second": BiGRU, "third": BiLSTM}
    for name in ("read", "again"):
        names[name] = AdditiveAttention
    for name, layer_class in names.items():
        assert isinstance(model.get_layer(name), layer_class)
    assert not isinstance(model.get_layer("third"), BiGRU)


def test_a_model_of_an_old_file_can_be_copied_and_saved(model, tmp_path):
    model.save(tmp_path / "again.keras")
    assert_as_before(keras.models.load_model(tmp_path / "again.keras"))
    assert_as_before(copy.deepcopy(model))
    clone = keras.models.clone_model(model)
    clone.set_weights(model.get_weights())
    assert_as_before(clone)


def test_new_files_hold_the_new_names():
    for layer in (BiGRU(2), BiLSTM(2), AdditiveAttention(2)):
        config = keras.saving.serialize_keras_object(layer)
        name = type(layer).__name__
        assert config["registered_name"] == f"han_attention>{name}"
        again = keras.saving.deserialize_keras_object(config)
        assert type(again) is type(layer)
        assert "cell" not in config["config"]
