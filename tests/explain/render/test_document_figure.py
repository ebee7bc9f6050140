"""A text as a picture: what stands in it, where, and in which colour."""

import dataclasses
import re
import subprocess
import sys

import numpy as np
import pytest
from matplotlib.colors import to_rgb
from pictures import render

from han_attention.explain.explanation import Explanation
from han_attention.explain.explanation import SentenceWeight
from han_attention.explain.explanation import WordWeight
from han_attention.explain.render.document_figure import plot_document

REVIEW = "Fine food here! I paid $20 or $30. Bad end."


def explain(text, hierarchical=True, label="pos"):
    """Sentences end at . ! ?, their weights and those of words rise."""
    spans = [m.span() for m in re.finditer(r"[^.!?\s][^.!?]*[.!?]*", text)]
    sentences, words = [], []
    for number, (start, end) in enumerate(spans, start=1):
        share = number / sum(range(len(spans) + 1))
        sentences.append(SentenceWeight(text[start:end], start, end, share))
        found = [
            m.span() for m in re.finditer(r"\$?\w+|[^\w\s]", text[start:end])
        ]
        for count, (first, last) in enumerate(found, start=1):
            inside = count / sum(range(len(found) + 1))
            word = WordWeight(
                text[start + first : start + last],
                start + first,
                start + last,
                share * inside,
                weight_in_sentence=inside if hierarchical else None,
            )
            words.append(word)
    parts = sentences if hierarchical else []
    return Explanation(text, "pos", {"pos": 0.9}, words, parts, label)


def texts_of(figure):
    return [text.get_text() for text in figure.axes[0].texts]


def boxes_of(figure):
    """Left, width and colour of each coloured box, in order."""
    return [
        (box.get_x(), box.get_width(), box.get_facecolor()[:3])
        for box in figure.axes[0].patches
    ]


def luminance(color):
    linear = [
        x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4
        for x in to_rgb(color)
    ]
    return float(np.dot([0.2126, 0.7152, 0.0722], linear))


def test_document_holds_every_word_in_order():
    figure = plot_document(explain(REVIEW))
    written = texts_of(figure)
    heading = "Prediction: pos (90.0%), right. Label: pos".split()
    assert written[: len(heading)] == heading
    assert "0.17 Fine food here ! 0.33 I paid" in " ".join(written)
    assert "0.50 Bad end . Orange: weight" in " ".join(written)
    baselines = {
        text.get_text(): text.get_position()[1] for text in figure.axes[0].texts
    }
    assert baselines["Fine"] < baselines["$20"] < baselines["Bad"]


def test_colours_of_worked_numbers():
    """Darkest is the word of the largest sqrt(p_s) p_w, and so on."""
    words = [
        WordWeight("a", 0, 1, 0.5, weight_in_sentence=0.625),
        WordWeight("b", 2, 3, 0.2, weight_in_sentence=1.0),
    ]
    sentences = [
        SentenceWeight("a", 0, 1, 0.64),
        SentenceWeight("b", 2, 3, 0.16),
    ]
    text = Explanation("a b", "x", {"x": 1.0}, words, sentences)
    (_, _, first), (_, _, a), (_, _, second), (_, _, b) = boxes_of(
        plot_document(text)
    )
    strength = [1 - np.array(color) for color in (first, a, second, b)]
    np.testing.assert_allclose(strength[2], strength[0] * 0.16 / 0.64)
    # 0.8 * 0.625 = 0.5 and 0.4 * 1 = 0.4
    np.testing.assert_allclose(strength[3], strength[1] * 0.4 / 0.5)


def signed(hierarchical=True):
    """Two sentences, for and against, by a method of another name."""
    inside = 1.0 if hierarchical else None
    words = [
        WordWeight("a", 0, 1, 0.5, weight_in_sentence=inside),
        WordWeight("b", 3, 4, 0.5, weight_in_sentence=inside),
    ]
    sentences = [
        SentenceWeight("a.", 0, 2, 0.5),
        SentenceWeight("b.", 3, 5, 0.5),
    ]
    return Explanation(
        *("a. b.", "y", {"x": 0.25, "y": 0.75}, words),
        sentences if hierarchical else (),
        attributions={"occlusion": [[-1.0, 1.0], [2.0, -2.0]]},
    )


@pytest.mark.parametrize("hierarchical", [True, False])
def test_signs_are_colours(hierarchical):
    """Blue for the class and orange against it, the larger the stronger."""
    figure = plot_document(signed(hierarchical), method="occlusion")
    strengths = [1 - np.array(color) for _, _, color in boxes_of(figure)]
    for_it, against = strengths[:: 2 if hierarchical else 1][:2]
    assert for_it[0] > for_it[2] and against[2] > against[0]
    np.testing.assert_allclose(2 * for_it.max(), against.max(), rtol=0.3)
    written = " ".join(texts_of(figure))
    assert ("+1.00 a ." in written) is hierarchical
    assert ("-2.00 b ." in written) is hierarchical
    assert "Occlusion for y. Blue: for it. Orange: against." in written


def test_another_class_has_the_other_colours():
    figures = [
        plot_document(signed(), method="occlusion", class_name=name)
        for name in ("y", "x")
    ]
    (_, _, first), (_, _, other) = (boxes_of(figure)[0] for figure in figures)
    assert first[2] > first[0] and other[0] > other[2]


def test_the_largest_scores_are_drawn_whatever_their_sign():
    figure = plot_document(signed(), max_sentences=1, method="occlusion")
    assert "b" in texts_of(figure) and "a" not in texts_of(figure)


