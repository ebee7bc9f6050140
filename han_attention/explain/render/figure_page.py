"""A picture of a page, filled with coloured words from top to bottom."""

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING
from typing import Any

from han_attention.drawing.figure import make_figure
from han_attention.drawing.figure import measure_text
from han_attention.explain.render.text_layout import Piece
from han_attention.explain.render.text_layout import PlacedPiece
from han_attention.explain.render.text_layout import cut_text
from han_attention.explain.render.text_layout import place_pieces

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# Points, except for the number of lines.
_SIZE, _SMALL, _MARGIN, _INDENT, _APART = 11, 8, 14, 44, 4
_LINE = 1.7  # times the size of the letters
_MOST_LINES, _MOST_NOTED = 200, 8  # of the text, of a heading

# Colours that remain different to the colour-blind (Okabe and Ito). The
# strongest shade still has black letters well apart from it.
BLUE, ORANGE, _GREY = (0.0, 0.447, 0.698), (0.835, 0.369, 0.0), "#666666"
_STRONGEST = 0.75


class Page:
    """Words and weights that are drawn one below the other.

    Args:
        width: Of the page, in inches.
        indented: Whether there is a column for weights at the left of the
            text.

    Raises:
        ImportError: if matplotlib is not installed.
    """

    def __init__(self, width: float, indented: bool) -> None:
        self._figure = make_figure(width, 1.0)
        self._axes = self._figure.add_axes((0.0, 0.0, 1.0, 1.0))
        self._axes.set_axis_off()
        self._left = _MARGIN + (_INDENT if indented else 0)
        self._right = 72 * width - _MARGIN
        self._top = float(_MARGIN)
        self._lines, self._is_cut = 0, False

    def write_heading(self, heading: str) -> None:
        """Write a heading in bold letters."""
        style = {"color": "black", "size": _SIZE, "weight": "bold"}
        self._write(cut_text(heading), _MARGIN, _MOST_NOTED, style)

    def write_legend(self, colors: str, left_out: int) -> None:
        """Write what the colours mean, and what was not drawn."""
        legend = colors
        if left_out:
            legend += f" Not drawn: {left_out} sentences of less weight."
        if self._is_cut:
            legend += " The text goes on."
        style = {"color": _GREY, "size": _SMALL, "weight": "normal"}
        self._write(cut_text(legend), _MARGIN, _MOST_NOTED, style)

    def write(
        self, pieces: Iterable[Piece], highest: float, from_the_right: bool
    ) -> None:
        """Write pieces, coloured by their shade beside the highest: orange
        below 0, else blue.
        """
        style = {"color": _GREY, "size": _SIZE, "weight": "normal"}
        room = _MOST_LINES - self._lines
        self._lines += self._write(
            pieces, self._left, room, style, highest, from_the_right
        )

    def mark_sentence(
        self, number: str, shade: float, color: tuple[float, float, float]
    ) -> None:
        """Draw the score of the sentence that is written next.

        Args:
            number: The score in figures.
            shade: How strong the colour is, from 0 to 1.
            color: Red, green and blue.
        """
        if self._lines >= _MOST_LINES:
            return
        width, middle = _INDENT - 10, self._top + _LINE * _SIZE / 2
        self._fill(_MARGIN, width, shade, color)
        self._axes.text(
            _MARGIN + width / 2,
            middle,
            number,
            size=9,
            ha="center",
            va="center_baseline",
        )

    def finish(self) -> "Figure":
        """The page, as high as what was written."""
        width = self._right + _MARGIN
        height = self._top + _MARGIN - _APART
        self._figure.set_size_inches(width / 72, height / 72)
        self._axes.set(xlim=(0, width), ylim=(height, 0))
        return self._figure

    def _write(
        self,
        pieces: Iterable[Piece],
        left: float,
        most_lines: int,
        style: dict[str, Any],
        highest: float = 1.0,
        from_the_right: bool = False,
    ) -> int:
        """Write as much as there is room for, and say how many lines."""
        if most_lines < 1:
            self._is_cut = True
            return 0
        measure = partial(
            measure_text, size=style["size"], weight=style["weight"]
        )
        height, lines = _LINE * style["size"], 1
        for placed in place_pieces(pieces, measure, self._right - left):
            if placed.line >= most_lines:
                self._is_cut = True
                break
            if placed.line == lines:
                self._top, lines = self._top + height, lines + 1
            start = left + placed.left
            if from_the_right:
                start = self._right - placed.left - placed.width
            self._draw(placed, start, self._top + 0.7 * height, style, highest)
        self._top += height + _APART
        return lines

    def _draw(
        self,
        placed: PlacedPiece,
        left: float,
        baseline: float,
        style: dict[str, Any],
        highest: float,
    ) -> None:
        text, shade = placed.piece.text, placed.piece.shade
        if shade is not None:
            style = {**style, "color": "black"}
            color = ORANGE if shade < 0 else BLUE
            self._fill(left, placed.width, abs(shade) / (highest or 1.0), color)
        self._axes.text(
            left, baseline, text, parse_math=False, usetex=False, **style
        )

    def _fill(
        self,
        left: float,
        width: float,
        shade: float,
        color: tuple[float, float, float],
    ) -> None:
        from matplotlib.patches import Rectangle

        strength = min(max(shade, 0.0), 1.0) * _STRONGEST
        mixed = tuple(1 - strength * (1 - part) for part in color)
        corner, height = (left - 1, self._top + 1), _LINE * _SIZE - 2
        self._axes.add_patch(
            Rectangle(corner, width + 2, height, color=mixed, linewidth=0)
        )
