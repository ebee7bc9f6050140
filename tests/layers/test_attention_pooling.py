"""AttentionPooling beside a NumPy reference, on any backend."""

import keras
import numpy as np
import pytest
from keras import ops
from layer_checks import to_numpy

from han_attention import AttentionPooling


def reference(inputs, mask, kernel, bias, context):
    """The published formula, one row and one head at a time, in float64."""
    hidden = np.tanh(inputs.astype("float64") @ kernel + bias)
    context = context.reshape(len(context), -1)
    batch, steps, features = inputs.shape
    heads = context.shape[1]
    outputs = np.zeros((batch, heads, features))
    weights = np.zeros((batch, heads, steps))
    for row in range(batch):
        real = mask[row]
        for head in range(heads):
            if real.any():
                e = np.exp(hidden[row, real] @ context[:, head])
                weights[row, head, real] = e / e.sum()
                outputs[row, head] = weights[row, head] @ inputs[row]
    return outputs.reshape(batch, -1), weights


def _call(layer, *arguments, **options):
    return to_numpy(layer(*arguments, return_attention_scores=True, **options))


@pytest.mark.parametrize("num_heads", [1, 3])
def test_equals_reference(num_heads, inputs, mask):
    layer = AttentionPooling(6, num_heads=num_heads)
    outputs, weights = _call(layer, inputs, mask=mask)
    expected, expected_weights = reference(inputs, mask, *layer.get_weights())
    np.testing.assert_allclose(outputs, expected, atol=1e-6)
    np.testing.assert_allclose(
        weights.reshape(expected_weights.shape), expected_weights, atol=1e-6
    )
    assert weights.shape == ((4, 7) if num_heads == 1 else (4, 3, 7))


def test_worked_numbers():
    # W = 1, b = 0, u = 1: scores tanh(0) = 0 and tanh(1) = 0.761594.
    layer = AttentionPooling(1)
    layer.build((1, 2, 1))
    layer.set_weights([np.ones((1, 1)), np.zeros(1), np.ones(1)])
    outputs, weights = _call(layer, np.array([[[0.0], [1.0]]], "float32"))
    share = np.exp(0.7615942) / (1 + np.exp(0.7615942))  # 0.681700
    np.testing.assert_allclose(weights, [[1 - share, share]], atol=1e-6)
    np.testing.assert_allclose(outputs, [[share]], atol=1e-6)


def test_weights_and_their_order(inputs):
    layer = AttentionPooling(6)
    layer.build(inputs.shape)
    assert [w.name for w in layer.weights] == ["kernel", "bias", "context"]
    assert [w.shape for w in layer.weights] == [(5, 6), (6,), (6,)]
    heads = AttentionPooling(6, num_heads=2, use_bias=False)
    heads.build(inputs.shape)
    assert [w.shape for w in heads.weights] == [(5, 6), (6, 2)]


@pytest.mark.parametrize("normalizer", ["softmax", "sparsemax"])
@pytest.mark.parametrize("num_heads", [1, 2])
def test_padding_changes_nothing(normalizer, num_heads, inputs, mask):
    layer = AttentionPooling(6, num_heads, normalizer)
    outputs, weights = _call(layer, inputs, mask=mask)
    junk = np.full((4, 3, 5), 1e3, "float32")
    longer, longer_weights = _call(
        layer,
        np.concatenate([inputs, junk], axis=1),
        mask=np.concatenate([mask, np.zeros((4, 3), bool)], axis=1),
    )
    np.testing.assert_allclose(longer, outputs, atol=1e-6)
    np.testing.assert_allclose(longer_weights[..., :7], weights, atol=1e-6)
    assert not longer_weights[..., 7:].any()


@pytest.mark.parametrize("junk", [np.nan, np.inf])
def test_not_even_nan_leaks_from_under_the_mask(junk, inputs, mask):
    layer = AttentionPooling(6)
    outputs, weights = _call(layer, inputs, mask=mask)
    with_junk = np.where(mask[..., None], inputs, junk).astype("float32")
    again, again_weights = _call(layer, with_junk, mask=mask)
    np.testing.assert_allclose(again, outputs, atol=1e-6)
    np.testing.assert_allclose(again_weights, weights, atol=1e-6)


def test_order_of_the_steps_moves_only_the_weights(inputs, mask):
    layer = AttentionPooling(6)
    outputs, weights = _call(layer, inputs, mask=mask)
    order = np.random.default_rng(1).permutation(7)
    moved, moved_weights = _call(layer, inputs[:, order], mask=mask[:, order])
    np.testing.assert_allclose(moved, outputs, atol=1e-6)
    np.testing.assert_allclose(moved_weights, weights[:, order], atol=1e-6)


def test_no_mask_is_a_full_mask(inputs):
    layer = AttentionPooling(6)
    np.testing.assert_allclose(
        to_numpy(layer(inputs)),
        to_numpy(layer(inputs, mask=np.ones((4, 7), bool))),
        atol=1e-6,
    )


