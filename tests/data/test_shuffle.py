"""A buffer shuffle: complete, repeatable, bounded, uniform enough."""

from collections import Counter
from itertools import permutations

import numpy as np
import pytest

from han_attention.data.shuffle import shuffled


def shuffle(number, buffer_size, seed=0):
    generator = np.random.default_rng(seed)
    return list(shuffled(range(number), buffer_size, generator))


@pytest.mark.parametrize("number", [0, 1, 2, 9, 10, 11, 5_000])
@pytest.mark.parametrize("buffer_size", [1, 2, 10, 10_000])
def test_every_item_comes_out_once(number, buffer_size):
    assert sorted(shuffle(number, buffer_size)) == list(range(number))


def test_equal_items_all_come_out():
    generator = np.random.default_rng(0)
    counts = Counter(shuffled("aabbbb" * 100, 7, generator))
    assert counts == {"a": 200, "b": 400}


def test_the_seed_decides_the_order():
    assert shuffle(1_000, 50, seed=3) == shuffle(1_000, 50, seed=3)
    assert shuffle(1_000, 50, seed=3) != shuffle(1_000, 50, seed=4)


def test_a_buffer_of_one_changes_nothing():
    assert shuffle(100, 1) == list(range(100))


@pytest.mark.parametrize("buffer_size", [2, 10, 100])
def test_no_item_comes_out_far_too_early(buffer_size):
    order = np.array(shuffle(20_000, buffer_size))
    earlier = order - np.arange(len(order))
    assert earlier.max() == buffer_size - 1  # the bound, and it is reached
    # Later without a bound, but seldom: exp(-12) of 20,000 is 0.1.
    assert -earlier.min() < 12 * buffer_size


def test_the_delay_is_as_documented():
    later = np.arange(50_000) - np.array(shuffle(50_000, 100))
    # Where an item came out, less where it went in; the ends left out.
    middle = (later + 99)[1_000:-1_000]
    assert middle.mean() == pytest.approx(99, rel=0.05)
    for times in (1, 2, 3):
        fraction = (middle > times * 100).mean()
        assert fraction == pytest.approx(np.exp(-times), rel=0.15)


def test_a_buffer_for_all_gives_every_order_equally_often():
    generator = np.random.default_rng(0)
    counts = Counter(tuple(shuffled("abcd", 4, generator)) for _ in range(4800))
    assert set(counts) == set(permutations("abcd"))
    # Chi squared of 24 equal cells: 49.7 is passed once in 1,000 seeds.
    assert sum((n - 200) ** 2 / 200 for n in counts.values()) < 49.7


def test_sorted_labels_are_mixed():
    labels = np.array(shuffle(2_000, 2_000)) >= 1_000
    fractions = labels.reshape(20, 100).mean(1)
    assert 0.3 < fractions.min() < fractions.max() < 0.7


def test_it_reads_no_further_than_its_buffer():
    read = []

    def items():
        for n in range(1_000_000):
            read.append(n)
            yield n

    stream = shuffled(items(), 10, np.random.default_rng(0))
    assert read == []
    for _ in range(5):
        next(stream)
    assert len(read) == 15


@pytest.mark.parametrize("buffer_size", [0, -1, 2.5, True, None])
def test_a_wrong_buffer_size(buffer_size):
    with pytest.raises(ValueError, match="`buffer_size`.*positive integer"):
        shuffled([1], buffer_size, np.random.default_rng(0))
