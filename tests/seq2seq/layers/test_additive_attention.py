"""AdditiveAttention beside a NumPy reference, on any backend."""

import keras
import numpy as np
import pytest
from decoder_reference import double
from decoder_reference import read_row
from keras import ops
from layer_checks import assert_close
from layer_checks import right_mask
from layer_checks import to_numpy

from han_attention.seq2seq import AdditiveAttention


@pytest.fixture
def query():
    return np.random.default_rng(1).normal(size=(4, 3)).astype("float32")


@pytest.fixture
def memory():
    return np.random.default_rng(0).normal(size=(4, 7, 5)).astype("float32")


@pytest.fixture
def mask():
    mask = right_mask([7, 3, 0, 5], 7)
    mask[3, 2] = False  # a hole: not only padding
    return mask


def _model(layer):
    """Dynamic in every dimension but the features."""
    query, memory = keras.Input((3,)), keras.Input((None, 5))
    mask = keras.Input((None,), dtype="bool")
    outputs = layer(query, memory, memory_mask=mask)
    return keras.Model([query, memory, mask], outputs)


@pytest.mark.parametrize("num_heads", [1, 3])
@pytest.mark.parametrize("units", [None, 6])
def test_equals_reference(units, num_heads, query, memory, mask):
    layer = AdditiveAttention(units, num_heads, bias_initializer="normal")
    received = to_numpy(layer(query, memory, memory_mask=mask))
    rows = [
        read_row(*row, double(layer))
        for row in zip(query, memory, mask, strict=True)
    ]
    contexts, weights = map(np.stack, zip(*rows, strict=True))
    np.testing.assert_allclose(received[0], contexts, atol=1e-6)
    np.testing.assert_allclose(
        received[1], weights[:, 0] if num_heads == 1 else weights, atol=1e-6
    )


def test_equals_additive_attention_of_keras(query, memory):
    layer = AdditiveAttention()
    context, weights = layer(query, memory)
    of_memory, of_query, _, scale = layer.get_weights()
    attention = keras.layers.AdditiveAttention()
    attention.build([(4, 1, 5), (4, 7, 5), (4, 7, 5)])
    attention.set_weights([scale])
    expected, scores = attention(
        [(query @ of_query)[:, None], memory, memory @ of_memory],
        return_attention_scores=True,
    )
    assert_close((context, weights), (expected[:, 0], scores[:, 0]))


def test_worked_numbers():
    # Keys 0 and 1, query 0, v = 1: scores tanh(0) = 0 and tanh(1) = 0.761594.
    layer = AdditiveAttention()
    layer.build((1, 1), (1, 2, 1))
    layer.set_weights(
        [np.ones((1, 1)), np.ones((1, 1)), np.zeros(1), np.ones(1)]
    )
    memory = np.array([[[0.0], [1.0]]], "float32")
    context, weights = layer(np.zeros((1, 1), "float32"), memory)
    share = np.exp(0.7615942) / (1 + np.exp(0.7615942))  # 0.681700
    np.testing.assert_allclose(to_numpy(context), [[share]], atol=1e-6)
    np.testing.assert_allclose(
        to_numpy(weights), [[1 - share, share]], atol=1e-6
    )


def test_weights_and_their_order():
    layer = AdditiveAttention(6, num_heads=2)
    layer.build((4, 3), (4, 7, 5))
    assert [(w.name, tuple(w.shape)) for w in layer.weights] == [
        ("memory_kernel", (5, 12)),
        ("query_kernel", (3, 12)),
        ("bias", (12,)),
        ("scale", (6, 2)),
    ]
    one = AdditiveAttention()
    one.build((4, 3), (4, 7, 5))
    assert [tuple(w.shape) for w in one.weights] == [(5, 5), (3, 5), (5,), (5,)]


def test_kernels_of_one_shape_do_not_start_equal():
    layer = AdditiveAttention(kernel_initializer=keras.initializers.HeNormal())
    layer.build((2, 5), (2, 7, 5))
    of_memory, of_query, _, _ = layer.get_weights()
    assert np.any(of_memory != of_query)


@pytest.mark.parametrize("num_heads", [1, 3])
def test_heads_are_reads_of_their_own(num_heads, query, memory, mask):
    layer = AdditiveAttention(6, num_heads)
    context, weights = to_numpy(layer(query, memory, memory_mask=mask))
    kernels = layer.get_weights()
    for head in range(num_heads):
        one = AdditiveAttention(6)
        one.build(query.shape, memory.shape)
        split = [np.split(w, num_heads, axis=-1)[head] for w in kernels[:3]]
        one.set_weights([*split, kernels[3].reshape(6, -1)[:, head]])
        alone, alone_weights = to_numpy(one(query, memory, memory_mask=mask))
        np.testing.assert_allclose(
            context[:, 5 * head : 5 * head + 5], alone, atol=1e-6
        )
        received = weights if num_heads == 1 else weights[:, head]
        np.testing.assert_allclose(received, alone_weights, atol=1e-6)


def test_prepared_memory_gives_the_same(query, memory, mask):
    layer = AdditiveAttention(6, num_heads=2)
    expected = layer(query, memory, memory_mask=mask)
    prepared = layer.prepare(memory, mask)
    assert_close(layer.read(query, prepared), expected)
    keys = to_numpy(layer.keys(memory))
    np.testing.assert_allclose(to_numpy(prepared[1])[mask], keys[mask])
    # Rows can be gathered and repeated, as a search does.
    repeated = keras.tree.map_structure(
        lambda x: ops.repeat(x, 2, axis=0), prepared
    )
    context, _ = layer.read(np.repeat(query, 2, axis=0), repeated)
    assert_close(context[::2], expected[0])


