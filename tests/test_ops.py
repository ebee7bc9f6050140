"""Mask maths beside NumPy references."""

import keras
import numpy as np
import pytest
from keras import ops
from layer_checks import right_mask
from layer_checks import to_numpy

from han_attention.ops import additive_scores
from han_attention.ops import mask_from_ids
from han_attention.ops import masked_max
from han_attention.ops import masked_softmax
from han_attention.ops import masked_sparsemax
from han_attention.ops import weighted_sum

NORMALIZERS = [masked_softmax, masked_sparsemax]


def reference_softmax(scores, mask):
    weights = np.zeros(scores.shape)
    for row, real in enumerate(mask):
        if real.any():
            s = np.exp(scores[row, real] - scores[row, real].max())
            weights[row, real] = s / s.sum()
    return weights


def reference_sparsemax(scores, mask):
    """Bisection on tau: sum of max(s - tau, 0) falls as tau grows."""
    weights = np.zeros(scores.shape)
    for row, real in enumerate(mask):
        if not real.any():
            continue
        s = scores[row, real].astype("float64")
        low, high = s.min() - 1, s.max()
        for _ in range(200):
            tau = (low + high) / 2
            if np.maximum(s - tau, 0).sum() > 1:
                low = tau
            else:
                high = tau
        weights[row, real] = np.maximum(s - tau, 0)
    return weights


@pytest.fixture
def scores():
    return np.random.default_rng(1).normal(size=(6, 9)).astype("float32") * 2


@pytest.fixture
def mask():
    # Right-padded, left-padded, with a hole, one real, empty, full.
    mask = np.ones((6, 9), bool)
    mask[0, 5:] = False
    mask[1, :4] = False
    mask[2, 3:6] = False
    mask[3] = False
    mask[3, 7] = True
    mask[4] = False
    return mask


def test_mask_from_ids():
    ids = np.array([[3, 7, 0], [0, 0, 0]])
    assert to_numpy(mask_from_ids(ids)).tolist() == [
        [True, True, False],
        [False, False, False],
    ]


def test_softmax_equals_reference(scores, mask):
    np.testing.assert_allclose(
        to_numpy(masked_softmax(scores, mask)),
        reference_softmax(scores, mask),
        atol=1e-6,
    )


def test_sparsemax_equals_reference(scores, mask):
    np.testing.assert_allclose(
        to_numpy(masked_sparsemax(scores, mask)),
        reference_sparsemax(scores, mask),
        atol=1e-6,
    )


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        ([1.0, 0.5, -3.0], [0.75, 0.25, 0.0]),
        ([2.0, 0.0], [1.0, 0.0]),
        ([1.0, 1.0, 1.0, 1.0], [0.25, 0.25, 0.25, 0.25]),
        ([1000.0, 999.5, -1000.0], [0.75, 0.25, 0.0]),
        ([-5.0], [1.0]),
    ],
)
def test_sparsemax_worked_numbers(scores, expected):
    weights = to_numpy(masked_sparsemax(np.array([scores], "float32")))
    np.testing.assert_allclose(weights[0], expected, atol=1e-6)


@pytest.mark.parametrize("normalize", NORMALIZERS)
def test_no_mask_is_a_full_mask(normalize, scores):
    np.testing.assert_allclose(
        to_numpy(normalize(scores)),
        to_numpy(normalize(scores, np.ones(scores.shape, bool))),
        atol=1e-7,
    )


@pytest.mark.parametrize("normalize", NORMALIZERS)
def test_shift_and_order_change_nothing(normalize, scores, mask):
    weights = to_numpy(normalize(scores, mask))
    np.testing.assert_allclose(
        to_numpy(normalize(scores + 30, mask)), weights, atol=1e-5
    )
    order = np.random.default_rng(2).permutation(9)
    np.testing.assert_allclose(
        to_numpy(normalize(scores[:, order], mask[:, order])),
        weights[:, order],
        atol=1e-6,
    )


@pytest.mark.parametrize("normalize", NORMALIZERS)
@pytest.mark.parametrize("junk", [1e9, -1e9, np.nan, np.inf])
def test_what_is_masked_does_not_count(normalize, junk, scores, mask):
    weights = to_numpy(normalize(scores, mask))
    with_junk = np.where(mask, scores, junk).astype("float32")
    np.testing.assert_array_equal(to_numpy(normalize(with_junk, mask)), weights)


