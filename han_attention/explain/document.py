"""A document with its sentence and word weights side by side, as data."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

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
    sentences = explanation.sentences or [_whole_text(explanation)]
    words: list[list[WordWeight]] = [[] for _ in sentences]
    numbers = explanation.sentence_numbers()
    for number, word in zip(numbers, explanation.words, strict=True):
        words[number].append(word)
    return [
        DocumentSentence(
            sentence.text,
            sentence.start,
            sentence.end,
            sentence.weight,
            tuple(inside),
            tuple(
                sentence.weight**0.5 * weight_in_sentence(word)
                for word in inside
            ),
        )
        for sentence, inside in zip(sentences, words, strict=True)
    ]


def heaviest_sentences(
    sentences: Sequence[DocumentSentence], number: int
) -> list[DocumentSentence]:
    """The sentences of the highest weight, in the order of the text."""
    order = sorted(range(len(sentences)), key=lambda n: -sentences[n].weight)
    return [sentences[n] for n in sorted(order[:number])]


def heading_of(explanation: Explanation) -> str:
    """What was predicted for the text, and whether it is right.

    Example:
    >>> heading_of(Explanation("Fine", "good", {"good": 0.75}, [], label="bad"))
    'Prediction: good (75.0%), wrong. Label: bad'
    """
    prediction = explanation.prediction
    heading = f"Prediction: {_names(prediction)}"
    if not isinstance(prediction, list):
        heading += f" ({explanation.probabilities[prediction]:.1%})"
    if explanation.label is None:
        return heading
    right = explanation.label == prediction
    return (
        f"{heading}, {'right' if right else 'wrong'}. "
        f"Label: {_names(explanation.label)}"
    )


def _whole_text(explanation: Explanation) -> SentenceWeight:
    text = explanation.text
    return SentenceWeight(text, 0, len(text), 1.0)


def _names(classes: Any) -> str:
    """One class, or several with commas between them."""
    if isinstance(classes, list):
        return ", ".join(map(str, classes)) or "no class"
    return str(classes)
