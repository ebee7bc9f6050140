"""Texts of the web as they are shown: a tag is a line break, not a text."""

import re
from bisect import bisect_left
from collections.abc import Iterable
from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate

from han_attention.explain.explanation import Explanation
from han_attention.explain.explanation import SentenceWeight
from han_attention.explain.explanation import WordWeight
from han_attention.explain.phrases import NGramContribution

_NAMES = (
    "br p div li ul ol dl dt dd table tbody thead tr td th h1 h2 h3 h4 h5 h6 "
    "hr pre blockquote section article header footer b i u s em strong small "
    "span font a sub sup code center"
).replace(" ", "|")
# Several in a row are one; what looks like "<3" or an address is none.
_TAGS = re.compile(
    rf"(?:</?(?:{_NAMES})(?=[\s/>])[^<>]{{0,300}}>\s*)+", re.IGNORECASE
)
_BREAK = "\u21b5"  # is drawn where the model saw words in the tag


def blank_tags(text: str) -> str:
    """The text with spaces in place of its tags, each character at its place.

    Example:
    >>> blank_tags("Fine<br />day")
    'Fine      day'
    """
    return _TAGS.sub(lambda match: " " * len(match[0]), text)


def break_at_tags(explanation: Explanation) -> Explanation:
    """The explanation of a text with line breaks where it has tags of HTML.

    What the model saw in a tag becomes one word, a sign for the line break,
    which has the scores of all of them together: no score is lost.

    Example:
    >>> words = [WordWeight("Fine", 0, 4, 0.5), WordWeight("br", 5, 7, 0.5)]
    >>> text = Explanation("Fine<br />day", "good", {"good": 1.0}, words)
    >>> shown = break_at_tags(text)
    >>> shown.text, [word.text for word in shown.words]
    ('Fine↵\\nday', ['Fine', '↵'])
    """
    tags = [match.span() for match in _TAGS.finditer(explanation.text)]
    if not tags:
        return explanation
    starts = [word.start for word in explanation.words]
    inside = [_list_between(starts, *tag) for tag in tags]
    signs = [(_BREAK if rows else "") + "\n" for rows in inside]
    moved = _Offsets(tags, signs)
    places = {
        rows[0]: moved(tag[0])
        for rows, tag in zip(inside, tags, strict=True)
        if rows
    }
    groups = _group(len(starts), inside)
    words = []
    for rows in groups:
        parts = [explanation.words[n] for n in rows]
        start, end = moved(parts[0].start), moved(parts[0].end)
        text = parts[0].text
        if rows[0] in places:
            start, text = places[rows[0]], _BREAK
            end = start + len(text)
        words.append(_merge(parts, start, end, text))
    return replace(
        explanation,
        text=_replace(explanation.text, tags, signs),
        words=words,
        sentences=[_move(s, moved) for s in explanation.sentences],
        attributions={
            name: [_add([values[n] for n in rows]) for rows in groups]
            for name, values in explanation.attributions.items()
        },
        ngrams=[_move_ngram(n, moved, words) for n in explanation.ngrams],
    )


class _Offsets:
    """From a place in the old text to that in the new one."""

    def __init__(
        self, tags: Sequence[tuple[int, int]], signs: Sequence[str]
    ) -> None:
        self._tags = tags
        self._starts = [start for start, _ in tags]
        grown = [
            len(sign) - (end - start)
            for (start, end), sign in zip(tags, signs, strict=True)
        ]
        self._shifts = list(accumulate(grown, initial=0))

    def __call__(self, place: int, to_start: bool = False) -> int:
        before = bisect_left(self._starts, place)
        if before:  # in a tag, its end is meant, or its start
            start, end = self._tags[before - 1]
            if to_start and place < end:
                return self(start)
            place = max(place, end)
        return place + self._shifts[before]


def _list_between(starts: Sequence[int], start: int, end: int) -> list[int]:
    return list(range(bisect_left(starts, start), bisect_left(starts, end)))


def _group(number: int, inside: Sequence[list[int]]) -> list[list[int]]:
    """The rows of the words that are shown as one, in order."""
    merged = {row: rows for rows in inside for row in rows}
    return [
        merged.get(n, [n])
        for n in range(number)
        if n not in merged or merged[n][0] == n
    ]


def _merge(
    words: Sequence[WordWeight], start: int, end: int, text: str
) -> WordWeight:
    if len(words) == 1:
        return replace(words[0], start=start, end=end, text=text)
    within = [word.weight_in_sentence for word in words]
    return replace(
        words[0],
        text=text,
        start=start,
        end=end,
        weight=sum(word.weight for word in words),
        contributions=_add([word.contributions for word in words]),
        weight_in_sentence=None
        if None in within
        else sum(weight or 0.0 for weight in within),
    )


def _add(rows: Sequence[Sequence[float]]) -> list[float]:
    return [sum(column) for column in zip(*rows, strict=True)]


def _move(sentence: SentenceWeight, moved: _Offsets) -> SentenceWeight:
    start, end = moved(sentence.start), moved(sentence.end)
    return replace(sentence, start=start, end=max(start, end))


def _move_ngram(
    ngram: NGramContribution, moved: _Offsets, words: Sequence[WordWeight]
) -> NGramContribution:
    """With what is shown in the place of the words of a tag."""
    start, end = moved(ngram.start, to_start=True), moved(ngram.end)
    end = max(start, end)
    rows = range(
        *(bisect_left(words, x, key=lambda w: w.start) for x in (start, end))
    )
    text = " ".join(words[n].text for n in rows)
    return replace(ngram, text=text, start=start, end=end)


def _replace(
    text: str, tags: Iterable[tuple[int, int]], signs: Iterable[str]
) -> str:
    parts, done = [], 0
    for (start, end), sign in zip(tags, signs, strict=True):
        parts += [text[done:start], sign]
        done = end
    return "".join([*parts, text[done:]])
