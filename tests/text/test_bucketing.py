"""Which texts share a batch."""

import numpy as np
import pytest

from han_attention.text.bucketing import bucket_by_shape

LENGTHS = np.random.default_rng(5).integers(0, 500, 10_007)
SHAPES = LENGTHS[:, None]


def generator(seed):
    return np.random.default_rng(seed)


@pytest.mark.parametrize("seed", [None, 0, 1])
@pytest.mark.parametrize("batch_size", [1, 64, 10_006, 20_000])
def test_every_row_is_in_one_batch(seed, batch_size):
    rng = None if seed is None else generator(seed)
    batches = bucket_by_shape(SHAPES, batch_size, rng)
    assert sorted(np.concatenate(batches)) == list(range(10_007))
    # ceil(10007 / size) batches, all full but one.
    sizes = sorted(len(batch) for batch in batches)
    assert len(sizes) == -(-10_007 // batch_size)
    assert sizes[0] == 10_007 - batch_size * (len(sizes) - 1)
    assert all(size == batch_size for size in sizes[1:])


def test_without_a_generator_the_shortest_come_first():
    batches = bucket_by_shape(SHAPES, 100)
    order = LENGTHS[np.concatenate(batches)]
    np.testing.assert_array_equal(order, np.sort(LENGTHS))


def test_equal_lengths_keep_their_order():
    batches = bucket_by_shape(np.array([5, 5, 1, 5]).reshape(-1, 1), 2)
    assert [batch.tolist() for batch in batches] == [[2, 0], [1, 3]]


def test_the_same_seed_repeats_and_another_differs():
    def order(rng):
        return np.concatenate(bucket_by_shape(SHAPES, 64, rng)).tolist()

    assert order(generator([3, 0])) == order(generator([3, 0]))
    assert order(generator([3, 0])) != order(generator([3, 1]))
    assert order(generator([3, 0])) != order(generator([4, 0]))


def test_the_company_of_a_text_changes():
    def company(seed):
        batches = bucket_by_shape(SHAPES, 64, generator(seed))
        (batch,) = (batch for batch in batches if 17 in batch)
        return set(batch.tolist()) - {17}

    assert len(company(0) & company(1)) < 32


def test_batches_are_shuffled():
    batches = bucket_by_shape(SHAPES, 64, generator(0))
    means = [LENGTHS[batch].mean() for batch in batches]
    # Sorted batches would correlate with their position at nearly 1.
    position = np.arange(len(means))
    assert abs(np.corrcoef(position, means)[0, 1]) < 0.3


def padding_fraction(batches):
    steps = sum(LENGTHS[batch].max() * len(batch) for batch in batches)
    return 1 - LENGTHS.sum() / steps


def test_batches_of_like_length_hold_little_padding():
    rows = np.arange(len(LENGTHS))
    unsorted = [rows[n : n + 64] for n in range(0, len(rows), 64)]
    assert padding_fraction(unsorted) > 0.45  # uniform lengths: about a half
    assert padding_fraction(bucket_by_shape(SHAPES, 64, generator(0))) < 0.05
    assert padding_fraction(bucket_by_shape(SHAPES, 64)) < 0.01


PAIRS = np.random.default_rng(6).integers(1, 40, (3_000, 2))


def test_by_the_first_column_and_then_the_second():
    order = np.concatenate(bucket_by_shape(PAIRS, 64))
    expected = np.lexsort([PAIRS[:, 1], PAIRS[:, 0]])
    np.testing.assert_array_equal(order, expected)


@pytest.mark.parametrize("seed", [None, 0])
@pytest.mark.parametrize("budget", [1, 900, 5_000])
def test_no_batch_is_over_the_budget(seed, budget):
    rng = None if seed is None else generator(seed)
    batches = bucket_by_shape(PAIRS, 64, rng, max_batch_tokens=budget)
    assert sorted(np.concatenate(batches)) == list(range(3_000))
    for rows in batches:
        held = len(rows) * PAIRS[rows].max(axis=0).prod()
        assert len(rows) == 1 or (held <= budget and len(rows) <= 64)


def test_a_batch_is_as_large_as_the_budget_lets_it():
    shapes = np.array([[2, 5]] * 7)
    sizes = [len(b) for b in bucket_by_shape(shapes, 4, max_batch_tokens=30)]
    assert sizes == [3, 3, 1]
    sizes = [len(b) for b in bucket_by_shape(shapes, 4, max_batch_tokens=99)]
    assert sizes == [4, 3]


def test_the_budget_counts_padding():
    # 1 x 9 and 2 x 2 have 13 together, but padded 2 * 2 * 9 = 36.
    shapes = np.array([[1, 9], [2, 2]])
    two = bucket_by_shape(shapes, 4, max_batch_tokens=35)
    assert [b.tolist() for b in two] == [[0], [1]]
    one = bucket_by_shape(shapes, 4, max_batch_tokens=36)
    assert [b.tolist() for b in one] == [[0, 1]]


def test_classes_are_mixed_within_the_budget():
    labels = np.arange(3_000) % 3
    batches = bucket_by_shape(PAIRS, 64, generator(0), labels, 20_000)
    for rows in batches:
        counts = np.bincount(labels[rows], minlength=3)
        assert np.ptp(counts) <= 4


@pytest.mark.parametrize("rng", [None, generator(0)])
def test_no_rows_make_no_batches(rng):
    assert bucket_by_shape(np.array([], "int64").reshape(-1, 1), 4, rng) == []


@pytest.mark.parametrize("batch_size", [0, -1, 1.5])
def test_a_batch_size_that_is_no_positive_integer(batch_size):
    with pytest.raises(ValueError, match="`batch_size`"):
        bucket_by_shape(SHAPES, batch_size)


def test_any_few_shuffled_batches_have_short_and_long_texts():
    lengths = np.random.default_rng(0).integers(1, 300, 6400)
    batches = bucket_by_shape(lengths[:, None], 64, np.random.default_rng(1))
    means = np.array([lengths[rows].mean() for rows in batches])
    assert np.sort(means)[10] < 50 and np.sort(means)[-10] > 250
    for first in range(len(means) - 15):  # 16 hold a whole round of 8 groups
        few = means[first : first + 16]
        assert few.min() < 60
        assert few.max() > 240
