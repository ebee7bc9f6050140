"""AttentionDecoder as a Keras layer: saved, trained, compiled."""

import subprocess
import sys

import keras
import numpy as np
import pytest
from decoder_cases import OUTPUTS
from decoder_cases import UNITS
from decoder_cases import make_decoder
from decoder_cases import make_embedding
from decoder_cases import make_model
from decoder_cases import make_state
from keras import ops
from layer_checks import assert_close
from layer_checks import to_numpy

from han_attention.seq2seq import AttentionDecoder
from han_attention.seq2seq import embed_argmax


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"num_heads": 3, "attention_units": 5},
        {"query": "output", "initial_state_attention": True},
        {"kernel_regularizer": "l2", "seed": 3},
    ],
)
def test_layer_contract(options, inputs, memory, mask, memory_mask, tmp_path):
    """Symbolic shapes, one step changes every weight, save and load."""
    decoder, _ = make_decoder(**options)
    config = decoder.get_config()
    assert AttentionDecoder.from_config(config).get_config() == config
    model = make_model(decoder, return_attention_scores=True, return_state=True)
    feed = [inputs, memory, *make_state("lstm")[1], mask, memory_mask]
    feed = to_numpy(feed)
    outputs = model.predict_on_batch(feed)
    flat = keras.tree.flatten(outputs)
    for symbol, real in zip(model.outputs, flat, strict=True):
        assert len(symbol.shape) == real.ndim
        assert all(
            size in (None, real_size)
            for size, real_size in zip(symbol.shape, real.shape, strict=True)
        )
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    assert_close(loaded(feed), model(feed), 0)
    trained = make_model(decoder)
    trained.compile(keras.optimizers.SGD(0.1), "mse", run_eagerly=True)
    before = decoder.get_weights()
    targets = np.random.default_rng(3).normal(size=flat[0].shape)
    trained.train_on_batch(feed, targets)
    for weight, new, old in zip(
        decoder.weights, decoder.get_weights(), before, strict=True
    ):
        assert np.all(np.isfinite(new)) and np.any(new != old), weight.path


def test_symbolic_shapes():
    decoder, _ = make_decoder("gru", 2, num_heads=3)
    outputs, weights, state, context = decoder(
        keras.Input((None, 3)),
        keras.Input((7, 2)),
        return_attention_scores=True,
        return_state=True,
    )
    assert outputs.shape == (None, None, OUTPUTS)
    assert weights.shape == (None, 3, None, 7)
    assert [x.shape for x in state] == [(None, UNITS)] * 2
    assert context.shape == (None, 6)
    shape = decoder.compute_output_shape((4, 5, 3), (4, 7, 2))
    assert shape == (4, 5, OUTPUTS)


def test_dropout_of_the_cells_trains(inputs, memory):
    """Their masks are drawn before the loop, and forgotten after it."""
    dropout = {"dropout": 0.5, "recurrent_dropout": 0.5}
    cells = [
        keras.layers.LSTMCell(UNITS, implementation=2, seed=0, **dropout),
        keras.layers.GRUCell(UNITS, implementation=1, seed=1, **dropout),
    ]
    decoder = AttentionDecoder(cells)
    model = keras.Sequential([_Reading(decoder, memory[:1])])
    model.compile("adam", "mse")
    targets = np.ones((4, 5, UNITS))
    history = model.fit(inputs, targets, epochs=2, verbose=0)
    assert np.isfinite(history.history["loss"]).all()
    plain = to_numpy(model(inputs))
    np.testing.assert_array_equal(to_numpy(model(inputs)), plain)
    dropped = to_numpy(model(inputs, training=True))
    again = to_numpy(model(inputs, training=True))
    assert np.abs(dropped - plain).max() > 1e-3
    assert np.abs(dropped - again).max() > 1e-3


class _Reading(keras.layers.Layer):
    """A decoder with one memory for all rows."""

    def __init__(self, decoder, memory):
        super().__init__()
        self.decoder, self.memory = decoder, ops.convert_to_tensor(memory)

    def build(self, shape):
        self.decoder.build(shape, (None, *self.memory.shape[1:]))

    def call(self, inputs, training=None):
        memory = ops.repeat(self.memory, ops.shape(inputs)[0], axis=0)
        return self.decoder(inputs, memory, training=training)


@keras.saving.register_keras_serializable(package="test_attention_decoder")
class CountingCell(keras.layers.GRUCell):
    calls = 0

    def call(self, inputs, states, training=False):
        CountingCell.calls += 1
        return super().call(inputs, states, training=training)


