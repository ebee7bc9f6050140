"""The picture of a report: a line for each method, controls in grey."""

import pytest

from han_attention.explain.faithfulness.plot import plot_faithfulness
from han_attention.explain.faithfulness.report import Faithfulness
from han_attention.explain.faithfulness.report import MethodFaithfulness


@pytest.fixture
def figure():
    pytest.importorskip("matplotlib")
    methods = [
        MethodFaithfulness("attention", False, [0.1, 0.4], [0.3, 0.2]),
        MethodFaithfulness("gradient_x_input", False, [0.2, 0.5], [0.2, 0.1]),
        MethodFaithfulness("random", True, [0.0, 0.1], [0.4, 0.3]),
    ]
    return plot_faithfulness(Faithfulness([0.1, 0.5], methods, 10))


def test_lines_are_the_numbers_of_the_report(figure):
    without, alone = figure.axes
    lines = without.get_lines()[:3]
    assert [line.get_label() for line in lines] == [
        "attention",
        "gradient x input",
        "random",
    ]
    assert lines[1].get_xdata().tolist() == [10, 50]
    assert lines[1].get_ydata().tolist() == [0.2, 0.5]
    assert alone.get_lines()[2].get_ydata().tolist() == [0.4, 0.3]


def test_methods_differ_by_more_than_colour(figure):
    lines = figure.axes[0].get_lines()[:3]
    assert len({line.get_marker() for line in lines}) == 3
    assert lines[2].get_linestyle() != "-"


def test_the_legend_hides_no_line(figure):
    figure.draw_without_rendering()
    (legend,) = figure.legends
    assert [text.get_text() for text in legend.get_texts()] == [
        "attention",
        "gradient x input",
        "random",
    ]
    for axes in figure.axes:
        assert not legend.get_window_extent().overlaps(axes.get_tightbbox())


def test_it_can_be_written(figure, tmp_path):
    figure.savefig(tmp_path / "faithfulness.png")
    assert (tmp_path / "faithfulness.png").stat().st_size > 5_000
