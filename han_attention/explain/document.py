"""A document with its sentence and word weights side by side, as data."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from han_attention.explain.explanation import ATTENTION
from han_attention.explain.explanation import Explanation
from han_attention.explain.explanation import SentenceWeight
from han_attention.explain.explanation import WordWeight
from han_attention.explain.word_attention import weight_in_sentence


@dataclass(frozen=True)
class DocumentSentence:
    """A sentence with its words, and the weight of both.

    Attributes:
        text: The sentence as it stands in the text.
        start: Where it begins in the text, in characters.
        end: Where it ends.
        weight: The attention weight of the sentence among the sentences.
        words: The words that the model saw of it, in order.
        shades: How strongly to colour each word: the root of the weight of
            the sentence times the weight of the word in the sentence.
    """

    text: str
    start: int
    end: int
    weight: float
    words: Sequence[WordWeight]
    shades: Sequence[float]


def document_weights(explanation: Explanation) -> list[DocumentSentence]:
    """Put the words of a text to their sentences, with the weights of both.

    This is what figures 5 and 6 of Yang et al. show. A word is coloured by
    `sqrt(p_s) * p_w` with the weights p_s of the sentence and p_w of the word
    in the sentence, so that the important words of an unimportant sentence
    are faint, but can still be seen.

    Args:
        explanation: The explained text.

    Returns:
        The sentences in order; if the model knows none, the whole text as one
        sentence of weight 1.

    Example:
    >>> words = [WordWeight("Fine", 0, 4, 0.25, weight_in_sentence=1.0)]
    >>> sentences = [SentenceWeight("Fine", 0, 4, 0.25)]
    >>> text = Explanation("Fine", "pos", {"pos": 1.0}, words, sentences)
    >>> document_weights(text)[0].shades
    (0.5,)

    Reference:
        Yang et al., 2016, https://aclanthology.org/N16-1174/
    """
    weights = [weight_in_sentence(word) for word in explanation.words]
    roots = [
        sentence.weight**0.5
        for sentence in explanation.sentences or [_whole_text(explanation)]
    ]
    numbers = explanation.sentence_numbers()
    shades = [roots[n] * p for n, p in zip(numbers, weights, strict=True)]
    return _group(explanation, explanation.sentence_scores() or [1.0], shades)


def document_scores(
    explanation: Explanation, method: str, class_name: Any = None
) -> list[DocumentSentence]:
    """Put the words of a text to their sentences, with a method's scores.

    Args:
        explanation: The explained text.
        method: One of `Explanation.methods`.
        class_name: For or against which class. Defaults to None: the
            predicted one.

    Returns:
        The sentences in order, the `weight` and the `shades` of each being
        its scores; of the attention as `document_weights` says.
    """
    if method == ATTENTION:
        return document_weights(explanation)
    scores = explanation.scores(method, class_name)
    of_sentences = explanation.sentence_scores(method, class_name)
    return _group(explanation, of_sentences or [sum(scores)], scores)


def heaviest_sentences(
    sentences: Sequence[DocumentSentence], number: int
) -> list[DocumentSentence]:
    """The sentences of the largest weight, in the order of the text."""
    sizes = [abs(sentence.weight) for sentence in sentences]
    order = sorted(range(len(sentences)), key=lambda n: -sizes[n])
    return [sentences[n] for n in sorted(order[:number])]


def _group(
    explanation: Explanation, weights: Sequence[float], shades: Sequence[float]
) -> list[DocumentSentence]:
    sentences = explanation.sentences or [_whole_text(explanation)]
    rows: list[list[int]] = [[] for _ in sentences]
    for row, number in enumerate(explanation.sentence_numbers()):
        rows[number].append(row)
    return [
        DocumentSentence(
            sentence.text,
            sentence.start,
            sentence.end,
            weight,
            tuple(explanation.words[row] for row in inside),
            tuple(shades[row] for row in inside),
        )
        for sentence, weight, inside in zip(
            sentences, weights, rows, strict=True
        )
    ]


def _whole_text(explanation: Explanation) -> SentenceWeight:
    text = explanation.text
    return SentenceWeight(text, 0, len(text), 1.0)
