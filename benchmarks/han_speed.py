"""How fast the Hierarchical Attention Network trains, and what it needs.

    python benchmarks/han_speed.py --data aclImdb_v1.tar.gz

1. Training documents per second, on the same reviews in the same run: preset
   `han` in its batches, in plain ones of 64 random reviews, and the flat
   classifier of as many parameters. The vectors of the words are frozen.
2. Memory of a training step, in a process of its own, for documents of 10,
   100 and 1,000 sentences, beside the tokens of the batch.
3. Time and memory to predict a document of 100,000 words.
"""

import argparse
import resource
import statistics
import subprocess
import sys
import time

import keras
import numpy as np

from han_attention import Predictor
from han_attention import Tokenizer
from han_attention import build_han
from han_attention import load_imdb
from han_attention.settings import Settings
from han_attention.training.model import build_model
from han_attention.training.model import compile_model
from han_attention.training.sources.memory import make_preprocessor
from han_attention.training.sources.memory import make_split
from han_attention.training.sources.memory import train_tokenizer
from han_attention.training.task import Task

FLAT = {"architecture": "flat", "rnn_units": 85, "max_tokens": 400}
TASK = Task(["negative", "positive"])
VOCABULARY = 20_000


def prepare(dataset, reviews, **settings):
    """An encoded split and a compiled model, its word vectors frozen."""
    config = Settings.from_preset("han", frozen_epochs=1, **settings).checked()
    rows = np.random.default_rng(0).permutation(len(dataset.train))[:reviews]
    texts = [dataset.train.texts[n] for n in rows]
    labels = [dataset.train.labels[n] for n in rows]
    tokenizer = train_tokenizer(texts, config)
    preprocessor = make_preprocessor(config, tokenizer)
    split = make_split(preprocessor, TASK, texts, labels)
    model = build_model(config, TASK, len(tokenizer))
    compile_model(model, config, TASK, steps_per_epoch=1)
    return split, model, config.batch_size


def train(split, model, batch_size, plain=False):
    """Train for one epoch; documents per second and padded tokens."""
    batches = split.batches(batch_size, seed=0)
    if plain:
        rows = np.random.default_rng(0).permutation(len(split))
        batches.rows = np.array_split(rows, -(-len(rows) // batch_size))
    tokens = sum(batches[n][0].size for n in range(len(batches)))
    start = time.perf_counter()
    model.fit(batches.feed(), shuffle=False, verbose=0)
    return len(split) / (time.perf_counter() - start), tokens


def compare_speed(dataset, reviews, rounds):
    """Print the median and the range of each, and their ratios in pairs."""
    documents = prepare(dataset, reviews)
    ways = {
        "han, its batches": (*documents, False),
        "han, plain batches": (*documents, True),
        "flat": (*prepare(dataset, reviews, **FLAT), False),
    }
    rates = {name: [] for name in ways}
    for n in range(rounds + 1):  # the first one warms up
        for name, way in ways.items():
            rate, tokens = train(*way)
            if n:
                rates[name].append(rate)
            else:
                print(
                    f"{name:20} {way[1].count_params():,} parameters, "
                    f"{tokens:,} tokens with padding, "
                    f"{way[0].texts.lengths.sum():,} without"
                )
    for name, values in rates.items():
        print(
            f"{name:20} {statistics.median(values):6.1f} documents/s "
            f"({min(values):.1f} to {max(values):.1f})"
        )
    for other in list(rates)[1:]:
        ratios = [
            a / b
            for a, b in zip(
                rates["han, its batches"], rates[other], strict=True
            )
        ]
        print(
            f"ratio to {other}: {statistics.median(ratios):.2f} "
            f"({min(ratios):.2f} to {max(ratios):.2f})"
        )


def train_step(sentences, documents=32, words=20):
    """Train on one batch of made-up documents; run in a fresh process."""
    generator = np.random.default_rng(0)
    shape = (documents, sentences, words)
    ids = generator.integers(3, VOCABULARY, shape, "int32")
    model = build_han(VOCABULARY)
    model.compile("sgd", keras.losses.BinaryCrossentropy(from_logits=True))
    labels = np.zeros((documents, 1), "float32")
    model.train_on_batch(ids[:, :1], labels)  # what is there for any batch
    before = peak_memory()
    model.train_on_batch(ids, labels)
    print(
        f"{sentences:5} sentences, {ids.size:9,} tokens in the batch: peak "
        f"{peak_memory():,.0f} MiB, {before:,.0f} before"
    )


def predict_long(words=100_000):
    """Predict one document; run in a fresh process."""
    tokenizer = Tokenizer.train([" ".join(map(str, range(1_000)))])
    predictor = Predictor(build_han(VOCABULARY), tokenizer, ["bad", "good"])
    generator = np.random.default_rng(0)
    numbers = generator.integers(0, 1_000, words)
    text = " ".join(
        f"{n}." if place % 20 == 19 else f"{n}"
        for place, n in enumerate(numbers)
    )
    predictor.predict_proba(["0 1 2."])
    before, start = peak_memory(), time.perf_counter()
    predictor.predict_proba([text])
    print(
        f"predicting {words:,} words: {time.perf_counter() - start:.1f} s, "
        f"+{peak_memory() - before:,.0f} MiB"
    )


def peak_memory():
    """The most memory this process has had, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main():
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--data", help="aclImdb_v1.tar.gz")
    parser.add_argument("--reviews", type=int, default=2_560)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--step", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--long", action="store_true", help=argparse.SUPPRESS)
    flags = parser.parse_args()
    if flags.step:
        train_step(flags.step)
    elif flags.long:
        predict_long()
    else:
        compare_speed(load_imdb(flags.data), flags.reviews, flags.rounds)
        for part in (
            ["--step=10"],
            ["--step=100"],
            ["--step=1000"],
            ["--long"],
        ):
            subprocess.run([sys.executable, __file__, *part], check=True)


if __name__ == "__main__":
    main()
