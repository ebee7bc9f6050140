"""An explanation as a piece of HTML for notebooks, without script."""

from collections.abc import Iterator
from html import escape
from typing import Any

from han_attention.explain.explanation import Explanation
from han_attention.explain.view import FAINTEST
from han_attention.explain.view import View
from han_attention.explain.view import ViewPart
from han_attention.explain.view import make_view

# Of Okabe and Ito, as on the page. Half of it or less lies on the notebook's
# own background, so that its letters can be read, be they black or white.
_LOOKED, _FOR, _AGAINST = "0,158,115", "0,114,178", "213,94,0"
_STRONGEST = 0.55

_TEXT = "white-space:pre-wrap;overflow-wrap:anywhere;line-height:1.8"
_FIGURE = "font-variant-numeric:tabular-nums;font-size:85%;padding:0 .4em"


def to_html_fragment(
    explanation: Explanation,
    method: str | None = None,
    class_name: Any = None,
) -> str:
    """Draw an explanation as a piece of HTML for a notebook.

    The drawing of the page of `to_html`, with the styles in the elements and
    without a script: notebooks take some of both away. All text is escaped.
    The letters are those of the notebook, on light and on dark.

    Args:
        explanation: What to draw.
        method: One of `Explanation.methods`. Defaults to None: the first,
            the attention of a model that has one.
        class_name: For or against which class. Defaults to None: the
            predicted one.

    Returns:
        One `div` element.

    Raises:
        ValueError: for a method or class that is not there.

    Example:
    >>> from han_attention.explain.explanation import WordWeight
    >>> words = [WordWeight("<x>", 0, 3, 1.0)]
    >>> explanation = Explanation("<x>", "good", {"good": 1.0}, words)
    >>> "&lt;x&gt;</span>" in to_html_fragment(explanation)
    True
    """
    view, rows = make_view(explanation, method, class_name), []
    for part in view.parts:
        words = "".join(_draw_words(view, part))
        text = f'<div dir="auto" style="flex:1;{_TEXT}">{words}</div>'
        if view.has_sentences:
            figure = ""
            if part.score is not None and part.shade is not None:
                number = view.format(part.score)
                figure = _mark(number, number, part.shade, view.method.signed)
            text = f'<div style="flex:0 0 4em;{_FIGURE}">{figure}</div>{text}'
        rows.append(f'<div style="display:flex">{text}</div>')
    return (
        f'<div style="max-width:56em">{_draw_heading(view)}{"".join(rows)}'
        "</div>"
    )


def _draw_heading(view: View) -> str:
    """What was predicted, and what the colours mean."""
    legend = escape(view.method.title)
    if view.method.signed:
        name = escape(str(view.class_name))
        legend += (
            f" for <bdi>{name}</bdi>: {_mark('for', '+1.000', 1.0, True)} "
            f"{_mark('against', '-1.000', -1.0, True)}"
        )
    return (
        f'<div dir="auto"><strong>{escape(view.heading)}</strong>'
        f'</div><div style="opacity:.75">{legend}</div>'
    )


def _draw_words(view: View, part: ViewPart) -> Iterator[str]:
    """The text of a part, its words marked by their scores."""
    done = part.start
    for word in part.words:
        first = max(word.start, done)
        yield escape(view.text[done:first])
        text, number = view.text[first : word.end], view.format(word.score)
        yield _mark(text, number, word.shade, view.method.signed)
        done = max(word.end, done)
    yield escape(view.text[done : part.end])


def _mark(text: str, number: str, shade: float, signed: bool) -> str:
    """A text in the colour of its score, which shows at the pointer."""
    against = signed and shade < 0
    color = _AGAINST if against else _FOR if signed else _LOOKED
    alpha = f"{abs(shade) * _STRONGEST:.3f}".rstrip("0").rstrip(".")
    style = f"background:rgba({color},{alpha});border-radius:.2em"
    if signed and abs(shade) >= FAINTEST:
        line = "wavy" if against else "solid"
        style += f";text-decoration:underline {line} rgb({color})"
    return f'<span style="{style}" title="{number}">{escape(text)}</span>'