def test_unknown_method_of_a_document():
    with pytest.raises(ValueError, match="argument `method`"):
        plot_document(signed(), method="lime")


def test_letters_are_readable_on_every_shade():
    figure = plot_document(explain(REVIEW))
    darkest = min(luminance(color) for _, _, color in boxes_of(figure))
    assert (darkest + 0.05) / 0.05 > 4.5  # WCAG AA, black letters
    greys = {text.get_color() for text in figure.axes[0].texts} - {"black"}
    for grey in greys:
        assert 1.05 / (luminance(grey) + 0.05) > 4.5


def test_without_sentences_the_text_is_a_paragraph():
    figure = plot_document(explain(REVIEW, hierarchical=False))
    assert not {"0.17", "0.33", "0.50", "Orange:"} & {*texts_of(figure)}
    lefts = [left for left, _, _ in boxes_of(figure)]
    assert lefts == sorted(lefts)  # all on one line


def test_what_was_not_seen_is_grey_without_a_box():
    words = [WordWeight("Fine", 0, 4, 1.0)]
    figure = plot_document(Explanation("Fine food", "x", {"x": 1.0}, words))
    assert len(boxes_of(figure)) == 1
    colors = {x.get_text(): x.get_color() for x in figure.axes[0].texts}
    assert colors["Fine"] == "black" != colors["food"]


def test_words_lie_on_their_boxes_and_in_the_picture():
    figure = plot_document(explain(20 * REVIEW + "w" * 300), width=4)
    figure.draw_without_rendering()
    boxes = [box.get_window_extent() for box in figure.axes[0].patches]
    for text in figure.axes[0].texts:
        extent = text.get_window_extent()
        assert figure.bbox.x0 < extent.x0 and extent.x1 < figure.bbox.x1
        assert figure.bbox.y0 < extent.y0 and extent.y1 < figure.bbox.y1
        if text.get_color() == "black" and text.get_weight() != "bold":
            assert any(
                box.x0 - 1 < extent.x0 and extent.x1 < box.x1 + 2
                for box in boxes
                if box.y0 < (extent.y0 + extent.y1) / 2 < box.y1
            ), text


def test_height_grows_with_the_sentences():
    one, three = (plot_document(explain(t)) for t in ("Fine.", REVIEW))
    assert one.get_figwidth() == three.get_figwidth() == 8
    assert one.get_figheight() < three.get_figheight()


def test_heaviest_sentences_are_drawn():
    figure = plot_document(explain(REVIEW), max_sentences=1)
    assert "Bad" in texts_of(figure) and "Fine" not in texts_of(figure)
    assert "Not drawn: 2 sentences" in " ".join(texts_of(figure))


@pytest.mark.parametrize("hierarchical", [True, False])
def test_long_text_is_cut(hierarchical):
    explained = explain("word " * 6000 + ". End.", hierarchical)
    figure = plot_document(explained, width=3)
    assert figure.get_figheight() < 60
    assert " ".join(texts_of(figure)).endswith("The text goes on.")
    assert "End" not in texts_of(figure)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n ",
        "$x_{1$ and \\frac{ a^b_c & % #",
        "这部电影非常好看",
        "\U0001f600 \U0001f44d\U0001f3fd",
        "שלום עולם. هذا فيلم رائع",
        "zero\u200bwidth \u202ereversed\u202c",
        "half \ud800 null \0 feed \x0c",
        "<b>&amp;",
    ],
)
@pytest.mark.parametrize("hierarchical", [True, False])
def test_any_text_can_be_drawn(text, hierarchical):
    explained = explain(text, hierarchical, label=text)
    explained = dataclasses.replace(
        explained, prediction=text, probabilities={text: 1.0}
    )
    assert render(plot_document(explained)).std() > 0.01


def test_dollars_are_drawn_as_they_are():
    figure = plot_document(explain("$x$ $\\alpha$."))
    written = {x.get_text(): x.get_parse_math() for x in figure.axes[0].texts}
    assert written["$x"] is written["$"] is False


def test_right_to_left_text_begins_at_the_right():
    figure = plot_document(explain("זה סרט טוב. A film."))
    lefts = {x.get_text(): x.get_position()[0] for x in figure.axes[0].texts}
    assert lefts["זה"] > lefts["סרט"] > lefts["טוב"]
    assert lefts["A"] < lefts["film"]
    ends = [left + width for left, width, _ in boxes_of(figure)]
    assert max(ends) == pytest.approx(72 * 8 - 14 + 1)  # the right margin


@pytest.mark.parametrize(
    "options", [{"max_sentences": 0}, {"width": 1.5}, {"width": "8"}]
)
def test_wrong_arguments_of_the_document(options):
    (name,) = options
    with pytest.raises(ValueError, match=f"argument `{name}`"):
        plot_document(explain(REVIEW), **options)


CODE = """
import sys

class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in sys.argv[1:]:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Blocked())

from han_attention.explain.explanation import Explanation
from han_attention.explain.render.document_figure import plot_document

try:
    plot_document(Explanation("", "a", {"a": 1.0}, []))
except ImportError as error:
    print(error)
print("matplotlib.pyplot" in sys.modules)
"""


@pytest.mark.parametrize(
    ("blocked", "expected"),
    [
        (["keras", "tensorflow"], ["False"]),
        (
            ["matplotlib"],
            [
                'Plots need matplotlib: pip install "han-attention[plot]"',
                "False",
            ],
        ),
    ],
)
def test_what_drawing_needs(blocked, expected):
    done = subprocess.run(
        [sys.executable, "-c", CODE, *blocked],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines() == expected
