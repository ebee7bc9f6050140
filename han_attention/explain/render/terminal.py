"""An explanation as shaded words in a terminal."""

from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Sequence
from functools import partial
from typing import Any

from han_attention.explain.document import heading_of
from han_attention.explain.explanation import ATTENTION
from han_attention.explain.explanation import Explanation
from han_attention.explain.render.drawing import FAINTEST
from han_attention.explain.render.drawing import figure_of
from han_attention.explain.render.drawing import parts_of
from han_attention.explain.render.drawing import shares_of
from han_attention.explain.render.drawing import words_within
from han_attention.explain.render.text_layout import Piece
from han_attention.explain.render.text_layout import columns_of
from han_attention.explain.render.text_layout import escape_controls
from han_attention.explain.render.text_layout import pieces_of
from han_attention.explain.render.text_layout import place_pieces

# Of the 256 colours that terminals have, from faint to strong. All are light:
# the letters on them are black, whatever the terminal's own colours.
_LOOKED = (194, 158, 121, 85, 49)  # green
_FOR = (195, 153, 117, 81, 39)  # blue
_AGAINST = (230, 223, 222, 216, 208)  # orange, and underlined
_BOLD, _FAINT, _END = "\x1b[1m", "\x1b[2m", "\x1b[0m"

_MOST_MARKED = 10  # words, where there are no colours
_NARROWEST = 20  # columns
_INDENT = 9  # columns, for the scores of sentences


def to_ansi(
    explanation: Explanation,
    method: str = ATTENTION,
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
        method: One of `Explanation.methods`. Defaults to `"attention"`.
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
    signed = method != ATTENTION
    scores = explanation.scores(method, class_name)
    of_sentences = explanation.sentence_scores(method, class_name)
    paint = partial(_paint, signed=signed) if color else _leave
    texts = [escape_controls(word.text) for word in explanation.words]
    if not color:
        texts = _mark_strongest(texts, scores, signed)
    shades = shares_of(scores)
    lines = _heading(explanation, method, class_name, width, color)
    indent = _INDENT if explanation.sentences else 0
    shares = shares_of(of_sentences)
    for sentence, start, end in parts_of(explanation):
        pieces = list(_pieces(explanation, texts, shades, start, end))
        rows = _wrap(pieces, width - indent, paint)
        if sentence is not None:
            figure = figure_of(of_sentences[sentence], signed)
            before = paint(Piece(f"{figure:>7}", shares[sentence]))
            rows[:1] = [before + "  " + "".join(rows[:1])]
            rows[1:] = [" " * indent + row for row in rows[1:]]
        else:
            rows = [" " * indent + row for row in rows]
        lines += rows
    return "\n".join(lines)


def _heading(
    explanation: Explanation,
    method: str,
    class_name: Any,
    width: int,
    color: bool,
) -> list[str]:
    """What was predicted, and what the shades mean."""
    heading = pieces_of(escape_controls(heading_of(explanation)))
    lines = _wrap(heading, width, _bold if color else _leave)
    legend = method.replace("_", " ")
    if method == ATTENTION:
        pieces = list(pieces_of(legend))
        return lines + _wrap(pieces, width, _paint_faint if color else _leave)
    class_name = explanation.class_or_best(class_name)
    pieces = list(pieces_of(escape_controls(f"{legend} for {class_name}")))
    if not color:
        return lines + _wrap(pieces, width, _leave)
    pieces += [Piece("for", 1.0), Piece("against", -1.0)]
    return lines + _wrap(pieces, width, partial(_paint, signed=True))


def _pieces(
    explanation: Explanation,
    texts: Sequence[str],
    shades: Sequence[float],
    start: int,
    end: int,
) -> Iterator[Piece]:
    """The words from `start` to `end`, and what the model did not see."""
    text, done = explanation.text, start
    for n in words_within(explanation, start, end):
        between = text[done : explanation.words[n].start]
        yield from pieces_of(escape_controls(between))
        yield Piece(texts[n], shades[n], between[-1:].isspace())
        done = explanation.words[n].end
    yield from pieces_of(escape_controls(text[done:end]))


def _wrap(
    pieces: Iterable[Piece], width: float, paint: Callable[[Piece], str]
) -> list[str]:
    lines: list[str] = []
    column = 0.0
    for placed in place_pieces(pieces, columns_of, width):
        if placed.line == len(lines):
            lines.append("")
            column = 0.0
        lines[-1] += " " * round(placed.left - column) + paint(placed.piece)
        column = placed.left + placed.width
    return lines


def _mark_strongest(
    texts: Sequence[str], scores: Sequence[float], signed: bool
) -> list[str]:
    """Put the strongest words into brackets, with their scores."""
    shares = [abs(share) for share in shares_of(scores)]
    order = sorted(range(len(texts)), key=lambda n: -shares[n])
    marked = list(texts)
    for n in order[:_MOST_MARKED]:
        if shares[n] >= FAINTEST:
            marked[n] = f"[{texts[n]} {figure_of(scores[n], signed)}]"
    return marked


def _leave(piece: Piece) -> str:
    return piece.text


def _bold(piece: Piece) -> str:
    return f"{_BOLD}{piece.text}{_END}"


def _paint_faint(piece: Piece) -> str:
    return f"{_FAINT}{piece.text}{_END}"


def _paint(piece: Piece, signed: bool) -> str:
    """A word in its colour; faint if the model did not see it."""
    share = piece.shade
    if share is None:
        return _paint_faint(piece)
    if abs(share) < FAINTEST:
        return piece.text
    against = signed and share < 0
    colors = _AGAINST if against else _FOR if signed else _LOOKED
    level = min(int(abs(share) * len(colors)), len(colors) - 1)
    line = ";4" if against else ""
    return f"\x1b[38;5;16;48;5;{colors[level]}{line}m{piece.text}{_END}"
