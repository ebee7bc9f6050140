"""A report drawn as pictures."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING
from typing import Any

import numpy as np
from numpy.typing import NDArray

from han_attention.atomic import replace_when_written
from han_attention.drawing.text import count_columns
from han_attention.evaluation.tables import display_name

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from han_attention.evaluation.report import Report

_MOST_COUNTED = 30  # classes; of more the picture shows colours alone
_MOST_NAMED = 60  # classes; of more the picture names every second, third, …

# Colours that remain different to the colour-blind (Okabe and Ito).
_BLUE, _ORANGE, _GREY = "#0072b2", "#d55e00", "#777777"


def plot_confusion(report: "Report") -> "Figure":
    """Draw the confusion matrix: counts, on the fraction of the true class.

    Class names are written in the fonts of matplotlib's `font.family`: for
    Chinese, say, set it to one that has the characters.

    Raises:
        ImportError: if matplotlib is not installed.
        ValueError: if the report has no confusion matrix.

    Example:
    >>> from han_attention.evaluation.scoring import evaluate
    >>> report = evaluate([[0.9, 0.1]], ["no"], ["no", "yes"])
    >>> len(plot_confusion(report).axes)  # the matrix and the colour bar
    2
    """
    if report.confusion is None:
        raise ValueError(
            "There is no confusion matrix where a text can have several labels."
        )
    size = len(report.confusion)
    names = [display_name(scores.name) for scores in report.classes]
    margin = 1.5 + 0.08 * max(map(count_columns, names))  # inches
    side = min(max(0.45 * size, 2.5), 20)
    figure = _make_figure(side + margin + 1, side + margin)
    axes = figure.add_subplot()
    totals = report.confusion.sum(axis=1, keepdims=True)
    fractions = report.confusion / np.maximum(totals, 1)
    image = axes.imshow(fractions, cmap="Blues", vmin=0, vmax=1)
    figure.colorbar(image, shrink=0.8, label="Fraction of the true class")
    ticks = range(0, size, -(-size // _MOST_NAMED))
    shown = [names[n] for n in ticks]
    axes.set_yticks(ticks, shown, parse_math=False)
    axes.set_xticks(ticks, shown, parse_math=False, rotation=90)
    axes.set(xlabel="Predicted", ylabel="True")
    if size <= _MOST_COUNTED:
        _write_counts(axes, report.confusion, fractions)
    return figure


def plot_reliability(report: "Report") -> "Figure":
    """Draw accuracy against confidence, and how many had each confidence.

    Raises:
        ImportError: if matplotlib is not installed.

    Example:
    >>> from han_attention.evaluation.scoring import evaluate
    >>> report = evaluate([[0.9, 0.1]], ["no"], ["no", "yes"])
    >>> len(plot_reliability(report).axes)
    2
    """
    bins = report.reliability
    lower, width = [b.lower for b in bins], [b.upper - b.lower for b in bins]
    confidence = [b.confidence for b in bins]
    accuracy = [b.accuracy for b in bins]
    figure = _make_figure(6, 7)
    upper_axes, lower_axes = figure.subplots(
        2, sharex=True, height_ratios=(3, 1)
    )
    style = {"align": "edge", "color": _BLUE, "edgecolor": "white"}
    upper_axes.bar(lower, accuracy, width, label="accuracy", **style)
    upper_axes.plot([0, 1], [0, 1], "--", color="black", label="calibrated")
    upper_axes.vlines(
        confidence, accuracy, confidence, _ORANGE, linewidth=3, label="gap"
    )
    upper_axes.set(
        title=f"Expected calibration error {report.calibration_error:.4f}",
        ylabel="Accuracy",
        xlim=(0, 1),
        ylim=(0, 1.02),
    )
    upper_axes.legend()
    counts = [b.count for b in bins]
    bars = lower_axes.bar(lower, counts, width, **style)
    lower_axes.bar_label(bars, fontsize=_font_size(counts, 0.28), padding=2)
    lower_axes.margins(y=0.2)
    several = report.confusion is None
    lower_axes.set(
        xlabel="Confidence", ylabel="Label decisions" if several else "Texts"
    )
    return figure


def plot_coverage(report: "Report") -> "Figure":
    """Draw the accuracy of the surest part of the texts, from all to few.

    Raises:
        ImportError: if matplotlib is not installed.

    Example:
    >>> from han_attention.evaluation.scoring import evaluate
    >>> report = evaluate([[0.9, 0.1]], ["no"], ["no", "yes"])
    >>> len(plot_coverage(report).axes)
    1
    """
    figure = _make_figure(6, 4)
    axes = figure.add_subplot()
    coverage = [point.coverage for point in report.coverage]
    accuracy = [point.accuracy for point in report.coverage]
    axes.plot(coverage, accuracy, "o-", color=_BLUE)
    for point in report.coverage[::3]:
        axes.annotate(
            f"{point.threshold:.2f}",
            (point.coverage, point.accuracy),
            xytext=(0, 6),
            textcoords="offset points",
            ha="center",
            fontsize=8,
        )
    axes.margins(y=0.12)  # for the numbers
    axes.set(
        xlabel="Texts answered, the surest first (with the least confidence)",
        ylabel="Accuracy of these",
        xlim=(0, 1.05),
    )
    return figure


def save_coverage_plot(report: "Report", path: str | Path) -> None:
    """Save the picture of `plot_coverage`, a PNG."""
    _save(plot_coverage(report), path)


def save_confusion_plot(report: "Report", path: str | Path) -> None:
    """Save the picture of `plot_confusion`, a PNG."""
    _save(plot_confusion(report), path)


def save_reliability_plot(report: "Report", path: str | Path) -> None:
    """Save the picture of `plot_reliability`, a PNG."""
    _save(plot_reliability(report), path)


def save_plots(report: "Report", folder: str | Path) -> list[Path]:
    """Save the pictures that a report allows, and give their paths.

    Example:
    >>> from han_attention.evaluation.scoring import evaluate
    >>> report = evaluate([[0.9, 0.1]], ["no"], ["no", "yes"])
    >>> [path.name for path in save_plots(report, "plots")]
    ['coverage.png', 'confusion.png', 'reliability.png']
    """
    paths = []
    for name, drawn, save in (
        ("coverage.png", bool(report.coverage), save_coverage_plot),
        ("confusion.png", report.confusion is not None, save_confusion_plot),
        ("reliability.png", True, save_reliability_plot),
    ):
        if drawn:
            paths.append(Path(folder) / name)
            save(report, paths[-1])
    return paths


def _write_counts(
    axes: Any, counts: NDArray[np.int64], fractions: NDArray[np.float64]
) -> None:
    size = _font_size(counts.ravel(), 0.4)
    for (row, column), count in np.ndenumerate(counts):
        dark = "black" if count else _GREY
        color = "white" if fractions[row, column] > 0.5 else dark
        axes.text(
            column, row, count, color=color, size=size, ha="center", va="center"
        )


def _font_size(counts: Iterable[int], inches: float) -> float:
    """Points such that the longest of some numbers fits into a width."""
    return min(10, 72 * inches / (0.64 * len(str(max(counts)))))


def _make_figure(width: float, height: float) -> "Figure":
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise ImportError(
            'Plots need matplotlib: pip install "han-attention[plot]"'
        ) from error
    return Figure(figsize=(width, height), layout="constrained")


def _save(figure: "Figure", path: str | Path) -> None:
    with replace_when_written(path) as temporary:
        figure.savefig(temporary, format="png", dpi=120)
