"""BiGRU and BiLSTM beside Keras' masked Bidirectional, on any backend."""

import keras
import numpy as np
import pytest
from keras import ops
from layer_checks import assert_close
from layer_checks import check_layer
from layer_checks import right_mask
from layer_checks import to_numpy

from han_attention import BiGRU
from han_attention import BiLSTM

both = pytest.mark.parametrize("layer_class", [BiGRU, BiLSTM])


@pytest.fixture
def inputs():
    return np.random.default_rng(0).normal(size=(4, 7, 5)).astype("float32")


@pytest.fixture
def mask():
    return right_mask([7, 3, 0, 5], 7)


def bidirectional(rnn, units, inputs):
    layer = keras.layers.Bidirectional(rnn(units, return_sequences=True))
    layer.build(inputs.shape)
    return layer


def test_equals_numpy_gru(inputs, mask):
    """The recurrence itself, step by step, in NumPy."""
    layer = BiGRU(3)
    outputs = to_numpy(layer(inputs, mask=mask))

    def sigmoid(x):
        return 1 / (1 + np.exp(-x))

    def gru(steps, kernel, recurrent, bias):
        state, states = np.zeros(3), []
        for x in steps:
            of_x, of_h = x @ kernel + bias[0], state @ recurrent + bias[1]
            z = sigmoid(of_x[:3] + of_h[:3])
            r = sigmoid(of_x[3:6] + of_h[3:6])
            candidate = np.tanh(of_x[6:] + r * of_h[6:])
            state = z * state + (1 - z) * candidate
            states.append(state)
        return np.array(states).reshape(-1, 3)

    weights = layer.get_weights()
    expected = np.zeros((4, 7, 6))
    for row, length in enumerate(mask.sum(axis=1)):
        real = inputs[row, :length]
        expected[row, :length, :3] = gru(real, *weights[:3])
        expected[row, :length, 3:] = gru(real[::-1], *weights[3:])[::-1]
    np.testing.assert_allclose(outputs, expected, atol=1e-5)


@pytest.mark.parametrize(
    ("layer_class", "rnn"),
    [(BiGRU, keras.layers.GRU), (BiLSTM, keras.layers.LSTM)],
)
@pytest.mark.parametrize("masked", [True, False])
def test_equals_bidirectional(layer_class, rnn, masked, inputs, mask):
    reference = bidirectional(rnn, 6, inputs)
    layer = layer_class(6)
    layer.build(inputs.shape)
    # The same weights in the same order: they can be exchanged.
    layer.set_weights(reference.get_weights())
    given = ops.convert_to_tensor(mask) if masked else None
    assert_close(layer(inputs, mask=given), reference(inputs, mask=given), 1e-6)


def test_two_layers_equal_two_bidirectionals(inputs, mask):
    layer = BiGRU(6, num_layers=2)
    layer.build(inputs.shape)
    given = ops.convert_to_tensor(mask)
    hidden = inputs
    for n in range(2):
        reference = bidirectional(keras.layers.GRU, 6, to_numpy(hidden))
        reference.set_weights(
            layer.forward_layers[n].get_weights()
            + layer.backward_layers[n].get_weights()
        )
        hidden = reference(hidden, mask=given)
    assert_close(layer(inputs, mask=mask), hidden, 1e-6)


@pytest.mark.parametrize("num_layers", [1, 2])
@both
def test_padding_changes_nothing(layer_class, num_layers, inputs, mask):
    layer = layer_class(6, num_layers=num_layers)
    outputs = to_numpy(layer(inputs, mask=mask))
    junk = np.full((4, 3, 5), 9.0, "float32")
    longer = to_numpy(
        layer(
            np.concatenate([inputs, junk], axis=1),
            mask=np.concatenate([mask, np.zeros((4, 3), bool)], axis=1),
        )
    )
    np.testing.assert_allclose(longer[:, :7], outputs, atol=1e-6)
    assert not longer[:, 7:].any()
    assert not outputs[~mask].any()


def test_a_row_does_not_depend_on_its_company(inputs, mask):
    layer = BiGRU(6)
    together = to_numpy(layer(inputs, mask=mask))
    for row, length in enumerate([7, 3, 0, 5]):
        if length:
            alone = to_numpy(layer(inputs[row : row + 1, :length]))
            np.testing.assert_allclose(
                together[row, :length], alone[0], atol=1e-6
            )


def test_pair(inputs, mask):
    layer = BiGRU(6)
    merged = to_numpy(layer(inputs, mask=mask))
    pair = BiGRU(6, merge_mode=None)
    pair.build(inputs.shape)
    pair.set_weights(layer.get_weights())
    forward, backward = to_numpy(pair(inputs, mask=mask))
    np.testing.assert_array_equal(
        np.concatenate([forward, backward], axis=-1), merged
    )


def test_the_directions_start_different(inputs):
    for initializer in ("glorot_uniform", keras.initializers.GlorotUniform()):
        layer = BiGRU(6, kernel_initializer=initializer)
        layer.build(inputs.shape)
        forward, _, _, backward, _, _ = layer.get_weights()
        assert np.abs(forward - backward).max() > 0.1


def test_mask_is_passed_on(inputs, mask):
    given = ops.convert_to_tensor(mask)
    assert BiGRU(6).compute_mask(inputs, given) is given
    pair = BiGRU(6, merge_mode=None).compute_mask(inputs, given)
    assert pair == (given, given)
    assert BiGRU(6).compute_mask(inputs, None) is None


