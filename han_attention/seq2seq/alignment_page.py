"""An alignment as HTML: a table with a shade for each weight."""

from collections.abc import Sequence
from html import escape
from pathlib import Path
from string import Template
from typing import Any

import numpy as np
from numpy.typing import NDArray

from han_attention.atomic import replace_when_written
from han_attention.drawing.page import read_part
from han_attention.seq2seq.alignment import get_alignment

_BLUE = "0,114,178"  # of Okabe and Ito: seen on a light and a dark page
_CELL = (
    "width:1.6em;height:1.6em;border:1px solid transparent;"
    "background-clip:padding-box"
)
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
    sheet: for a notebook, with `IPython.display.HTML`, or a page of your own;
    `save_alignment_html` makes a page of many. The weight stands in the
    tooltip of its cell.

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
    weights, source_words, words = get_alignment(
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


def save_alignment_html(
    path: str | Path,
    translations: Sequence[Any],
    title: str = "Alignment",
) -> None:
    """Write a page of translations and what was read for each of their words.

    A table of `alignment_html` for each, below what was written. The page is
    one file that loads and runs nothing, in the style of `save_html`; it is
    written whole or not at all.

    Args:
        path: The file. Its folder is made if need be.
        translations: Each a `Translation` with its `attention_scores`.
        title: The heading. Defaults to `"Alignment"`.

    Raises:
        ValueError: if a translation has no weights.

    Example:
    >>> from han_attention.seq2seq.translator import Translation
    >>> weights = np.array([[0.25, 0.75]])
    >>> noir = Translation("black", ["chat", "noir"], ["black"], -0.5, weights)
    >>> save_alignment_html("alignment.html", [noir])
    """
    page = Template(
        read_part("han_attention.seq2seq", "alignment.html")
    ).substitute(
        title=escape(title),
        style=read_part("han_attention.drawing", "style.css"),
        articles="\n".join(map(_article, translations)),
    )
    with replace_when_written(path) as temporary:
        # A lone surrogate is no character: it is shown as "?".
        temporary.write_bytes(page.encode("utf-8", errors="replace"))


def _article(translation: Any) -> str:
    """What was written, its score, and the table."""
    heading, tables = "Nothing was written.", ""
    if translation.words:
        heading = translation.text
        tables = f'<div class="tables">{alignment_html(translation)}</div>'
    return (
        f'<article><header><h2 dir="auto">{escape(heading)}</h2>'
        f'<span class="label">score {translation.score:.2f}</span>'
        f"</header>{tables}</article>"
    )


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
