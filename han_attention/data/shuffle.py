"""Shuffling a stream that is too long to hold."""

from collections.abc import Iterable
from collections.abc import Iterator
from typing import TypeVar

import numpy as np

from han_attention.validation import check_positive_integer

T = TypeVar("T")

_DRAWS_AT_ONCE = 1_024


def shuffled(
    items: Iterable[T], buffer_size: int, generator: np.random.Generator
) -> Iterator[T]:
    """Give every item of a stream once, in an order shuffled by a buffer.

    A buffer is filled; then each new item takes the place of a random one,
    which comes out; what is left at the end comes out in random order. With a
    buffer as long as the stream, every order is equally likely. With a
    shorter one an item comes out at most `buffer_size - 1` places earlier than
    it went in, and on average as much later as the buffer is long; the chance
    of k times that is about exp(-k). So shuffle the shards first, if the file
    is sorted by label.

    Args:
        items: The stream; it is read as items come out.
        buffer_size: Items held at once.
        generator: Draws; the same state gives the same order.

    Returns:
        An iterator over all items.

    Raises:
        ValueError: if `buffer_size` is no positive integer.

    Example:
    >>> list(shuffled("abcdef", 3, np.random.default_rng(0)))
    ['c', 'b', 'e', 'd', 'f', 'a']

    Source: https://www.tensorflow.org/api_docs/python/tf/data/Dataset#shuffle
    """
    size = check_positive_integer("buffer_size", buffer_size)
    return _shuffle(items, size, generator)


def _shuffle(
    items: Iterable[T], size: int, generator: np.random.Generator
) -> Iterator[T]:
    buffer: list[T] = []
    draws = _draw(size, generator)
    for item in items:
        if len(buffer) < size:
            buffer.append(item)
            continue
        place = next(draws)
        out, buffer[place] = buffer[place], item
        yield out
    for place in generator.permutation(len(buffer)):
        yield buffer[place]


def _draw(size: int, generator: np.random.Generator) -> Iterator[int]:
    # One draw at a time would take longer than reading a row.
    while True:
        yield from generator.integers(size, size=_DRAWS_AT_ONCE).tolist()
