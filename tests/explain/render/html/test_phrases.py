"""The phrases under a text: their numbers, and where they stand."""

import dataclasses

from browser import choose
from browser import needs_browser
from browser import of_all
from browser import press
from explain_texts import explain

from han_attention.explain.phrases import NGramContribution
from han_attention.explain.render.html.data import page_data


def explain_phrases(text, *ngrams):
    """Of each phrase its words as they stand in the text, and its score."""
    explanation = explain(text, contributions=True)
    found = []
    for words, score in ngrams:
        start = text.index(words)
        found.append(
            NGramContribution(
                words,
                start,
                start + len(words),
                len(words.split()),
                (-score, score),
            )
        )
    return dataclasses.replace(explanation, ngrams=found)


SAID = explain_phrases(
    "Not good, not\nGOOD but no worse",
    ("Not good,", -0.25),
    ("not\nGOOD", -0.5),
    ("no worse", 1.0),
    ("but", 9.0),  # a single word is no phrase
)


def test_data_of_the_phrases():
    """Which words, as first and number; scores by method and class."""
    text = page_data([SAID])["texts"][0]
    places, rows = text[8:]
    assert places == [[5, 2], [2, 2], [0, 2]]
    assert rows == [None, [[1.0, -1000, 500, 250], [1.0, 1000, -500, -250]]]


def test_a_text_without_phrases_has_no_data_of_them():
    assert (
        len(page_data([explain("fine", contributions=True)])["texts"][0]) == 8
    )


def test_the_same_phrase_twice_is_one():
    ngrams = [("no good", 0.5)]
    said = explain_phrases("no good no good", *ngrams)
    again = dataclasses.replace(said.ngrams[0], start=8, end=15)
    said = dataclasses.replace(said, ngrams=[*said.ngrams, again])
    places, rows = page_data([said])["texts"][0][8:]
    assert places == [[0, 2, 2, 2]]
    assert rows[1][1] == [1.0, 1000]


def test_phrases_that_reach_into_a_tag_show_the_break():
    """The words in a tag are one sign, so the phrase has one word less."""
    said = explain_phrases(
        "fine <br /> day here", ("fine <br", 1.0), ("/> day", 0.5)
    )
    places, _ = page_data([said])["texts"][0][8:]
    assert places == [[0, 2], [1, 2]]


@needs_browser
def test_phrases_are_listed_and_held(show):
    page = show([SAID, explain("Neither here nor there", contributions=True)])
    shown = of_all(page, "article", "e.querySelectorAll('.phrase').length")
    assert shown == [3, 0]
    assert of_all(page, ".phrase", "e.textContent") == [
        "no worse +1.00",
        "not GOOD \u22120.50",
        "Not good, \u22120.25",
    ]
    assert of_all(page, ".phrase.against", "e.textContent.length") == [14, 15]
    choose(page, "class", "0")
    assert of_all(page, ".phrase", "e.textContent")[0] == "no worse \u22121.00"
    choose(page, "method", "0")
    assert of_all(page, ".phrases:not([hidden])", "1") == []


@needs_browser
def test_the_keyboard_goes_through_phrases(show):
    page = show([SAID])
    held = "[...e.querySelectorAll('.held')].map(m => m.textContent).join(' ')"
    assert of_all(page, "article", held) == [""]
    page.execute_script("document.querySelector('.phrase').focus()")
    assert of_all(page, "article", held) == ["no worse"]
    press(page, "ARROW_RIGHT")
    assert of_all(page, "article", held) == ["not GOOD"]
    press(page, "END")
    assert of_all(page, "article", held) == ["Not good,"]
    assert of_all(page, ".phrase", "e.tabIndex") == [-1, -1, 0]
    press(page, "TAB")
    assert of_all(page, "article", held) == [""]


@needs_browser
def test_hostile_phrases_are_text(show):
    words = '"><img src=x onerror=alert(1)> <script>'
    page = show([explain_phrases(f"a {words} b", (words, 1.0))])
    assert of_all(page, ".phrase bdi", "e.textContent") == [words]
    assert of_all(page, "article img, article script", "1") == []
