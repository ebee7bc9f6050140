"""Random sequences of 20 symbols, turned round: what does the decoder read?

    python benchmarks/seq2seq_reversal.py

Every sequence is drawn anew, so none is seen twice; at the end 1,000 more are
turned round greedily. Printed are the fraction that is exactly right, in how
many the largest weight of every step lies on the anti-diagonal, and whether
that of the mean alignment does.
"""

import argparse
import time

import keras
import numpy as np

from han_attention.seq2seq import SequenceLoss
from han_attention.seq2seq import build_attention_seq2seq
from han_attention.seq2seq import teacher_forcing

FIRST_SYMBOL = 2  # after padding, and the start and end 1
TEST = 1_000


def draw(random, count, flags):
    """Sequences, what the decoder reads, and what it is to write."""
    size = (count, flags.length)
    source = random.integers(0, flags.symbols, size) + FIRST_SYMBOL
    return source, *teacher_forcing(source[:, ::-1])


def build_model(flags):
    """Untrained, and compiled for training."""
    vocabulary_size = FIRST_SYMBOL + flags.symbols
    model = build_attention_seq2seq(
        vocabulary_size,
        vocabulary_size,
        embedding_dim=flags.embedding_dim,
        rnn_units=flags.units,
        cell="gru",
        bidirectional=True,
        seed=flags.seed,
    )
    rate = keras.optimizers.schedules.CosineDecay(
        flags.learning_rate, flags.rounds * flags.steps
    )
    optimizer = keras.optimizers.Adam(rate, clipnorm=1.0)
    model.compile(optimizer, SequenceLoss())
    return model


def judge(model, source, written):
    """Print how many are right, and what was read for each symbol."""
    length = source.shape[1]
    generated = model.generate(
        source, length + 1, batch_size=250, return_attention_scores=True
    )
    expected = written[:, :-1]
    if generated.ids.shape == expected.shape:
        right = (generated.ids == expected).all(axis=1)
    else:
        right = np.zeros(len(source), "bool")
    print(f"exactly right: {right.mean():.1%} of {len(source)}")
    places = generated.attention_scores[right].argmax(axis=-1)
    turned = np.arange(length)[::-1]
    print(
        "largest weight of every step on the anti-diagonal: "
        f"{(places == turned).all(axis=1).mean():.1%} of the right ones; "
        f"of all their steps {(places == turned).mean():.1%}"
    )
    mean = generated.attention_scores[right].mean(axis=0)
    places = mean.argmax(axis=-1)
    print(
        "mean alignment:",
        "the anti-diagonal" if (places == turned).all() else places.tolist(),
    )


def main():
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--length", type=int, default=20)
    parser.add_argument("--symbols", type=int, default=20)
    parser.add_argument("--embedding-dim", type=int, default=32)
    parser.add_argument("--units", type=int, default=64)
    parser.add_argument("--batch-size", type=int, default=64)
    parser.add_argument("--learning-rate", type=float, default=0.005)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--steps", type=int, default=100, help="of a round")
    parser.add_argument("--seed", type=int, default=1)
    flags = parser.parse_args()
    keras.utils.set_random_seed(flags.seed)
    random = np.random.default_rng(flags.seed)
    model = build_model(flags)
    print(f"{model.count_params():,} parameters, {keras.backend.backend()}")
    start = time.perf_counter(), time.process_time()
    for n in range(flags.rounds):
        source, read, written = draw(
            random, flags.batch_size * flags.steps, flags
        )
        history = model.fit(
            (source, read), written, flags.batch_size, verbose=0
        )
        print(
            f"round {n + 1}  loss {history.history['loss'][0]:.4f}", flush=True
        )
    wall = time.perf_counter() - start[0]
    print(f"{wall:.0f} s, {time.process_time() - start[1]:.0f} s of CPU time")
    source, _, written = draw(random, TEST, flags)
    judge(model, source, written)


if __name__ == "__main__":
    main()
