"""Log-count ratios beside those of scikit-learn's counts."""

import numpy as np
import pytest
from sklearn.feature_extraction.text import CountVectorizer

from han_attention.text.count_ratios import log_count_ratios
from han_attention.text.ngrams import ngram_buckets

BUCKETS = 2**22  # no two n-grams of these texts share one


@pytest.fixture
def ids():
    rng = np.random.default_rng(0)
    ids = rng.integers(1, 9, (60, 12))
    return ids * (np.arange(12) < rng.integers(0, 13, (60, 1)))


def count(ids, **options):
    """Counts (texts, n-grams) and the bucket of each n-gram."""
    vectorizer = CountVectorizer(
        ngram_range=(1, 3), token_pattern=r"\d+", **options
    )
    texts = [" ".join(str(i) for i in row if i) for row in ids]
    counts = vectorizer.fit_transform(texts).toarray()
    ngrams = [
        np.array([int(i) for i in name.split()])
        for name in vectorizer.get_feature_names_out()
    ]
    buckets = [ngram_buckets(g, len(g), BUCKETS).item() for g in ngrams]
    assert len(set(buckets)) == len(buckets)
    return counts, buckets


def compare(counts, chosen, alpha):
    p = alpha + counts[chosen].sum(axis=0)
    q = alpha + counts[~chosen].sum(axis=0)
    return np.log(p / p.sum()) - np.log(q / q.sum())


def assert_ratios(received, expected, buckets):
    np.testing.assert_allclose(received[buckets], expected, atol=1e-5)
    others = np.delete(received, buckets, axis=0)
    assert not others.any()


@pytest.mark.parametrize("binary", [True, False])
@pytest.mark.parametrize("alpha", [1.0, 0.1])
def test_two_classes(binary, alpha, ids):
    labels = np.arange(60) % 3 == 0
    counts, buckets = count(ids, binary=binary)
    received = log_count_ratios(
        [(ids, labels)], 2, num_buckets=BUCKETS, binary=binary, alpha=alpha
    )
    expected = compare(counts, labels, alpha)[:, None]
    assert_ratios(received, expected, buckets)


def test_several_classes_against_the_rest_and_centred(ids):
    labels = np.arange(60) % 4
    counts, buckets = count(ids, binary=True)
    received = log_count_ratios([(ids, labels)], 4, num_buckets=BUCKETS)
    expected = np.stack([compare(counts, labels == c, 1) for c in range(4)], 1)
    expected -= expected.mean(axis=1, keepdims=True)
    assert_ratios(received, expected, buckets)


def test_several_labels(ids):
    labels = np.random.default_rng(1).random((60, 2)) < 0.4
    counts, buckets = count(ids, binary=True)
    received = log_count_ratios(
        [(ids, labels.astype("float32"))],
        2,
        multi_label=True,
        num_buckets=BUCKETS,
    )
    expected = np.stack([compare(counts, labels[:, c], 1) for c in (0, 1)], 1)
    assert_ratios(received, expected, buckets)


def test_one_pass_over_a_stream_of_batches(ids):
    """In the shapes of a training, and any batches."""
    labels = (np.arange(60) % 2).astype("float32")[:, None]
    batches = ((ids[n : n + 7], labels[n : n + 7]) for n in range(0, 60, 7))
    np.testing.assert_array_equal(
        log_count_ratios(batches, 2, num_buckets=1000),
        log_count_ratios([(ids, labels[:, 0])], 2, num_buckets=1000),
    )


def test_a_weight_is_so_many_texts(ids):
    labels, weights = np.arange(60) % 2, np.arange(60) % 3
    rows = np.repeat(np.arange(60), weights)
    kept = np.flatnonzero(weights)
    np.testing.assert_allclose(
        log_count_ratios(
            [(ids[kept], labels[kept], weights[kept])], 2, num_buckets=999
        ),
        log_count_ratios([(ids[rows], labels[rows])], 2, num_buckets=999),
        atol=1e-6,
    )


def test_rare_ngrams_say_nothing(ids):
    labels = np.arange(60) % 2
    counts, buckets = count(ids, binary=True)
    received = log_count_ratios(
        [(ids, labels)], 2, num_buckets=BUCKETS, min_count=3
    )
    expected = compare(counts, labels == 1, 1)
    expected[counts.sum(axis=0) < 3] = 0
    assert_ratios(received, expected[:, None], buckets)


def test_documents_and_empty_batches():
    sentences = np.array([[[5, 6, 7], [8, 0, 0]], [[5, 6, 0], [0, 0, 0]]])
    joined = np.array([[5, 6, 7, 0, 8], [5, 6, 0, 0, 0]])
    empty = np.zeros((0, 5), "int32"), np.zeros(0), np.zeros(0)
    nothing = np.zeros((3, 0), "int32"), np.array([1, 0, 1])
    np.testing.assert_array_equal(
        log_count_ratios([(sentences, [1, 0])], 2, num_buckets=99),
        log_count_ratios([empty, (joined, [1, 0]), nothing], 2, num_buckets=99),
    )
    assert not log_count_ratios([], 3, num_buckets=99).any()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"num_classes": 0}, "`num_classes`"),
        ({"ngram_range": (3, 1)}, "`ngram_range`"),
        ({"num_buckets": 0}, "`num_buckets`"),
        ({"alpha": 0}, "`alpha`"),
        ({"min_count": 0}, "`min_count`"),
    ],
)
def test_wrong_arguments(options, message):
    with pytest.raises(ValueError, match=message):
        log_count_ratios([], **{"num_classes": 2} | options)
