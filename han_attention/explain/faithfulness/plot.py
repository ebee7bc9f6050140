"""A picture of what `measure_faithfulness` found."""

from typing import TYPE_CHECKING

from han_attention.drawing.figure import make_figure
from han_attention.explain.faithfulness.report import Faithfulness

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Of Okabe and Ito; each method has a marker of its own, too.
_COLORS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")
_MARKERS = "osD^vPX"
_GREY = "#777777"
_DASHES = ("--", ":", "-.")


def plot_faithfulness(report: Faithfulness) -> "Figure":
    """Draw how the probability falls as words are left out, method by method.

    At the left without the words that a method points to: the higher the
    better. At the right with nothing but these: the lower the better. The
    controls are grey.

    Args:
        report: From `measure_faithfulness`.

    Returns:
        The matplotlib `Figure`: `figure.savefig("faithfulness.png")` writes
        it.

    Raises:
        ImportError: if matplotlib is not installed.

    Example:
    >>> from han_attention.explain.faithfulness.report import (
    ...     MethodFaithfulness,
    ... )
    >>> method = MethodFaithfulness("attention", False, [0.2], [0.1])
    >>> figure = plot_faithfulness(Faithfulness([0.1], [method], 500))
    >>> [axes.get_title() for axes in figure.axes]
    ['Without the best words', 'With nothing else']
    """
    figure = make_figure(9.0, 4.4)
    figure.set_layout_engine("constrained")
    without, alone = figure.subplots(1, 2, sharex=True)
    for number, method in enumerate(report.methods):
        style = {
            "color": _COLORS[number % len(_COLORS)],
            "marker": _MARKERS[number % len(_MARKERS)],
        }
        if method.is_control:
            dashes = _DASHES[number % len(_DASHES)]
            style = {"color": _GREY, "linestyle": dashes}
        percent = [100 * fraction for fraction in report.fractions]
        label = method.name.replace("_", " ")
        without.plot(percent, method.drops, label=label, **style)
        alone.plot(percent, method.losses, label=label, **style)
    _finish(without, "Without the best words", "left out")
    _finish(alone, "With nothing else", "kept")
    without.set_ylabel("Fall of the probability")
    figure.legend(
        handles=without.get_lines()[: len(report.methods)],
        loc="outside lower center",
        ncols=5,
        frameon=False,
        fontsize=9,
    )
    return figure


def _finish(axes: "Axes", title: str, done: str) -> None:
    axes.set_title(title, size=11)
    axes.set_xlabel(f"Words {done}, % of the text")
    axes.axhline(0, color="black", linewidth=0.5)
    axes.spines[["top", "right"]].set_visible(False)