def test_dropout_between_layers_only_in_training(inputs):
    layer = BiGRU(6, num_layers=2, dropout=0.5, seed=1)
    plain = to_numpy(layer(inputs))
    np.testing.assert_array_equal(to_numpy(layer(inputs)), plain)
    trained = to_numpy(layer(inputs, training=True))
    assert np.abs(trained - plain).max() > 0.01
    alone = BiGRU(6, dropout=0.5)
    np.testing.assert_array_equal(
        to_numpy(alone(inputs, training=True)), to_numpy(alone(inputs))
    )


@pytest.mark.parametrize(
    ("layer_class", "options"),
    [
        (BiGRU, {}),
        (BiLSTM, {}),
        (BiGRU, {"num_layers": 2, "dropout": 0.1, "seed": 3}),
        (BiGRU, {"merge_mode": None}),
        (BiGRU, {"kernel_regularizer": "l2", "bias_initializer": "ones"}),
    ],
)
def test_layer_contract(layer_class, options, inputs, mask, tmp_path):
    check_layer(lambda: layer_class(6, **options), inputs, mask, tmp_path)


@pytest.fixture
def documents():
    return np.random.default_rng(1).normal(size=(3, 4, 6, 5)).astype("float32")


@pytest.fixture
def words():
    """Sentences of 0 to 6 words, padding ones and an empty document."""
    lengths = np.array([[6, 2, 0, 0], [1, 0, 3, 0], [0, 0, 0, 0]])
    return np.arange(6) < lengths[..., None]


@pytest.mark.parametrize("num_layers", [1, 2])
@pytest.mark.parametrize("merge_mode", ["concat", None])
def test_each_sentence_is_read_as_if_alone(
    num_layers, merge_mode, documents, words
):
    layer = BiGRU(3, num_layers=num_layers, merge_mode=merge_mode)
    outputs = keras.tree.flatten(to_numpy(layer(documents, mask=words)))
    assert {x.shape[:3] for x in outputs} == {(3, 4, 6)}
    for row in np.ndindex(3, 4):
        length = words[row].sum()
        for received in outputs:
            assert not received[row][length:].any()
        if length:
            alone = layer(documents[row][None, :length])
            for received, expected in zip(
                outputs, keras.tree.flatten(to_numpy(alone)), strict=True
            ):
                np.testing.assert_allclose(
                    received[row][:length], expected[0], atol=1e-6
                )


def test_sentences_without_a_mask(documents):
    layer = BiGRU(3)
    full = np.ones(documents.shape[:3], bool)
    assert_close(layer(documents), layer(documents, mask=full))


@pytest.mark.parametrize(
    ("layer_class", "options"),
    [(BiGRU, {}), (BiGRU, {"merge_mode": None}), (BiLSTM, {"num_layers": 2})],
)
def test_layer_contract_for_sentences(
    layer_class, options, documents, words, tmp_path
):
    check_layer(lambda: layer_class(6, **options), documents, words, tmp_path)


@pytest.mark.parametrize("merge_mode", ["concat", None])
def test_one_model_takes_documents_of_any_size(merge_mode, documents):
    symbol = keras.Input((None, None, 5))
    layer = BiGRU(3, merge_mode=merge_mode)
    model = keras.Model(symbol, layer(symbol))
    for shape in ((3, 4, 6), (1, 1, 1), (2, 3, 4)):
        given = documents[tuple(slice(0, n) for n in shape)]
        received = model.predict_on_batch(given)
        assert_close(received, layer(given))
        assert {
            x.shape[:3] for x in keras.tree.flatten(to_numpy(received))
        } == {shape}
    declared = layer.compute_output_shape((None, None, None, 5))
    if merge_mode is None:
        assert declared == ((None, None, None, 3),) * 2
    else:
        assert declared == (None, None, None, 6)


def test_empty_rows_have_finite_gradients(inputs):
    layer = BiGRU(6)
    symbol = keras.Input((None, 5))
    symbolic_mask = keras.Input((None,), dtype="bool")
    model = keras.Model(
        [symbol, symbolic_mask], layer(symbol, mask=symbolic_mask)
    )
    model.compile("sgd", "mse", run_eagerly=True)
    before = layer.get_weights()
    empty = np.zeros((4, 7), bool)
    model.train_on_batch([inputs, empty], np.ones((4, 7, 12)))
    for new, old in zip(layer.get_weights(), before, strict=True):
        np.testing.assert_array_equal(new, old)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"units": 0}, "`units`.*positive integer.*units=0"),
        ({"units": 3, "num_layers": 0}, "`num_layers`"),
        ({"units": 3, "dropout": -0.1}, "`dropout`"),
        ({"units": 3, "merge_mode": "sum"}, "`merge_mode`"),
    ],
)
@both
def test_wrong_arguments(layer_class, options, message):
    with pytest.raises(ValueError, match=message):
        layer_class(**options)


@pytest.mark.parametrize("shape", [(4, 5), (2, 2, 2, 7, 5)])
def test_wrong_shapes(shape):
    with pytest.raises(ValueError, match="`BiGRU`. Expected \\(B, T, D\\)"):
        BiGRU(3)(np.ones(shape, "float32"))


@pytest.mark.parametrize("shape", [(4, 6), (7, 4), (4, 7, 5)])
def test_wrong_mask_shape(shape, inputs):
    with pytest.raises(ValueError, match="`mask`"):
        BiGRU(3)(inputs, mask=np.ones(shape, bool))
