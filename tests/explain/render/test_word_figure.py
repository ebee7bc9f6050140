"""Histograms of a word's attention: which bars, and under which titles."""

import numpy as np
import pytest
from pictures import render

from han_attention.explain.render.word_figure import plot_word_attention
from han_attention.explain.word_attention import WordAttention


def test_histograms_show_the_shares():
    weights = np.array([0.125, 0.25, 0.75, 1.0])
    attention = WordAttention("good", weights, [1, 1, 2, None])
    every, first, second = plot_word_attention(attention, bins=4).axes
    expected = {
        every: [0.25, 0.25, 0.0, 0.5],
        first: [0.5, 0.5, 0.0, 0.0],
        second: [0.0, 0.0, 0.0, 1.0],
    }
    for axes, shares in expected.items():
        assert [bar.get_height() for bar in axes.patches] == shares
        edges = [bar.get_x() for bar in axes.patches]
        assert edges == [0, 0.25, 0.5, 0.75]
        assert axes.get_xlim() == (0, 1)
    assert [x.get_title() for x in expected] == [
        "Attention weight of “good” (4)",
        "1 (2)",
        "2 (1)",
    ]
    assert every.lines[0].get_xdata()[0] == weights.mean()
    assert first.get_ylim() == second.get_ylim()
    assert every.get_ylabel() == "Fraction of occurrences"


def test_without_groups_there_is_one_histogram():
    attention = WordAttention("good", np.array([0.0]), [None])
    figure = plot_word_attention(attention)
    assert len(figure.axes) == 1
    assert render(figure).std() > 0.05


def test_of_many_groups_the_most_frequent_are_drawn():
    groups = [0, 1, 1, 2, 3, 3, 3, 4]
    attention = WordAttention("good", np.linspace(0, 1, 8), groups)
    figure = plot_word_attention(attention, max_groups=2)
    titles = [axes.get_title() for axes in figure.axes[1:]]
    assert titles == ["1 (2)", "3 (3)"]
    assert figure.get_supxlabel() == "The 2 most frequent of 5 groups"


@pytest.mark.parametrize("number", [1, 2, 7, 20])
def test_titles_do_not_overlap(number):
    names = [f"$\\a_ long^ name$ of a class {n}" for n in range(number)]
    weights = np.full(number, 0.5)
    figure = plot_word_attention(WordAttention("$w_{", weights, names))
    assert render(figure).std() > 0.05
    boxes = [axes.title.get_window_extent() for axes in figure.axes]
    for n, box in enumerate(boxes):
        assert figure.bbox.x0 <= box.x0 and box.x1 <= figure.bbox.x1
        assert not any(box.overlaps(other) for other in boxes[n + 1 :])


@pytest.mark.parametrize("name", ["bins", "max_groups"])
@pytest.mark.parametrize("value", [0, 1.5])
def test_wrong_arguments_of_the_histograms(name, value):
    attention = WordAttention("good", np.ones(1), [1])
    with pytest.raises(ValueError, match=f"argument `{name}`"):
        plot_word_attention(attention, **{name: value})
