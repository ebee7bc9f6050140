"""One method's view of an explanation: what every renderer draws."""

import math
from bisect import bisect_left
from collections.abc import Iterator
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from han_attention.explain.explanation import CONTRIBUTION
from han_attention.explain.explanation import Explanation
from han_attention.explain.methods import METHODS
from han_attention.explain.methods.base import Method
from han_attention.explain.phrases import Phrase
from han_attention.explain.web_text import break_at_tags

FAINTEST = 0.1  # of the largest score: what is less has no colour or no line


@dataclass(frozen=True)
class ViewWord:
    """A word with its score.

    Attributes:
        text: The word as it stands in the text.
        start: Where it begins in the text, in characters.
        end: Where it ends.
        score: What the method says of it.
        shade: The score divided by the largest size of one in the text, from
            -1 to 1; what is no number is 0.
    """

    text: str
    start: int
    end: int
    score: float
    shade: float


@dataclass(frozen=True)
class ViewPart:
    """A sentence, or what lies between two of them.

    Attributes:
        start: Where it begins in the text, in characters.
        end: Where it ends.
        words: The words that begin in it.
        score: What the method says of the sentence; None between sentences.
        shade: The score divided by the largest size of one; None likewise.
    """

    start: int
    end: int
    words: Sequence[ViewWord]
    score: float | None = None
    shade: float | None = None


@dataclass(frozen=True)
class View:
    """A text as one method sees it, for or against one class.

    Attributes:
        text: The original string.
        heading: What was predicted for it, and whether it is right.
        method: The entry of the method.
        class_name: The class; None if the method says the same of all, or
            nothing, as of an empty text.
        words: The words the model saw, in order.
        parts: The sentences and what lies between them, in order. No part is
            blank: only white space is left out.
        has_sentences: Whether the model knows sentences.
        phrases: What the n-grams of several words add, the largest first;
            empty if the method does not say so.
        is_predicted: Whether the class is one that was predicted, or asked
            for; else it is the most probable one.

    Example:
    >>> from han_attention.explain import Explanation, WordWeight
    >>> words = [WordWeight("Fine", 0, 4, 0.75), WordWeight("day", 5, 8, 0.25)]
    >>> explanation = Explanation("Fine day", "good", {"good": 1.0}, words)
    >>> make_view(explanation).rank_words()
    [0, 1]
    """

    text: str
    heading: str
    method: Method
    class_name: Any
    words: Sequence[ViewWord]
    parts: Sequence[ViewPart]
    has_sentences: bool
    phrases: Sequence[Phrase] = ()
    is_predicted: bool = True

    @property
    def title(self) -> str:
        """The method, and the class if it speaks for or against one."""
        if self.class_name is None:
            return self.method.title
        title = f"{self.method.title} for {self.class_name}"
        return title if self.is_predicted else f"{title}, the most probable"

    def rank_words(self) -> list[int]:
        """The numbers of the words, that of the largest score first."""
        shades = [abs(word.shade) for word in self.words]
        return sorted(range(len(shades)), key=lambda n: -shades[n])

    def format(self, score: float) -> str:
        """A score in figures, with its sign if it has a meaning."""
        return f"{score:+.3f}" if self.method.signed else f"{score:.3f}"


def make_view(
    explanation: Explanation, method: str | None = None, class_name: Any = None
) -> View:
    """See an explanation by one method.

    Args:
        explanation: What to see.
        method: One of `Explanation.methods`. Defaults to None: the first, the
            attention of a model that has one.
        class_name: For or against which class. Defaults to None: the
            predicted one.

    Raises:
        ValueError: for a method or class that is not there.

    Example:
    >>> from han_attention.explain.explanation import WordWeight
    >>> words = [WordWeight("A", 0, 1, 0.2), WordWeight("film", 2, 6, 0.8)]
    >>> text = Explanation("A film", "good", {"good": 0.75}, words)
    >>> view = make_view(text)
    >>> view.heading, view.title, [word.shade for word in view.words]
    ('Prediction: good (75.0%)', 'attention', [0.25, 1.0])
    """
    explanation = break_at_tags(explanation)
    if method is None:
        method = explanation.methods[0]
    entry = get_method(method)
    scores = explanation.scores(method, class_name)
    words = [
        ViewWord(word.text, word.start, word.end, score, shade)
        for word, score, shade in zip(
            explanation.words, scores, scale_scores(scores), strict=True
        )
    ]
    of_sentences = explanation.sentence_scores(method, class_name)
    of_class = entry.signed and bool(explanation.text.strip())
    return View(
        explanation.text,
        describe_prediction(explanation),
        entry,
        explanation.class_or_best(class_name) if of_class else None,
        words,
        tuple(_get_parts(explanation, words, of_sentences)),
        bool(explanation.sentences),
        explanation.phrases(class_name) if method == CONTRIBUTION else (),
        class_name is not None or explanation.prediction not in (None, []),
    )


