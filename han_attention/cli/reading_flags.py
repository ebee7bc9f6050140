"""The flags that tell how files are read."""

import argparse
import csv
from typing import Any

from han_attention.data.readers.registry import LABELLED_FORMATS
from han_attention.data.readers.rows import MAX_ROW_BYTES

DATA_HELP = (
    f"files, folders or patterns; {', '.join(LABELLED_FORMATS)}, each also "
    ".gz, or a folder of .txt files for each label"
)


def add_reading_flags(parser: argparse.ArgumentParser, labels: bool) -> None:
    """Add the flags that tell how the data is read."""
    group = parser.add_argument_group("reading")
    group.add_argument(
        "--text-column",
        metavar="NAME[,NAME]",
        type=read_names,
        help="where the texts are; of several columns they are joined "
        "(default: those of the training, or found by name)",
    )
    if labels:
        group.add_argument(
            "--label-column",
            metavar="NAME",
            help="where the labels are (default: that of the training, or "
            "found by name)",
        )
        group.add_argument(
            "--label-columns",
            metavar="NAME,NAME",
            type=read_names,
            help="columns of 0 and 1, each for one of several labels",
        )
    group.add_argument(
        "--label-separator",
        metavar="TEXT",
        help="between several labels in a field (default: that of the "
        "training, or |)",
    )
    group.add_argument(
        "--columns",
        metavar="NAME,NAME",
        type=read_names,
        help="the names of all columns, where a file has no header",
    )
    group.add_argument(
        "--raw-quotes",
        action="store_true",
        help="quotes in CSV and TSV are characters like all others",
    )
    group.add_argument(
        "--skip-bad-rows",
        action="store_true",
        help="leave out and count rows that cannot be used",
    )
    group.add_argument(
        "--bad-rows",
        metavar="FILE",
        help="leave them out, and write which and why (CSV)",
    )
    group.add_argument(
        "--max-row-bytes",
        metavar="N",
        type=int,
        default=MAX_ROW_BYTES,
        help="a longer row is a bad one (default: %(default)s)",
    )
    group.add_argument(
        "--encoding",
        metavar="NAME",
        help="such as cp1252 (default: found, or UTF-8)",
    )


def add_output_flags(
    parser: argparse.ArgumentParser, what: str, more: str = ""
) -> None:
    """Add `--output`, `--keep` and `--raw`, of rows that can be joined."""
    parser.add_argument(
        "--output",
        metavar="FILE",
        help=f"{what} to a file, whole or not at all; .csv, .tsv or .parquet "
        f"is a table, all else JSON lines{more}",
    )
    parser.add_argument(
        "--keep",
        metavar="NAME,NAME",
        type=lambda text: "all" if text == "all" else read_names(text),
        help="columns of the input that go along; all: every one",
    )
    parser.add_argument(
        "--raw",
        action="store_true",
        help="CSV for programs: no byte-order mark, and cells that a "
        "spreadsheet would run as a formula stay as they are",
    )


def read_names(text: str) -> list[str]:
    """Names between commas; one that has a comma stands in quotes.

    Example:
    >>> read_names('subject,body'), read_names('"a, b"')
    (['subject', 'body'], ['a, b'])
    """
    (names,) = csv.reader([text], skipinitialspace=True)
    return names


def read_options(arguments: argparse.Namespace) -> dict[str, Any]:
    """What the flags say of how files are read, for `TextFiles`."""
    return {
        "text_column": arguments.text_column,
        "label_separator": arguments.label_separator,
        "max_row_bytes": arguments.max_row_bytes,
        "encoding": arguments.encoding,
        "columns": arguments.columns,
        "keep": getattr(arguments, "keep", None) or (),
        "raw_quotes": arguments.raw_quotes,
    }
