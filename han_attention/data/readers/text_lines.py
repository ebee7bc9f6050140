"""Rows out of plain text: a text a line, without labels."""

from pathlib import Path

from han_attention.data.readers.rows import BadRow
from han_attention.data.readers.rows import Row
from han_attention.data.readers.rows import RowOptions
from han_attention.data.readers.rows import Rows
from han_attention.data.readers.rows import check_decoded
from han_attention.data.readers.rows import describe_long_row
from han_attention.data.readers.rows import make_bad_row
from han_attention.data.readers.rows import make_row
from han_attention.data.readers.text_stream import open_text
from han_attention.data.readers.text_stream import read_lines


def read_text_lines(
    path: Path, options: RowOptions, encoding: str | None
) -> Rows:
    """Read a file that has a text a line."""
    with open_text(path, encoding, newline=None) as stream:
        lines = read_lines(stream, options.max_row_bytes)
        for number, line in enumerate(lines, start=1):
            yield read_line(line, f"{path}:{number}", options, stream.encoding)


def read_line(
    line: str | None, where: str, options: RowOptions, encoding: str
) -> Row | BadRow:
    """A line, with its end or without, as a row without a label.

    Args:
        line: The line; None for one that is too long.
        where: File and line.
        options: Of which only the limit counts.
        encoding: For what is said of bytes that are none.
    """
    try:
        if line is None:
            raise ValueError(describe_long_row(options))
        check_decoded(line, encoding)
        return make_row(line.removesuffix("\n"), None, where, options)
    except ValueError as error:
        return make_bad_row(where, error)
