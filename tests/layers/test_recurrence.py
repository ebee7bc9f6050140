"""The recurrence in training beside Keras' own, forward and backward."""

import keras
import numpy as np
import pytest
from keras import ops

from han_attention import BiGRU
from han_attention import BiLSTM
from han_attention.layers.backend import run_recurrent

IDS = np.array([[4, 5, 6, 2, 1], [3, 1, 0, 0, 0], [7, 0, 0, 0, 0]], "int32")
# Of those who run it otherwise than Keras: backend, layer, layer of Keras.
PAIRS = [
    (BiGRU, keras.layers.GRU, ("tensorflow", "torch")),
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
    [("float32", 5), ("float32", 1), ("float64", 5), ("mixed_bfloat16", 5)],
)
def test_gradients_equal_those_of_keras(ours, rnn, dtype, steps):
    ids = IDS[:, :steps]
    layer = rnn(4, return_sequences=True, dtype=dtype)
    expected, weights, gradients = train_one_step(
        rnn(4, return_sequences=True, dtype="float64"), "float64", ids
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
