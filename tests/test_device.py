"""The device line, repeatability and precision."""

import keras
import numpy as np
import pytest

from han_attention.device import describe_device
from han_attention.device import gpu_name
from han_attention.device import make_repeatable
from han_attention.device import precision


def test_describe_device():
    line = describe_device()
    assert keras.backend.backend() in line
    assert (gpu_name() or "CPU") in line
    assert line.endswith("float32")
    assert "\n" not in line


def test_make_repeatable():
    make_repeatable(3)
    first = keras.layers.Dense(4)
    first.build((None, 4))
    make_repeatable(3)
    second = keras.layers.Dense(4)
    second.build((None, 4))
    np.testing.assert_array_equal(
        first.get_weights()[0], second.get_weights()[0]
    )


def test_precision_is_put_back():
    with precision(mixed=True):
        assert keras.config.dtype_policy().name == "mixed_float16"
        assert describe_device().endswith("mixed_float16")
    assert keras.config.dtype_policy().name == "float32"
    with pytest.raises(KeyError), precision(mixed=True):
        raise KeyError
    assert keras.config.dtype_policy().name == "float32"
    keras.config.set_dtype_policy("mixed_bfloat16")
    with precision(mixed=False):
        assert keras.config.dtype_policy().name == "mixed_bfloat16"