@pytest.mark.parametrize("junk", [1e3, np.nan, np.inf])
@pytest.mark.parametrize("num_heads", [1, 3])
def test_nothing_leaks_from_under_the_mask(
    num_heads, junk, query, memory, mask
):
    layer = AdditiveAttention(6, num_heads)
    expected = layer(query, memory, memory_mask=mask)
    with_junk = np.where(mask[..., None], memory, junk).astype("float32")
    assert_close(layer(query, with_junk, memory_mask=mask), expected)
    longer = np.pad(with_junk, [(0, 0), (0, 2), (0, 0)])
    context, weights = layer(
        query, longer, memory_mask=np.pad(mask, [(0, 0), (0, 2)])
    )
    assert_close((context, weights[..., :7]), expected)
    assert not to_numpy(weights)[..., 7:].any()


def test_no_mask_is_a_full_mask(query, memory):
    layer = AdditiveAttention(6)
    full = np.ones((4, 7), bool)
    assert_close(
        layer(query, memory), layer(query, memory, memory_mask=full), 0
    )


def test_empty_row_gives_zeros_and_zero_gradients(query, memory, mask):
    layer = AdditiveAttention(6, num_heads=2)
    context, weights = to_numpy(layer(query, memory, memory_mask=mask))
    assert not context[2].any()
    assert not weights[2].any()
    model = _model(layer)
    model.compile("sgd", ["mse", None], run_eagerly=True)
    before = layer.get_weights()
    empty = np.zeros_like(mask)
    junk = np.full_like(memory, np.nan)
    model.train_on_batch([query, junk, empty], [np.ones((4, 10))] * 2)
    for new, old in zip(layer.get_weights(), before, strict=True):
        np.testing.assert_array_equal(new, old)


@pytest.mark.parametrize("num_heads", [1, 3])
def test_layer_contract(num_heads, query, memory, mask, tmp_path):
    """Symbolic shapes, one step changes every weight, save and load."""
    layer = AdditiveAttention(6, num_heads, kernel_regularizer="l2")
    assert AdditiveAttention.from_config(layer.get_config()).get_config() == (
        layer.get_config()
    )
    model = _model(layer)
    feed = [query, memory, mask]
    outputs = model.predict_on_batch(feed)
    for symbol, real in zip(model.outputs, outputs, strict=True):
        assert len(symbol.shape) == real.ndim
        assert all(
            size in (None, real_size)
            for size, real_size in zip(symbol.shape, real.shape, strict=True)
        )
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    assert_close(loaded(feed), model(feed), 0)
    model.compile(keras.optimizers.SGD(0.1), ["mse", "mse"], run_eagerly=True)
    before = layer.get_weights()
    random = np.random.default_rng(3)
    model.train_on_batch(feed, [random.normal(size=x.shape) for x in outputs])
    for new, old in zip(layer.get_weights(), before, strict=True):
        assert np.all(np.isfinite(new)) and np.any(new != old)


@pytest.mark.parametrize("policy", ["mixed_float16", "mixed_bfloat16"])
def test_mixed_precision(policy, query, memory, mask):
    layer = AdditiveAttention(6, num_heads=2, dtype=policy)
    outputs = layer(query, memory, memory_mask=mask)
    again = layer.read(query, layer.prepare(memory, mask))  # no autocast here
    assert_close(again, outputs, 0)
    dtypes = [keras.backend.standardize_dtype(x.dtype) for x in outputs]
    assert dtypes == [policy.removeprefix("mixed_"), "float32"]
    sums = to_numpy(outputs[1]).sum(axis=-1)
    np.testing.assert_allclose(sums[:, 0], [1, 1, 0, 1], atol=1e-6)
    full = AdditiveAttention(6, num_heads=2)
    full.build(query.shape, memory.shape)
    full.set_weights(layer.get_weights())
    assert_close(outputs, full(query, memory, memory_mask=mask), 0.05)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"units": 0}, "`units`.*positive integer.*units=0"),
        ({"num_heads": 0}, "`num_heads`.*positive integer.*num_heads=0"),
        ({"num_heads": 1.5}, "`num_heads`"),
    ],
)
def test_wrong_arguments(options, message):
    with pytest.raises(ValueError, match=message):
        AdditiveAttention(**options)


@pytest.mark.parametrize(
    ("query", "memory", "mask", "message"),
    [
        ((4, 3), (4, 0, 5), None, "`memory`.*at least one step"),
        ((4, 3), (4, 5), None, "`memory`"),
        ((4, 2, 3), (4, 7, 5), None, "`query`"),
        ((2, 3), (4, 7, 5), None, "`query`.*\\(4, 3\\).*\\(2, 3\\)"),
        ((4, 3), (4, 7, 5), (4, 6), "`memory_mask`.*\\(4, 7\\).*\\(4, 6\\)"),
    ],
)
def test_wrong_shapes(query, memory, mask, message):
    with pytest.raises(ValueError, match=message):
        AdditiveAttention(3)(
            np.ones(query, "float32"),
            np.ones(memory, "float32"),
            memory_mask=None if mask is None else np.ones(mask, bool),
        )


def test_other_sizes_than_it_was_built_for(query, memory):
    layer = AdditiveAttention(3)
    layer(query, memory)
    with pytest.raises(ValueError, match="`query`.*\\(4, 3\\).*\\(4, 2\\)"):
        layer(query[:, :2], memory)
    with pytest.raises(ValueError, match="`memory`.*5.*\\(4, 7, 4\\)"):
        layer(query, memory[..., :4])
