"""Rows out of CSV, TSV, JSON lines and plain text, plain or gzip."""

import codecs
import gzip
import json
import zlib
from collections.abc import Callable
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from io import TextIOWrapper
from pathlib import Path

from han_attention.data.readers.csv import read_csv
from han_attention.data.readers.rows import UNDECODABLE
from han_attention.data.readers.rows import BadRow
from han_attention.data.readers.rows import Row
from han_attention.data.readers.rows import RowOptions
from han_attention.data.readers.rows import Rows
from han_attention.data.readers.rows import check_decoded
from han_attention.data.readers.rows import find_columns
from han_attention.data.readers.rows import list_columns
from han_attention.data.readers.rows import make_row

_DAMAGE = (EOFError, gzip.BadGzipFile, zlib.error)
_ENCODING_OF_MARK = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",  # before UTF-16, whose mark it begins with
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}


def _mark_undecodable(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return UNDECODABLE, error.end


# So the row of bad bytes is known: an exception would lose the lines that were
# decoded with them.
codecs.register_error("han_attention.mark", _mark_undecodable)


def suffix_of(path: Path) -> str:
    """The suffix that tells the format: ".csv" for "reviews.CSV.gz"."""
    return Path(path.name.lower().removesuffix(".gz")).suffix


def read_rows(path: Path, options: RowOptions, encoding: str | None) -> Rows:
    """Read a file with many rows, in the format that its suffix tells.

    Raises:
        OSError: if it cannot be read.
        ValueError: if it is damaged, or has not the columns.
    """
    read, newline = _READERS[suffix_of(path)]
    with _open_text(path, encoding, newline) as stream:
        yield from read(stream, str(path), options)


def read_whole(
    path: Path, label: str, options: RowOptions, encoding: str | None
) -> Row | BadRow:
    """Read a file that is one text, whose label is known.

    Raises:
        OSError: if it cannot be read.
        ValueError: if it is damaged.
    """
    with _open_text(path, encoding, newline="") as stream:
        text = stream.read()
        try:
            check_decoded(text, stream.encoding)
            labels = [label] if options.multi_label else label
            return make_row(text, labels, str(path), options)
        except ValueError as error:
            return BadRow(str(path), str(error))


@contextmanager
def _open_text(
    path: Path, encoding: str | None, newline: str | None
) -> Iterator[TextIOWrapper]:
    """Open a text file, plain or gzip; a byte-order mark tells its encoding."""
    zipped = path.suffix.lower() == ".gz"
    try:
        with gzip.open(path) if zipped else path.open("rb") as binary:
            head = binary.peek(4)
            for mark, of_mark in _ENCODING_OF_MARK.items():
                if head.startswith(mark):
                    encoding = of_mark
                    break
            with TextIOWrapper(
                binary, encoding or "utf-8", "han_attention.mark", newline
            ) as stream:
                yield stream
    except _DAMAGE as error:
        raise ValueError(
            f"Damaged or truncated gzip file: {path} ({error})"
        ) from error
    except UnicodeError as error:  # as UTF-16, without a byte-order mark
        raise ValueError(f"Cannot read {path} as {encoding}: {error}") from None


def _read_jsonl(stream: TextIOWrapper, name: str, options: RowOptions) -> Rows:
    columns: tuple[str, str | None] | None = None
    for number, line in enumerate(stream, start=1):
        if not line.strip():
            continue
        where = f"{name}:{number}"
        row: Row | BadRow
        try:
            check_decoded(line, stream.encoding)
            values = _parse_object(line)
            columns = columns or find_columns(list(values), options)
            text, label = (
                None if column is None else _value_of(values, column)
                for column in columns
            )
            row = make_row(text, label, where, options)
        except ValueError as error:
            row = BadRow(where, str(error))
        yield row


def _value_of(values: dict[str, object], column: str) -> object:
    if column not in values:
        raise ValueError(f"No column {column!r}. {list_columns(list(values))}")
    return values[column]


def _parse_object(line: str) -> dict[str, object]:
    try:
        values = json.loads(line)
    except json.JSONDecodeError as error:
        raise ValueError(
            f"Invalid JSON: {error.msg} at character {error.pos + 1}. "
            "Expected one object a line."
        ) from None
    except ValueError:
        raise ValueError("Invalid JSON: a number is too long.") from None
    except RecursionError:
        raise ValueError("Invalid JSON: nested too deeply.") from None
    if not isinstance(values, dict):
        raise ValueError(
            'Expected one JSON object a line, such as {"text": "fine"}. '
            f"Received: a {type(values).__name__}"
        )
    return values


def _read_lines(stream: TextIOWrapper, name: str, options: RowOptions) -> Rows:
    for number, line in enumerate(stream, start=1):
        where = f"{name}:{number}"
        row: Row | BadRow
        try:
            check_decoded(line, stream.encoding)
            row = make_row(line.removesuffix("\n"), None, where, options)
        except ValueError as error:
            row = BadRow(where, str(error))
        yield row


# For each format its reader, and which line ends the stream is split at.
_READERS: dict[
    str, tuple[Callable[[TextIOWrapper, str, RowOptions], Rows], str | None]
] = {
    ".csv": (read_csv, ""),
    ".tsv": (partial(read_csv, delimiter="\t"), ""),
    ".jsonl": (_read_jsonl, "\n"),
    ".ndjson": (_read_jsonl, "\n"),
    ".json": (_read_jsonl, "\n"),
    ".txt": (_read_lines, None),
}
FORMATS = tuple(_READERS)