def get_method(name: str) -> Method:
    """The entry of a method; of one not registered a plain one.

    Example:
    >>> get_method("attention").signed, get_method("of_mine").title
    (False, 'of mine')
    """
    return METHODS.get(name) or Method(
        name,
        "a score",
        "What this method says of each word, for or against the class.",
        _score_nothing,
    )


def scale_scores(scores: Sequence[float]) -> list[float]:
    """Each score divided by the size of the largest, with its sign.

    What is no number is 0.

    Example:
    >>> scale_scores([1.0, -2.0])
    [0.5, -1.0]
    """
    finite = [score if math.isfinite(score) else 0.0 for score in scores]
    highest = max(map(abs, finite), default=0.0) or 1.0
    return [score / highest for score in finite]


def describe_prediction(explanation: Explanation) -> str:
    """What was predicted for the text, and whether it is right.

    Example:
    >>> text = Explanation("Fine", "good", {"good": 0.75}, [], label="bad")
    >>> describe_prediction(text)
    'Prediction: good (75.0%), wrong. Label: bad'
    """
    prediction = explanation.prediction
    heading = f"Prediction: {_join_names(prediction)}"
    if prediction is None:
        heading = f"Prediction: {describe_no_answer(explanation)}"
    elif not isinstance(prediction, list):
        heading += f" ({explanation.probabilities[prediction]:.1%})"
    if explanation.label is None:
        return heading
    if explanation.is_right is not None:
        heading += ", right" if explanation.is_right else ", wrong"
    return f"{heading}. Label: {_join_names(explanation.label)}"


def describe_no_answer(explanation: Explanation) -> str:
    """That no answer is given, and why.

    Example:
    >>> shares = {"cars": 0.317, "bikes": 0.3}
    >>> describe_no_answer(Explanation("A", None, shares, [], threshold=0.436))
    'no answer (cars 31.7%, needs 43.6%)'
    """
    if not explanation.text.strip():
        return "no class (an empty text)"
    best, needed = explanation.class_or_best(), explanation.threshold
    needs = "is never answered" if needed is None else f"needs {needed:.1%}"
    return f"no answer ({best} {explanation.probabilities[best]:.1%}, {needs})"


def _get_parts(
    explanation: Explanation,
    words: Sequence[ViewWord],
    scores: Sequence[float],
) -> Iterator[ViewPart]:
    text, done, shades = explanation.text, 0, scale_scores(scores)

    def within(start: int, end: int) -> Sequence[ViewWord]:
        first = bisect_left(words, start, key=lambda word: word.start)
        last = bisect_left(words, end, key=lambda word: word.start)
        return words[first:last]

    for n, sentence in enumerate(explanation.sentences):
        start, end = sentence.start, sentence.end
        if text[done:start].strip():
            yield ViewPart(done, start, within(done, start))
        yield ViewPart(start, end, within(start, end), scores[n], shades[n])
        done = end
    if text[done:].strip():
        yield ViewPart(done, len(text), within(done, len(text)))


def _join_names(classes: Any) -> str:
    """One class, or several with commas between them."""
    if classes is None:
        return "no class"
    if isinstance(classes, list):
        return ", ".join(map(str, classes)) or "no class"
    return str(classes)


def _score_nothing(reader: Any, reading: Any) -> Any:
    raise ValueError("The method is not registered.")
