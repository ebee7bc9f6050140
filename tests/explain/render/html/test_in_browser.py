"""The page as a browser shows it: texts as they are, and nothing runs."""

import re

import pytest
from browser import choose
from browser import needs_browser
from browser import of_all
from browser import texts
from explain_texts import EVIL
from explain_texts import explain
from explain_texts import explain_sentences
from explain_texts import reviews

from han_attention.explain.explanation import Explanation
from han_attention.explain.explanation import WordWeight
from han_attention.explain.web_text import break_at_tags

exceptions = pytest.importorskip("selenium.common.exceptions")

pytestmark = needs_browser

SIGN = "[...e.classList].sort().join()"


# ---- Nothing of a text runs ----


def test_hostile_texts_are_shown_as_they_are(show):
    explanations = [
        explain(text, prediction=text, label=text + "?") for text in EVIL
    ]
    page = show(explanations, "<script>alert(3)</script>")
    with pytest.raises(exceptions.NoAlertPresentException):
        _ = page.switch_to.alert.text
    assert texts(page) == [break_at_tags(e).text for e in explanations]
    assert page.title == "<script>alert(3)</script>"
    labels = of_all(page, "article .label bdi", "e.textContent")
    assert labels == [text + "?" for text in EVIL]
    assert of_all(page, "img, iframe, a, b", "e.localName") == []
    assert len(of_all(page, "script", "e.type")) == 2
    handlers = of_all(page, "*", "[...e.attributes].map(a => a.name).join()")
    assert not any(re.search(r"\bon\w+|\bstyle=", name) for name in handlers)


def test_hostile_words_are_shown_as_they_are_at_the_focus(show):
    page = show([explain(EVIL[1], prediction=EVIL[0], contributions=False)])
    page.execute_script("document.querySelectorAll('mark')[1].focus()")
    assert of_all(page, "#tip > bdi", "e.textContent") == ["src=x"]
    assert of_all(page, "img", "e.src") == []


def test_hostile_texts_in_sentences(show):
    text = "<b>One</b> & two. </script><img src=x>. Rest"
    explanation = explain_sentences(text, [0.5, 0.25])
    assert texts(show([explanation])) == [break_at_tags(explanation).text]


def test_line_breaks_and_spaces_are_seen(show):
    """`innerText` is what a reader sees, where white space may collapse."""
    page = show([explain("two\n  lines")])
    assert of_all(page, "article p", "e.innerText") == ["two\n  lines"]


def test_writing_direction_is_that_of_the_text(show):
    page = show([explain("שלום עולם"), explain("peace שלום")])
    directions = of_all(page, "article p", "getComputedStyle(e).direction")
    assert directions == ["rtl", "ltr"]


def test_page_loads_nothing_and_runs_no_other_script(show, browser):
    page = show([explain("a")])
    assert of_all(page, "body", "performance.getEntriesByType('resource')") == [
        []
    ]
    ran = page.execute_script(
        "const script = document.createElement('script');"
        "script.textContent = 'window.ran = true';"
        "document.body.append(script); script.remove();"
        "return window.ran === true"
    )
    assert ran is False
    (complaint,) = browser.get_log("browser")
    assert "Content Security Policy" in complaint["message"]


# ---- What the colours say ----


def test_larger_weights_are_darker(show):
    page = show([explain("one two three four", [0.1, 0.2, 0.3, 0.4])])
    colours = of_all(
        page, "article mark", "getComputedStyle(e).backgroundColor"
    )
    numbers = [
        [float(x) for x in re.findall(r"[\d.]+", colour)] for colour in colours
    ]
    assert {tuple(n[:3]) for n in numbers} == {(0, 158, 115)}
    expected = [0.7 * share for share in (0.25, 0.5, 0.75, 1)]
    assert [n[3] for n in numbers] == pytest.approx(expected, abs=0.005)


def test_signs_are_colours_and_lines(show):
    page = show(reviews())
    choose(page, "method", 0)
    assert set(of_all(page, "article mark", SIGN)) == {""}
    choose(page, "method", 1)
    line = "getComputedStyle(e).textDecorationStyle"
    assert set(of_all(page, "article mark.for.strong", line)) == {"solid"}
    assert set(of_all(page, "article mark.against.strong", line)) == {"wavy"}
    colour = "getComputedStyle(e).backgroundColor.slice(0, 14)"
    assert set(of_all(page, "mark.for", colour)) == {"rgba(0, 114, 1"}
    assert set(of_all(page, "mark.against", colour)) == {"rgba(213, 94, "}


def test_class_turns_the_signs(show):
    page = show(reviews())
    choose(page, "method", 1)
    predicted = of_all(page, "article mark", SIGN)
    choose(page, "class", 1)
    assert of_all(page, "article mark", SIGN) == predicted
    choose(page, "class", 0)
    turned = of_all(page, "article mark", SIGN)
    assert [name.replace("against", "for") for name in turned] == [
        name.replace("against", "for") for name in predicted
    ]
    assert all(a != b for a, b in zip(turned, predicted, strict=True))
    (first, *_) = of_all(page, ".note", "e.textContent")
    assert re.fullmatch(r"for bad: [+\u2212][\d.]+ in all", first)


def test_explanation_is_of_the_method(show):
    page = show(reviews())
    assert of_all(page, "#method", "e.value") == ["1"]  # the signed one
    choose(page, "method", 0)
    assert of_all(page, "#class-field", "e.hidden") == [True]
    (of_attention,) = of_all(page, "#help", "e.textContent")
    assert "not why" in of_attention
    choose(page, "method", 1)
    assert of_all(page, "#help", "e.textContent") != [of_attention]
    assert of_all(page, "#class-field", "e.hidden") == [False]
    legend = of_all(page, "#legend mark", "e.textContent")
    assert legend == ["for the class", "against it"]


def test_sentences_have_bars(show):
    text = "One two. Three. And more"
    page = show([explain_sentences(text, [0.25, 0.75], contributions=True)])
    assert texts(page) == [text]
    choose(page, "method", 0)
    assert of_all(page, ".bar", "e.textContent") == ["0.250", "0.750", ""]
    widths = of_all(page, ".bar", "e.style.getPropertyValue('--a')")
    assert widths[:2] == ["0.333", "1.000"]
    methods = of_all(page, "#method option", "e.textContent")
    assert methods == ["attention", "attention in the sentence", "contribution"]
    choose(page, "method", 2)
    bars = of_all(page, ".bar", "e.textContent")
    assert bars == ["+0.0833", "0.0000", ""]


def test_words_that_the_model_did_not_see_are_not_marked(show):
    words = [WordWeight("fine", 5, 9, 1.0)]
    page = show([Explanation("Very fine film", "x", {"x": 1.0}, words)])
    assert of_all(page, "article mark", "e.textContent") == ["fine"]
