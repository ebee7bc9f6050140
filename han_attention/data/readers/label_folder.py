"""A row out of a file that is one text, in a folder named after its label."""

from pathlib import Path

from han_attention.data.readers.rows import BadRow
from han_attention.data.readers.rows import Row
from han_attention.data.readers.rows import RowOptions
from han_attention.data.readers.rows import Rows
from han_attention.data.readers.rows import check_decoded
from han_attention.data.readers.rows import describe_long_row
from han_attention.data.readers.rows import make_bad_row
from han_attention.data.readers.rows import make_row
from han_attention.data.readers.text_stream import fits
from han_attention.data.readers.text_stream import open_text


def read_labelled_text(
    path: Path, options: RowOptions, encoding: str | None
) -> Rows:
    """Read a file that is one text; the name of its folder is the label."""
    label = path.parent.name
    with open_text(path, encoding, newline="") as stream:
        text = stream.read(options.max_row_bytes + 1)
        row: Row | BadRow
        try:
            if not fits(text, options.max_row_bytes):
                raise ValueError(describe_long_row(options))
            check_decoded(text, stream.encoding)
            labels = [label] if options.multi_label else label
            row = make_row(text, labels, str(path), options)
        except ValueError as error:
            row = make_bad_row(str(path), error)
        yield row
