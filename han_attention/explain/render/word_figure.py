"""How the attention weight of a word is distributed, as histograms."""

import heapq
from functools import partial
from typing import TYPE_CHECKING
from typing import Any

import numpy as np
from numpy.typing import NDArray

from han_attention.drawing.figure import make_figure
from han_attention.drawing.figure import measure_text
from han_attention.drawing.text import shorten
from han_attention.explain.word_attention import WordAttention
from han_attention.validation import check_integer
from han_attention.validation import check_positive_number

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_COLUMNS = 5  # of the small histograms
_WIDTH = 9.0  # inches, of all of them
_BLUE, _ORANGE = "#0072b2", "#d55e00"  # of Okabe and Ito, as on the page
_TITLE_SIZE, _TITLE_APART = 10, 0.4  # points, inches


def plot_word_attention(
    attention: WordAttention,
    bins: int = 20,
    max_groups: int = 20,
    max_weight: float | None = None,
) -> "Figure":
    """Plot how the attention weight of a word is distributed.

    A large histogram of all occurrences and a small one for each group, as
    figures 3 and 4 of Yang et al. for "good" and "bad" and the ratings. All
    have the same bins, from 0 to the highest weight of the word: to compare
    two words, give both the same `max_weight`.

    Args:
        attention: The weights, from `attention_of_word`.
        bins: The number of bins. Defaults to 20.
        max_groups: Of more groups those with the most occurrences are drawn.
            Defaults to 20.
        max_weight: Where the bins end. Defaults to None: at the highest
            weight of the word.

    Returns:
        The matplotlib `Figure`: `figure.savefig("good.png")` writes it.

    Raises:
        ImportError: if matplotlib is not installed.
        ValueError: if a number is not positive.

    Example:
    >>> attention = WordAttention("good", np.array([0.1, 0.9]), [1, 5])
    >>> len(plot_word_attention(attention).axes)  # all, 1 and 5
    3

    Reference:
        Yang et al., 2016, https://aclanthology.org/N16-1174/
    """
    check_integer("bins", bins, 1)
    check_integer("max_groups", max_groups, 1)
    groups = attention.by_group()
    most = heapq.nlargest(max_groups, groups, lambda g: len(groups[g].weights))
    drawn = {name: part for name, part in groups.items() if name in most}
    columns = max(min(len(drawn), _COLUMNS), 1)
    rows = -(-len(drawn) // columns)
    if max_weight is None:
        max_weight = attention.weights.max() or 1.0
    check_positive_number("max_weight", max_weight)
    edges = np.linspace(0.0, max_weight, bins + 1)
    figure = make_figure(_WIDTH, 3 + 1.7 * rows)
    figure.set_layout_engine("constrained", w_pad=0.1, h_pad=0.1)
    grid = figure.add_gridspec(
        1 + rows, columns, height_ratios=[1.6] + [1] * rows
    )
    axes = figure.add_subplot(grid[0, :])
    title = f"Attention weight of “{attention.word}”"
    _plot_histogram(axes, attention, edges, title, _WIDTH)
    axes.set(xlabel="Attention weight", ylabel="Fraction of occurrences")
    axes.legend()
    _plot_groups(figure, grid, drawn, edges)
    if len(drawn) < len(groups):
        figure.supxlabel(
            f"The {len(drawn)} most frequent of {len(groups)} groups", size=9
        )
    return figure


def _plot_groups(
    figure: "Figure",
    grid: Any,
    groups: dict[Any, WordAttention],
    edges: NDArray[np.float64],
) -> None:
    first: Axes | None = None  # has the axes of all
    for number, (name, part) in enumerate(groups.items()):
        row, column = divmod(number, grid.ncols)
        axes = figure.add_subplot(
            grid[row + 1, column], sharex=first, sharey=first
        )
        first = first or axes
        _plot_histogram(axes, part, edges, str(name), _WIDTH / grid.ncols)
        axes.tick_params(labelsize=8, labelleft=column == 0)


def _plot_histogram(
    axes: "Axes",
    attention: WordAttention,
    edges: NDArray[np.float64],
    title: str,
    width: float,
) -> None:
    """Plot the fractions with a title; there is room of `width` inches."""
    fractions, _ = attention.histogram(edges)
    axes.bar(
        edges[:-1],
        fractions,
        np.diff(edges),
        align="edge",
        color=_BLUE,
        edgecolor="white",
        linewidth=min(0.5, 10 / len(fractions)),
    )
    mean = attention.weights.mean()
    axes.axvline(mean, color=_ORANGE, linestyle="--", label=f"mean {mean:.3g}")
    axes.set_xlim(edges[0], edges[-1])
    axes.spines[["top", "right"]].set_visible(False)
    number = f" ({len(attention.weights)})"
    measure = partial(measure_text, size=_TITLE_SIZE)
    room = 72 * (width - _TITLE_APART) - measure(number)
    axes.set_title(
        shorten(title, measure, room) + number,
        size=_TITLE_SIZE,
        parse_math=False,
        usetex=False,
    )
