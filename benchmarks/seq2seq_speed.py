"""Training of `AttentionSeq2Seq` beside plain Keras; beam search, greedy.

    python benchmarks/seq2seq_speed.py

The plain model does the same with `keras.layers.RNN` around a cell that holds
an LSTM cell, `keras.layers.AdditiveAttention` and dense layers: the same
masks, weights and loss, with the keys and the logits computed outside of the
loop, as `AttentionDecoder` does. Both train on the same batches in turns;
printed are target tokens per second and the ratio of each pair, from the end of
the first batch to that of the last: as `fit` ends, TensorFlow may wait for a
thread of `tf.data` that sleeps, for up to as long as it trained. Then one model
writes the same sources greedily and with a beam of 5, in turns; untrained, it
ends no sequence early, so both write as much.
"""

import argparse
import statistics
import time

import keras
import numpy as np
from keras import ops

from han_attention.seq2seq import SequenceLoss
from han_attention.seq2seq import build_attention_seq2seq


class PlainCell(keras.layers.Layer):
    """The step of the decoder, of the layers of Keras."""

    def __init__(self, units, width):
        super().__init__()
        self.state_size = [units, units, units]  # h, c, context
        self.cell = keras.layers.LSTMCell(units)
        self.merge = keras.layers.Dense(width)
        self.query = keras.layers.Dense(units)
        self.attention = keras.layers.AdditiveAttention()
        self.memory = None

    def build(self, input_shape):
        batch_size, width = input_shape
        units = self.cell.units
        self.merge.build((batch_size, width + units))
        self.cell.build((batch_size, width))
        self.query.build((batch_size, 2 * units))
        self.attention.build([(batch_size, None, units)] * 2)

    def call(self, inputs, states):
        *state, context = states
        memory, keys, mask = self.memory
        inputs = self.merge(ops.concatenate([inputs, context], axis=-1))
        outputs, state = self.cell(inputs, state)
        query = self.query(ops.concatenate(state, axis=-1))
        context = self.attention(
            [ops.expand_dims(query, 1), memory, keys], mask=[None, mask]
        )[:, 0]
        outputs = ops.concatenate([outputs, context], axis=-1)
        return outputs, [*state, context]


class PlainModel(keras.Model):
    """Embeddings, an LSTM, and an RNN around `PlainCell`."""

    def __init__(self, flags):
        super().__init__()
        size, width, units = flags.words, flags.embedding_dim, flags.units
        self.source_embedding = keras.layers.Embedding(size, width)
        self.target_embedding = keras.layers.Embedding(size, width)
        self.encoder = keras.layers.RNN(
            keras.layers.LSTMCell(units),
            return_sequences=True,
            return_state=True,
        )
        self.keys = keras.layers.Dense(units, use_bias=False)
        self.cell = PlainCell(units, width)
        self.decoder = keras.layers.RNN(
            self.cell, return_sequences=True, zero_output_for_mask=True
        )
        self.logits = keras.layers.Dense(size)

    def call(self, inputs):
        source, target = inputs
        mask = ops.not_equal(source, 0)
        memory, *state = self.encoder(self.source_embedding(source), mask=mask)
        self.cell.memory = memory, self.keys(memory), mask
        state.append(ops.zeros_like(state[0]))
        outputs = self.decoder(
            self.target_embedding(target),
            initial_state=state,
            mask=ops.not_equal(target, 0),
        )
        return self.logits(outputs)


class BatchEnds(keras.callbacks.Callback):
    """When each batch ended."""

    def on_train_begin(self, logs=None):
        self.times = []

    def on_train_batch_end(self, batch, logs=None):
        float(logs["loss"])  # waits until it is computed
        self.times.append(time.perf_counter())


def draw_ids(random, flags):
    """Ids (N, T) with padding: rows are half as long to as long as T."""
    shape = (flags.batch_size * flags.batches, flags.length)
    ids = random.integers(1, flags.words, shape)
    shortest = max(flags.length // 2, 1)
    lengths = random.integers(shortest, flags.length + 1, (shape[0], 1))
    return np.where(np.arange(flags.length) < lengths, ids, 0)


def seconds(function, *arguments, **options):
    start = time.perf_counter()
    function(*arguments, **options)
    return time.perf_counter() - start


def show(name, values, unit):
    print(
        f"{name:24} median {statistics.median(values):10,.2f} {unit}, "
        f"{min(values):,.2f} to {max(values):,.2f}",
        flush=True,
    )


def compare_training(flags, random):
    """Print target tokens per second of both models, in pairs."""
    inputs = draw_ids(random, flags), draw_ids(random, flags)
    written = inputs[1]  # any would do
    models = {"plain Keras": PlainModel(flags), "AttentionSeq2Seq": ours(flags)}
    rates = {name: [] for name in models}
    tokens = np.count_nonzero(written[flags.batch_size :])
    ends = BatchEnds()
    for n in range(flags.rounds + 1):
        for name, model in models.items():
            if not n:
                model.compile("adam", SequenceLoss())
            model.fit(
                inputs,
                written,
                flags.batch_size,
                shuffle=False,
                callbacks=[ends],
                verbose=0,
            )
            if n:  # the first round compiles
                rates[name].append(tokens / (ends.times[-1] - ends.times[0]))
    sizes = {model.count_params() for model in models.values()}
    print(f"parameters of both: {sizes}")
    for name, values in rates.items():
        show(name, values, "tokens/s")
    pairs = zip(*rates.values(), strict=True)
    show("ratio", [b / a for a, b in pairs], "times plain Keras")


def compare_search(flags, random):
    """Print the time of a beam of 5 over that of greedy, in pairs."""
    model, source = ours(flags), draw_ids(random, flags)
    taken = {1: [], 5: []}
    for n in range(flags.rounds + 1):
        for beam_size, values in taken.items():
            time_taken = seconds(
                model.generate,
                source,
                flags.length,
                beam_size,
                batch_size=flags.batch_size,
            )
            if n:
                values.append(time_taken)
    show("greedy", taken[1], "s")
    show("beam 5", taken[5], "s")
    pairs = zip(*taken.values(), strict=True)
    show("ratio", [b / a for a, b in pairs], "times greedy")


def ours(flags):
    return build_attention_seq2seq(
        flags.words, flags.words, flags.embedding_dim, flags.units, seed=1
    )


def main():
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--words", type=int, default=4_000)
    parser.add_argument("--embedding-dim", type=int, default=128)
    parser.add_argument("--units", type=int, default=128)
    parser.add_argument("--length", type=int, default=20)
    parser.add_argument("--batch-size", type=int, default=64)
    parser.add_argument("--batches", type=int, default=9)
    parser.add_argument("--rounds", type=int, default=21)
    flags = parser.parse_args()
    keras.utils.set_random_seed(1)
    random = np.random.default_rng(1)
    print(keras.backend.backend())
    compare_training(flags, random)
    compare_search(flags, random)


if __name__ == "__main__":
    main()
