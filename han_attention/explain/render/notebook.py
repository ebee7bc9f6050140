"""An explanation as a piece of HTML for notebooks, without script."""

from collections.abc import Iterator
from collections.abc import Sequence
from html import escape
from typing import Any

from han_attention.explain.document import heading_of
from han_attention.explain.explanation import ATTENTION
from han_attention.explain.explanation import Explanation
from han_attention.explain.render.drawing import FAINTEST
from han_attention.explain.render.drawing import figure_of
from han_attention.explain.render.drawing import parts_of
from han_attention.explain.render.drawing import shares_of
from han_attention.explain.render.drawing import words_within

# Of Okabe and Ito, as on the page. Half of it or less lies on the notebook's
# own background, so that its letters can be read, be they black or white.
_LOOKED, _FOR, _AGAINST = "0,158,115", "0,114,178", "213,94,0"
_STRONGEST = 0.55

_TEXT = "white-space:pre-wrap;overflow-wrap:anywhere;line-height:1.8"
_FIGURE = "font-variant-numeric:tabular-nums;font-size:85%;padding:0 .4em"


def to_html_fragment(
    explanation: Explanation, method: str = ATTENTION, class_name: Any = None
) -> str:
    """Draw an explanation as a piece of HTML for a notebook.

    The drawing of the page of `to_html`, with the styles in the elements and
    without a script: notebooks take some of both away. All text is escaped.
    The letters are those of the notebook, on light and on dark.

    Args:
        explanation: What to draw.
        method: One of `Explanation.methods`. Defaults to `"attention"`.
        class_name: For or against which class. Defaults to None: the
            predicted one.

    Returns:
        One `div` element.

    Raises:
        ValueError: for a method or class that is not there.

    Example:
    >>> from han_attention.explain.explanation import WordWeight
    >>> words = [WordWeight("<b>", 0, 3, 1.0)]
    >>> explanation = Explanation("<b>", "good", {"good": 1.0}, words)
    >>> "&lt;b&gt;</span>" in to_html_fragment(explanation)
    True
    """
    signed = method != ATTENTION
    scores = explanation.scores(method, class_name)
    of_sentences = explanation.sentence_scores(method, class_name)
    shares = shares_of(of_sentences)
    shades, rows = shares_of(scores), []
    for sentence, start, end in parts_of(explanation):
        words = "".join(_words(explanation, scores, shades, signed, start, end))
        text = f'<div dir="auto" style="flex:1;{_TEXT}">{words}</div>'
        if explanation.sentences:
            figure = ""
            if sentence is not None:
                score, share = of_sentences[sentence], shares[sentence]
                figure = _mark(figure_of(score, signed), score, share, signed)
            text = f'<div style="flex:0 0 4em;{_FIGURE}">{figure}</div>{text}'
        rows.append(f'<div style="display:flex">{text}</div>')
    return (
        '<div style="max-width:56em">'
        f"{_heading(explanation, method, class_name)}{''.join(rows)}</div>"
    )


def _heading(explanation: Explanation, method: str, class_name: Any) -> str:
    """What was predicted, and what the colours mean."""
    legend = escape(method.replace("_", " "))
    if method != ATTENTION:
        name = escape(str(explanation.class_or_best(class_name)))
        legend += (
            f" for <bdi>{name}</bdi>: {_mark('for', 1.0, 1.0, True)} "
            f"{_mark('against', -1.0, -1.0, True)}"
        )
    return (
        f'<div dir="auto"><strong>{escape(heading_of(explanation))}</strong>'
        f'</div><div style="opacity:.75">{legend}</div>'
    )


def _words(
    explanation: Explanation,
    scores: Sequence[float],
    shades: Sequence[float],
    signed: bool,
    start: int,
    end: int,
) -> Iterator[str]:
    """The text from `start` to `end`, its words marked by their scores."""
    text, done = explanation.text, start
    for n in words_within(explanation, start, end):
        word = explanation.words[n]
        first = max(word.start, done)
        yield escape(text[done:first])
        yield _mark(text[first : word.end], scores[n], shades[n], signed)
        done = max(word.end, done)
    yield escape(text[done:end])


def _mark(text: str, score: float, share: float, signed: bool) -> str:
    """A text in the colour of its score, which shows at the pointer."""
    against = signed and share < 0
    color = _AGAINST if against else _FOR if signed else _LOOKED
    alpha = f"{abs(share) * _STRONGEST:.3f}".rstrip("0").rstrip(".")
    style = f"background:rgba({color},{alpha});border-radius:.2em"
    if signed and abs(share) >= FAINTEST:
        line = "wavy" if against else "solid"
        style += f";text-decoration:underline {line} rgb({color})"
    title = figure_of(score, signed)
    return f'<span style="{style}" title="{title}">{escape(text)}</span>'
