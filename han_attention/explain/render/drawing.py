"""What the drawings of an explanation have in common."""

import math
from bisect import bisect_left
from collections.abc import Iterator
from collections.abc import Sequence

from han_attention.explain.explanation import Explanation

FAINTEST = 0.1  # of the largest score: what is less has no colour or no line


def parts_of(explanation: Explanation) -> Iterator[tuple[int | None, int, int]]:
    """The sentences of a text with their numbers, and what lies between them.

    Yields:
        The number of the sentence or None, and where the part begins and ends
        in the text. No part is blank; only white space is left out.

    Example:
    >>> list(parts_of(Explanation("Fine. ", "good", {"good": 1.0}, [])))
    [(None, 0, 6)]
    """
    done, text = 0, explanation.text
    for number, sentence in enumerate(explanation.sentences):
        if text[done : sentence.start].strip():
            yield None, done, sentence.start
        yield number, sentence.start, sentence.end
        done = sentence.end
    if text[done:].strip():
        yield None, done, len(text)


def shares_of(scores: Sequence[float]) -> list[float]:
    """Each score as a share of the largest, with its sign.

    What is no number is 0.

    Example:
    >>> shares_of([1.0, -2.0])
    [0.5, -1.0]
    """
    finite = [score if math.isfinite(score) else 0.0 for score in scores]
    highest = max(map(abs, finite), default=0.0) or 1.0
    return [score / highest for score in finite]


def words_within(explanation: Explanation, start: int, end: int) -> range:
    """The numbers of the words that begin from `start` to before `end`.

    Example:
    >>> words_within(Explanation("", "good", {"good": 1.0}, []), 0, 9)
    range(0, 0)
    """
    words = explanation.words
    first = bisect_left(words, start, key=lambda word: word.start)
    last = bisect_left(words, end, key=lambda word: word.start)
    return range(first, last)


def figure_of(score: float, signed: bool) -> str:
    """A score in figures.

    Example:
    >>> figure_of(0.5, signed=True)
    '+0.500'
    """
    return f"{score:+.3f}" if signed else f"{score:.3f}"
