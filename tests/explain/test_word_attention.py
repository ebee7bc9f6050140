"""The weight of one word in many texts: which ones, and how distributed."""

import numpy as np
import pytest

from han_attention.explain.explanation import Explanation
from han_attention.explain.explanation import WordWeight
from han_attention.explain.word_attention import WordAttention
from han_attention.explain.word_attention import attention_of_word


def explain(words, label=None):
    """An explanation of words with their weights: (word, whole, sentence)."""
    parts = [
        WordWeight(text, 0, len(text), weight, weight_in_sentence=inside)
        for text, weight, inside in words
    ]
    return Explanation("", "pos", {"pos": 1.0}, parts, label=label)


REVIEWS = [
    explain([("Good", 0.1, 0.75), ("film", 0.2, 0.25)], "pos"),
    explain([("bad", 0.5, 0.5), ("good", 0.25, 1.0)], "neg"),
    explain([("GOOD", 0.05, 0.0), ("good", 0.0, 0.5)], "pos"),
    explain([]),
]


def test_every_occurrence_counts_with_its_weight_in_the_sentence():
    good = attention_of_word(REVIEWS, "good")
    assert good.word == "good"
    assert good.weights.tolist() == [0.75, 1.0, 0.0, 0.5]
    assert good.weights.dtype == np.float64
    assert list(good.groups) == ["pos", "neg", "pos", "pos"]


def test_without_sentences_the_weight_is_that_in_the_text():
    flat = [explain([("Good", 0.125, None), ("x", 0.875, None)])]
    assert attention_of_word(flat, "good").weights.tolist() == [0.125]


@pytest.mark.parametrize(
    ("written", "asked"),
    [("STRASSE", "straße"), ("Ünlü", "ÜNLÜ"), ("שלום", "שלום"), ("$x", "$X")],
)
def test_capitals_do_not_matter(written, asked):
    assert len(attention_of_word([explain([(written, 1, 1)])], asked).weights)


def test_word_inside_another_word_is_not_counted():
    assert attention_of_word(REVIEWS, "film").weights.tolist() == [0.25]
    with pytest.raises(ValueError):
        attention_of_word(REVIEWS, "goo")


def test_histogram_of_worked_numbers():
    weights = np.array([0.0, 0.2, 0.25, 0.5, 1.0])
    shares, edges = WordAttention("a", weights, [None] * 5).histogram(4)
    assert edges.tolist() == [0.0, 0.25, 0.5, 0.75, 1.0]
    np.testing.assert_allclose(shares, [0.4, 0.2, 0.2, 0.2])


@pytest.mark.parametrize("bins", [1, 7, 20, np.linspace(0.2, 0.9, 6)])
def test_histogram_is_the_share_in_each_bin(bins):
    weights = np.random.default_rng(0).random(500)
    shares, edges = WordAttention("a", weights, [1] * 500).histogram(bins)
    expected = [
        np.mean((low <= weights) & (weights < high))
        for low, high in zip(edges, edges[1:], strict=False)
    ]
    np.testing.assert_allclose(shares, expected)


def test_weight_that_rounding_lifted_over_one_is_counted():
    weights = np.array([1 + 1e-7])
    shares, _ = WordAttention("a", weights, [None]).histogram(2)
    assert shares.tolist() == [0.0, 1.0]


@pytest.mark.parametrize(
    "bins", [0, -1, 2.5, True, [], [0.5], [0.5, 0.5], [1.0, 0.0], [[0, 1]]]
)
def test_wrong_bins(bins):
    attention = WordAttention("a", np.ones(1), [None])
    with pytest.raises(ValueError, match="argument `bins`"):
        attention.histogram(bins)


def test_labels_are_the_groups():
    parts = attention_of_word(REVIEWS, "good").by_group()
    assert {name: x.weights.tolist() for name, x in parts.items()} == {
        "neg": [1.0],
        "pos": [0.75, 0.0, 0.5],
    }
    assert list(parts) == ["neg", "pos"]
    assert parts["pos"].word == "good"
    assert parts["pos"].groups == ["pos"] * 3


@pytest.mark.parametrize("kind", [list, tuple, np.array])
def test_groups_can_be_given(kind):
    good = attention_of_word(REVIEWS, "good", groups=kind([10, 9, 2, 1]))
    parts = good.by_group()
    assert list(parts) == [2, 9, 10]  # as numbers, not as names
    assert parts[2].weights.tolist() == [0.0, 0.5]


def test_without_labels_there_are_no_groups():
    good = attention_of_word(REVIEWS, "good", groups=[None] * 4)
    assert len(good.weights) == 4
    assert good.by_group() == {}


def test_groups_that_cannot_be_compared_stay_in_order():
    good = attention_of_word(REVIEWS, "good", groups=["b", 1, None, None])
    assert list(good.by_group()) == ["b", 1]


def test_text_of_several_labels_is_in_each_group():
    texts = [
        explain([("a", w, None)], label)
        for w, label in (
            (0.25, ["x", "y"]),
            (0.5, ["x"]),
            (1.0, []),
        )
    ]
    parts = attention_of_word(texts, "a").by_group()
    assert {name: x.weights.tolist() for name, x in parts.items()} == {
        "x": [0.25, 0.5],
        "y": [0.25],
    }


@pytest.mark.parametrize("texts", [[], REVIEWS])
def test_word_of_no_text(texts):
    message = (
        r"argument `word`. Expected a word of the \d explained texts. "
        "Received: word='excellent'"
    )
    with pytest.raises(ValueError, match=message):
        attention_of_word(texts, "excellent")


@pytest.mark.parametrize("word", ["", None, 3])
def test_word_that_is_none(word):
    with pytest.raises(ValueError, match="argument `word`"):
        attention_of_word(REVIEWS, word)


def test_not_as_many_groups_as_texts():
    message = "`groups`. Expected one value for each of 4 .* Received: 2"
    with pytest.raises(ValueError, match=message):
        attention_of_word(REVIEWS, "good", groups=[1, 2])


@pytest.mark.parametrize(
    ("weights", "groups"),
    [(np.ones(2), [1]), (np.ones(0), []), (np.ones((1, 1)), [1])],
)
def test_wrong_weights(weights, groups):
    with pytest.raises(ValueError, match="argument `groups`"):
        WordAttention("a", weights, groups)
