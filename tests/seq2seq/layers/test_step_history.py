"""What a loop kept, in the order of its rows, and where it ended."""

import numpy as np
import pytest
from keras import ops
from layer_checks import right_mask
from layer_checks import to_numpy

from han_attention.seq2seq.layers.step_history import batch_major
from han_attention.seq2seq.layers.step_history import state_at_the_end
from han_attention.seq2seq.layers.step_history import zero_padding

T, B, H, S = 3, 2, 4, 5
MASK = right_mask([2, 0], T)


@pytest.fixture
def steps():
    return np.random.default_rng(1).normal(size=(T, B, H)).astype("float32")


def test_batch_major(steps):
    expected = np.stack(list(steps), axis=1)
    np.testing.assert_array_equal(to_numpy(batch_major(steps)), expected)


def test_batch_major_of_heads():
    steps = np.arange(T * B * H * S).reshape(T, B, H, S)
    moved = to_numpy(batch_major(steps))
    assert moved.shape == (B, H, T, S)
    for t in range(T):
        np.testing.assert_array_equal(moved[:, :, t], steps[t])


def test_padding_is_zero_whatever_stood_there():
    steps = np.full((B, T, H), np.nan, "float32")
    steps[0, :2] = 7
    zeroed = to_numpy(zero_padding(steps, ops.convert_to_tensor(MASK)))
    np.testing.assert_array_equal(zeroed[0, :2], 7)
    assert not zeroed[0, 2].any() and not zeroed[1].any()
    heads = np.ones((B, H, T, S), "float32")
    zeroed = to_numpy(zero_padding(heads, ops.convert_to_tensor(MASK)))
    expected = np.broadcast_to(MASK[:, None, :, None], heads.shape)
    np.testing.assert_array_equal(zeroed, expected)


def test_no_mask_no_change(steps):
    assert zero_padding(steps, None) is steps


def test_state_at_the_end(steps):
    history = steps.swapaxes(0, 1)
    first = np.full((B, H), 9, "float32")
    mask = ops.convert_to_tensor(MASK)
    ends = state_at_the_end([history, history * 2], [first, first], mask)
    for end, factor in zip(to_numpy(ends), (1, 2), strict=True):
        np.testing.assert_array_equal(end[0], history[0, 1] * factor)
        np.testing.assert_array_equal(end[1], 9)
