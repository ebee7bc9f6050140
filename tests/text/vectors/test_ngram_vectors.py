"""Vectors of n-grams from the texts that they are in."""

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from han_attention.text.vectors.ngram_vectors import train_ngram_vectors

pytest.importorskip("gensim")


@pytest.fixture(scope="module")
def texts():
    """Of 20 n-grams half are in texts of one kind, half of another."""
    rng = np.random.default_rng(0)
    rates = np.repeat([[0.4] * 10 + [0.02] * 10, [0.02] * 10 + [0.4] * 10], 600)
    found = rng.random((1200, 20)) < rates.reshape(2, 20, 600).transpose(
        0, 2, 1
    ).reshape(1200, 20)
    return csr_matrix(np.pad(found, ((0, 0), (0, 1))).astype("float32"))


def train(texts, **options):
    return train_ngram_vectors(
        texts, dim=8, epochs=60, workers=1, verbose=False, **options
    )


def test_ngrams_of_like_texts_have_like_vectors(texts):
    vectors = train(texts)
    assert vectors.shape == (21, 8) and vectors.dtype == np.float32
    assert not vectors[20].any()  # in no text
    vectors = vectors[:20] - vectors[:20].mean(axis=0)
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    alike = unit @ unit.T
    same = np.concatenate([alike[:10, :10], alike[10:, 10:]])
    assert same.mean() > alike[:10, 10:].mean() + 0.5


def test_with_one_worker_a_seed_repeats_them(texts):
    np.testing.assert_array_equal(train(texts[:99]), train(texts[:99]))


def test_texts_longer_than_gensim_takes():
    long = csr_matrix(np.ones((3, 10_500), "float32"))
    assert train(long).shape == (10_500, 8)


def test_no_ngrams():
    with pytest.raises(ValueError, match="hold no n-grams"):
        train(csr_matrix((3, 5), dtype="float32"))
