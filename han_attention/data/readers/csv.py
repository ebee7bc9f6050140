"""Rows out of CSV and TSV, with a header or named columns."""

import csv
from collections.abc import Sequence
from pathlib import Path

from han_attention.data.readers.columns import Columns
from han_attention.data.readers.columns import find_columns
from han_attention.data.readers.csv_records import Lines
from han_attention.data.readers.csv_records import read_records
from han_attention.data.readers.rows import UNDECODABLE
from han_attention.data.readers.rows import RowOptions
from han_attention.data.readers.rows import Rows
from han_attention.data.readers.rows import check_decoded
from han_attention.data.readers.rows import describe_long_row
from han_attention.data.readers.rows import make_bad_row
from han_attention.data.readers.text_stream import get_suffix
from han_attention.data.readers.text_stream import open_text
from han_attention.data.readers.text_stream import read_lines


def read_csv(path: Path, options: RowOptions, encoding: str | None) -> Rows:
    """Read a CSV or TSV file, with a header or named columns.

    Blank lines are skipped.
    """
    # The csv module wants the line ends as they are.
    with open_text(path, encoding, newline="") as stream:
        # The limit is one for the process. It is raised for good: to put it
        # back would fail a reader in another thread.
        most = options.max_row_bytes
        csv.field_size_limit(max(csv.field_size_limit(), most))
        lines = Lines(
            read_lines(stream, most), most, describe_long_row(options)
        )
        is_tsv = get_suffix(path) == ".tsv"
        delimiter = "\t" if is_tsv else _find_delimiter(lines)
        records = read_records(lines, delimiter, options.raw_quotes)
        number, names = 1, options.column_names
        try:
            if names is None:
                number, header = next(records, (0, None))
                if header is None:
                    return
                names = _check_header(header, stream.encoding)
            columns = _find_in_header(names, options)
        except ValueError as error:
            raise ValueError(f"{path}:{number}: {error}") from None
        for number, record in records:
            where = f"{path}:{number}"
            try:
                cells = _check_record(record, len(names))
                values = dict(zip(names, cells, strict=True))
                for name in columns.names:
                    check_decoded(values[name], stream.encoding)
            except ValueError as error:
                yield make_bad_row(where, error)
            else:
                yield columns.make_row(values, where, split_labels=True)


def _find_delimiter(lines: Lines) -> str:
    """The comma, unless the first line has none but a semicolon or a tab."""
    header = next((line for line in lines if line.strip()), "")
    lines.take_back(0)
    return next((mark for mark in ",;\t" if mark in header), ",")


def _check_header(header: list[str] | csv.Error, encoding: str) -> list[str]:
    names = [cell.strip() for cell in _check_record(header)]
    # No name has a NUL, but UTF-16 without a byte-order mark looks like it.
    check_decoded("".join(names).replace("\0", UNDECODABLE), encoding)
    return names


def _find_in_header(names: Sequence[str], options: RowOptions) -> Columns:
    try:
        return find_columns(names, options)
    except ValueError as error:
        raise ValueError(
            f"{error} (if this row is no header but data, put a header such "
            'as "text,label" above it, or name its columns with `columns`)'
        ) from None


def _check_record(
    record: list[str] | csv.Error, number: int | None = None
) -> list[str]:
    if isinstance(record, csv.Error):
        raise ValueError(
            f"Invalid CSV ({record}): a quote may be open or not doubled. "
            "Quotes that mean nothing need `raw_quotes`."
        )
    if number is not None and len(record) != number:
        raise ValueError(
            f"Expected {number} fields, as in the header. "
            f"Received: {len(record)}"
        )
    return record
