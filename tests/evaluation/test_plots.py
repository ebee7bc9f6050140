"""Reports as text and as pictures: what stands in them, and where."""

import dataclasses
import subprocess
import sys

import numpy as np
import pytest
from matplotlib.image import imread
from report_cases import make_report
from report_cases import several_labels
from report_cases import with_confusion

from han_attention.evaluation.plots import plot_confusion
from han_attention.evaluation.plots import plot_reliability
from han_attention.evaluation.plots import save_confusion_plot
from han_attention.evaluation.plots import save_plots
from han_attention.evaluation.plots import save_reliability_plot
from han_attention.evaluation.tables import display_name


def tick_names(axis):
    return [label.get_text() for label in axis.get_ticklabels()]


def test_confusion_picture_shows_shares_and_counts():
    counts = [[30, 10, 0], [5, 15, 0], [0, 0, 0]]
    figure = plot_confusion(with_confusion(["a", "b", "c"], counts))
    axes = figure.axes[0]
    np.testing.assert_allclose(
        axes.images[0].get_array(),
        [[0.75, 0.25, 0], [0.25, 0.75, 0], [0, 0, 0]],
    )
    written = {text.get_position(): text.get_text() for text in axes.texts}
    for row in range(3):
        for column in range(3):
            assert written[column, row] == str(counts[row][column])
    assert tick_names(axes.xaxis) == tick_names(axes.yaxis) == ["a", "b", "c"]
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("Predicted", "True")


@pytest.mark.parametrize(
    "names",
    [
        ["no", "yes"],
        [f"a class with a long name, number {n}" for n in range(20)],
        [f"$\\broken{{ {n}$" for n in range(5)],
    ],
    ids=["2", "20 long", "dollars"],
)
def test_names_and_counts_fit_into_the_picture(names):
    report = make_report(names, num_texts=100_000)
    figure = plot_confusion(report)
    figure.draw_without_rendering()
    axes = figure.axes[0]
    labels = [*axes.get_xticklabels(), *axes.get_yticklabels()]
    assert [x.get_text() for x in labels] == 2 * [*map(display_name, names)]
    for label in labels:
        box = label.get_window_extent()
        assert figure.bbox.containsx(box.x0) and figure.bbox.containsx(box.x1)
        assert figure.bbox.containsy(box.y0) and figure.bbox.containsy(box.y1)
    cell = axes.get_window_extent().width / len(names)
    for text in axes.texts:
        assert text.get_window_extent().width < cell
    for first, second in zip(labels, labels[1 : len(names)], strict=False):
        assert not first.get_window_extent().overlaps(
            second.get_window_extent()
        )


def test_counts_differ_from_their_background():
    figure = plot_confusion(with_confusion(["a", "b"], [[9, 1], [2, 8]]))
    colors = {x.get_text(): x.get_color() for x in figure.axes[0].texts}
    assert colors == {"9": "white", "1": "black", "2": "black", "8": "white"}


def test_many_classes_are_colours_with_some_names():
    figure = plot_confusion(make_report(list(range(150))))
    axes = figure.axes[0]
    assert not axes.texts
    assert tick_names(axes.xaxis) == [str(n) for n in range(0, 150, 3)]
    assert max(figure.get_size_inches()) < 25


def test_confusion_picture_of_several_labels():
    with pytest.raises(ValueError, match="several labels"):
        plot_confusion(several_labels())


def test_reliability_picture_shows_the_bins():
    report = make_report(["a", "b", "c"])
    upper, lower = plot_reliability(report).axes
    bins = report.reliability
    assert [bar.get_height() for bar in upper.patches] == [
        b.accuracy for b in bins
    ]
    assert [bar.get_x() for bar in upper.patches] == [b.lower for b in bins]
    assert [bar.get_height() for bar in lower.patches] == [
        b.count for b in bins
    ]
    assert [text.get_text() for text in lower.texts] == [
        str(b.count) for b in bins
    ]
    (gaps,) = upper.collections
    for b, line in zip(bins, gaps.get_segments(), strict=True):
        np.testing.assert_allclose(
            line, [[b.confidence, b.accuracy], [b.confidence, b.confidence]]
        )
    assert f"{report.calibration_error:.4f}" in upper.get_title()
    assert lower.get_ylabel() == "Texts"


def test_reliability_picture_of_several_labels_counts_decisions():
    lower = plot_reliability(several_labels()).axes[1]
    assert lower.get_ylabel() == "Label decisions"
    assert sum(bar.get_height() for bar in lower.patches) == 6


def test_long_counts_fit_over_their_bars():
    report = make_report(["a", "b"])
    bins = [
        dataclasses.replace(b, count=b.count * 1_000_000)
        for b in report.reliability
    ]
    figure = plot_reliability(dataclasses.replace(report, reliability=bins))
    figure.draw_without_rendering()
    texts = figure.axes[1].texts
    assert len(texts) > 5
    for first, second in zip(texts, texts[1:], strict=False):
        assert first.get_window_extent().x1 <= second.get_window_extent().x0


@pytest.mark.parametrize("plot", [save_confusion_plot, save_reliability_plot])
def test_pictures_are_saved_as_png(plot, tmp_path):
    path = tmp_path / "new" / "picture.png"
    plot(make_report(["a", "b"]), path)
    picture = imread(path)
    height, width, _ = picture.shape
    assert 300 < width < 1500 and 300 < height < 1500
    assert picture.std() > 0.05  # something is drawn


def test_save_plots(tmp_path):
    paths = save_plots(make_report(["a", "b"]), tmp_path)
    names = ["coverage.png", "confusion.png", "reliability.png"]
    assert paths == [tmp_path / name for name in names]
    assert sorted(tmp_path.iterdir()) == sorted(paths)


def test_save_plots_of_several_labels(tmp_path):
    paths = save_plots(several_labels(), tmp_path / "plots")
    names = ["coverage.png", "reliability.png"]
    assert paths == [tmp_path / "plots" / name for name in names]
    assert sorted((tmp_path / "plots").iterdir()) == paths


WITHOUT_MATPLOTLIB = """
import sys

class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] == "matplotlib":
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Blocked())

from han_attention.evaluation.scoring import evaluate
from han_attention.evaluation.plots import save_plots

report = evaluate([[0.9, 0.1]], ["a"], ["a", "b"])
print(report.accuracy)
try:
    save_plots(report, sys.argv[1])
except ImportError as error:
    print(error)
"""


def test_report_without_matplotlib(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_MATPLOTLIB, str(tmp_path / "plots")],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines() == [
        "1.0",
        'Plots need matplotlib: pip install "han-attention[plot]"',
    ]
    assert not (tmp_path / "plots").exists()


def test_drawing_leaves_pyplot_alone(tmp_path):
    code = (
        "import sys\n"
        "from han_attention.evaluation.scoring import evaluate\n"
        "from han_attention.evaluation.plots import save_plots\n"
        "save_plots(evaluate([[.9, .1]], ['a'], ['a', 'b']), sys.argv[1])\n"
        "print('matplotlib.pyplot' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "False"
