"""The recurrence in training beside Keras' own, forward and backward."""

import keras
import numpy as np
import pytest
from keras import ops
from layer_checks import assert_close

from han_attention import BiGRU
from han_attention import BiLSTM
from han_attention.layers.backend import run_recurrent

IDS = np.array([[4, 5, 6, 2, 1], [3, 1, 0, 0, 0], [7, 0, 0, 0, 0]], "int32")
# JAX has no float64 unless it is told to.
WIDE = "float32" if keras.backend.backend() == "jax" else "float64"
# Of those who run it otherwise than Keras: backend, layer, layer of Keras.
PAIRS = [
    (BiGRU, keras.layers.GRU, ("tensorflow", "jax", "torch")),
    (BiLSTM, keras.layers.LSTM, ("torch",)),
]
PAIRS = [pair[:2] for pair in PAIRS if keras.backend.backend() in pair[2]]


class OneDirection(keras.layers.Layer):
    """A layer of Keras as `BidirectionalRNN` runs it, without a mask."""

    def __init__(self, layer, cell):
        super().__init__(dtype=layer.dtype_policy)
        self.layer = layer
        self.cell = cell

    def build(self, input_shape):
        self.layer.build(input_shape)

    def call(self, inputs, training=None):
        return run_recurrent(self.layer, self.cell, inputs, training)


def train_one_step(layer, dtype, ids, weights=None):
    """Outputs before a step, the weights, and their gradients.

    The first weight is that of the embedding, which has the gradient of the
    inputs; a step of SGD at the rate 1 subtracts the gradients.
    """
    given = keras.Input(ids.shape[1:], dtype="int32")
    vectors = keras.layers.Embedding(8, 3, dtype=dtype)(given)
    outputs = layer(vectors)
    model = keras.Model(given, outputs)
    if weights is None:
        normal = np.random.default_rng(0).normal
        weights = [normal(size=w.shape) for w in model.weights]
    model.set_weights(weights)
    shape = (*ids.shape, outputs.shape[-1])
    of_outputs = np.random.default_rng(1).normal(size=shape)
    model.compile(
        keras.optimizers.SGD(1.0),
        lambda y, outputs: ops.sum(y * ops.cast(outputs, y.dtype)),
    )
    before = np.asarray(model.predict_on_batch(ids), "float64")
    model.train_on_batch(ids, of_outputs.astype("float32"))
    after = model.get_weights()
    gradients = [old - new for old, new in zip(weights, after, strict=True)]
    return before, weights, gradients


@pytest.mark.parametrize(("ours", "rnn"), PAIRS)
@pytest.mark.parametrize(
    ("dtype", "steps"),
    [("float32", 5), ("float32", 1), (WIDE, 2), ("mixed_bfloat16", 5)],
)
def test_gradients_equal_those_of_keras(ours, rnn, dtype, steps):
    ids = IDS[:, :steps]
    layer = rnn(4, return_sequences=True, dtype=dtype)
    expected, weights, gradients = train_one_step(
        rnn(4, return_sequences=True, dtype=WIDE), WIDE, ids
    )
    outputs, _, found = train_one_step(
        OneDirection(layer, ours.cell), dtype, ids, weights
    )
    tolerance = 0.1 if dtype == "mixed_bfloat16" else 1e-5
    np.testing.assert_allclose(outputs, expected, atol=tolerance)
    for mine, theirs in zip(found, gradients, strict=True):
        np.testing.assert_allclose(
            mine, theirs, atol=tolerance * max(np.abs(theirs).max(), 1)
        )


def test_training_rounds_as_prediction_does():
    layer = BiGRU(16)
    inputs = np.random.default_rng(0).normal(size=(3, 5, 20)).astype("float32")
    mask = IDS != 0
    np.testing.assert_array_equal(
        ops.convert_to_numpy(layer(inputs, mask=mask, training=True)),
        ops.convert_to_numpy(layer(inputs, mask=mask, training=False)),
    )


@pytest.mark.skipif(
    keras.backend.backend() != "tensorflow",
    reason="only there compiling is a choice",
)
def test_gradients_are_the_same_compiled():
    """By XLA, which must know the shape of all that a loop keeps."""
    import tensorflow as tf

    layer = BiGRU(4)
    inputs = np.random.default_rng(0).normal(size=(2, 5, 3)).astype("float32")
    layer.build(inputs.shape)

    def differentiate(inputs):
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(layer(inputs, training=True) ** 2)
        return tape.gradient(loss, layer.trainable_variables)

    plain = tf.function(differentiate)(inputs)
    compiled = tf.function(differentiate, jit_compile=True)(inputs)
    for mine, theirs in zip(plain, compiled, strict=True):
        assert_close(mine, theirs, 1e-5)


def second_derivative(run, inputs, direction):
    """Of the squares of what `run` gives, along a direction."""
    if keras.backend.backend() == "jax":
        import jax

        def first(x):
            return ops.sum(jax.grad(lambda x: ops.sum(run(x) ** 2))(x) * along)

        along = ops.convert_to_tensor(direction)
        return np.sum(np.asarray(jax.grad(first)(inputs)) * direction)
    import tensorflow as tf

    inputs, along = tf.constant(inputs), tf.constant(direction)
    with tf.GradientTape() as outer:
        outer.watch(inputs)
        with tf.GradientTape() as inner:
            inner.watch(inputs)
            loss = tf.reduce_sum(run(inputs) ** 2)
        first = tf.reduce_sum(inner.gradient(loss, inputs) * along)
    return float(tf.reduce_sum(outer.gradient(first, inputs) * along))


@pytest.mark.skipif(
    keras.backend.backend() == "torch", reason="it has a recurrence of its own"
)
def test_gradients_of_gradients():
    """As a penalty on gradients needs them, beside finite differences."""
    layer = BiGRU(2)
    generator = np.random.default_rng(0)
    inputs, direction = (
        generator.normal(size=(2, 3, 2)).astype("float32") for _ in range(2)
    )
    run = lambda x: layer(x, training=True)  # noqa: E731
    losses = [
        float(ops.sum(run(inputs + step * direction) ** 2))
        for step in (-0.05, 0, 0.05)
    ]
    expected = (losses[0] - 2 * losses[1] + losses[2]) / 0.05**2
    found = second_derivative(run, inputs, direction)
    np.testing.assert_allclose(found, expected, rtol=0.02)
