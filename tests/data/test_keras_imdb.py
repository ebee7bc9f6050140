"""Keras' ids to words and back: exactly the ids `load_data` would give."""

import json

import numpy as np
import pytest

from han_attention.data.keras_imdb import load_keras_imdb
from han_attention.data.keras_imdb import make_dataset_from_ids
from han_attention.text.tokenizer import Tokenizer

WORDS = ["the", "and", "film", "it's", "dull"]


def toy_dataset():
    train = [[1, 3, 5], [], [4, 2, 4]], np.array([0, 1, 1])
    test = [[5, 5, 1]], np.array([0])
    return make_dataset_from_ids(WORDS, train, test)


def keras_ids(rows, num_words):
    """What `load_data(num_words, index_from=3)` makes of word-index ids."""
    return [
        [1] + [n + 3 if n + 3 < num_words else 2 for n in row] for row in rows
    ]


def make_tokenizer(dataset, num_words):
    return Tokenizer.from_vocabulary(
        dataset.vocabulary[: num_words - 3], "keras", start_token=True
    )


def test_ids_become_words():
    dataset = toy_dataset()
    assert dataset.train.texts == ["the film dull", "", "it's and it's"]
    assert dataset.train.labels == [0, 1, 1]
    assert dataset.test.texts == ["dull dull the"]
    # Keras leaves id 3 without a word: `the` is 1 + 3.
    assert list(dataset.vocabulary[1:]) == WORDS
    assert tuple(dataset.class_names) == ("negative", "positive")


def test_labels_become_plain_int():
    assert all(type(label) is int for label in toy_dataset().train.labels)


@pytest.mark.parametrize(
    ("num_words", "expected"),
    [
        # the = 4, and = 5, film = 6, it's = 7, dull = 8
        (9, [[1, 4, 6, 8], [1], [1, 7, 5, 7]]),
        (8, [[1, 4, 6, 2], [1], [1, 7, 5, 7]]),
        (6, [[1, 4, 2, 2], [1], [1, 2, 5, 2]]),
    ],
)
def test_the_toy_ids_come_back_as_keras_gives_them(num_words, expected):
    dataset = toy_dataset()
    rows = [[1, 3, 5], [], [4, 2, 4]]
    assert keras_ids(rows, num_words) == expected
    tokenizer = make_tokenizer(dataset, num_words)
    assert tokenizer.encode_ids(dataset.train.texts) == expected


def real_rows(path, split, step):
    with np.load(path, allow_pickle=False) as arrays:
        tokens = arrays[f"{split}_tokens"]
        offsets = arrays[f"{split}_offsets"]
        labels = arrays[f"{split}_label"][::step]
    rows = range(0, len(offsets) - 1, step)
    ids = [tokens[offsets[n] : offsets[n + 1]].tolist() for n in rows]
    return ids, labels


def test_the_real_ids_come_back_as_keras_gives_them(shared_data):
    ids_path = shared_data("imdb_keras_tokens.npz")
    index = json.loads(shared_data("imdb_word_index.json").read_bytes())
    words = sorted(index, key=index.__getitem__)
    train = real_rows(ids_path, "train", 25)
    test = real_rows(ids_path, "test", 25)
    assert len(train[0]) == len(test[0]) == 1_000

    dataset = make_dataset_from_ids(words, train, test)
    for num_words in (1_000, 10_000):
        tokenizer = make_tokenizer(dataset, num_words)
        assert len(tokenizer) == num_words
        for examples, (rows, labels) in (
            (dataset.train, train),
            (dataset.test, test),
        ):
            expected = keras_ids(rows, num_words)
            assert tokenizer.encode_ids(examples.texts) == expected
            assert examples.labels == labels.tolist()


@pytest.mark.network
def test_the_dataset_of_keras():
    dataset = load_keras_imdb()
    assert len(dataset.train) == len(dataset.test) == 25_000
    assert sum(dataset.train.labels) == sum(dataset.test.labels) == 12_500
    assert list(dataset.vocabulary[1:4]) == ["the", "and", "a"]
    from keras.datasets import imdb

    (expected, _), _ = imdb.load_data(num_words=10_000)
    received = make_tokenizer(dataset, 10_000).encode_ids(
        dataset.train.texts[:2_000]
    )
    assert received == [list(ids) for ids in expected[:2_000]]
