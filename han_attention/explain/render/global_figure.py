"""The words that speak most for each class, as bars in a picture."""

from pathlib import Path
from typing import TYPE_CHECKING
from typing import Any

from han_attention.atomic import replace_when_written
from han_attention.drawing.figure import make_figure
from han_attention.drawing.text import make_printable

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from han_attention.explain.global_words import GlobalExplanation

_COLUMNS = 3  # of classes
_MOST_CLASSES, _MOST_WORDS = 12, 12
_BLUE = "#0072b2"  # of Okabe and Ito
_LONGEST = 24  # characters of a name


def plot_global_words(found: "GlobalExplanation") -> "Figure":
    """Draw the strongest words of each class, of the first 12 classes.

    Raises:
        ImportError: if matplotlib is not installed.
    """
    shown = list(found.words.items())[:_MOST_CLASSES]
    columns = min(_COLUMNS, len(shown))
    rows = -(-len(shown) // columns)
    figure = make_figure(3.2 * columns, 2.9 * rows)
    figure.set_layout_engine("constrained")
    panels = figure.subplots(rows, columns, squeeze=False).ravel()
    for axes in panels[len(shown) :]:
        axes.set_axis_off()
    for axes, (name, words) in zip(panels, shown, strict=False):
        strongest = words[:_MOST_WORDS]
        places = range(len(strongest))
        axes.barh(places, [word.total for word in strongest], color=_BLUE)
        labels = [f"{_cut(w.text)} ({w.num_texts})" for w in strongest]
        axes.set_yticks(places, labels, fontsize=8, parse_math=False)
        axes.invert_yaxis()
        axes.set_title(_cut(str(name)), fontsize=10, parse_math=False)
        axes.tick_params(axis="x", labelsize=8)
    figure.supxlabel(
        f"Sum over {found.num_texts:,} texts (beside a word: texts that have "
        "it)",
        fontsize=9,
    )
    return figure


def save_global_figure(found: "GlobalExplanation", path: str | Path) -> None:
    """Save the picture of `plot_global_words`, a PNG."""
    figure: Any = plot_global_words(found)
    with replace_when_written(path) as temporary:
        figure.savefig(temporary, format="png", dpi=120)


def _cut(text: str) -> str:
    text = make_printable(text)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
