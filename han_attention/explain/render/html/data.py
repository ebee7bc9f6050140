"""Explanations as the compact data that the HTML page draws.

The page is small if its numbers are: a score is a whole number of thousandths
of the largest in its text, and a span is its distance from the one before.
"""

import math
from bisect import bisect_left
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from itertools import accumulate
from typing import Any

from han_attention.explain.explanation import ATTENTION
from han_attention.explain.explanation import CONTRIBUTION
from han_attention.explain.explanation import Explanation
from han_attention.explain.view import get_method
from han_attention.explain.web_text import break_at_tags

IN_SENTENCE = "weight_in_sentence"

_STEPS = 1000  # of the scores of one text
_MOST_CLASSES = 8  # whose scores are kept, of each text the most probable
_MOST_PHRASES = 8  # that are kept for each of these classes

_SIGNED = " The colour is the part of the largest score in the text."
_HELP_IN_SENTENCE = (
    "The attention weight of a word among the words of its sentence, however "
    "little the sentence weighs: the bar before a sentence shows that. It says "
    "where the model looked, not why it decided."
)


def page_data(explanations: Sequence[Explanation]) -> dict[str, Any]:
    """Everything that the page draws, as plain lists of small numbers.

    Args:
        explanations: What to draw, in this order.

    Returns:
        `names` of the classes, first the `classes` that have probabilities,
        then labels that are none of them; `methods` with what is said of
        each; `texts`, a list for each as `readText` of `data.js` takes it;
        and `needs`, by the number of a text without an answer what its
        most probable class needs.

    Example:
    >>> data = page_data([Explanation("Fine", True, {False: 0, True: 1}, [])])
    >>> data["names"], data["texts"][0][2]
    (['False', 'True'], 1)
    """
    explanations = [break_at_tags(each) for each in explanations]
    classes = dict.fromkeys(
        name for e in explanations for name in e.probabilities
    )
    numbers = {name: number for number, name in enumerate(classes)}
    methods = list(
        dict.fromkeys(name for e in explanations for name in _get_methods(e))
    )
    texts = [_get_text(e, numbers, methods) for e in explanations]
    return {
        "names": [str(name) for name in numbers],
        "classes": len(classes),
        "methods": [describe_method(method) for method in methods],
        "texts": texts,
        "needs": {
            n: e.threshold
            for n, e in enumerate(explanations)
            if e.prediction is None and e.text.strip()
        },
    }


def _get_methods(explanation: Explanation) -> list[str]:
    """Those of the explanation, and the weights in sentences, if it has any."""
    methods = explanation.methods
    if explanation.sentences and ATTENTION in methods:
        methods.insert(methods.index(ATTENTION) + 1, IN_SENTENCE)
    return methods


def describe_method(name: str) -> dict[str, Any]:
    """What the scripts know of a method of explanation."""
    if name == IN_SENTENCE:
        title, signed, adds_up = "attention in the sentence", False, False
        text = _HELP_IN_SENTENCE
    else:
        method = get_method(name)
        title, signed, adds_up = method.title, method.signed, method.adds_up
        text = method.help + (_SIGNED if signed else "")
    return {"name": title, "signed": signed, "adds": adds_up, "help": text}


def _get_text(
    explanation: Explanation, numbers: dict[Any, int], methods: Sequence[str]
) -> list[Any]:
    text, known = explanation.text, explanation.probabilities
    prediction = _get_numbers(explanation.prediction, numbers)
    label = _get_numbers(explanation.label, numbers)
    last = max((numbers[name] for name in known), default=-1)
    probabilities = [
        _finite(known[name], 4) if name in known else None
        for name in list(numbers)[: last + 1]
    ]
    kept = {*_as_list(prediction), *_as_list(label)}
    kept.update(numbers[name] for name in _most_probable(known))
    words: list[Any] = []
    sentences: list[Any] = []
    for method in methods:
        if method in _get_methods(explanation):
            rows = _get_rows(explanation, method, numbers, kept)
            words.append([row for row, _ in rows])
            sentences.append([row for _, row in rows])
        else:
            words.append(None)
            sentences.append(None)
    places = _count_places(text)
    return [
        text,
        _get_steps(((w.start, w.end) for w in explanation.words), places),
        prediction,
        label,
        probabilities,
        words,
        _get_steps(((s.start, s.end) for s in explanation.sentences), places),
        sentences if explanation.sentences else [],
        *_get_phrases(explanation, methods, numbers, kept),
    ]


