"""Buckets of n-grams as NumPy computes them, and how seldom two share one."""

import numpy as np
import pytest

from han_attention.text.ngrams import NUM_NGRAMS
from han_attention.text.ngrams import check_num_buckets
from han_attention.text.ngrams import find_ngrams
from han_attention.text.ngrams import find_rows
from han_attention.text.ngrams import ngram_buckets
from han_attention.validation import check_ngram_range

FACTOR = 19 * 21 * 22 * 26 * 29


def exact_bucket(ngram, num_buckets, reserved=0):
    """In Python's integers, of any size."""
    if len(ngram) == 1:
        return int(ngram[0]) % num_buckets
    prime, hashed = 2**26 - 5, 0
    for i in ngram:
        hashed = (hashed + int(i)) * FACTOR % prime
    hashed = (hashed + hashed // 2**13) * FACTOR % prime
    return reserved + hashed % (num_buckets - reserved)


@pytest.mark.parametrize("dtype", ["int32", "int64"])
@pytest.mark.parametrize("num_buckets", [1, 2, 1000, 2**20, 2**26])
@pytest.mark.parametrize("n", [1, 2, 3, 5])
def test_no_number_overflows(dtype, num_buckets, n):
    ids = np.random.default_rng(n).integers(0, 2**31, (3, 40)).astype(dtype)
    ids[0, :8] = 2**31 - 1
    ids[1, :8] = 2**26 - 6
    expected = [
        [exact_bucket(row[t : t + n], num_buckets) for t in range(41 - n)]
        for row in ids
    ]
    received = ngram_buckets(ids, n, num_buckets)
    assert received.dtype == dtype
    np.testing.assert_array_equal(received, expected)


@pytest.mark.parametrize("n", [1, 2, 3])
@pytest.mark.parametrize("length", [0, 1, 2, 3])
def test_number_of_ngrams(n, length):
    ids = np.ones((2, 4, length), "int32")
    expected = (2, 4, max(length - n + 1, 0))
    assert ngram_buckets(ids, n, 100).shape == expected
    assert find_ngrams(ids != 0, n).shape == expected


def test_ids_of_a_vocabulary_share_no_bucket_with_anything():
    ids = np.arange(1, 5000, dtype="int32")
    single = ngram_buckets(ids, 1, 2**14, 5000)
    np.testing.assert_array_equal(single, ids)
    for n in (2, 3):
        longer = ngram_buckets(ids, n, 2**14, 5000)
        assert longer.min() >= 5000
        assert longer.max() < 2**14


@pytest.mark.parametrize("n", [2, 3])
@pytest.mark.parametrize("num_buckets", [2**16, 100_003, 2**18 - 20_000])
def test_ngrams_spread_as_if_by_chance(n, num_buckets):
    """As many buckets are taken as of balls thrown at random, or more."""
    rng = np.random.default_rng(0)
    ids = np.minimum(rng.zipf(1.2, (200_000, n)), 20_000)
    ngrams = np.unique(ids, axis=0)
    taken = len(np.unique(ngram_buckets(ngrams, n, num_buckets)))
    by_chance = num_buckets * -np.expm1(-len(ngrams) / num_buckets)
    assert taken > 0.99 * by_chance


def test_frequent_pairs_do_not_meet():
    ids = np.stack(np.meshgrid(np.arange(1, 500), np.arange(1, 500)), axis=-1)
    buckets = ngram_buckets(ids.reshape(-1, 2), 2, 2**26)
    assert len(np.unique(buckets)) == 499 * 499


def test_find_rows():
    """Single ids have rows of their own; the others share what is left."""
    ids = np.arange(1, 500, dtype="int32")
    single = ngram_buckets(ids, 1, NUM_NGRAMS, 500)
    np.testing.assert_array_equal(find_rows(single, 600, 500), ids)
    longer = find_rows(ngram_buckets(ids, 2, NUM_NGRAMS, 500), 600, 500)
    assert set(longer) <= set(range(500, 600))
    assert len(set(longer)) > 95


def test_float32_holds_every_ngram():
    last = np.float32(NUM_NGRAMS - 1)
    assert last + np.float32(1) == NUM_NGRAMS
    assert last != last - np.float32(1)


def test_order_matters():
    buckets = ngram_buckets(np.array([[5, 6], [6, 5]]), 2, 2**20)
    assert buckets[0] != buckets[1]


@pytest.mark.parametrize(
    "value", [(3, 1), (0, 2), (1,), (1, 2, 3), 3, None, "12", (1.0, 2), True]
)
def test_wrong_ngram_range(value):
    with pytest.raises(ValueError, match="`ngram_range`.*Received: ngram_ran"):
        check_ngram_range("ngram_range", value)


def test_ngram_range():
    assert check_ngram_range("ngram_range", [1, np.int64(3)]) == (1, 3)


@pytest.mark.parametrize("value", [0, -1, 1.5, None, 10, 2**26 + 1])
def test_wrong_number_of_buckets(value):
    with pytest.raises(ValueError, match="`num_buckets`.*from 11 to 67108864"):
        check_num_buckets("num_buckets", value, num_reserved=10)


def test_a_table_that_32_bits_cannot_index():
    assert check_num_buckets("num_buckets", 2**20, units=2047) == 2**20
    with pytest.raises(ValueError, match="`num_buckets`.*to 1048575"):
        check_num_buckets("num_buckets", 2**20, units=2048)
