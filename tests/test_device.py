"""The device line, repeatability and precision."""

import keras
import numpy as np
import pytest

from han_attention.device import choose_policy
from han_attention.device import describe_device
from han_attention.device import dtype_policy
from han_attention.device import gpu_name
from han_attention.device import make_repeatable


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


def test_dtype_policy_is_put_back():
    with dtype_policy("mixed_float16"):
        assert keras.config.dtype_policy().name == "mixed_float16"
        assert describe_device().endswith("mixed_float16")
    assert keras.config.dtype_policy().name == "float32"
    with pytest.raises(KeyError), dtype_policy("mixed_float16"):
        raise KeyError
    assert keras.config.dtype_policy().name == "float32"


@pytest.mark.parametrize(
    ("precision", "policy"),
    [
        ("float32", "float32"),
        ("float16", "mixed_float16"),
        (None, "mixed_bfloat16"),
    ],
)
def test_choose_policy(precision, policy):
    with dtype_policy("mixed_bfloat16"):
        assert choose_policy(precision) == policy


@pytest.mark.parametrize(
    ("flags", "auto"),
    [
        ("flags\t\t: fpu avx512f avx512_bf16 amx_tile", "mixed_bfloat16"),
        ("Features\t: fp asimd bf16", "mixed_bfloat16"),
        ("flags\t\t: fpu avx2", "float32"),
        ("", "float32"),
    ],
)
def test_bfloat16_where_the_processor_multiplies_it(
    flags, auto, tmp_path, monkeypatch
):
    path = tmp_path / "cpuinfo"
    path.write_text(f"processor\t: 0\n{flags}\nbogomips\t: 1\n")
    monkeypatch.setattr("han_attention.device._PROCESSOR", path)
    on_tensorflow = keras.backend.backend() == "tensorflow"
    assert choose_policy("auto") == (auto if on_tensorflow else "float32")
    if "avx2" in flags:
        with pytest.raises(ValueError, match="'bfloat16'"):
            choose_policy("bfloat16")
    else:  # some do not say
        assert choose_policy("bfloat16") == "mixed_bfloat16"
    path.unlink()
    assert choose_policy("auto") == "float32"
