"""A decoder that reads its own symbols, on any backend."""

import keras
import numpy as np
import pytest
from decoder_cases import OUTPUTS
from decoder_cases import call_decoder
from decoder_cases import make_decoder
from decoder_cases import make_embedding
from decoder_cases import make_inputs
from decoder_cases import make_memory
from layer_checks import assert_close
from layer_checks import to_numpy

from han_attention.seq2seq import embed_argmax


@pytest.fixture
def inputs():
    return make_inputs()


@pytest.fixture
def memory():
    return make_memory()


def test_feeding_back_equals_its_own_symbols(inputs, memory):
    decoder, _ = make_decoder("gru")
    embedding, table = make_embedding()
    feed = embed_argmax(embedding)
    outputs = call_decoder(decoder, inputs, memory, feed_previous=feed)
    symbols = outputs[0].argmax(axis=-1)
    own = np.concatenate([inputs[:, :1], table[symbols[:, :-1]]], axis=1)
    assert_close(call_decoder(decoder, own, memory), outputs)
    # Only the first step is read.
    other = inputs.copy()
    other[:, 1:] = np.nan
    assert_close(
        call_decoder(decoder, other, memory, feed_previous=feed), outputs
    )


def test_feeding_back_through_a_layer_of_logits(inputs, memory):
    decoder, _ = make_decoder("gru")
    embedding = keras.layers.Embedding(9, 3)
    head = keras.layers.Dense(9)
    outputs = call_decoder(
        decoder,
        inputs,
        memory,
        feed_previous=embed_argmax(embedding, to_logits=head),
    )[0]
    symbols = to_numpy(head(outputs)).argmax(axis=-1)
    own = np.concatenate(
        [inputs[:, :1], to_numpy(embedding(symbols[:, :-1]))], axis=1
    )
    assert_close(call_decoder(decoder, own, memory)[0], outputs)


class FeedingModel(keras.Model):
    """Ids to logits, reading its own symbols."""

    def __init__(self, update, probability=1.0):
        super().__init__()
        self.embedding, _ = make_embedding()
        self.decoder, _ = make_decoder("gru")
        self.update, self.probability = update, probability

    def call(self, inputs):
        ids, memory = inputs
        return self.decoder(
            self.embedding(ids),
            memory,
            feed_previous=embed_argmax(
                self.embedding, update_embedding_for_previous=self.update
            ),
            sampling_probability=self.probability,
        )


@pytest.mark.parametrize("update", [True, False])
def test_which_rows_of_the_embedding_are_updated(update, memory):
    model = FeedingModel(update)
    ids = np.full((4, 5), 3)
    outputs = to_numpy(model([ids, memory]))
    fed_back = set(outputs[:, :-1].argmax(axis=-1).ravel())
    assert fed_back - {3}
    before = model.embedding.get_weights()[0]
    model.compile(keras.optimizers.SGD(0.1), "mse", run_eagerly=True)
    model.train_on_batch([ids, memory], np.ones((4, 5, OUTPUTS)))
    changed = np.any(model.embedding.get_weights()[0] != before, axis=1)
    expected = {3} | (fed_back if update else set())
    assert set(np.flatnonzero(changed)) == expected


@pytest.mark.parametrize("as_variable", [False, True])
def test_scheduled_sampling(as_variable, inputs, memory):
    decoder, _ = make_decoder("gru", seed=7)
    embedding, table = make_embedding()
    feed = embed_argmax(embedding)
    # Many copies of each row, to count what was drawn.
    inputs, memory = (np.repeat(x, 50, axis=0) for x in (inputs, memory))

    def sampled(probability):
        if as_variable:  # what a callback can raise in training
            probability = keras.Variable(probability)
        return to_numpy(
            decoder(
                inputs,
                memory,
                feed_previous=feed,
                sampling_probability=probability,
            )
        )

    given = to_numpy(decoder(inputs, memory))
    own = to_numpy(decoder(inputs, memory, feed_previous=feed))
    np.testing.assert_allclose(sampled(0.0), given, atol=1e-6)
    np.testing.assert_allclose(sampled(1.0), own, atol=1e-6)
    outputs = sampled(0.3)
    assert np.any(sampled(0.3) != outputs)  # drawn anew
    # Each step of each row read the given input, or the symbol before it.
    symbols = table[outputs[:, :-1].argmax(axis=-1)]
    prepared = decoder.prepare(memory)
    state, context = decoder.start(prepared)
    for t in range(5):
        either = [inputs[:, t], symbols[:, t - 1] if t else inputs[:, t]]
        taken = [
            to_numpy(decoder.step(x, state, context, prepared)) for x in either
        ]
        is_given = np.isclose(taken[0][0], outputs[:, t], atol=1e-5)
        is_given = is_given.all(axis=-1, keepdims=True)
        step = np.where(is_given, taken[0][0], taken[1][0])
        np.testing.assert_allclose(step, outputs[:, t], atol=1e-5)
        state = np.where(is_given, taken[0][1], taken[1][1])
        context = np.where(is_given, taken[0][2], taken[1][2])
        share = 1.0 if t == 0 else 0.7
        np.testing.assert_allclose(is_given.mean(), share, atol=0.12)


def test_trains_with_scheduled_sampling(memory):
    """The draws go through a compiled step on every backend."""
    model = FeedingModel(True, probability=0.5)
    ids = np.random.default_rng(0).integers(0, OUTPUTS, size=(4, 5))
    model.compile("adam", keras.losses.SparseCategoricalCrossentropy(True))
    history = model.fit([ids, memory], ids, epochs=3, verbose=0)
    assert np.isfinite(history.history["loss"]).all()


def test_wrong_feeding(inputs, memory):
    decoder, _ = make_decoder()
    with pytest.raises(ValueError, match="`feed_previous\\(outputs\\)`.*3"):
        decoder(inputs, memory, feed_previous=lambda outputs: outputs)
    embedding, _ = make_embedding()
    with pytest.raises(ValueError, match="`sampling_probability`.*1.5"):
        decoder(
            inputs,
            memory,
            feed_previous=embed_argmax(embedding),
            sampling_probability=1.5,
        )
