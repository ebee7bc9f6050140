"""Sentences with their words: which words, and how strongly coloured."""

import numpy as np
import pytest

from han_attention.explain.document import document_weights
from han_attention.explain.document import heaviest_sentences
from han_attention.explain.explanation import Explanation
from han_attention.explain.explanation import SentenceWeight
from han_attention.explain.explanation import WordWeight
from han_attention.explain.view import describe_prediction

TEXT = "Fine food. No. Bad end."
WORDS = [
    WordWeight("Fine", 0, 4, 0.2, weight_in_sentence=0.8),
    WordWeight("food", 5, 9, 0.05, weight_in_sentence=0.2),
    WordWeight("Bad", 15, 18, 0.56, weight_in_sentence=1.0),
]
SENTENCES = [
    SentenceWeight("Fine food.", 0, 10, 0.25),
    SentenceWeight("No.", 11, 14, 0.19),
    SentenceWeight("Bad end.", 15, 23, 0.56),
]


def explanation(words=WORDS, sentences=SENTENCES, **options):
    arguments = {"prediction": "bad", "probabilities": {"bad": 0.75}}
    return Explanation(
        TEXT, words=words, sentences=sentences, **(arguments | options)
    )


def test_words_stand_in_their_sentences():
    first, second, third = document_weights(explanation())
    assert [word.text for word in first.words] == ["Fine", "food"]
    assert list(second.words) == []
    assert [word.text for word in third.words] == ["Bad"]
    assert (second.text, second.start, second.end) == ("No.", 11, 14)
    assert [s.weight for s in (first, second, third)] == [0.25, 0.19, 0.56]


def test_shades_of_worked_numbers():
    """sqrt(0.25) = 0.5 times 0.8 and 0.2."""
    first, _, third = document_weights(explanation())
    np.testing.assert_allclose(first.shades, [0.4, 0.1])
    np.testing.assert_allclose(third.shades, [np.sqrt(0.56)])


def test_without_sentences_the_text_is_one_sentence():
    words = [WordWeight("Fine", 0, 4, 0.5), WordWeight("end", 19, 22, 0.5)]
    (only,) = document_weights(explanation(words, []))
    assert (only.text, only.start, only.end) == (TEXT, 0, len(TEXT))
    assert (only.weight, list(only.shades)) == (1.0, [0.5, 0.5])
    assert list(only.words) == words


def test_empty_text():
    (only,) = document_weights(Explanation("", "a", {"a": 1.0}, []))
    assert (only.text, list(only.words)) == ("", [])


def test_heaviest_sentences_stay_in_order():
    sentences = document_weights(explanation())
    assert heaviest_sentences(sentences, 2) == [sentences[0], sentences[2]]
    assert heaviest_sentences(sentences, 9) == sentences


@pytest.mark.parametrize(
    ("prediction", "label", "expected"),
    [
        ("bad", None, "Prediction: bad (75.0%)"),
        ("bad", "bad", "Prediction: bad (75.0%), right. Label: bad"),
        ("bad", "good", "Prediction: bad (75.0%), wrong. Label: good"),
        (["a", "b"], ["a"], "Prediction: a, b, wrong. Label: a"),
        (["a", "b"], ["b", "a"], "Prediction: a, b, right. Label: b, a"),
        ([], [], "Prediction: no class, right. Label: no class"),
    ],
)
def test_heading(prediction, label, expected):
    explained = explanation(prediction=prediction, label=label)
    assert describe_prediction(explained) == expected
