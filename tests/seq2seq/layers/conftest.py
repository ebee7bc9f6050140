"""What a decoder reads."""

import pytest
from decoder_cases import make_inputs
from decoder_cases import make_memory
from decoder_cases import make_memory_mask
from layer_checks import right_mask


@pytest.fixture
def inputs():
    return make_inputs()


@pytest.fixture
def memory():
    return make_memory()


@pytest.fixture
def mask():
    return right_mask([5, 1, 5, 3], 5)


@pytest.fixture
def memory_mask():
    return make_memory_mask()