def test_integer_mask_means_the_same(inputs, mask):
    layer = AttentionPooling(6)
    np.testing.assert_array_equal(
        to_numpy(layer(inputs, mask=mask.astype("int32"))),
        to_numpy(layer(inputs, mask=mask)),
    )


@pytest.mark.parametrize("normalizer", ["softmax", "sparsemax"])
def test_empty_row_gives_zeros_and_finite_gradients(normalizer, inputs, mask):
    layer = AttentionPooling(6, normalizer=normalizer)
    outputs, weights = _call(layer, inputs, mask=mask)
    assert not outputs[2].any()
    assert not weights[2].any()
    symbol = keras.Input((None, 5))
    symbolic_mask = keras.Input((None,), dtype="bool")
    model = keras.Model(
        [symbol, symbolic_mask], layer(symbol, mask=symbolic_mask)
    )
    model.compile("sgd", "mse", run_eagerly=True)
    only_empty = np.zeros_like(mask)
    before = layer.get_weights()
    model.train_on_batch([inputs, only_empty], np.ones((4, 5)))
    for new, old in zip(layer.get_weights(), before, strict=True):
        np.testing.assert_array_equal(new, old)  # gradients of exactly 0
    model.train_on_batch([inputs, mask], np.ones((4, 5)))
    assert all(np.isfinite(w).all() for w in layer.get_weights())


def test_pair_is_concatenated(inputs, mask):
    layer = AttentionPooling(6)
    backward = inputs[:, ::-1, :2]
    joined = np.concatenate([inputs, backward], axis=-1)
    outputs = to_numpy(layer((inputs, backward), mask=mask))
    np.testing.assert_array_equal(outputs, to_numpy(layer(joined, mask=mask)))


def test_time_major_is_the_transpose(inputs, mask):
    layer = AttentionPooling(6)
    outputs, weights = _call(layer, inputs, mask=mask)
    time_major = AttentionPooling(6, time_major=True)
    time_major.build((7, 4, 5))
    time_major.set_weights(layer.get_weights())
    again, again_weights = _call(time_major, inputs.swapaxes(0, 1), mask=mask.T)
    np.testing.assert_allclose(again, outputs, atol=1e-6)
    np.testing.assert_allclose(again_weights, weights, atol=1e-6)


@pytest.mark.parametrize("num_heads", [1, 2])
def test_rank_4_is_each_sentence_by_itself(num_heads, inputs, mask):
    layer = AttentionPooling(6, num_heads=num_heads)
    flat, flat_weights = _call(layer, inputs, mask=mask)
    outputs, weights = _call(
        layer, inputs.reshape(2, 2, 7, 5), mask=mask.reshape(2, 2, 7)
    )
    np.testing.assert_allclose(outputs, flat.reshape(2, 2, -1), atol=1e-6)
    np.testing.assert_allclose(
        weights, flat_weights.reshape(2, 2, *flat_weights.shape[1:]), atol=1e-6
    )


def test_output_masks(inputs, mask):
    layer = AttentionPooling(6)
    assert layer.compute_mask(inputs, mask) is None
    assert layer.compute_mask(inputs, None) is None
    four, four_mask = inputs.reshape(2, 2, 7, 5), mask.reshape(2, 2, 7)
    sentences = to_numpy(
        layer.compute_mask(four, ops.convert_to_tensor(four_mask))
    )
    assert sentences.tolist() == [[True, True], [False, True]]


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        ((2, 7, 5), (2, 5)),
        ((None, None, 5), (None, 5)),
        ((2, 3, 7, 5), (2, 3, 5)),
        (((2, 7, 5), (2, 7, 4)), (2, 9)),
    ],
)
def test_compute_output_shape(shape, expected):
    assert AttentionPooling(6).compute_output_shape(shape) == expected


def test_dropout_only_in_training(inputs):
    layer = AttentionPooling(6, dropout=0.5, seed=1)
    plain, weights = _call(layer, inputs)
    trained, trained_weights = _call(layer, inputs, training=True)
    assert np.abs(trained - plain).max() > 0.01
    np.testing.assert_array_equal(trained_weights, weights)
    np.testing.assert_array_equal(to_numpy(layer(inputs)), plain)


def test_scores_stay_float32_in_mixed_precision(inputs, mask):
    layer = AttentionPooling(6, dtype="mixed_float16")
    outputs, weights = layer(inputs, mask=mask, return_attention_scores=True)
    assert keras.backend.standardize_dtype(outputs.dtype) == "float16"
    assert keras.backend.standardize_dtype(weights.dtype) == "float32"
    sums = to_numpy(weights).sum(axis=-1)
    np.testing.assert_allclose(sums, [1, 1, 0, 1], atol=1e-6)


@pytest.mark.skipif(
    keras.backend.backend() != "tensorflow",
    reason="Keras computes in float64 on TensorFlow alone",
)
def test_float64_stays_float64(inputs):
    layer = AttentionPooling(6, dtype="float64")
    outputs, weights = _call(layer, inputs.astype("float64"))
    assert weights.dtype == outputs.dtype == "float64"
