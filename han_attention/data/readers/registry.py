"""The registry of readers: for each suffix, what reads such a file."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from han_attention.data.readers.arrow import read_arrow
from han_attention.data.readers.arrow import read_parquet
from han_attention.data.readers.csv import read_csv
from han_attention.data.readers.excel import read_excel
from han_attention.data.readers.jsonl import read_jsonl
from han_attention.data.readers.label_folder import read_labelled_text
from han_attention.data.readers.rows import RowOptions
from han_attention.data.readers.rows import Rows
from han_attention.data.readers.text_lines import read_text_lines

ReadRows: TypeAlias = Callable[[Path, RowOptions, str | None], Rows]


@dataclass(frozen=True)
class Reader:
    """A format of files.

    Attributes:
        suffixes: How the names of such files end, without a `.gz` after it.
        read: From a file, the columns and the encoding to its rows. It raises
            an OSError if the file cannot be read, and a ValueError if it is
            damaged or has not the columns; a bad row it gives as a `BadRow`.
        has_labels: Whether rows can have a label.
    """

    suffixes: tuple[str, ...]
    read: ReadRows
    has_labels: bool = True


CSV = Reader((".csv", ".tsv"), read_csv)
JSONL = Reader((".jsonl", ".ndjson", ".json"), read_jsonl)
PARQUET = Reader((".parquet",), read_parquet)
ARROW = Reader((".arrow", ".feather"), read_arrow)
EXCEL = Reader((".xlsx",), read_excel)
TEXT_LINES = Reader((".txt",), read_text_lines, has_labels=False)
# Files in a folder named after their label: not by the suffix alone.
LABEL_FOLDER = Reader((".txt",), read_labelled_text)

READERS = {
    suffix: reader
    for reader in (CSV, JSONL, PARQUET, ARROW, EXCEL, TEXT_LINES)
    for suffix in reader.suffixes
}
FORMATS = tuple(READERS)
LABELLED_FORMATS = tuple(s for s in FORMATS if READERS[s].has_labels)
