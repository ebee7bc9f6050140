"""What every renderer sees: words, sentences, scores, and their scale."""

import pytest

from han_attention.explain.explanation import Explanation
from han_attention.explain.explanation import SentenceWeight
from han_attention.explain.explanation import WordWeight
from han_attention.explain.view import get_method
from han_attention.explain.view import make_view
from han_attention.explain.view import scale_scores

WORDS = [
    WordWeight("A", 0, 1, 0.2, (0.5, -0.5), 1.0),
    WordWeight("B", 5, 6, 0.4, (-2.0, 2.0), 0.5),
    WordWeight("C", 7, 8, 0.4, (1.0, -1.0), 0.5),
]
SENTENCES = [SentenceWeight("A.", 0, 2, 0.2), SentenceWeight("B C", 5, 8, 0.8)]


def explain(words=WORDS, sentences=SENTENCES, **options):
    shares = {"x": 0.25, "y": 0.75}
    return Explanation("A. - B C ", "y", shares, words, sentences, **options)


def test_the_attention_is_seen_unasked():
    view = make_view(explain())
    assert (view.method.name, view.title, view.class_name) == (
        *("attention", "attention", None),
    )
    assert [word.score for word in view.words] == [0.2, 0.4, 0.4]
    assert [word.shade for word in view.words] == [0.5, 1.0, 1.0]
    assert view.format(0.5) == "0.500"


def test_scores_are_scaled_with_their_sign():
    view = make_view(explain(), "contribution")
    assert view.title == "contribution for y"
    assert [word.shade for word in view.words] == [-0.25, 1.0, -0.5]
    assert view.rank_words() == [1, 2, 0]
    assert view.format(0.5) == "+0.500"
    other = make_view(explain(), "contribution", "x")
    assert other.title == "contribution for x"
    assert [word.shade for word in other.words] == [0.25, -1.0, 0.5]


def test_parts_are_the_sentences_and_what_is_between():
    parts = make_view(explain(), "contribution").parts
    assert [(part.start, part.end) for part in parts] == [
        (0, 2),
        (2, 5),
        (5, 8),
    ]
    assert [part.score for part in parts] == [-0.5, None, 1.0]
    assert [part.shade for part in parts] == [-0.5, None, 1.0]
    written = ["".join(word.text for word in part.words) for part in parts]
    assert written == ["A", "", "BC"]


def test_without_sentences_the_text_is_one_part():
    view = make_view(explain(sentences=()))
    (part,) = view.parts
    assert (part.start, part.end, part.score) == (0, 9, None)
    assert not view.has_sentences
    assert make_view(Explanation(" ", "x", {"x": 1.0}, [])).parts == ()


def test_a_model_without_attention_shows_another_method():
    words = [WordWeight("A", 0, 1, 0.0), WordWeight("B", 5, 6, 0.0)]
    gradients = {"gradient_x_input": [[1.0, -1.0], [-2.0, 2.0]]}
    explanation = explain(words, (), attributions=gradients)
    assert explanation.methods == ["gradient_x_input"]
    assert make_view(explanation).title == "gradient x input for y"
    with pytest.raises(ValueError, match="`method`.*'attention'"):
        make_view(explanation, "attention")


def test_all_weights_at_0_and_no_other_method():
    assert explain([WordWeight("A", 0, 1, 0.0)], ()).methods == ["attention"]


def test_a_method_that_is_not_registered():
    method = get_method("of_mine")
    assert (method.title, method.signed) == ("of mine", True)
    with pytest.raises(ValueError, match="not registered"):
        method.score(None, None)


def test_no_number_has_no_shade():
    assert scale_scores([float("nan"), 2.0, float("-inf")]) == [0.0, 1.0, 0.0]
    assert scale_scores([]) == []


def test_a_notebook_shows_the_last_method():
    assert "contribution for <bdi>y</bdi>" in explain()._repr_html_()
