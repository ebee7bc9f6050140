"""Coloured words on lines of limited width; knows no drawing library."""

import unicodedata
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import replace

from han_attention.explain.document import DocumentSentence

_JOINERS = "\u200c\u200d"  # without width
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


def pieces_of(text: str) -> Iterator[Piece]:
    """Cut a text that has no weights at its white space.

    Example:
    >>> [piece.text for piece in pieces_of("Not  seen")]
    ['Not', 'seen']
    """
    for number, part in enumerate(text.split()):
        yield Piece(part, spaced=number > 0 or text[0].isspace())


def pieces_of_sentence(
    sentence: DocumentSentence, text: str
) -> Iterator[Piece]:
    """Cut a sentence into its words and what stands between them.

    Args:
        sentence: The sentence with its words.
        text: The text from which it is.
    """
    done = sentence.start
    for word, shade in zip(sentence.words, sentence.shades, strict=True):
        between = text[done : word.start]
        yield from pieces_of(between)
        yield Piece(word.text, shade, between[-1:].isspace())
        done = word.end
    yield from pieces_of(text[done : sentence.end])


def place_pieces(
    pieces: Iterable[Piece], measure: Callable[[str], float], width: float
) -> Iterator[PlacedPiece]:
    """Break pieces into lines, at spaces if that can be.

    Args:
        pieces: What to place, in order.
        measure: The width of a text.
        width: That of a line.

    Example:
    >>> pieces = pieces_of("one two three")
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


def runs_from_the_right(text: str) -> bool:
    """Whether the first letter is of a script written from right to left.

    Example:
    >>> runs_from_the_right("“שלום”"), runs_from_the_right("peace שלום")
    (True, False)
    """
    for character in text:
        direction = unicodedata.bidirectional(character)
        if direction in ("L", "R", "AL"):
            return direction != "L"
    return False


def printable(text: str) -> str:
    """Replace what no font can draw: control characters, half characters.

    Example:
    >>> printable("a\\0b\\tc")
    'a\ufffdb c'
    """
    return "".join(
        " "
        if c.isspace()
        else "\ufffd"
        if unicodedata.category(c) in ("Cc", "Cs")
        else c
        for c in text
    )


def escape_controls(text: str) -> str:
    r"""Write what steers a terminal or turns the writing round as an escape.

    White space stays: it is for the layout. So do the joiners without width,
    which some scripts and emoji need.

    Example:
    >>> print(escape_controls("red: \x1b[31m, turned: \u202e"))
    red: \x1b[31m, turned: \u202e
    """
    return "".join(
        c
        if c.isprintable() or c.isspace() or c in _JOINERS
        else c.encode("unicode_escape").decode()
        for c in text
    )


def columns_of(text: str) -> int:
    """How wide a terminal shows a text: East Asian characters take two columns.

    Example:
    >>> columns_of("a中e\u0301")
    4
    """
    return sum(
        0
        if unicodedata.category(c) in ("Mn", "Me", "Cf")
        else 1 + (unicodedata.east_asian_width(c) in "WF")
        for c in text
    )


def shorten(text: str, measure: Callable[[str], float], width: float) -> str:
    """A text on one line, cut at its end if it is wider than the line.

    Example:
    >>> shorten("a long name", len, width=6)
    'a lon…'
    """
    text = printable(text)
    if len(text) <= _AT_ONCE and measure(text) <= width:
        return text
    text = text[:_AT_ONCE]
    while text and measure(text + "…") > width:
        text = text[:-1]
    return text + "…"


def _runs_without_space(pieces: Iterable[Piece]) -> Iterator[list[Piece]]:
    run: list[Piece] = []
    for piece in pieces:
        if run and piece.spaced:
            yield run
            run = []
        run.append(replace(piece, text=printable(piece.text)))
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
