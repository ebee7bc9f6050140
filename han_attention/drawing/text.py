"""Text as it is drawn: its width, its direction, and what cannot be shown."""

import unicodedata
from collections.abc import Callable

_JOINERS = "\u200c\u200d"  # without width
_AT_ONCE = 200  # characters: longer ones are cut before they are measured


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


def make_printable(text: str) -> str:
    """Replace what no font can draw: control characters, half characters.

    Example:
    >>> make_printable("a\\0b\\tc")
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


def count_columns(text: str) -> int:
    """How wide a terminal shows a text: East Asian characters take two columns.

    Example:
    >>> count_columns("a中e\u0301")
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
    text = make_printable(text)
    if len(text) <= _AT_ONCE and measure(text) <= width:
        return text
    text = text[:_AT_ONCE]
    while text and measure(text + "…") > width:
        text = text[:-1]
    return text + "…"
