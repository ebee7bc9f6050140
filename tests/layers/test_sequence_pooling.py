"""SequencePooling beside NumPy: means, maxima, shares, and empty rows."""

import keras
import numpy as np
import pytest
from keras import ops
from layer_checks import assert_close
from layer_checks import check_layer
from layer_checks import right_mask
from layer_checks import to_numpy

from han_attention.layers.sequence_pooling import SequencePooling

MODES = ["mean", "max"]


@pytest.fixture
def inputs():
    return np.random.default_rng(0).normal(size=(4, 7, 5)).astype("float32")


@pytest.fixture
def mask():
    return right_mask([7, 3, 0, 1], 7)


def reference(mode, inputs, mask):
    """Row by row, over the real steps alone."""
    *leading, steps, features = inputs.shape
    pooled = np.zeros((*leading, features))
    shares = np.zeros((*leading, steps))
    for row in np.ndindex(*leading):
        real = inputs[row][mask[row]]
        if not len(real):
            continue
        if mode == "mean":
            pooled[row] = real.mean(axis=0)
            of_each = np.full(len(real), 1 / len(real))
        else:
            pooled[row] = real.max(axis=0)
            found = real == real.max(axis=0)
            of_each = (found / found.sum(axis=0)).mean(axis=1)
        shares[row][mask[row]] = of_each
    return pooled, shares


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("shape", [(4, 7, 5), (3, 4, 7, 5)])
def test_equals_reference(mode, shape):
    rng = np.random.default_rng(1)
    # Few different numbers: some steps are equally large.
    inputs = rng.integers(-3, 3, shape).astype("float32")
    mask = rng.random(shape[:-1]) < 0.6
    mask[0] = False
    received = SequencePooling(mode)(
        inputs, mask=mask, return_attention_scores=True
    )
    assert_close(received, reference(mode, inputs, mask))
    assert_close(SequencePooling(mode)(inputs, mask=mask), received[0])


def test_worked_numbers():
    steps = np.array([[[1.0, 4.0, 2.0], [3.0, 2.0, 2.0], [9.0, 9.0, 9.0]]])
    mask = np.array([[True, True, False]])

    def lists(mode, mask):
        layer = SequencePooling(mode)
        outputs = layer(steps, mask=mask, return_attention_scores=True)
        return [to_numpy(x).tolist() for x in outputs]

    assert lists("mean", mask) == [[[2, 3, 2]], [[0.5, 0.5, 0]]]
    # The first step has the second feature, the second the first one, and
    # they share the last.
    assert lists("max", mask) == [[[3, 4, 2]], [[0.5, 0.5, 0]]]
    assert lists("max", None) == [[[9, 9, 9]], [[0, 0, 1]]]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("scores", [False, True])
@pytest.mark.parametrize("rank", [3, 4])
@pytest.mark.parametrize("masked", [False, True])
def test_layer_contract(mode, scores, rank, masked, inputs, mask, tmp_path):
    if rank == 4:
        inputs, mask = (
            np.stack([inputs, inputs[::-1]]),
            np.stack([mask, mask[::-1]]),
        )
    check_layer(
        lambda: SequencePooling(mode),
        inputs,
        mask if masked else None,
        tmp_path,
        {"return_attention_scores": scores},
    )


@pytest.mark.parametrize("mode", MODES)
def test_shares_sum_to_one_or_to_none(mode, inputs, mask):
    _, shares = SequencePooling(mode)(
        inputs, mask=mask, return_attention_scores=True
    )
    shares = to_numpy(shares)
    np.testing.assert_allclose(shares.sum(axis=1), [1, 1, 0, 1], atol=1e-6)
    assert (shares >= 0).all()
    assert not shares[~mask].any()


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("junk", [1e9, -1e9, np.nan, np.inf])
def test_what_is_masked_does_not_count(mode, junk, inputs, mask):
    layer = SequencePooling(mode)
    altered = np.where(mask[..., None], inputs, junk).astype("float32")
    for received, expected in zip(
        layer(altered, mask=mask, return_attention_scores=True),
        layer(inputs, mask=mask, return_attention_scores=True),
        strict=True,
    ):
        np.testing.assert_array_equal(to_numpy(received), to_numpy(expected))


