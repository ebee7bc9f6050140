"""Steps of padded sequences in another order."""

import numpy as np
from layer_checks import right_mask
from layer_checks import to_numpy

from han_attention.steps import last_real_step
from han_attention.steps import reverse_within_length


def test_reverse_within_length():
    steps = np.arange(1, 11).reshape(2, 5, 1)
    mask = right_mask([3, 0], 5)
    reversed_steps = to_numpy(reverse_within_length(steps, mask))
    assert reversed_steps[..., 0].tolist() == [
        [3, 2, 1, 4, 5],
        [6, 7, 8, 9, 10],
    ]
    again = to_numpy(reverse_within_length(reversed_steps, mask))
    np.testing.assert_array_equal(again, steps)


def test_reverse_without_mask_reverses_all():
    steps = np.arange(12).reshape(2, 3, 2)
    np.testing.assert_array_equal(
        to_numpy(reverse_within_length(steps)), steps[:, ::-1]
    )


def test_last_real_step():
    steps = np.arange(1, 13).reshape(3, 2, 2).astype("float32")
    last = to_numpy(last_real_step(steps, right_mask([2, 1, 0], 2)))
    # A row with nothing real gives its first step.
    assert last.tolist() == [[3, 4], [5, 6], [9, 10]]
