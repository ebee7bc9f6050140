"""Tags of HTML are shown as line breaks, and no score is lost by it."""

import pytest

from han_attention.explain.explanation import Explanation
from han_attention.explain.explanation import SentenceWeight
from han_attention.explain.explanation import WordWeight
from han_attention.explain.render.html.data import page_data
from han_attention.explain.render.terminal import to_ansi
from han_attention.explain.web_text import blank_tags
from han_attention.explain.web_text import break_at_tags


def explain(text, words=None):
    """Each word of a text with the score of its place, tags in parts."""
    words = words if words is not None else text.split()
    found, done = [], 0
    for n, word in enumerate(words, start=1):
        start = text.index(word, done)
        done = start + len(word)
        found.append(WordWeight(word, start, done, n / 10, (-n, n), n / 20))
    scores = [[0.0, n] for n in range(len(words))]
    sentence = SentenceWeight(text, 0, len(text), 1.0, (0.0, 1.0))
    return Explanation(
        *(text, "b", {"a": 0.25, "b": 0.75}, found, [sentence]),
        attributions={"occlusion": scores},
    )


def test_the_words_of_a_tag_are_one_sign_with_all_their_scores():
    words = ["Fine", "<", "br", "/", ">", "<", "br", "/", ">", "day"]
    given = explain("Fine.<br /><BR/>\n day", words[:1] + ["<", "br", "/", ">"])
    shown = break_at_tags(given)
    assert shown.text == "Fine.\u21b5\nday"
    assert [word.text for word in shown.words] == ["Fine", "\u21b5"]
    for word in shown.words:
        assert shown.text[word.start : word.end] == word.text
    for method in ("attention", "contribution", "occlusion"):
        assert sum(shown.scores(method)) == pytest.approx(
            sum(given.scores(method))
        )
    assert shown.words[1].weight_in_sentence == pytest.approx(14 / 20)
    (sentence,) = shown.sentences
    assert (sentence.start, sentence.end) == (0, len(shown.text))


def test_a_tag_in_which_no_word_was_seen():
    shown = break_at_tags(explain("one<p>two", ["one", "two"]))
    assert shown.text == "one\ntwo"
    assert [(w.start, w.end) for w in shown.words] == [(0, 3), (4, 7)]


@pytest.mark.parametrize(
    "text", ["I <3 you", "a < b > c", "<a@b.org> wrote", "br", "<brother>"]
)
def test_what_is_no_tag_stays(text):
    given = explain(text)
    assert break_at_tags(given) is given


def test_the_page_and_the_terminal_show_no_tag():
    given = explain("Fine<br />day", ["Fine", "br", "day"])
    assert page_data([given])["texts"][0][0] == "Fine\u21b5\nday"
    assert "br" not in to_ansi(given, color=False)


def test_blanked_tags_keep_the_places():
    text = "Fine.<br /><br />A <b>day</b> <3"
    blank = blank_tags(text)
    assert len(blank) == len(text)
    assert blank.split() == ["Fine.", "A", "day", "<3"]
    assert blank.index("day") == text.index("day")
