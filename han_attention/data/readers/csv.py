"""Rows out of CSV and TSV; a broken quote costs one row, not the file."""

import csv
from collections import deque
from collections.abc import Iterator
from collections.abc import Sequence
from pathlib import Path

from han_attention.data.readers.columns import Columns
from han_attention.data.readers.columns import find_columns
from han_attention.data.readers.rows import UNDECODABLE
from han_attention.data.readers.rows import RowOptions
from han_attention.data.readers.rows import Rows
from han_attention.data.readers.rows import check_decoded
from han_attention.data.readers.rows import make_bad_row
from han_attention.data.readers.text_stream import get_suffix
from han_attention.data.readers.text_stream import open_text

_LONGEST_FIELD = 2**25  # characters; bounds what an open quote swallows


def read_csv(path: Path, options: RowOptions, encoding: str | None) -> Rows:
    """Read a CSV or TSV file, with a header or named columns.

    Blank lines are skipped.
    """
    # The csv module wants the line ends as they are.
    with open_text(path, encoding, newline="") as stream:
        lines = _Lines(stream)
        is_tsv = get_suffix(path) == ".tsv"
        delimiter = "\t" if is_tsv else _find_delimiter(lines)
        records = _read_records(lines, delimiter, options.raw_quotes)
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


class _Lines:
    """Counted lines, of which those of the current record can be taken back."""

    def __init__(self, stream: Iterator[str]) -> None:
        self._stream = stream
        self._again: deque[str] = deque()
        self._record: list[str] = []
        self.number = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else next(self._stream)
        self._record.append(line)
        self.number += 1
        return line

    def start_record(self) -> None:
        self._record.clear()

    def take_back(self, start: int) -> None:
        """Give the lines of the record again, from line `start` on."""
        again = self._record[start:]
        self._again.extendleft(reversed(again))
        self.number -= len(again)


def _find_delimiter(lines: _Lines) -> str:
    """The comma, unless the first line has none but a semicolon or a tab."""
    header = next((line for line in lines if line.strip()), "")
    lines.take_back(0)
    return next((mark for mark in ",;\t" if mark in header), ",")


def _read_records(
    lines: _Lines, delimiter: str, raw_quotes: bool
) -> Iterator[tuple[int, list[str] | csv.Error]]:
    """Number of the first line, and cells, of each record that is not blank.

    A quote that is not closed costs its line only: the lines that it
    swallowed are read again.
    """
    # The limit is one for the process. It is raised for good: to put it back
    # would fail a reader in another thread.
    csv.field_size_limit(max(csv.field_size_limit(), _LONGEST_FIELD))
    reader = csv.reader(
        lines,
        delimiter=delimiter,
        strict=True,
        quoting=csv.QUOTE_NONE if raw_quotes else csv.QUOTE_MINIMAL,
    )
    while True:
        number = lines.number + 1
        lines.start_record()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            lines.take_back(1)
            yield number, error
        else:
            if cells:
                yield number, cells


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