def _get_rows(
    explanation: Explanation,
    method: str,
    numbers: Mapping[Any, int],
    kept: set[int],
) -> list[tuple[Any, Any]]:
    """The scores of the words and the sentences, for each class kept."""
    if method == IN_SENTENCE:
        weights = [w.weight_in_sentence or 0.0 for w in explanation.words]
        return [(_scale(weights), _scale(explanation.sentence_scores()))]
    if not get_method(method).signed:  # all classes have the same scores
        scores = explanation.scores(method)
        of_sentences = explanation.sentence_scores(method)
        return [(_scale(scores), _scale(of_sentences))]
    return [
        (
            _scale(explanation.scores(method, name)),
            _scale(explanation.sentence_scores(method, name)),
        )
        if name in explanation.probabilities and number in kept
        else (None, None)
        for name, number in numbers.items()
    ]


def _get_phrases(
    explanation: Explanation,
    methods: Sequence[str],
    numbers: Mapping[Any, int],
    kept: set[int],
) -> list[Any]:
    """Which words are phrases that speak most, and their scores.

    A list for each phrase, of the number of its first word and how many it
    has, wherever it stands; and scores by method and class, as of words.
    Nothing at all if there is no phrase.
    """
    of_class = {
        name: explanation.phrases(name)
        for name, number in numbers.items()
        if name in explanation.probabilities and number in kept
    }
    spans: dict[str, Any] = {}
    for phrases in of_class.values():
        for phrase in phrases[:_MOST_PHRASES]:
            spans.setdefault(phrase.text, phrase.spans)
    if not spans:
        return []
    starts = [word.start for word in explanation.words]
    places = []
    for each in spans.values():
        ends = [[bisect_left(starts, x) for x in span] for span in each]
        places.append([n for a, b in ends for n in (a, b - a)])
    rows: list[Any] = [None] * len(numbers)
    for name, phrases in of_class.items():
        scores = {phrase.text: phrase.score for phrase in phrases}
        rows[numbers[name]] = _scale([scores[text] for text in spans])
    return [places, [rows if m == CONTRIBUTION else None for m in methods]]


def _most_probable(probabilities: Mapping[Any, float]) -> list[Any]:
    ranked = sorted(probabilities, key=lambda name: -probabilities[name])
    return ranked[:_MOST_CLASSES]


def _get_numbers(classes: Any, numbers: dict[Any, int]) -> Any:
    """The number of a class, a list of them for several; None stays None.

    What is no class of the model gets the next number.
    """
    if classes is None:
        return None
    if isinstance(classes, (list, tuple, set, frozenset)):
        return [numbers.setdefault(name, len(numbers)) for name in classes]
    return numbers.setdefault(classes, len(numbers))


def _as_list(numbers: Any) -> list[int]:
    if numbers is None:
        return []
    return numbers if isinstance(numbers, list) else [numbers]


def _scale(scores: Sequence[float]) -> list[float | None]:
    """The largest size of a score, then each in thousandths of it.

    A score that is no number is None.
    """
    finite = [abs(score) for score in scores if math.isfinite(score)]
    highest = float(f"{max(finite, default=0.0):.4g}")
    factor = _STEPS / highest if highest else 0.0
    return [
        highest,
        *(
            round(score * factor) if math.isfinite(score) else None
            for score in scores
        ),
    ]


def _finite(number: float, digits: int) -> float | None:
    return round(float(number), digits) if math.isfinite(number) else None


def _count_places(text: str) -> list[int]:
    """Where each character, and the end, stands in the units of JavaScript.

    A character beyond U+FFFF takes two of them.
    """
    if text.isascii() or max(text) <= "\uffff":
        return list(range(len(text) + 1))
    return list(accumulate((1 + (c > "\uffff") for c in text), initial=0))


def _get_steps(
    spans: Iterable[tuple[int, int]], places: Sequence[int]
) -> list[int]:
    """How far each span is from the end of the last, and how long it is.

    Where spans overlap, a character belongs to the first.
    """
    steps, done = [], 0
    for start, end in spans:
        start = min(max(start, done), len(places) - 1)
        end = min(max(start, end), len(places) - 1)
        steps.append(places[start] - places[done])
        steps.append(places[end] - places[start])
        done = end
    return steps
