"""The real IMDB archive: whole, and the words are those of Keras."""

import json
from functools import cache

import numpy as np

from han_attention.data.imdb import load_imdb
from han_attention.text.tokenizer import Tokenizer

load_real = cache(load_imdb)


def _sort_key(name):
    """The order of `load_imdb`, for a name such as "pos/2_9.txt"."""
    kind, number = name.split("_")[0].split("/")
    return kind, int(number)


def test_the_real_archive_holds_as_many_of_each_class(shared_data):
    dataset = load_real(shared_data("aclImdb_v1.tar.gz"))
    for examples in (dataset.train, dataset.test):
        assert examples.labels == [0] * 12_500 + [1] * 12_500
        assert len(examples.texts) == 25_000
        assert all(examples.texts)
    assert dataset.train.texts[0].startswith("Story of a man who has unnatural")
    assert dataset.train.texts[-1] != dataset.train.texts[0]
    assert len(dataset.unlabelled) == 0


def test_the_words_are_exactly_those_of_keras(shared_data):
    # Keras lower-cased ASCII letters only: reviews with others differ.
    index = json.loads(shared_data("imdb_word_index.json").read_bytes())
    with np.load(shared_data("imdb_keras_tokens.npz")) as arrays:
        files = arrays["train_file"].tolist()
        tokens = arrays["train_tokens"]
        offsets = arrays["train_offsets"]
    rows = {file: n for n, file in enumerate(files)}
    names = sorted(files, key=_sort_key)
    dataset = load_real(shared_data("aclImdb_v1.tar.gz"))
    texts, expected = [], []
    for name, text in zip(names, dataset.train.texts, strict=True):
        if rows[name] % 6 == 0 and text.isascii() and len(texts) < 2_000:
            texts.append(text)
            expected.append(
                tokens[offsets[rows[name]] : offsets[rows[name] + 1]]
            )
    assert len(texts) == 2_000

    words = sorted(index, key=index.__getitem__)
    tokenizer = Tokenizer.from_vocabulary(words, "keras")
    for text, ids, of_keras in zip(
        texts, tokenizer.encode_ids(texts), expected, strict=True
    ):
        # Ours start at 3, those of the index at 1.
        assert (np.array(ids) - 2).tolist() == of_keras.tolist(), text
