"""AttachMask: nothing changes but what losses and metrics see."""

import keras
import numpy as np
import pytest
from keras import ops
from layer_checks import to_numpy

from han_attention.seq2seq.layers.attach_mask import AttachMask

MASK = np.array([[True, False], [True, True]])


@pytest.mark.parametrize("dtype", ["float16", "float32"])
def test_the_tensor_comes_back_as_it_was(dtype):
    x = ops.convert_to_tensor(np.arange(8).reshape(2, 2, 2), dtype=dtype)
    y = AttachMask()(x, mask=MASK)
    assert keras.backend.standardize_dtype(y.dtype) == dtype
    np.testing.assert_array_equal(to_numpy(y), to_numpy(x))


@pytest.mark.parametrize(
    ("options", "expected"), [({}, 2 / 4), ({"mask": MASK}, 2 / 3)]
)
def test_a_metric_heeds_the_mask(options, expected):
    logits = AttachMask()(ops.ones((2, 2, 3)), **options)
    metric = keras.metrics.SparseCategoricalAccuracy()
    metric.update_state(np.array([[0, 1], [0, 1]]), logits)
    assert float(metric.result()) == pytest.approx(expected)