@pytest.mark.parametrize("normalize", NORMALIZERS)
@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32"])
def test_result_is_float32(normalize, dtype, scores, mask):
    weights = normalize(ops.cast(scores, dtype), mask)
    assert keras.backend.standardize_dtype(weights.dtype) == "float32"
    sums = to_numpy(weights).sum(axis=-1)
    np.testing.assert_allclose(sums, [1, 1, 1, 1, 0, 1], atol=1e-6)


def _gradient(normalize, scores, mask, upstream):
    """The gradient by the scores, read off one step of SGD."""
    batch, steps = scores.shape

    @keras.saving.register_keras_serializable(package="tests")
    class Scores(keras.layers.Layer):
        def build(self, input_shape):
            self.scores = self.add_weight(shape=scores.shape)

        def call(self, inputs):
            weights = normalize(self.scores, ops.convert_to_tensor(mask))
            return ops.sum(weights * ops.convert_to_tensor(upstream)) + inputs

    layer = Scores()
    layer.build((1, 1))
    layer.set_weights([scores])
    model = keras.Sequential([keras.Input((1,)), layer])
    model.compile(
        keras.optimizers.SGD(1.0), loss=lambda y, p: ops.sum(p, axis=-1)
    )
    model.train_on_batch(np.zeros((1, 1)), np.zeros((1, 1)))
    return scores - layer.get_weights()[0]


@pytest.mark.parametrize(
    ("normalize", "reference"),
    [
        (masked_softmax, reference_softmax),
        (masked_sparsemax, reference_sparsemax),
    ],
)
def test_gradient_equals_differences(normalize, reference, scores, mask):
    upstream = np.random.default_rng(5).normal(size=scores.shape)
    upstream = upstream.astype("float32")
    gradient = _gradient(normalize, scores, mask, upstream)
    expected = np.zeros(scores.shape)
    for place in np.ndindex(*scores.shape):
        step = np.zeros(scores.shape)
        step[place] = 1e-5
        difference = reference(scores + step, mask) - reference(
            scores - step, mask
        )
        expected[place] = (difference * upstream).sum() / 2e-5
    np.testing.assert_allclose(gradient, expected, atol=2e-4)
    assert not gradient[~mask].any()


def test_additive_scores_and_weighted_sum_equal_reference():
    rng = np.random.default_rng(4)
    inputs = rng.normal(size=(2, 3, 5, 4)).astype("float32")
    kernel = rng.normal(size=(4, 6)).astype("float32")
    bias = rng.normal(size=6).astype("float32")
    context = rng.normal(size=(6, 2)).astype("float32")
    scores = np.tanh(inputs @ kernel + bias) @ context
    np.testing.assert_allclose(
        to_numpy(additive_scores(inputs, kernel, bias, context)),
        scores.swapaxes(-1, -2),
        atol=1e-5,
    )
    weights = rng.random(size=(2, 3, 2, 5)).astype("float32")
    expected = np.einsum("bsht,bstd->bshd", weights, inputs)
    np.testing.assert_allclose(
        to_numpy(weighted_sum(weights, inputs)),
        expected.reshape(2, 3, 8),
        atol=1e-5,
    )


@pytest.mark.parametrize("shape", [(4, 7, 3), (2, 4, 7, 3)])
@pytest.mark.parametrize("shift", [-100, 0, 100])
@pytest.mark.parametrize("junk", [1e9, np.nan])
def test_masked_max_equals_reference(shape, shift, junk):
    rng = np.random.default_rng(6)
    inputs = shift + rng.normal(size=shape).astype("float32")
    mask = rng.random(shape[:-1]) < 0.5
    mask[0] = False
    expected = np.where(mask[..., None], inputs, -np.inf).max(axis=-2)
    expected[np.isinf(expected)] = 0
    given = np.where(mask[..., None], inputs, junk).astype("float32")
    received = to_numpy(masked_max(given, ops.convert_to_tensor(mask)))
    np.testing.assert_array_equal(received, expected)


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32"])
def test_masked_max_keeps_the_dtype(dtype):
    steps = ops.cast(np.array([[[-2.0], [-1.0], [7.0]]] * 2), dtype)
    mask = ops.convert_to_tensor(right_mask([2, 0], 3))
    largest = masked_max(steps, mask)
    assert keras.backend.standardize_dtype(largest.dtype) == dtype
    largest = to_numpy(ops.cast(largest, "float32"))
    assert largest.tolist() == [[-1], [0]]
