"""Padding that no text of a batch needs."""

import numpy as np
import pytest

from han_attention.text.padding import cut_axis
from han_attention.text.padding import cut_padding


@pytest.mark.parametrize(
    ("ids", "multiple", "shape"),
    [
        (np.array([[5, 6, 0, 0], [7, 0, 0, 0]]), 1, (2, 2)),
        (np.array([[5, 6, 0, 0], [7, 0, 0, 0]]), 3, (2, 3)),
        (np.zeros((1, 4), int), 1, (1, 1)),
        (np.array([[[5, 6, 0], [7, 0, 0], [0, 0, 0]]]), 1, (1, 2, 2)),
    ],
)
def test_cut_padding(ids, multiple, shape):
    received = cut_padding(ids, multiple)
    assert received.shape == shape
    assert received.sum() == ids.sum()


def test_what_is_real_stays_wherever_the_padding_is():
    ids = np.array([[0, 0, 5, 0], [0, 0, 7, 0]])
    assert cut_padding(ids).tolist() == [[0, 0, 5], [0, 0, 7]]
    assert cut_padding(np.zeros((0, 3), int)).shape == (0, 1)
    assert cut_padding(np.zeros((2, 0), int)).shape == (2, 0)


def test_of_one_axis_the_other_stays():
    ids = np.array([[[5, 6, 0], [0, 0, 0]]])
    assert cut_axis(ids, 2, 1).tolist() == [[[5, 6], [0, 0]]]
