"""sequence_loss and SequenceLoss: worked numbers, on any backend."""

import keras
import numpy as np
import pytest

from han_attention.seq2seq import SequenceLoss
from han_attention.seq2seq import sequence_loss
from han_attention.seq2seq.loss import reduce_losses

LOSSES = np.array([[1, 2, 3], [4, 5, 6]], "float32")


@pytest.fixture
def logits():
    return np.random.default_rng(0).normal(size=(2, 3, 5)).astype("float32")


TARGETS = np.array([[3, 4, 1], [2, 0, 0]])


def test_numbers_of_tensorflow_1():
    """Of the tests of `sequence_loss` there: 3 steps, 5 equal logits."""
    logits, ones = np.full((2, 3, 5), 0.5, "float32"), np.ones((2, 3))
    targets = np.array([[0, 1, 2], [3, 4, 0]])
    mean = sequence_loss(logits, targets, ones, "example_mean")
    np.testing.assert_allclose(float(mean), 1.60944, atol=1e-5)
    total = sequence_loss(logits, targets, ones, "sum")
    np.testing.assert_allclose(float(total), 9.656628, atol=1e-5)


@pytest.mark.parametrize(
    ("reduction", "weights", "expected"),
    [
        ("token_mean", [[1, 1, 1], [1, 0, 0]], 2.5),
        ("example_mean", [[1, 1, 1], [1, 0, 0]], 3),
        ("sum", [[1, 1, 1], [1, 0, 0]], 10),
        ("token_mean", [[0, 2, 1], [0, 0, 0]], 7 / 3),
        ("example_mean", [[0, 2, 1], [0, 0, 0]], 7 / 6),
        ("example_mean", [[0, 0, 0], [0, 0, 0]], 0),
        ("token_mean", [[0, 0, 0], [0, 0, 0]], 0),
    ],
)
def test_reductions(reduction, weights, expected):
    received = reduce_losses(LOSSES, np.array(weights), reduction)
    np.testing.assert_allclose(float(received), expected, atol=1e-6)


@pytest.mark.parametrize("reduction", ["token_mean", "example_mean", "sum"])
def test_padding_does_not_count(reduction, logits):
    whole = float(sequence_loss(logits, TARGETS, reduction=reduction))
    junk = np.where((TARGETS != 0)[..., None], logits, np.inf)
    junk = np.pad(junk, [(0, 0), (0, 2), (0, 0)]).astype("float32")
    longer = np.pad(TARGETS, [(0, 0), (0, 2)])
    loss = SequenceLoss(reduction)
    np.testing.assert_allclose(
        [
            float(sequence_loss(junk, longer, reduction=reduction)),
            float(loss(longer, junk)),
            float(loss(TARGETS, logits)),
        ],
        whole,
        rtol=1e-6,
    )


def test_sample_weights(logits):
    loss = SequenceLoss()
    by_row = np.array([2.0, 1.0])
    by_token = np.array([[2.0, 2, 2], [1, 9, 9]])  # 9: under padding
    expected = sequence_loss(logits, TARGETS, [[2, 2, 2], [1, 0, 0]])
    for weights in (by_row, by_token):
        received = loss(TARGETS, logits, weights)
        np.testing.assert_allclose(float(received), float(expected), rtol=1e-6)


def test_configuration():
    loss = SequenceLoss("example_mean")
    serialized = keras.losses.serialize(loss)
    again = keras.losses.deserialize(serialized)
    assert again.get_config() == loss.get_config()
    assert again.over == "example_mean"


def test_wrong_reduction(logits):
    with pytest.raises(ValueError, match="`reduction`"):
        sequence_loss(logits, TARGETS, reduction="mean")
    with pytest.raises(ValueError, match="`reduction`"):
        SequenceLoss("mean")
