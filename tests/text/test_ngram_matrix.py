"""The matrix of n-grams beside scikit-learn's counts, and beside the layer."""

import numpy as np
import pytest
from layer_checks import to_numpy
from sklearn.feature_extraction.text import CountVectorizer

from han_attention.layers.ngrams import NGramEmbeddingBag
from han_attention.text.ngram_matrix import build_ngram_matrix
from han_attention.text.ngram_matrix import select_columns
from han_attention.text.ngrams import ngram_buckets

BUCKETS = 2**22  # no two n-grams of these texts share one


@pytest.fixture
def ids():
    rng = np.random.default_rng(0)
    ids = rng.integers(1, 9, (60, 12))
    return ids * (np.arange(12) < rng.integers(0, 13, (60, 1)))


@pytest.mark.parametrize("binary", [True, False])
def test_scikit_learn_counts_the_same(binary, ids):
    vectorizer = CountVectorizer(
        ngram_range=(1, 3), token_pattern=r"\d+", binary=binary
    )
    texts = [" ".join(str(i) for i in row if i) for row in ids]
    expected = vectorizer.fit_transform(texts).toarray()
    buckets = [
        ngram_buckets(ngram, len(ngram), BUCKETS).item()
        for name in vectorizer.get_feature_names_out()
        for ngram in [np.array([int(i) for i in name.split()])]
    ]
    assert len(set(buckets)) == len(buckets)
    matrix = build_ngram_matrix([ids], num_buckets=BUCKETS, binary=binary)
    np.testing.assert_array_equal(matrix[:, buckets].toarray(), expected)
    assert matrix.sum() == expected.sum()


@pytest.mark.parametrize(
    "counts",
    [
        {"binary": True},
        {"binary": False},
        {"binary": False, "sublinear_tf": True},
    ],
)
def test_times_a_table_it_is_the_layer(counts, ids):
    options = {
        "ngram_range": (1, 2),
        "num_buckets": 50,
        "vocabulary_size": 9,
        **counts,
    }
    layer = NGramEmbeddingBag(
        3, **options, embeddings_initializer="random_normal"
    )
    expected = to_numpy(layer(ids))
    matrix = build_ngram_matrix([ids], **options)
    np.testing.assert_allclose(
        matrix @ to_numpy(layer.embeddings), expected, atol=1e-5
    )


def test_batches_of_any_shape_are_rows_of_one_matrix(ids):
    sentences = np.array([[[5, 6, 7], [8, 0, 0]], [[5, 6, 0], [0, 0, 0]]])
    joined = np.array([[5, 6, 7, 0, 8], [5, 6, 0, 0, 0]])
    empty, nothing = np.zeros((0, 5), "int32"), np.zeros((3, 0), "int32")
    matrix = build_ngram_matrix(
        [sentences, empty, joined, nothing], num_buckets=99
    ).toarray()
    np.testing.assert_array_equal(matrix[:2], matrix[2:4])
    assert matrix.shape == (7, 99) and not matrix[4:].any()
    assert build_ngram_matrix([], num_buckets=99).shape == (0, 99)
    parts = [ids[n : n + 7] for n in range(0, 60, 7)]
    np.testing.assert_array_equal(
        build_ngram_matrix(parts, num_buckets=1000).toarray(),
        build_ngram_matrix([ids], num_buckets=1000).toarray(),
    )


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"ngram_range": (3, 1)}, "`ngram_range`"),
        ({"num_buckets": 0}, "`num_buckets`"),
        ({"vocabulary_size": -1}, "`vocabulary_size`"),
    ],
)
def test_wrong_arguments(options, message):
    with pytest.raises(ValueError, match=message):
        build_ngram_matrix([], **options)


@pytest.mark.parametrize("columns", [[], [7], [5, 6, 9], list(range(11))])
def test_select_columns(columns):
    ids = np.random.default_rng(0).integers(0, 10, (5, 8))
    matrix = build_ngram_matrix([ids], ngram_range=(1, 1), num_buckets=11)
    received = select_columns(matrix, np.array(columns, int))
    expected = matrix.toarray()[:, columns]
    np.testing.assert_array_equal(received.toarray(), expected)
