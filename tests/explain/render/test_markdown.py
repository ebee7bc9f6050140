"""Explanations as Markdown: strongest words bold, everything else harmless."""

import pytest

from han_attention.explain.explanation import Explanation
from han_attention.explain.explanation import WordWeight
from han_attention.explain.render.markdown import escape
from han_attention.explain.render.markdown import to_markdown
from han_attention.explain.view import describe_prediction


def explanation_of(text, scores, **options):
    words, start = [], 0
    for part, score in zip(text.split(), scores, strict=True):
        start = text.index(part, start)
        end = start + len(part)
        words.append(WordWeight(part, start, end, abs(score), (-score, score)))
        start = end
    return Explanation(text, "b", {"a": 0.25, "b": 0.75}, words, **options)


def test_strongest_words_are_bold_and_listed():
    text = "one two three four five six seven"
    explanation = explanation_of(text, [0.1, 0.2, 0.3, 0.0, 0.4, 0.5, 0.6])
    lines = to_markdown(explanation).splitlines()
    assert lines[0] == "**b** (75.0%)"
    assert lines[2] == "one **two** **three** four **five** **six** **seven**"
    assert lines[4:7] == [
        "| word | attention |",
        "|---|---|",
        "| seven | 0.600 |",
    ]
    assert len(lines) == 11


def test_signed_scores_of_a_method():
    explanation = explanation_of("good bad", [0.5, -0.9])
    lines = to_markdown(explanation, "contribution").splitlines()
    assert lines[-2:] == ["| bad | -0.900 |", "| good | 0.500 |"]


def test_the_class_of_signed_scores_stands_above_them():
    explanation = explanation_of("good bad", [0.5, -0.9])
    assert "| word | contribution for b |" in to_markdown(
        explanation, "contribution"
    )
    lines = to_markdown(explanation, "contribution", "a").splitlines()
    assert lines[4] == "| word | contribution for a |"
    assert lines[-2:] == ["| bad | 0.900 |", "| good | -0.500 |"]


@pytest.mark.parametrize(
    ("label", "heading"),
    [("b", ", right"), ("<i>", r", wrong: labelled \<i\>")],
)
def test_label(label, heading):
    explanation = explanation_of("good", [1.0], label=label)
    assert to_markdown(explanation).splitlines()[0].endswith(heading)


def test_several_predictions_and_none():
    shares = {"a": 0.7, "b": 0.8}
    several = Explanation("", ["a", "b"], shares, [])
    assert to_markdown(several).startswith("**a** (70.0%), **b** (80.0%)")
    assert to_markdown(Explanation("", [], shares, [])).startswith("**no class")
    unsure = Explanation("x", None, shares, [], threshold=0.85)
    heading = to_markdown(unsure).splitlines()[0].replace("\\", "")
    assert heading.startswith("**no answer (b 80.0%, needs 85.0%)**")
    unsure = Explanation("x", None, shares, [], label="b", threshold=0.85)
    assert unsure.is_right is None
    heading = to_markdown(unsure).splitlines()[0]
    assert heading.endswith("**, labelled b")
    assert describe_prediction(unsure).endswith("needs 85.0%). Label: b")


def test_what_markdown_or_html_would_read_is_escaped():
    text = "<script>alert(1)</script> [x](javascript:1) *b* | a"
    shown = to_markdown(explanation_of(text, [0, 0, 0, 0, 1.0]))
    line = shown.splitlines()[2].replace("**", "")
    assert line == (
        r"\<script\>alert\(1\)\</script\> \[x\]\(javascript\:1\) \*b\* \| a"
    )
    assert escape("a\n\n# b") == r"a \# b"


def test_a_long_text_is_shown_around_its_strongest_word():
    scores = [0.0] * 200
    scores[120] = 1.0
    text = " ".join(f"w{n}" for n in range(200))
    shown = to_markdown(explanation_of(text, scores), max_words=11)
    line = shown.splitlines()[2]
    assert line.startswith("… w115 ") and line.endswith(" w125 …")
    assert "**w120**" in line


def test_a_text_without_words():
    shown = to_markdown(Explanation("", "b", {"b": 1.0}, []))
    assert shown.splitlines()[2:] == ["(no text)", "", "(no words)"]
