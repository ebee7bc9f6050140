"""Checkpoints: everything that decides the next step, or an error."""

import keras
import numpy as np
import pytest

from han_attention import build_classifier
from han_attention.training.checkpoint import load_checkpoint
from han_attention.training.checkpoint import save_checkpoint

IDS = np.array([[3, 9, 4, 12, 5], [7, 2, 0, 0, 0]])
LABELS = np.array([[1.0], [0.0]])


def make(rnn_units=5):
    model = build_classifier(
        20, embedding_dim=6, rnn_units=rnn_units, dropout=0.5, seed=1
    )
    loss = keras.losses.BinaryCrossentropy(from_logits=True)
    model.compile("adam", loss, run_eagerly=True)
    return model


def test_training_goes_on_as_if_never_stopped(tmp_path):
    straight = make()
    for _ in range(2):
        straight.train_on_batch(IDS, LABELS)
    save_checkpoint(tmp_path, straight, [{"epoch": 1, "loss": 0.5}])
    keras.utils.set_random_seed(99)
    resumed = make()
    assert load_checkpoint(tmp_path, resumed) == [{"epoch": 1, "loss": 0.5}]
    for _ in range(3):  # with dropout: its random state counts
        straight.train_on_batch(IDS, LABELS)
        resumed.train_on_batch(IDS, LABELS)
    for a, b in zip(straight.get_weights(), resumed.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_no_checkpoint(tmp_path):
    with pytest.raises(FileNotFoundError, match="No checkpoint"):
        load_checkpoint(tmp_path, make())


def test_checkpoint_of_another_model(tmp_path):
    model = make()
    model.train_on_batch(IDS, LABELS)
    save_checkpoint(tmp_path, model, [])
    with pytest.raises(ValueError, match="another model"):
        load_checkpoint(tmp_path, make(rnn_units=6))


def test_damaged_checkpoint(tmp_path):
    model = make()
    model.train_on_batch(IDS, LABELS)
    save_checkpoint(tmp_path, model, [])
    path = tmp_path / "state.npz"
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(ValueError, match="Damaged checkpoint"):
        load_checkpoint(tmp_path, make())