@pytest.mark.skipif(
    keras.backend.backend() == "torch", reason="PyTorch does not trace"
)
@pytest.mark.parametrize("fed", [False, True])
def test_one_trace_for_any_length(fed, memory):
    decoder = AttentionDecoder(CountingCell(UNITS), OUTPUTS)
    decoder.build((4, 5, 3), memory.shape)
    embedding, _ = make_embedding()
    feed = embed_argmax(embedding) if fed else None
    counts = []
    for length in (2, 50):
        CountingCell.calls = 0
        _trace(lambda x: decoder(x, memory, feed_previous=feed), length)
        counts.append(CountingCell.calls)
    assert counts[0] == counts[1] <= 2


def _trace(function, length):
    """Make the graph of a function of (4, length, 3)."""
    if keras.backend.backend() == "jax":
        import jax

        return jax.make_jaxpr(function)(np.ones((4, length, 3), "float32"))
    import tensorflow

    spec = tensorflow.TensorSpec((4, length, 3))
    return tensorflow.function(function).get_concrete_function(spec)


@pytest.mark.skipif(
    keras.backend.backend() != "tensorflow",
    reason="JAX compiles for each shape, PyTorch not at all",
)
def test_one_graph_runs_on_any_length(inputs, memory):
    import tensorflow

    decoder = AttentionDecoder(CountingCell(UNITS), OUTPUTS)
    decoder.build((None, None, 3), (None, None, 2))
    embedding, _ = make_embedding()

    def call(x, mask, memory):
        feed = embed_argmax(embedding)
        fed = decoder(x, memory, mask=mask, feed_previous=feed)
        return decoder(x, memory), decoder(x, memory, mask=mask), fed

    run = tensorflow.function(
        call,
        input_signature=[
            tensorflow.TensorSpec((None, None, 3)),
            tensorflow.TensorSpec((None, None), tensorflow.bool),
            tensorflow.TensorSpec((None, None, 2)),
        ],
    )
    for rows, steps, length in ((4, 5, 7), (2, 1, 1), (3, 4, 6)):
        mask = np.arange(steps) < np.array([[5], [1], [3], [2]])[:rows]
        given = inputs[:rows, :steps], mask, memory[:rows, :length]
        assert_close(run(*given), call(*given))
    assert run.experimental_get_tracing_count() == 1


COMPILED = """
import keras
import numpy as np
from han_attention.seq2seq import AttentionDecoder

decoder = AttentionDecoder(keras.layers.LSTMCell(4), 6, num_heads=2)
random = np.random.default_rng(0)
feed = [
    random.normal(size=(3, 5, 3)).astype("float32"),
    random.normal(size=(3, 7, 2)).astype("float32"),
    np.arange(5) < np.array([[5], [1], [3]]),
    np.arange(7) < np.array([[7], [3], [0]]),
]

def decode(inputs, memory, mask, memory_mask):
    masks = dict(mask=mask, memory_mask=memory_mask)
    return decoder(inputs, memory, return_attention_scores=True, **masks)

expected = decode(*feed)
if keras.backend.backend() == "jax":
    import jax
    received = jax.jit(decode)(*feed)
else:
    import tensorflow
    received = tensorflow.function(decode, jit_compile=True)(*feed)
for a, b in zip(received, expected, strict=True):
    np.testing.assert_allclose(np.asarray(a), np.asarray(b), atol=1e-6)
"""


@pytest.mark.skipif(
    keras.backend.backend() == "torch", reason="PyTorch runs as it is"
)
def test_compiled_equals_eager():
    """Under XLA, in a process of its own, as for `AttentionPooling`."""
    done = subprocess.run(
        [sys.executable, "-W", "error::UserWarning", "-c", COMPILED],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr


def test_keras_is_told_where_training_does_not_compile(inputs, memory):
    """`jit_compile="auto"` would be True on a GPU, and fail there."""
    model = make_model(make_decoder()[0])
    model.compile("sgd", "mse")
    assert model.jit_compile == (keras.backend.backend() == "jax")


def test_implicit_masks_of_keras(memory):
    """Keras 3.15 hands masks on by itself; later versions may not."""
    ids = keras.Input((None,), dtype="int32")
    source = keras.Input((None,), dtype="int32")
    embedded = keras.layers.Embedding(9, 3, mask_zero=True)(ids)
    encoded = keras.layers.Embedding(9, 2, mask_zero=True)(source)
    decoder, _ = make_decoder()
    model = keras.Model([ids, source], decoder(embedded, encoded))
    given = np.array([[3, 4, 5]]), np.array([[5, 6, 0, 0]])
    longer = given[0], np.array([[5, 6, 0, 0, 0]])
    assert_close(model(given), model(longer))
