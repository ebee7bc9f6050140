"""An explanation as shaded words in a terminal."""

from collections.abc import Callable
from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from typing import Any

from han_attention.drawing.text import count_columns
from han_attention.drawing.text import escape_controls
from han_attention.explain.explanation import Explanation
from han_attention.explain.render.text_layout import Piece
from han_attention.explain.render.text_layout import cut_text
from han_attention.explain.render.text_layout import cut_words
from han_attention.explain.render.text_layout import place_pieces
from han_attention.explain.view import FAINTEST
from han_attention.explain.view import View
from han_attention.explain.view import ViewWord
from han_attention.explain.view import make_view

# Of the 256 colours that terminals have, from faint to strong. All are light:
# the letters on them are black, whatever the terminal's own colours.
_LOOKED = (194, 158, 121, 85, 49)  # green
_FOR = (195, 153, 117, 81, 39)  # blue
_AGAINST = (230, 223, 222, 216, 208)  # orange, and underlined
_BOLD, _FAINT, _END = "\x1b[1m", "\x1b[2m", "\x1b[0m"

_MOST_PHRASES = 5
_MOST_MARKED = 10  # words, where there are no colours
_NARROWEST = 20  # columns
_INDENT = 9  # columns, for the scores of sentences


def to_ansi(
    explanation: Explanation,
    method: str | None = None,
    class_name: Any = None,
    width: int = 80,
    color: bool = True,
) -> str:
    """Draw an explanation for a terminal.

    Words are shaded by the size of their score; those that speak against the
    class are orange and underlined. What the model did not see is faint.
    Before each sentence stands its score. Control characters of the text are
    written as escapes, so that the terminal obeys none of them.

    Args:
        explanation: What to draw.
        method: One of `Explanation.methods`. Defaults to None: the first,
            the attention of a model that has one.
        class_name: For or against which class. Defaults to None: the
            predicted one.
        width: The columns of the terminal. Defaults to 80.
        color: Whether to shade the words. If not, there are no escape
            sequences, and the strongest words stand in brackets with their
            score. Defaults to True.

    Returns:
        Lines: the heading, what the shades mean, and the text.

    Raises:
        ValueError: for a method or class that is not there, or a width under
            20.

    Example:
    >>> from han_attention.explain.explanation import WordWeight
    >>> words = [WordWeight("Fine", 0, 4, 0.9), WordWeight(".", 4, 5, 0.1)]
    >>> explanation = Explanation("Fine.", "good", {"good": 0.75}, words)
    >>> print(to_ansi(explanation, color=False))
    Prediction: good (75.0%)
    attention
    [Fine 0.900][. 0.100]
    """
    if width < _NARROWEST:
        raise ValueError(
            "Invalid value for argument `width`. Expected at least "
            f"{_NARROWEST}. Received: width={width}"
        )
    view = make_view(explanation, method, class_name)
    paint = partial(_paint, signed=view.method.signed) if color else _leave
    lines = _write_heading(view, width, color)
    strongest = set() if color else _get_strongest(view)
    indent = _INDENT if view.has_sentences else 0
    done = 0
    for part in view.parts:
        words = [
            _write_word(view, word, done + n in strongest)
            for n, word in enumerate(part.words)
        ]
        done += len(words)
        pieces = cut_words(
            view.text, part.start, part.end, words, escape_controls
        )
        rows = _wrap(pieces, width - indent, paint)
        first = " " * indent
        if part.score is not None:
            number = Piece(f"{view.format(part.score):>7}", part.shade)
            first = paint(number) + "  "
        lines.append(first + "".join(rows[:1]))
        lines += [" " * indent + row for row in rows[1:]]
    if view.phrases:
        phrases = [
            f"{escape_controls(phrase.text)} {view.format(phrase.score)}"
            for phrase in view.phrases[:_MOST_PHRASES]
        ]
        lines += _wrap(
            cut_text(f"Phrases: {'; '.join(phrases)}"), width, _leave
        )
    return "\n".join(lines)


def _write_heading(view: View, width: int, color: bool) -> list[str]:
    """What was predicted, and what the shades mean."""
    heading = cut_text(escape_controls(view.heading))
    lines = _wrap(heading, width, _bold if color else _leave)
    pieces = list(cut_text(escape_controls(view.title)))
    if not color:
        return lines + _wrap(pieces, width, _leave)
    if not view.method.signed:
        return lines + _wrap(pieces, width, _paint_faint)
    pieces += [Piece("for", 1.0), Piece("against", -1.0)]
    return lines + _wrap(pieces, width, partial(_paint, signed=True))


def _write_word(view: View, word: ViewWord, marked: bool) -> ViewWord:
    """The word as it is written; a strong one in brackets, with its score."""
    text = escape_controls(word.text)
    if marked:
        text = f"[{text} {view.format(word.score)}]"
    return replace(word, text=text)


def _get_strongest(view: View) -> set[int]:
    """The numbers of the words that are marked where there are no colours."""
    return {
        n
        for n in view.rank_words()[:_MOST_MARKED]
        if abs(view.words[n].shade) >= FAINTEST
    }


def _wrap(
    pieces: Iterable[Piece], width: float, paint: Callable[[Piece], str]
) -> list[str]:
    lines: list[str] = []
    column = 0.0
    for placed in place_pieces(pieces, count_columns, width):
        if placed.line == len(lines):
            lines.append("")
            column = 0.0
        lines[-1] += " " * round(placed.left - column) + paint(placed.piece)
        column = placed.left + placed.width
    return lines


def _leave(piece: Piece) -> str:
    return piece.text


def _bold(piece: Piece) -> str:
    return f"{_BOLD}{piece.text}{_END}"


def _paint_faint(piece: Piece) -> str:
    return f"{_FAINT}{piece.text}{_END}"


def _paint(piece: Piece, signed: bool) -> str:
    """A word in its colour; faint if the model did not see it."""
    shade = piece.shade
    if shade is None:
        return _paint_faint(piece)
    if abs(shade) < FAINTEST:
        return piece.text
    against = signed and shade < 0
    colors = _AGAINST if against else _FOR if signed else _LOOKED
    level = min(int(abs(shade) * len(colors)), len(colors) - 1)
    line = ";4" if against else ""
    return f"\x1b[38;5;16;48;5;{colors[level]}{line}m{piece.text}{_END}"
