"""Puts the scores of a batch to the words and sentences of each text."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from han_attention.explain.explanation import ATTENTION
from han_attention.explain.explanation import CONTRIBUTION
from han_attention.explain.explanation import Explanation
from han_attention.explain.explanation import SentenceWeight
from han_attention.explain.explanation import WordWeight
from han_attention.explain.methods.base import Scores
from han_attention.explain.phrases import NGramContribution
from han_attention.explain.phrases import list_ngrams
from han_attention.text.ragged import Encoded
from han_attention.text.ragged import EncodedDocuments

Array = NDArray[Any]


def assemble_explanation(
    text: str,
    label: Any,
    prediction: Any,
    probabilities: Mapping[Any, float],
    spans: tuple[list[list[tuple[int, int]]], list[tuple[int, int]]],
    scores: Mapping[str, Scores],
    row: int,
    threshold: float | None = None,
) -> Explanation:
    """The explanation of one text of a batch.

    Args:
        text: The text.
        label: Its true class, or None.
        prediction: Its predicted class.
        probabilities: Of each class.
        spans: From `get_spans`.
        scores: What each method says of the batch.
        row: The number of the text in the batch.
        threshold: What was needed for a prediction, if there is none.
            Defaults to None.
    """
    word_spans, sentence_spans = spans
    found = _get_places(word_spans)
    places = np.array([place for place, _ in found], int).reshape(-1, 2)
    of_words = {
        name: _select(values.words[row], places)
        for name, values in scores.items()
    }
    nothing = [()] * len(places)
    weights = [w for (w,) in of_words.pop(ATTENTION, [(0.0,)] * len(places))]
    # Without words it stays among the others: that it was asked for is known.
    added = of_words.pop(CONTRIBUTION, nothing) if len(places) else nothing
    within: list[Any] = [None] * len(places)
    attention = scores.get(ATTENTION)
    if attention is not None and attention.words_in_sentence is not None:
        values = _select(attention.words_in_sentence[row], places)
        within = [weight for (weight,) in values]
    words = [
        WordWeight(text[start:end], start, end, weight, tuple(of_class), inside)
        for (start, end), weight, of_class, inside in zip(
            (span for _, span in found),
            weights,
            added,
            within,
            strict=True,
        )
    ]
    sentences = [
        SentenceWeight(
            text[start:end],
            start,
            end,
            _of_sentence(scores.get(ATTENTION), row, n, (0.0,))[0],
            _of_sentence(scores.get(CONTRIBUTION), row, n, ()),
        )
        for n, (start, end) in enumerate(sentence_spans)
    ]
    return Explanation(
        text,
        prediction,
        probabilities,
        words,
        sentences,
        label,
        of_words,
        _list_ngrams(text, word_spans, scores.get(CONTRIBUTION), row),
        threshold,
    )


def _list_ngrams(
    text: str,
    word_spans: list[list[tuple[int, int]]],
    scores: Scores | None,
    row: int,
) -> list[NGramContribution]:
    if scores is None or scores.ngrams is None:
        return []
    added = scores.ngrams[row]
    if added.ndim == 3:  # a flat text is one sentence
        added = added[None]
    return list_ngrams(text, word_spans, added, scores.shortest)


def get_spans(
    encoded: Encoded, row: int
) -> tuple[list[list[tuple[int, int]]], list[tuple[int, int]]]:
    """The spans of the words of each sentence, and those of the sentences.

    A flat text is one sentence that has no span.
    """
    if isinstance(encoded, EncodedDocuments):
        return encoded.get_spans(row), encoded.get_sentence_spans(row)
    return [encoded.get_spans(row)], []


def _get_places(
    word_spans: list[list[tuple[int, int]]],
) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """The sentence and place of each word with characters, and its span.

    The start token has none.
    """
    return [
        ((sentence, n), span)
        for sentence, spans in enumerate(word_spans)
        for n, span in enumerate(spans)
        if span[1] > span[0]
    ]


def _select(values: Array, places: NDArray[np.int_]) -> list[list[float]]:
    """Of (T, C), or (S, T, C), a row of C numbers for each word."""
    sentences, words = places.T
    if values.ndim == 2:
        return values[words].tolist()
    return values[sentences, words].tolist()


def _of_sentence(
    scores: Scores | None, row: int, number: int, default: tuple[float, ...]
) -> tuple[float, ...]:
    """What is said of a sentence itself, without the sums over its words."""
    if scores is None or scores.sentences is None:
        return default
    return tuple(scores.sentences[row, number].tolist())
