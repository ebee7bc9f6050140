"""The drawing in a notebook: escaped, and without script."""

import re
from html.parser import HTMLParser

import pytest
from explain_texts import EVIL
from explain_texts import explain
from explain_texts import explain_sentences

from han_attention.explain.explanation import Explanation
from han_attention.explain.explanation import WordWeight
from han_attention.explain.render.notebook import to_html_fragment
from han_attention.explain.web_text import break_at_tags


class Fragment(HTMLParser):
    """The tags and the text of a piece of HTML."""

    def __init__(self, fragment):
        super().__init__(convert_charrefs=True)
        self.tags, self.text, self.open = [], "", []
        self.feed(fragment)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data

    def words(self):
        return [a for tag, a in self.tags if tag == "span"]


@pytest.mark.parametrize("text", EVIL)
def test_no_text_becomes_markup(text):
    drawn = Fragment(to_html_fragment(explain(text, prediction=text)))
    plain = "x " * len(break_at_tags(explain(text)).words)
    expected = Fragment(to_html_fragment(explain(plain, prediction="x")))
    if text.strip():
        shown = break_at_tags(explain(text)).text
        assert drawn.text.endswith(shown)
    assert drawn.tags == expected.tags
    assert {tag for tag, _ in drawn.tags} <= {"div", "span", "strong", "bdi"}
    names = {name for _, attributes in drawn.tags for name in attributes}
    assert names <= {"style", "title", "dir"}


def test_words_are_shaded_by_their_share_of_the_largest():
    fragment = to_html_fragment(explain("so fine", [0.25, 0.5], label="bad"))
    drawn = Fragment(fragment)
    assert drawn.text.startswith("Prediction: good (75.0%), wrong. Label: bad")
    assert drawn.words() == [
        {
            "style": "background:rgba(0,158,115,0.275);border-radius:.2em",
            "title": "0.250",
        },
        {
            "style": "background:rgba(0,158,115,0.55);border-radius:.2em",
            "title": "0.500",
        },
    ]


def test_signs_are_colours_and_lines():
    explanation = explain("one two", [0.5, 1.0], contributions=True)
    _, _, one, two = Fragment(
        to_html_fragment(explanation, "contribution")
    ).words()
    assert (one["title"], two["title"]) == ("+0.500", "-1.000")
    assert "rgba(0,114,178" in one["style"]
    assert "underline solid" in one["style"]
    assert "rgba(213,94,0" in two["style"]
    assert "underline wavy" in two["style"]
    of_bad = Fragment(to_html_fragment(explanation, "contribution", "bad"))
    assert [word["title"] for word in of_bad.words()[2:]] == [
        "-0.500",
        "+1.000",
    ]


def test_sentences_have_their_scores_before_them():
    explanation = explain_sentences("One two. Three. ", [0.25, 0.75])
    drawn = Fragment(to_html_fragment(explanation))
    assert drawn.text.endswith("attention0.250One two.0.750Three.")


def test_words_that_the_model_did_not_see_are_not_shaded():
    words = [WordWeight("fine", 5, 9, 1.0)]
    explanation = Explanation("very fine film", "x", {"x": 1.0}, words)
    drawn = Fragment(to_html_fragment(explanation))
    assert len(drawn.words()) == 1
    assert drawn.text.endswith("very fine film")


def test_no_script_no_address_and_no_class_of_the_notebook():
    fragment = to_html_fragment(explain("a fine film"))
    assert not re.search(r"<script|<style|class=|id=|https?:|url\(", fragment)


def test_letters_keep_the_colour_of_the_notebook():
    assert not re.search(r"[;\"]color:", to_html_fragment(explain("a b")))


def test_unknown_method():
    with pytest.raises(ValueError, match="argument `method`"):
        to_html_fragment(explain("a"), "lime")
