"""Figures of matplotlib, and how wide a text is in them."""

import warnings
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def make_figure(width: float, height: float) -> "Figure":
    """An empty picture of a size in inches, apart from pyplot.

    Raises:
        ImportError: if matplotlib is not installed.
    """
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise ImportError(
            'Plots need matplotlib: pip install "han-attention[plot]"'
        ) from error
    return Figure(figsize=(width, height))


def measure_text(text: str, size: float, weight: str = "normal") -> float:
    """How wide a text is drawn, with its outer spaces, in points."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    font = FontProperties(size=size, weight=weight)
    with warnings.catch_warnings():  # of missing glyphs drawing warns, too
        warnings.simplefilter("ignore")
        with_bars, bars = (
            text_to_path.get_text_width_height_descent(string, font, False)[0]
            for string in (f"|{text}|", "||")
        )
    return float(with_bars - bars)
