"""Multi30k, English to German: BLEU of greedy and of beam search.

    python benchmarks/seq2seq_multi30k.py multi30k
    python benchmarks/seq2seq_multi30k.py multi30k --no-attention

The folder holds `{train,val,test_2016_flickr}.{en,de}.gz`, a tokenised sentence
a line. Words are what stands between spaces, of the training sentences those
seen at least twice. The length penalty of the beam is chosen by the BLEU of the
validation sentences; the test sentences are written once. BLEU is sacrebleu's,
tokenised and lower-case. `--no-attention` trains the same model on a memory in
which nothing is real: the decoder has the last state of the encoder alone.
"""

import argparse
import collections
import gzip
import time
from pathlib import Path

import keras
import numpy as np
import sacrebleu
from keras import ops

from han_attention.seq2seq import AttentionSeq2Seq
from han_attention.seq2seq import SequenceLoss
from han_attention.seq2seq import plot_alignment
from han_attention.seq2seq import teacher_forcing

UNKNOWN, FIRST_WORD = 2, 3
PENALTIES = [0.0, 0.5, 1.0]
DRAWN = 9  # the number of the test sentence whose alignment is drawn


class NoAttention(AttentionSeq2Seq):
    """The same, but there is nothing to read."""

    def encode(self, source, training=False):
        memory, mask, state = super().encode(source, training)
        return memory[:, :1], ops.zeros_like(mask[:, :1]), state


class Words:
    """The words of tokenised sentences, and their ids."""

    def __init__(self, sentences, min_count=2):
        counts = collections.Counter(w for s in sentences for w in s.split())
        often = [w for w, n in counts.most_common() if n >= min_count]
        self.words = ["", "", "<unk>", *often]
        self.ids = {word: n for n, word in enumerate(often, FIRST_WORD)}

    def encode(self, sentences):
        """Padded ids (N, T)."""
        rows = [
            [self.ids.get(word, UNKNOWN) for word in sentence.split()]
            for sentence in sentences
        ]
        ids = np.zeros((len(rows), max(map(len, rows))), "int32")
        for row, own in zip(ids, rows, strict=True):
            row[: len(own)] = own
        return ids

    def decode(self, ids):
        return [" ".join(self.words[n] for n in row if n) for row in ids]


