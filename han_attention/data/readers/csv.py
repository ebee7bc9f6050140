"""Rows out of CSV and TSV; a broken quote costs one row, not the file."""

import csv
from collections import deque
from collections.abc import Iterator
from pathlib import Path

from han_attention.data.readers.rows import UNDECODABLE
from han_attention.data.readers.rows import BadRow
from han_attention.data.readers.rows import Row
from han_attention.data.readers.rows import RowOptions
from han_attention.data.readers.rows import Rows
from han_attention.data.readers.rows import check_decoded
from han_attention.data.readers.rows import find_columns
from han_attention.data.readers.rows import make_row
from han_attention.data.readers.text_stream import get_suffix
from han_attention.data.readers.text_stream import open_text

_LONGEST_FIELD = 2**25  # characters; bounds what an open quote swallows


def read_csv(path: Path, options: RowOptions, encoding: str | None) -> Rows:
    """Read a CSV or TSV file with a header; blank lines are skipped."""
    # The csv module wants the line ends as they are.
    with open_text(path, encoding, newline="") as stream:
        lines = _Lines(stream)
        is_tsv = get_suffix(path) == ".tsv"
        delimiter = "\t" if is_tsv else _find_delimiter(lines)
        records = _read_records(lines, delimiter)
        number, header = next(records, (0, None))
        if header is None:
            return
        try:
            names = _check_header(header, stream.encoding)
            text_column, label_column = _find_in_header(names, options)
        except ValueError as error:
            raise ValueError(f"{path}:{number}: {error}") from None
        text_at = names.index(text_column)
        label_at = None if label_column is None else names.index(label_column)
        for number, record in records:
            where = f"{path}:{number}"
            row: Row | BadRow
            try:
                cells = _check_record(record, len(names))
                label: str | list[str] | None = None
                if label_at is not None:
                    check_decoded(cells[label_at], stream.encoding)
                    label = _split_label(cells[label_at], options)
                check_decoded(cells[text_at], stream.encoding)
                row = make_row(cells[text_at], label, where, options)
            except ValueError as error:
                row = BadRow(where, str(error))
            yield row


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
    lines: _Lines, delimiter: str
) -> Iterator[tuple[int, list[str] | csv.Error]]:
    """Number of the first line, and cells, of each record that is not blank.

    A quote that is not closed costs its line only: the lines that it
    swallowed are read again.
    """
    # The limit is one for the process. It is raised for good: to put it back
    # would fail a reader in another thread.
    csv.field_size_limit(max(csv.field_size_limit(), _LONGEST_FIELD))
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
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


def _find_in_header(
    names: list[str], options: RowOptions
) -> tuple[str, str | None]:
    try:
        return find_columns(names, options)
    except ValueError as error:
        raise ValueError(
            f"{error} (if this row is no header but data, put a header such "
            'as "text,label" above it)'
        ) from None


def _check_record(
    record: list[str] | csv.Error, number: int | None = None
) -> list[str]:
    if isinstance(record, csv.Error):
        raise ValueError(
            f"Invalid CSV ({record}): a quote may be open or not doubled."
        )
    if number is not None and len(record) != number:
        raise ValueError(
            f"Expected {number} fields, as in the header. "
            f"Received: {len(record)}"
        )
    return record


def _split_label(cell: str, options: RowOptions) -> str | list[str]:
    if not options.multi_label:
        return cell.strip()
    parts = cell.split(options.label_separator)
    return [part.strip() for part in parts if part.strip()]
