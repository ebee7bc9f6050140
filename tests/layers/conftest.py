"""What an attention pooling reads."""

import numpy as np
import pytest
from layer_checks import right_mask


@pytest.fixture
def inputs():
    return np.random.default_rng(0).normal(size=(4, 7, 5)).astype("float32")


@pytest.fixture
def mask():
    mask = right_mask([7, 3, 0, 5], 7)
    mask[3, 2] = False  # a hole: not only padding
    return mask
