"""plot_alignment: which weight stands where, and under which words."""

import io

import numpy as np
import pytest
from matplotlib.image import imread

from han_attention.seq2seq import plot_alignment
from han_attention.seq2seq.translator import Translation

SOURCE, WORDS = ["le", "chat", "noir"], ["the", "black", "cat"]
WEIGHTS = np.array([[0.9, 0.1, 0.0], [0.1, 0.2, 0.7], [0.0, 0.8, 0.2]])


def labels_of(axis):
    return [label.get_text() for label in axis.get_ticklabels()]


def render(figure):
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=60)
    file.seek(0)
    return imread(file)


def test_rows_are_written_words_and_columns_source_words():
    axes, bar = plot_alignment(WEIGHTS, SOURCE, WORDS).axes
    np.testing.assert_array_equal(axes.images[0].get_array(), WEIGHTS)
    assert labels_of(axes.yaxis) == WORDS
    assert labels_of(axes.xaxis) == SOURCE
    assert axes.images[0].get_clim() == (0, 0.9)
    assert bar.get_ylabel() == "Weight"
    # The first row is drawn at the top, under the source words.
    assert axes.get_ylim()[0] > axes.get_ylim()[1]


def test_the_largest_weight_is_the_darkest_cell():
    picture = render(plot_alignment(np.eye(2), ["a", "b"], ["c", "d"]))
    assert picture[..., :3].sum(axis=-1).min() < 1  # a dark blue
    figure = plot_alignment(np.zeros((1, 2)), ["a", "b"], ["c"])
    assert figure.axes[0].images[0].get_clim() == (0, 1)


def test_a_translation_brings_its_words():
    translation = Translation("the black cat", SOURCE, WORDS, -1.0, WEIGHTS)
    axes = plot_alignment(translation).axes[0]
    assert labels_of(axes.yaxis) == WORDS
    assert labels_of(axes.xaxis) == SOURCE
    other = plot_alignment(translation, words=["die", "schwarze", "Katze"])
    assert labels_of(other.axes[0].yaxis) == ["die", "schwarze", "Katze"]


def test_a_picture_for_each_head():
    weights = np.stack([WEIGHTS, WEIGHTS[::-1] / 2])
    *pictures, _ = plot_alignment(weights, SOURCE, WORDS).axes
    assert [axes.get_xlabel() for axes in pictures] == ["Head 1", "Head 2"]
    for axes, own in zip(pictures, weights, strict=True):
        np.testing.assert_array_equal(axes.images[0].get_array(), own)
        assert axes.images[0].get_clim() == (0, 0.9)


@pytest.mark.parametrize(("rows", "columns"), [(1, 1), (2, 40), (40, 3)])
def test_labels_of_odd_words_do_not_overlap(rows, columns):
    odd = ["$x_{", "\\a^", "w" * 300, "", "two\nlines", "<b>"]
    source = [odd[n % len(odd)] for n in range(columns)]
    words = [odd[n % len(odd)] for n in range(rows)]
    weights = np.full((rows, columns), 0.5)
    figure = plot_alignment(weights, source, words)
    assert render(figure).std() > 0
    for axis in (figure.axes[0].xaxis, figure.axes[0].yaxis):
        boxes = [x.get_window_extent() for x in axis.get_ticklabels()]
        boxes = [box for box in boxes if box.width and box.height]
        for first, second in zip(boxes, boxes[1:], strict=False):
            assert not first.overlaps(second)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((Translation("a", ["b"], ["a"], 0.0),), "`return_attention_scores"),
        ((np.zeros((0, 3)), SOURCE, []), r"`translation`.*\(0, 3\)"),
        ((np.zeros(3), SOURCE, WORDS), r"`translation`.*\(3,\)"),
        ((WEIGHTS, SOURCE[:2], WORDS), "`source_words`. Expected 3 words"),
        ((WEIGHTS, SOURCE), "`words`.*words=None"),
        ((WEIGHTS, SOURCE, "cat"), "`words`.*words='cat'"),
    ],
)
def test_wrong_arguments(arguments, message):
    with pytest.raises(ValueError, match=message):
        plot_alignment(*arguments)
