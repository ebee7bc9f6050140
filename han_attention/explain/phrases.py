"""What the n-grams of a text add to the logits: "not good" -1.2."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class NGramContribution:
    """An n-gram of the text and what it adds to the logits, exactly.

    Attributes:
        text: Its words as they stand in the text.
        start: Where it begins in the text, in characters.
        end: Where it ends.
        size: How many words it has.
        contributions: What it adds to the logit of each class.
    """

    text: str
    start: int
    end: int
    size: int
    contributions: Sequence[float]


def list_ngrams(
    text: str,
    word_spans: Sequence[Sequence[tuple[int, int]]],
    added: NDArray[Any],
    shortest: int,
) -> list[NGramContribution]:
    """The n-grams of a text that add something, in the order of the text.

    Args:
        text: The text.
        word_spans: Of each sentence, the characters of each word; a flat text
            is one sentence.
        added: (S, T, N, C) what those of N lengths add that start at each
            word.
        shortest: The length of the first of the N.

    Example:
    >>> added = np.array([[[[0.5, 0.0]], [[0.0, 0.0]]]])  # of 2 words
    >>> list_ngrams("so good", [[(0, 2), (3, 7)]], added, 2)[0].text
    'so good'
    """
    found = []
    for sentence, spans in enumerate(word_spans):
        values = added[sentence, : len(spans)]
        for first, length in np.argwhere(np.any(values != 0, axis=-1)).tolist():
            size = shortest + length
            words = [
                text[start:end]
                for start, end in spans[first : first + size]
                if end > start  # a start token has no characters
            ]
            if words:
                last = spans[first + size - 1]
                start = max(spans[first][0], 0)
                found.append(
                    NGramContribution(
                        " ".join(words),
                        start,
                        max(last[1], start),
                        size,
                        tuple(values[first, length].tolist()),
                    )
                )
    return found


@dataclass(frozen=True)
class Phrase:
    """What different n-grams of the same words add, wherever they stand.

    Attributes:
        text: The words, in lower case.
        score: What it adds to the logit of a class in all.
        spans: Where it begins and ends each time, in characters.
    """

    text: str
    score: float
    spans: Sequence[tuple[int, int]]


def rank_phrases(
    ngrams: Sequence[NGramContribution], class_number: int, least_size: int = 2
) -> list[Phrase]:
    """What each different phrase adds in all, the largest first.

    Args:
        ngrams: Of a text.
        class_number: To the logit of which class.
        least_size: In words. Defaults to 2.

    Example:
    >>> twice = [NGramContribution("Not good", 0, 8, 2, (-0.5,))] * 2
    >>> rank_phrases(twice, 0)
    [Phrase(text='not good', score=-1.0, spans=((0, 8), (0, 8)))]
    """
    found: dict[str, list[NGramContribution]] = defaultdict(list)
    for ngram in ngrams:
        if ngram.size >= least_size:
            found[ngram.text.lower()].append(ngram)
    phrases = [
        Phrase(
            text,
            sum(ngram.contributions[class_number] for ngram in same),
            tuple((ngram.start, ngram.end) for ngram in same),
        )
        for text, same in found.items()
    ]
    return sorted(phrases, key=lambda phrase: -abs(phrase.score))
