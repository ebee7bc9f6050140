"""Explanations in a terminal: colours are ours, never those of a text."""

import re

import pytest
from explain_texts import EVIL
from explain_texts import explain
from explain_texts import explain_sentences

from han_attention.drawing.text import count_columns
from han_attention.explain.explanation import Explanation
from han_attention.explain.explanation import WordWeight
from han_attention.explain.render.terminal import to_ansi

OURS = re.compile(r"\x1b\[(?:[0-2]|38;5;16;48;5;\d{1,3}(?:;4)?)m")


def shown(text):
    """What a reader sees: without our own escape sequences."""
    return OURS.sub("", text)


def test_words_without_colours():
    explanation = explain("so fine a film", [0.1, 0.6, 0.01, 0.29], "bad")
    assert to_ansi(explanation, color=False).splitlines() == [
        "Prediction: good (75.0%), wrong. Label: bad",
        "attention",
        "[so 0.100] [fine 0.600] a [film 0.290]",
    ]


def test_words_in_colours():
    explanation = explain("so fine a film", [0.1, 0.6, 0.01, 0.29])
    heading, legend, text = to_ansi(explanation).splitlines()
    assert shown(heading) == "Prediction: good (75.0%)"
    assert text == (
        "\x1b[38;5;16;48;5;194mso\x1b[0m "
        "\x1b[38;5;16;48;5;49mfine\x1b[0m a "
        "\x1b[38;5;16;48;5;121mfilm\x1b[0m"
    )


def test_signs():
    explanation = explain("one two", [0.5, 1.0], contributions=True)
    _, legend, text = to_ansi(explanation, "contribution").splitlines()
    assert shown(legend) == "contribution for good for against"
    assert text == (
        "\x1b[38;5;16;48;5;117mone\x1b[0m \x1b[38;5;16;48;5;208;4mtwo\x1b[0m"
    )
    of_bad = to_ansi(explanation, "contribution", "bad", color=False)
    assert of_bad.splitlines()[1:] == [
        "contribution for bad",
        "[one -0.500] [two +1.000]",
    ]


def test_sentences_have_their_scores_before_them():
    text = "One two. Three. "
    explanation = explain_sentences(text, [0.25, 0.75], True)
    lines = to_ansi(explanation, color=False).splitlines()
    assert lines[2:] == [
        "  0.250  [One 0.083] [two 0.083][. 0.083]",
        "  0.750  [Three 0.375][. 0.375]",
    ]
    lines = shown(to_ansi(explanation, "contribution")).splitlines()
    assert lines[2:] == [" +0.083  One two.", " +0.000  Three."]


def test_unseen_text_is_faint_and_nothing_is_lost():
    words = [WordWeight("fine", 5, 9, 1.0)]
    explanation = Explanation("so (fine) film", "x", {"x": 1.0}, words)
    explanation = Explanation(
        "very fine, and long", "x", {"x": 1.0}, [WordWeight("fine", 5, 9, 1.0)]
    )
    text = to_ansi(explanation).splitlines()[-1]
    assert shown(text) == "very fine, and long"
    assert "\x1b[2mvery\x1b[0m" in text
    assert "\x1b[2m,\x1b[0m" in text


@pytest.mark.parametrize("color", [True, False])
@pytest.mark.parametrize(
    "text", [*EVIL, "\x1b]0;title\x07\x9b31m", "half \ud800 a character"]
)
def test_no_text_steers_the_terminal(text, color):
    explanation = explain(text, prediction=text, label=text + "?")
    drawn = to_ansi(explanation, color=color)
    rest = shown(drawn) if color else drawn
    for line in rest.split("\n"):
        assert all(c.isprintable() or c in "\u200c\u200d" for c in line)


@pytest.mark.parametrize("width", [20, 33, 80])
def test_lines_are_no_wider_than_the_terminal(width):
    text = f"A fine {12 * '映画'} film e\u0301. {99 * 'long'}."
    for explanation in (explain(text), explain_sentences(text, [0.5, 0.5])):
        for color in (True, False):
            lines = to_ansi(explanation, width=width, color=color).split("\n")
            assert max(count_columns(shown(line)) for line in lines) <= width


def test_text_without_words():
    explanation = Explanation("", "good", {"good": 1.0}, [])
    assert to_ansi(explanation, color=False).splitlines() == [
        "Prediction: good (100.0%)",
        "attention",
    ]


def test_several_classes_and_names_that_are_no_strings():
    explanation = Explanation("a", [1, 3], {1: 0.9, 3: 0.8}, [], label=[1])
    lines = to_ansi(explanation, color=False).splitlines()
    assert lines == ["Prediction: 1, 3, wrong. Label: 1", "attention", "a"]


def test_no_number_has_no_colour():
    explanation = explain("a b", weights=[float("nan"), 0.5])
    assert shown(to_ansi(explanation)).endswith("a b")


def test_arguments_are_checked():
    with pytest.raises(ValueError, match="argument `width`.*width=19"):
        to_ansi(explain("a"), width=19)
    with pytest.raises(ValueError, match="argument `method`"):
        to_ansi(explain("a"), "lime")
