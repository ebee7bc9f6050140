"""What all contestants read: texts, their ids, labels, and the vocabulary."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from han_attention import Tokenizer
from han_attention import encode_texts
from han_attention.text.ragged import EncodedTexts

BATCH_SIZE = 256
MAX_TOKENS = 250
VOCABULARY = 10_000


@dataclass
class Material:
    """Training texts as ids, and texts to predict as strings.

    Attributes:
        train: Encoded training texts.
        labels: (N, 1) float32.
        texts: Strings to predict, and to explain.
        tokenizer: The vocabulary of the training texts.
    """

    train: EncodedTexts
    labels: np.ndarray
    texts: list[str]
    tokenizer: Tokenizer

    def encode(self, texts=None):
        texts = self.texts if texts is None else texts
        return encode_texts(self.tokenizer, texts, MAX_TOKENS)

    def cut(self, number):
        """With the first training texts alone."""
        train = self.train.take(np.arange(min(number, len(self.train))))
        return Material(train, self.labels[:number], self.texts, self.tokenizer)

    def padded_batches(self, epoch):
        """Batches (B, 250) in random order, as `fit` makes them of arrays."""
        order = np.random.default_rng((1, epoch)).permutation(len(self.train))
        for first in range(0, len(order), BATCH_SIZE):
            rows = order[first : first + BATCH_SIZE]
            yield pad_to_limit(self.train.take(rows)), self.labels[rows]

    def save(self, folder):
        folder = Path(folder)
        np.savez(
            folder / "train.npz",
            ids=self.train.ids,
            lengths=self.train.lengths,
            labels=self.labels,
        )
        (folder / "texts.json").write_text(json.dumps(self.texts))
        self.tokenizer.save(folder / "tokenizer.json")

    @classmethod
    def load(cls, folder):
        folder = Path(folder)
        with np.load(folder / "train.npz") as arrays:
            train = EncodedTexts(arrays["ids"], arrays["lengths"])
            labels = arrays["labels"]
        texts = json.loads((folder / "texts.json").read_text())
        tokenizer = Tokenizer.load(folder / "tokenizer.json")
        return cls(train, labels, texts, tokenizer)


def pad_to_limit(encoded):
    """(N, 250) ids, as `keras.utils.pad_sequences` would give."""
    ids = encoded.padded()
    return np.pad(ids, [(0, 0), (0, MAX_TOKENS - ids.shape[1])])


def make_material(dataset, examples, reviews):
    """Draw the texts of a dataset, and number their words."""
    tokenizer = Tokenizer.train(dataset.train.texts, VOCABULARY, "keras")
    generator = np.random.default_rng(0)
    rows = generator.permutation(len(dataset.train.texts))[:examples]
    drawn = [dataset.train.texts[n] for n in rows]
    names = sorted(set(dataset.train.labels))
    labels = [[names.index(dataset.train.labels[n])] for n in rows]
    others = generator.permutation(len(dataset.test.texts))[:reviews]
    return Material(
        encode_texts(tokenizer, drawn, MAX_TOKENS),
        np.array(labels, "float32"),
        [dataset.test.texts[n] for n in others],
        tokenizer,
    )
