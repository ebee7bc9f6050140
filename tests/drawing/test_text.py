"""Text as it is drawn: its direction, its width, and what is not shown."""

import pytest

from han_attention.drawing.text import count_columns
from han_attention.drawing.text import make_printable
from han_attention.drawing.text import runs_from_the_right
from han_attention.drawing.text import shorten


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a", False),
        ("", False),
        ("1 2 3!", False),
        ("שלום", True),
        ("12 هذا", True),
        ("«مرحبا» hello", True),
        ("hello مرحبا", False),
    ],
)
def test_direction_is_that_of_the_first_letter(text, expected):
    assert runs_from_the_right(text) is expected


def test_printable():
    assert make_printable("$é体\U0001f600\u200d") == "$é体\U0001f600\u200d"
    assert make_printable("a\tb\x00\ud800") == "a b\ufffd\ufffd"


@pytest.mark.parametrize(
    ("width", "expected"), [(9, "some name"), (8, "some na…"), (1, "…")]
)
def test_shorten(width, expected):
    assert shorten("some name", len, width) == expected


def test_shorten_what_is_far_too_long():
    assert shorten("a" * 100_000, len, 300) == "a" * 200 + "…"


def test_columns_of_a_terminal():
    assert count_columns("映画 e\u0301\u200d") == 6
