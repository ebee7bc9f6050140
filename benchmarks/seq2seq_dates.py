"""Times of day as people write them, to HH:MM: words in, characters out.

    python benchmarks/seq2seq_dates.py date_pairs.json

The file is a JSON list of pairs such as `["48 min before 10 a.m", "09:12"]`.
Of the shuffled pairs 1,000 are for testing and 500 for validation; a model
trains on the others. Settings are chosen with `--validate`, which leaves the
test pairs alone; without it both are judged. Wall time and CPU time, which
other programs on the machine do not lengthen as much, are of the training.
"""

import argparse
import json
import re
import time
from pathlib import Path

import keras
import numpy as np

from han_attention import Tokenizer
from han_attention.seq2seq import SequenceLoss
from han_attention.seq2seq import Translator
from han_attention.seq2seq import build_attention_seq2seq

TEST, VALIDATION = 1_000, 500
END = " end"  # is read after the text: of "8" there is nothing else to read


def with_end(text):
    """Numbers apart from letters: "t6:42pm" becomes "t 6:42 pm end"."""
    return re.sub(r"(?<=\d)(?=[a-z])|(?<=[a-z])(?=\d)", " ", text) + END


def load_pairs(path, seed):
    """Shuffled pairs for testing, for validation and for training."""
    pairs = json.loads(Path(path).read_text(encoding="utf-8"))
    order = np.random.default_rng(seed).permutation(len(pairs))
    pairs = [(with_end(pairs[n][0]), pairs[n][1]) for n in order]
    first = TEST + VALIDATION
    return pairs[:TEST], pairs[TEST:first], pairs[first:]


def is_undecided(text):
    """Whether "noon" is its hour: in one half of such pairs it is midnight."""
    minutes = r"(?!.*(before|after|hours|clock|past|to) .* noon)[a-z0-9 ]+"
    pattern = rf"noon (hours and|o'clock) .+|{minutes} (before|after) noon"
    return re.fullmatch(pattern, text.removesuffix(END)) is not None


def build_translator(flags, sources, targets):
    """An untrained model, with its tokenizers."""
    source = Tokenizer.train(sources)
    target = Tokenizer.train(targets, unit="characters")
    model = build_attention_seq2seq(
        len(source),
        len(target),
        embedding_dim=flags.embedding_dim,
        rnn_units=flags.units,
        cell=flags.cell,
        bidirectional=True,
        dropout=flags.dropout,
        seed=flags.seed,
    )
    return Translator(model, source, target, separator="")


def train(translator, pairs, flags):
    """Train, and return the wall and the CPU seconds that it took."""
    start = time.perf_counter(), time.process_time()
    inputs, written = translator.encode_pairs(*zip(*pairs, strict=True))
    steps = -(-len(pairs) // flags.batch_size) * flags.epochs
    rate = keras.optimizers.schedules.CosineDecay(flags.learning_rate, steps)
    optimizer = keras.optimizers.Adam(rate, clipnorm=1.0)
    translator.model.compile(optimizer, SequenceLoss())
    translator.model.fit(
        inputs, written, flags.batch_size, epochs=flags.epochs, verbose=2
    )
    return time.perf_counter() - start[0], time.process_time() - start[1]


def judge(name, translator, pairs):
    """Print how many of the pairs are exactly right, and which are not."""
    sources, targets = zip(*pairs, strict=True)
    written = translator.translate(sources, max_length=8)
    right = np.array(written) == targets
    open_ = np.array([is_undecided(source) for source in sources])
    print(
        f"{name}: {right.sum()} of {len(pairs)} exactly right; "
        f"{right[open_].sum()} of {open_.sum()} that can mean noon and "
        f"midnight, {right[~open_].sum()} of {(~open_).sum()} others"
    )
    for source, target, text in zip(sources, targets, written, strict=True):
        if text != target:
            print(f"    {source!r}: {text} instead of {target}")


def main():
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("pairs", help="JSON list of pairs of texts")
    parser.add_argument("--epochs", type=int, default=40)
    parser.add_argument("--batch-size", type=int, default=64)
    parser.add_argument("--embedding-dim", type=int, default=64)
    parser.add_argument("--units", type=int, default=128)
    parser.add_argument("--cell", choices=["gru", "lstm"], default="gru")
    parser.add_argument("--dropout", type=float, default=0.3)
    parser.add_argument("--learning-rate", type=float, default=0.004)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--validate", action="store_true")
    flags = parser.parse_args()
    keras.utils.set_random_seed(flags.seed)
    test, validation, training = load_pairs(flags.pairs, flags.seed)
    translator = build_translator(flags, *zip(*training, strict=True))
    print(
        f"{len(training)} pairs, {translator.model.count_params():,} "
        f"parameters, {keras.backend.backend()}"
    )
    wall, cpu = train(translator, training, flags)
    print(f"training {wall:.0f} s, {cpu:.0f} s of CPU time")
    judge("validation", translator, validation)
    if not flags.validate:
        judge("test", translator, test)


if __name__ == "__main__":
    main()
