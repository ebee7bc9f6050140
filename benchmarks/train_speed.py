"""Training speed of the `imdb` preset beside idiomatic Keras, in one run.

    python benchmarks/train_speed.py --data aclImdb_v1.tar.gz

Idiomatic is `Embedding(mask_zero=True)`, `Bidirectional(GRU)`, a plain masked
attention layer, and `fit` on arrays padded to 250 tokens. Both train on the
same reviews in turns, so a machine that slows down slows both. With
`--accuracy` both are trained for the published 3 epochs instead, and tested on
the test reviews.
"""

import argparse
import statistics
import time

import keras
import numpy as np
from keras import ops

from han_attention.data import load_dataset
from han_attention.device import describe_device
from han_attention.device import make_repeatable
from han_attention.settings import Settings
from han_attention.training.experiment import prepare_dataset
from han_attention.training.model import build_model
from han_attention.training.model import compile_model


class PlainAttention(keras.layers.Layer):
    """What people write: tanh MLP, masked softmax, weighted sum."""

    def __init__(self, units, initializer, **kwargs):
        super().__init__(**kwargs)
        self.supports_masking = True
        self.hidden = keras.layers.Dense(
            units, "tanh", kernel_initializer=initializer
        )
        self.score = keras.layers.Dense(
            1, use_bias=False, kernel_initializer=initializer
        )

    def call(self, inputs, mask=None):
        scores = self.score(self.hidden(inputs))
        mask = ops.expand_dims(mask, -1)
        weights = ops.softmax(ops.where(mask, scores, -1e9), axis=1)
        return ops.sum(weights * inputs, axis=1)

    def compute_mask(self, inputs, mask=None):
        return None


def build_idiomatic(config, vocabulary_size):
    """The same model with the same settings, as Keras' guides write it."""
    initializers = keras.initializers
    model = keras.Sequential(
        [
            keras.layers.Embedding(
                vocabulary_size,
                config.embedding_dim,
                mask_zero=True,
                embeddings_initializer=initializers.RandomUniform(-1, 1),
            ),
            keras.layers.Bidirectional(
                keras.layers.GRU(config.rnn_units, return_sequences=True)
            ),
            PlainAttention(
                config.attention_units, initializers.RandomNormal(stddev=0.1)
            ),
            keras.layers.Dropout(config.dropout),
            keras.layers.Dense(
                1, kernel_initializer=initializers.TruncatedNormal(stddev=0.1)
            ),
        ]
    )
    model.compile(
        keras.optimizers.Adam(config.learning_rate),
        keras.losses.BinaryCrossentropy(from_logits=True),
        metrics=[keras.metrics.BinaryAccuracy(threshold=0.0, name="accuracy")],
    )
    return model


def padded(split, config):
    """(N, 250) ids, as `keras.utils.pad_sequences` would give."""
    ids = split.texts.padded()
    room = config.max_tokens - ids.shape[1]
    return np.pad(ids, [(0, 0), (0, max(room, 0))])


def idiomatic_epoch(model, split, config, epoch):
    """One epoch of plain `fit` on padded arrays."""
    model.fit(
        padded(split, config),
        split.labels,
        config.batch_size,
        epochs=1,
        verbose=0,
    )


def our_epoch(model, split, config, epoch):
    """One epoch of `fit` on bucketed batches."""
    batches = split.batches(config.batch_size, config.seed, epoch)
    model.fit(batches.feed(), shuffle=False, verbose=0)


def seconds(function, *arguments):
    start = time.perf_counter()
    function(*arguments)
    return time.perf_counter() - start


def compare_speed(pairs, data, config, examples, rounds):
    """Print examples per second of both and their ratio, in pairs."""
    rows = np.random.default_rng(0).permutation(len(data.train.labels))
    split = data.train.take(rows[:examples])
    rates = {name: [] for name in pairs}
    for n in range(rounds + 1):
        for name, (model, epoch) in pairs.items():
            rate = examples / seconds(epoch, model, split, config, n)
            if n:  # the first round compiles
                rates[name].append(rate)
                print(f"round {n}  {name:9} {rate:7.1f} examples/s", flush=True)
    for name, values in rates.items():
        print(
            f"{name:9} median {statistics.median(values):7.1f} examples/s, "
            f"{min(values):.1f} to {max(values):.1f}"
        )
    ratios = [b / a for a, b in zip(*rates.values(), strict=True)]
    print(
        f"ratio     median {statistics.median(ratios):.2f}, "
        f"{min(ratios):.2f} to {max(ratios):.2f}"
    )


def compare_accuracy(pairs, data, config):
    """Print the test accuracy of both after each of the epochs."""
    test = padded(data.validation, config)
    for name, (model, epoch) in pairs.items():
        for n in range(config.epochs):
            taken = seconds(epoch, model, data.train, config, n)
            scores = model.evaluate(
                test, data.validation.labels, 256, verbose=0, return_dict=True
            )
            print(
                f"{name:9} epoch {n + 1}  test accuracy "
                f"{scores['accuracy']:.4f}  {taken:.1f} s",
                flush=True,
            )


def main():
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--data", default="imdb")
    parser.add_argument("--examples", type=int, default=5120)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--accuracy", action="store_true")
    flags = parser.parse_args()
    config = Settings.from_preset("imdb", seed=flags.seed).checked()
    data = prepare_dataset(config, load_dataset(flags.data))
    make_repeatable(flags.seed)
    print(describe_device())
    ours = build_model(config, data.task, len(data.preprocessor.tokenizer))
    steps = len(data.train.batches(config.batch_size))
    compile_model(ours, config, data.task, steps)
    pairs = {
        "idiomatic": (
            build_idiomatic(config, len(data.preprocessor.tokenizer)),
            idiomatic_epoch,
        ),
        "ours": (ours, our_epoch),
    }
    if flags.accuracy:
        compare_accuracy(pairs, data, config)
    else:
        compare_speed(pairs, data, config, flags.examples, flags.rounds)


if __name__ == "__main__":
    main()