class Batches:
    """Batches of pairs of like length, in another order in every epoch."""

    def __init__(self, source, target, batch_size, multiple, seed):
        self.source, self.multiple = source, multiple
        self.read, self.written = teacher_forcing(target)
        self.batch_size = batch_size
        self.random = np.random.default_rng(seed)

    def __len__(self):
        """Batches of an epoch; the pairs that fill none are left out."""
        return len(self.source) // self.batch_size

    def __iter__(self):
        lengths = (self.source != 0).sum(axis=1) + (self.read != 0).sum(axis=1)
        order = np.argsort(lengths + self.random.random(len(lengths)) * 4)
        rows = order[: len(self) * self.batch_size]
        rows = rows.reshape(-1, self.batch_size)
        for batch in self.random.permutation(rows):
            source, read, written = (
                self.cut(x[batch])
                for x in (self.source, self.read, self.written)
            )
            yield (source, read), written

    def cut(self, ids):
        """Without most of the padding; few widths, for JAX compiles each."""
        longest = int((ids != 0).sum(axis=1).max())
        width = -(-longest // self.multiple) * self.multiple
        room = max(width - ids.shape[1], 0)
        return np.pad(ids, [(0, 0), (0, room)])[:, :width]


def read_lines(folder, name, count=None):
    with gzip.open(Path(folder) / f"{name}.gz", "rt", encoding="utf-8") as file:
        return file.read().lower().splitlines()[:count]


def build(flags, source, target):
    """An untrained model, compiled."""
    make = NoAttention if flags.no_attention else AttentionSeq2Seq
    model = make(
        len(source.words),
        len(target.words),
        embedding_dim=flags.embedding_dim,
        rnn_units=flags.units,
        num_layers=flags.layers,
        cell=flags.cell,
        bidirectional=True,
        dropout=flags.dropout,
        tie_output=True,
        seed=flags.seed,
    )
    return model


def train(model, batches, flags):
    """Train, and return the seconds."""
    steps = len(batches) * flags.epochs
    rate = keras.optimizers.schedules.CosineDecay(
        0.0,
        steps,
        warmup_target=flags.learning_rate,
        warmup_steps=min(400, steps // 4),
    )
    model.compile(keras.optimizers.Adam(rate, clipnorm=1.0), SequenceLoss())
    start = time.perf_counter()
    for epoch in range(1, flags.epochs + 1):
        # Not `fit`, which wants to know from two batches which sizes differ.
        losses = [model.train_on_batch(*batch) for batch in batches]
        seconds = time.perf_counter() - start
        loss = np.mean(losses)
        print(f"epoch {epoch}: loss {loss:.4f}, {seconds:.0f} s", flush=True)
    return time.perf_counter() - start


def bleu(model, sentences, words, **options):
    """BLEU of what the model writes, and the seconds that it takes."""
    sources, targets = sentences
    start = time.perf_counter()
    generated = model.generate(words[0].encode(sources), **options)
    taken = time.perf_counter() - start
    written = words[1].decode(generated.ids)
    score = sacrebleu.corpus_bleu(
        written, [targets], tokenize="none", lowercase=True, force=True
    )
    return score.score, taken


def judge(model, validation, test, words):
    """Choose the penalty by the validation sentences; print both BLEUs."""
    greedy, taken = bleu(model, test, words)
    beam = {"beam_size": 5}
    scores = {
        w: bleu(model, validation, words, **beam, length_penalty=w)[0]
        for w in PENALTIES
    }
    for w, score in scores.items():
        print(f"validation, beam 5, length penalty {w}: BLEU {score:.2f}")
    best = max(scores, key=scores.get)
    score, beam_taken = bleu(model, test, words, **beam, length_penalty=best)
    print(f"test, greedy: BLEU {greedy:.2f} in {taken:.0f} s")
    print(
        f"test, beam 5, length penalty {best}: BLEU {score:.2f} in "
        f"{beam_taken:.0f} s",
        flush=True,
    )


def plot_translation(model, sentence, words, path):
    """Write a picture of what is read for each word of the translation."""
    generated = model.generate(
        words[0].encode([sentence]), return_attention_scores=True
    )
    (written,) = words[1].decode(generated.ids)
    plot_alignment(
        generated.attention_scores[0], sentence.split(), written.split()
    ).savefig(path, dpi=100)


def parse_flags():
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("folder")
    parser.add_argument("--no-attention", action="store_true")
    parser.add_argument("--epochs", type=int, default=12)
    parser.add_argument("--batch-size", type=int, default=64)
    parser.add_argument("--embedding-dim", type=int, default=256)
    parser.add_argument("--units", type=int, default=256)
    parser.add_argument("--layers", type=int, default=1)
    parser.add_argument("--cell", choices=["gru", "lstm"], default="gru")
    parser.add_argument("--dropout", type=float, default=0.4)
    parser.add_argument("--learning-rate", type=float, default=0.002)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--pairs", type=int, help="train on the first ones")
    parser.add_argument("--test-pairs", type=int, help="judge the first ones")
    parser.add_argument("--save", help="a .keras file")
    parser.add_argument("--plot", help="a PNG of the alignment of a sentence")
    return parser.parse_args()


def main():
    flags = parse_flags()
    keras.utils.set_random_seed(flags.seed)
    pairs = {
        name: [
            read_lines(flags.folder, f"{name}.{language}", count)
            for language in ("en", "de")
        ]
        for name, count in (
            ("train", flags.pairs),
            ("val", flags.test_pairs),
            ("test_2016_flickr", flags.test_pairs),
        )
    }
    words = [Words(sentences) for sentences in pairs["train"]]
    ids = [w.encode(x) for w, x in zip(words, pairs["train"], strict=True)]
    multiple = 1 if keras.backend.backend() == "tensorflow" else 8
    batches = Batches(*ids, flags.batch_size, multiple, flags.seed)
    model = build(flags, *words)
    print(
        f"{len(ids[0])} pairs, {len(words[0].words)} and "
        f"{len(words[1].words)} words, {model.count_params():,} parameters, "
        f"{keras.backend.backend()}"
    )
    print(f"training: {train(model, batches, flags):.0f} s", flush=True)
    if flags.save:
        model.save(flags.save)
    if flags.plot:
        sentence = pairs["test_2016_flickr"][0][DRAWN]
        plot_translation(model, sentence, words, flags.plot)
    judge(model, pairs["val"], pairs["test_2016_flickr"], words)


if __name__ == "__main__":
    main()
