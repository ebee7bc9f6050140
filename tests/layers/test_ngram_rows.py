"""Rows that are of one n-gram each."""

import keras
import numpy as np
import pytest
from layer_checks import assert_close
from layer_checks import to_numpy

from han_attention.layers.ngrams import NGramEmbeddingBag
from han_attention.text.ngrams import NUM_NGRAMS
from han_attention.text.ngrams import find_rows
from han_attention.text.ngrams import ngram_buckets

# In two rows: each of the 9 pairs of three ids shares its bucket.
SMALL = {"ngram_range": (1, 2), "num_buckets": 6, "vocabulary_size": 4}
PAIRS = np.array([[a, b] for a in (1, 2, 3) for b in (1, 2, 3)], "int32")


def make_layer(**changes):
    layer = NGramEmbeddingBag(1, **SMALL | {"exclusive": True} | changes)
    layer.build((None, None))
    return layer


@pytest.fixture
def chosen():
    """A word, and of each of the other rows the first pair."""
    pairs = ngram_buckets(PAIRS, 2, NUM_NGRAMS, 4)[:, 0]
    rows = find_rows(pairs, 6, 4)
    _, first = np.unique(rows, return_index=True)
    assert len(first) == 2
    return first, np.array([1, *pairs[first]]), np.array([[0.5], [1.0], [2.0]])


def test_others_of_the_bucket_add_nothing(chosen):
    first, ngrams, rows = chosen
    layer = make_layer()
    layer.assign_rows(ngrams, rows)
    expected = np.array([[0.5 * (1 in pair)] for pair in PAIRS.tolist()])
    expected[first] += rows[1:]
    assert_close(layer(PAIRS), expected)
    _, added = layer(PAIRS, return_contributions=True)
    assert_close(to_numpy(added).sum(axis=(1, 2)), expected)


def test_two_of_a_bucket_are_two_ngrams(chosen):
    """The root is of the number of n-grams, not of buckets."""
    _, ngrams, rows = chosen
    layer = make_layer(combiner="sqrtn")
    layer.assign_rows(ngrams, rows)
    total = make_layer()
    total.assign_rows(ngrams, rows)
    ids = np.array([[1, 1, 2, 2, 3, 3]], "int32")  # 3 words and 5 pairs
    assert_close(layer(ids), to_numpy(total(ids)) / np.sqrt(8))


def test_a_row_of_nobody_is_shared():
    weights = np.arange(6.0).reshape(6, 1)
    shared, exclusive = make_layer(exclusive=False), make_layer()
    shared.embeddings.assign(weights)
    exclusive.embeddings.assign(weights)
    assert_close(exclusive(PAIRS), to_numpy(shared(PAIRS)))


def test_saved_and_loaded(chosen, tmp_path):
    _, ngrams, rows = chosen
    model = keras.Sequential([keras.Input((None,), dtype="int32")])
    model.add(make_layer())
    model.layers[0].assign_rows(ngrams, rows)
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    assert_close(loaded(PAIRS), to_numpy(model(PAIRS)))
    np.testing.assert_array_equal(
        to_numpy(loaded.layers[0].owners), to_numpy(model.layers[0].owners)
    )
    assert not loaded.layers[0].owners.trainable


def test_wrong_rows():
    with pytest.raises(ValueError, match="`ngrams`.*2 in 1 buckets"):
        make_layer().assign_rows(np.array([1, 1]), np.ones((2, 1)))
    with pytest.raises(ValueError, match="exclusive=True"):
        make_layer(exclusive=False).assign_rows([1], np.ones((1, 1)))
    with pytest.raises(ValueError, match="`exclusive`"):
        make_layer(exclusive="yes")