@pytest.mark.parametrize("mode", MODES)
def test_padding_changes_nothing(mode, inputs, mask):
    layer = SequencePooling(mode)
    longer = np.pad(inputs, [(0, 0), (0, 3), (0, 0)], constant_values=9)
    assert_close(
        layer(longer, mask=np.pad(mask, [(0, 0), (0, 3)])),
        layer(inputs, mask=mask),
    )


@pytest.mark.parametrize("mode", MODES)
def test_no_mask_is_a_full_mask(mode, inputs):
    layer = SequencePooling(mode)
    full = np.ones((4, 7), bool)
    assert_close(layer(inputs), layer(inputs, mask=full))


def test_of_negative_numbers_the_largest_is_below_zero(inputs, mask):
    """What lies under the mask counts as 0 nowhere."""
    pooled = to_numpy(SequencePooling("max")(inputs - 10, mask=mask))
    assert (pooled[[0, 1, 3]] < -5).all()
    assert not pooled[2].any()


def gradients(mode, inputs, mask, upstream):
    """The gradients by the inputs, read off one step of SGD."""
    ids = keras.Input((7,), dtype="int32")
    real = keras.Input((7,), dtype="bool")
    table = keras.layers.Embedding(28, 5)
    pooled = SequencePooling(mode)(table(ids), mask=real)
    model = keras.Model([ids, real], pooled)
    table.set_weights([inputs.reshape(28, 5)])
    model.compile(
        keras.optimizers.SGD(1.0),
        loss=lambda y, p: ops.sum(y * p, axis=-1) * 4,
    )
    model.train_on_batch([np.arange(28).reshape(4, 7), mask], upstream)
    return inputs - table.get_weights()[0].reshape(4, 7, 5)


@pytest.mark.parametrize("mode", MODES)
def test_gradients_by_hand(mode, inputs, mask):
    upstream = np.random.default_rng(2).normal(size=(4, 5)).astype("float32")
    expected = np.zeros((4, 7, 5))
    for row, length in enumerate([7, 3, 0, 1]):
        if mode == "mean":
            expected[row, :length] = upstream[row] / max(length, 1)
        elif length:
            largest = inputs[row, :length].argmax(axis=0)
            expected[row, largest, np.arange(5)] = upstream[row]
    received = gradients(mode, inputs, mask, upstream)
    np.testing.assert_allclose(received, expected, atol=1e-5)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_half_precision(mode, dtype, inputs, mask):
    layer = SequencePooling(mode, dtype=dtype)
    pooled, shares = layer(inputs, mask=mask, return_attention_scores=True)
    assert keras.backend.standardize_dtype(pooled.dtype) == dtype
    assert keras.backend.standardize_dtype(shares.dtype) == "float32"
    assert_close(pooled, reference(mode, inputs, mask)[0], atol=0.02)


def test_the_mask_left_over_is_that_of_the_sentences(mask):
    layer = SequencePooling()
    words = ops.convert_to_tensor(mask[:, :, None] & np.array([True, False]))
    left = to_numpy(layer.compute_mask(None, words))
    np.testing.assert_array_equal(left, mask)
    assert layer.compute_mask(None, ops.convert_to_tensor(mask)) is None
    assert layer.compute_mask(None) is None


@pytest.mark.parametrize("mode", ["sum", "", None])
def test_unknown_mode(mode):
    with pytest.raises(ValueError, match=r"`mode`.*\['max', 'mean'\]"):
        SequencePooling(mode)


@pytest.mark.parametrize("shape", [(5,), (4, 5), (2, 2, 2, 7, 5)])
def test_wrong_shapes(shape):
    with pytest.raises(ValueError, match="Expected \\(B, T, D\\)"):
        SequencePooling()(np.ones(shape, "float32"))


@pytest.mark.parametrize("shape", [(4, 6), (7, 4), (4, 7, 5)])
def test_wrong_mask_shape(shape, inputs):
    with pytest.raises(ValueError, match="`mask`"):
        SequencePooling()(inputs, mask=np.ones(shape, bool))
