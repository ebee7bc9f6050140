"""Explanations as one HTML page that needs nothing else."""

from collections.abc import Sequence
from html import escape
from pathlib import Path
from string import Template

from han_attention.atomic import replace_when_written
from han_attention.drawing.page import make_policy
from han_attention.drawing.page import read_part
from han_attention.drawing.page import script_json
from han_attention.explain.explanation import Explanation
from han_attention.explain.global_words import GlobalExplanation
from han_attention.explain.render.html.data import page_data
from han_attention.explain.render.html.global_words import write_global_words

_PACKAGE = "han_attention.explain.render.html"
_SCRIPTS = (
    "data.js",
    "drawing.js",
    "reading.js",
    "phrases.js",
    "guide.js",
    "controls.js",
)


def to_html(
    explanations: Sequence[Explanation],
    title: str = "Attention",
    words: GlobalExplanation | None = None,
) -> str:
    """Draw explanations as a page with the words shaded by their scores.

    The reader of the page chooses the method and the class, filters right,
    wrong and uncertain predictions, sorts and searches; a word's scores show
    at the pointer and at the keyboard's focus. The page is one file, loads
    nothing, and runs nothing but its own script; every piece of text stays
    text. A thousand long texts are no burden: what is not seen is not drawn.
    Of many classes, each text keeps the scores of the most probable 8.

    Args:
        explanations: What to draw, in this order.
        title: The heading; what follows its first line stands small below
            it. Defaults to `"Attention"`.
        words: What `explain_globally` found, to be shown above the texts.
            Defaults to None.

    Returns:
        The HTML document.

    Example:
    >>> from han_attention.explain.explanation import WordWeight
    >>> words = [WordWeight("<b>", 0, 3, 1.0)]
    >>> page = to_html([Explanation("<b>", "good", {"good": 1.0}, words)])
    >>> "<b>" in page, "default-src 'none'" in page
    (False, True)
    """
    style = read_part("han_attention.drawing", "style.css")
    script = "\n".join(read_part(_PACKAGE, name) for name in _SCRIPTS)
    heading, _, about = title.partition("\n")
    return Template(read_part(_PACKAGE, "page.html")).substitute(
        title=escape(title.replace("\n", ", ")),
        heading=escape(heading),
        about=escape(about),
        policy=make_policy(style, script),
        style=style,
        data=script_json(page_data(explanations)),
        words="" if words is None else write_global_words(words),
        script=script,
    )


def save_html(
    path: str | Path,
    explanations: Sequence[Explanation],
    title: str = "Attention",
    words: GlobalExplanation | None = None,
) -> None:
    """Write the page of `to_html` to a file, whole or not at all.

    Args:
        path: The file. Its folder is made if need be.
        explanations: What to draw, in this order.
        title: The heading. Defaults to `"Attention"`.
        words: As in `to_html`. Defaults to None.

    Example:
    >>> save_html("page.html", [Explanation("Fine", "good", {"good": 1.0}, [])])
    """
    page = to_html(explanations, title, words)
    with replace_when_written(path) as temporary:
        # A lone surrogate is no character: it is shown as "?".
        temporary.write_bytes(page.encode("utf-8", errors="replace"))
