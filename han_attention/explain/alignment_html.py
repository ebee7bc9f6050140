"""An alignment as HTML: a table with a shade for each weight."""

from collections.abc import Sequence
from html import escape
from typing import Any

import numpy as np
from numpy.typing import NDArray

from han_attention.explain.alignment import alignment_of

_BLUE = "8,48,107"  # the darkest of matplotlib's "Blues"
_CELL = "width:1.6em;height:1.6em;border:1px solid #fff"
_COLUMN = (
    "writing-mode:vertical-rl;transform:rotate(180deg);font-weight:normal;"
    "text-align:left;padding:.3em 0"
)
_ROW = "font-weight:normal;text-align:right;padding:0 .4em"


def alignment_html(
    translation: Any,
    source_words: Sequence[str] | None = None,
    words: Sequence[str] | None = None,
) -> str:
    """How much of each source word was read for each written word, as HTML.

    What `plot_alignment` draws, as a table that needs no script and no style
    sheet: for a notebook, with `IPython.display.HTML`, or a page of your own.
    The weight stands in the tooltip of its cell.

    Args:
        translation: A `Translation` with its `attention_scores`; or weights
            (T, S), or with several heads (H, T, S).
        source_words: The S words that were read. Defaults to None: those of
            the translation.
        words: The T words that were written. Defaults to None: those of the
            translation.

    Returns:
        HTML in which every word is escaped.

    Raises:
        ValueError: if there are no weights or no words, or not as many of
            both.

    Example:
    >>> weights = np.array([[0.25, 0.75]])
    >>> html = alignment_html(weights, ["<chat>", "noir"], ["black"])
    >>> 'title="black: noir 0.750"' in html, "&lt;chat&gt;" in html
    (True, True)
    """
    weights, source_words, words = alignment_of(
        translation, source_words, words
    )
    highest = float(weights.max()) or 1.0
    tables = []
    for number, own in enumerate(weights, start=1):
        caption = "Attention weights"
        if len(weights) > 1:
            caption = f"Attention weights of head {number}"
        tables.append(
            '<table style="border-collapse:collapse;display:inline-table;'
            f'margin:0 1em 1em 0"><caption>{caption}</caption>'
            f"{_head(source_words)}"
            f"{_body(own / highest, own, source_words, words)}</table>"
        )
    return "".join(tables)


def _head(source_words: list[str]) -> str:
    names = "".join(
        f'<th scope="col" style="{_COLUMN}">{escape(word)}</th>'
        for word in source_words
    )
    return f"<thead><tr><td></td>{names}</tr></thead>"


def _body(
    shades: NDArray[np.float64],
    weights: NDArray[np.float64],
    source_words: list[str],
    words: list[str],
) -> str:
    rows = []
    for n, word in enumerate(words):
        cells = "".join(
            f'<td title="{escape(f"{word}: {name} {weights[n, k]:.3f}")}" '
            f'style="{_CELL};background:rgba({_BLUE},{shades[n, k]:.3f})"></td>'
            for k, name in enumerate(source_words)
        )
        name = f'<th scope="row" style="{_ROW}">{escape(word)}</th>'
        rows.append(f"<tr>{name}{cells}</tr>")
    return f"<tbody>{''.join(rows)}</tbody>"
