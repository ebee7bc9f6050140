"""Held-out rows and class weights: as they always were, and by hand."""

import hashlib

import numpy as np
import pytest

from han_attention.data.split import balanced_class_weights
from han_attention.data.split import stratified_split

SEVERAL = (np.random.default_rng(0).random((200, 6)) < 0.3).astype("float32")
MANY = np.random.default_rng(1).choice(7, 500, p=np.arange(1, 8) / 28)


def digest(array):
    return hashlib.sha256(array.tobytes()).hexdigest()[:16]


@pytest.mark.parametrize(
    ("labels", "fraction", "seed", "rows"),
    [
        (np.repeat([0, 1, 2], [10, 5, 2]), 0.2, 0, [0, 9, 12]),
        (
            np.repeat([0.0, 1.0], [20, 4])[:, None],
            0.25,
            3,
            [1, 3, 5, 11, 15, 22],
        ),
    ],
)
def test_rows_by_name(labels, fraction, seed, rows):
    held_out = stratified_split(labels, fraction, seed)
    assert np.flatnonzero(held_out).tolist() == rows


@pytest.mark.parametrize(
    ("labels", "fraction", "held_out", "weights"),
    [
        (MANY, 0.1, "58e966384117744a", "8ba0e316428c36ce"),
        (
            MANY[:, None].astype("float32"),
            0.37,
            "e0038a65ed389e13",
            "8ba0e316428c36ce",
        ),
        (SEVERAL, 0.2, "0624397a267d4361", "5d7a4ab1812e01fe"),
    ],
)
def test_the_same_bits_as_in_version_0_1(labels, fraction, held_out, weights):
    """A run that is continued holds out what it held out before."""
    assert digest(stratified_split(labels, fraction, 5)) == held_out
    assert digest(balanced_class_weights(labels)) == weights


def test_one_label_of_several_columns_is_its_class():
    labels = np.eye(4, dtype="float32")[MANY % 4]
    np.testing.assert_array_equal(
        stratified_split(labels, 0.3, 2).sum(),
        stratified_split(MANY % 4, 0.3, 2).sum(),
    )
    np.testing.assert_array_equal(
        balanced_class_weights(labels), balanced_class_weights(MANY % 4)
    )


def test_every_class_keeps_a_text():
    labels = np.repeat(np.arange(4), [1, 2, 3, 50])
    for seed in range(10):
        held_out = stratified_split(labels, 0.9, seed)
        assert set(labels[~held_out]) == set(range(4))


@pytest.mark.parametrize("fraction", [0.0, 1e-4])
def test_nothing_to_hold_out(fraction):
    assert not stratified_split(MANY, fraction, 0).any()


def test_without_a_seed_the_rows_differ():
    drawn = {stratified_split(MANY, 0.5).tobytes() for _ in range(5)}
    assert len(drawn) == 5


def test_no_texts():
    assert stratified_split([], 0.5, 0).shape == (0,)
    assert balanced_class_weights([]).shape == (0,)


@pytest.mark.parametrize("fraction", [-0.1, 1, 1.5, float("nan"), "0.1", None])
def test_a_wrong_fraction(fraction):
    with pytest.raises(ValueError, match=r"`fraction`.*in \[0, 1\)"):
        stratified_split(MANY, fraction, 0)


def test_balanced_weights_are_those_of_scikit_learn():
    class_weight = pytest.importorskip("sklearn.utils.class_weight")
    expected = class_weight.compute_sample_weight("balanced", MANY)
    received = balanced_class_weights(MANY)
    assert received.dtype == np.float32
    np.testing.assert_allclose(received, expected, rtol=1e-6)
