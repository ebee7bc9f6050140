"""Words on lines: nothing is lost, and no line is too wide."""

import pytest

from han_attention.explain.explanation import Explanation
from han_attention.explain.explanation import SentenceWeight
from han_attention.explain.explanation import WordWeight
from han_attention.explain.render.text_layout import Piece
from han_attention.explain.render.text_layout import cut_text
from han_attention.explain.render.text_layout import cut_words
from han_attention.explain.render.text_layout import place_pieces
from han_attention.explain.view import make_view


def lines_of(pieces, width):
    """The lines as strings; each character is as wide as 1."""
    lines = []
    for placed in place_pieces(pieces, len, width):
        assert placed.left + placed.width <= width or placed.left == 0
        if placed.line == len(lines):
            lines.append("")
        lines[-1] = lines[-1].ljust(int(placed.left)) + placed.piece.text
    return lines


def test_lines_break_at_spaces():
    pieces = cut_text("one two\n three  four")
    assert lines_of(pieces, 9) == ["one two", "three", "four"]


def test_pieces_without_space_stay_together():
    pieces = [Piece("so"), Piece("do"), Piece("n't", spaced=False)]
    assert lines_of(pieces, 6) == ["so", "don't"]


def test_run_wider_than_a_line_breaks_between_its_pieces():
    pieces = [Piece(c, spaced=False) for c in "这部电影非常好看"]
    assert lines_of(pieces, 3) == ["这部电", "影非常", "好看"]


@pytest.mark.parametrize("length", [9, 200, 201, 1000])
@pytest.mark.parametrize("width", [1, 2, 8])
def test_word_wider_than_a_line_is_cut(length, width):
    lines = lines_of([Piece("a"), Piece("b" * length, 0.5)], width)
    assert "".join(lines).replace(" ", "") == "a" + "b" * length
    assert max(map(len, lines)) <= width


def test_no_pieces():
    assert list(place_pieces([], len, 9)) == []


def test_pieces_of_a_sentence_hold_what_was_not_seen():
    text = "No. (Not so)fine:  food"
    words = [WordWeight("so", 9, 11, 0.5), WordWeight("fine", 12, 16, 0.25)]
    sentences = [
        SentenceWeight("No.", 0, 3, 0.0),
        SentenceWeight(text[4:], 4, len(text), 1.0),
    ]
    explained = Explanation(text, "a", {"a": 1.0}, words, sentences)
    _, part = make_view(explained).parts
    received = cut_words(text, part.start, part.end, part.words)
    assert list(received) == [
        Piece("(Not", spaced=False),
        Piece("so", 1.0),
        Piece(")", spaced=False),
        Piece("fine", 0.5, spaced=False),
        Piece(":", spaced=False),
        Piece("food"),
    ]
