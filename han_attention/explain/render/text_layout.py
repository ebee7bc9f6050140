"""Coloured words on lines of limited width; knows no drawing library."""

from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import replace

from han_attention.drawing.text import make_printable
from han_attention.explain.view import ViewWord

_AT_ONCE = 200  # characters; of a longer word the parts are measured


@dataclass(frozen=True)
class Piece:
    """A run of characters in one colour.

    Attributes:
        text: The characters.
        shade: How strong the colour is; None if the model did not see them.
        spaced: Whether white space stands before it.
    """

    text: str
    shade: float | None = None
    spaced: bool = True


@dataclass(frozen=True)
class PlacedPiece:
    """A piece with its line, where it begins on the line, and its width."""

    piece: Piece
    line: int
    left: float
    width: float


def cut_text(text: str) -> Iterator[Piece]:
    """Cut a text that has no weights at its white space.

    Example:
    >>> [piece.text for piece in cut_text("Not  seen")]
    ['Not', 'seen']
    """
    for number, part in enumerate(text.split()):
        yield Piece(part, spaced=number > 0 or text[0].isspace())


def cut_words(
    text: str,
    start: int,
    end: int,
    words: Sequence[ViewWord],
    clean: Callable[[str], str] = str,
) -> Iterator[Piece]:
    """Cut a part of a text into its words and what stands between them.

    Args:
        text: The text.
        start: Where the part begins.
        end: Where it ends.
        words: The words of the part; their text may be another than there.
        clean: What is done with the text between them. Defaults to `str`.
    """
    done = start
    for word in words:
        between = text[done : word.start]
        yield from cut_text(clean(between))
        yield Piece(word.text, word.shade, between[-1:].isspace())
        done = word.end
    yield from cut_text(clean(text[done:end]))


def place_pieces(
    pieces: Iterable[Piece], measure: Callable[[str], float], width: float
) -> Iterator[PlacedPiece]:
    """Break pieces into lines, at spaces if that can be.

    Args:
        pieces: What to place, in order.
        measure: The width of a text.
        width: That of a line.

    Example:
    >>> pieces = cut_text("one two three")
    >>> [placed.line for placed in place_pieces(pieces, len, width=8)]
    [0, 0, 1]
    """
    space = measure(" ")
    line, left = 0, 0.0
    for run in _runs_without_space(pieces):
        parts = [part for piece in run for part in _cut(piece, measure, width)]
        widths = [measure(part.text) for part in parts]
        if left and left + space + sum(widths) > width >= sum(widths):
            line, left = line + 1, 0.0
        for part, part_width in zip(parts, widths, strict=True):
            left += space if left and part.spaced else 0.0
            if left and left + part_width > width:
                line, left = line + 1, 0.0
            yield PlacedPiece(part, line, left, part_width)
            left += part_width


def _runs_without_space(pieces: Iterable[Piece]) -> Iterator[list[Piece]]:
    run: list[Piece] = []
    for piece in pieces:
        if run and piece.spaced:
            yield run
            run = []
        run.append(replace(piece, text=make_printable(piece.text)))
    if run:
        yield run


def _cut(
    piece: Piece, measure: Callable[[str], float], width: float
) -> Iterator[Piece]:
    """The piece, or if it is wider than a line, parts that fill lines."""
    text = piece.text
    if len(text) <= _AT_ONCE and measure(text) <= width:
        yield piece
        return
    parts = [text[n : n + _AT_ONCE] for n in range(0, len(text), _AT_ONCE)]
    parts.reverse()  # the next one stands last
    spaced = piece.spaced
    while parts:
        part = parts.pop()
        if len(part) > 1 and measure(part) > width / 8:
            half = len(part) // 2
            parts += [part[half:], part[:half]]
        else:
            yield Piece(part, piece.shade, spaced)
            spaced = False
