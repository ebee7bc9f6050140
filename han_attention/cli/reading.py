"""The texts of a command: out of files, or one a line out of stdin."""

import argparse
import dataclasses
import sys
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Sequence
from io import TextIOWrapper
from itertools import chain
from typing import Any

from han_attention.cli.common import note
from han_attention.data.readers.registry import LABELLED_FORMATS
from han_attention.data.readers.rows import MAX_ROW_BYTES
from han_attention.data.readers.rows import BadRow
from han_attention.data.readers.rows import Row
from han_attention.data.readers.rows import RowOptions
from han_attention.data.readers.text_lines import read_line
from han_attention.data.readers.text_stream import read_lines
from han_attention.data.text_files import TextFiles

DATA_HELP = (
    f"files, folders or patterns; {', '.join(LABELLED_FORMATS)}, each also "
    ".gz, or a folder of .txt files for each label"
)
_LINES = RowOptions(
    None, None, need_labels=False, multi_label=False, label_separator="|"
)


def add_reading_flags(parser: argparse.ArgumentParser, labels: bool) -> None:
    """Add the flags that tell how the data is read."""
    group = parser.add_argument_group("reading")
    group.add_argument(
        "--text-column",
        metavar="NAME",
        help="where the texts are (default: found by name)",
    )
    if labels:
        group.add_argument(
            "--label-column",
            metavar="NAME",
            help="where the labels are (default: found by name)",
        )
        group.add_argument(
            "--label-separator",
            metavar="TEXT",
            default="|",
            help="between several labels in a field (default: %(default)s)",
        )
    group.add_argument(
        "--skip-bad-rows",
        action="store_true",
        help="leave out and count rows that cannot be used; else the first "
        "one is an error",
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


def open_files(
    arguments: argparse.Namespace,
    paths: str | Sequence[str],
    *,
    need_labels: bool,
    multi_label: bool = False,
) -> TextFiles:
    """The files, of which the first row can be read.

    Raises:
        OSError: if there is nothing at a path, or it cannot be read.
        ValueError: for a file or a row that is not as it should be.
    """
    return _StartedFiles(
        paths,
        arguments.text_column,
        getattr(arguments, "label_column", None) if need_labels else None,
        need_labels=need_labels,
        multi_label=multi_label,
        label_separator=getattr(arguments, "label_separator", "|"),
        skip_bad_rows=arguments.skip_bad_rows,
        max_row_bytes=arguments.max_row_bytes,
        encoding=arguments.encoding,
    )


class _StartedFiles(TextFiles):
    """Files of which the first row was read; the first pass goes on there."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        rows = super().__iter__()
        self._started: Iterator[Row] | None = chain([next(rows)], rows)

    def __iter__(self) -> Iterator[Row]:
        started, self._started = self._started, None
        return super().__iter__() if started is None else started


def read_texts(
    arguments: argparse.Namespace, paths: Sequence[str]
) -> Iterator[str]:
    """The texts of files, or of stdin with no path or `"-"`.

    Raises:
        OSError: if there is nothing at a path, or it cannot be read.
        ValueError: if there is no text; while reading, for a bad row.
    """
    if paths and list(paths) != ["-"]:
        files = open_files(arguments, paths, need_labels=False)
        return _iterate_texts(arguments, files)
    if sys.stdin.isatty():
        note(arguments, "reading texts, one a line; Ctrl-D ends them")
    texts = _read_stdin(arguments)
    first = next(texts, None)
    if first is None:
        raise ValueError("No texts: standard input is empty.")
    return chain([first], texts)


def label_reader(class_names: Sequence[Any]) -> Callable[[Any], Any]:
    """From a label, or labels, in a file to what they are for a model.

    A model trained on a CSV calls "5" what JSON calls 5, or the other way
    round; a label that no class has stays as it is.

    Example:
    >>> read = label_reader([0, 1])
    >>> read("1"), read(["0", "2"])
    (1, [0, '2'])
    """
    names = set(class_names)
    by_text = {str(name): name for name in class_names}

    def read(label: Any) -> Any:
        if isinstance(label, list):
            return [read(one) for one in label]
        return label if label in names else by_text.get(str(label), label)

    return read


def note_bad_rows(arguments: argparse.Namespace, number: int) -> None:
    """Say how many rows were left out, if any were."""
    if number:
        note(arguments, f"bad rows skipped: {number}")


def _iterate_texts(
    arguments: argparse.Namespace, files: TextFiles
) -> Iterator[str]:
    for row in files:
        yield row.text
    note_bad_rows(arguments, files.bad_rows)


def _read_stdin(arguments: argparse.Namespace) -> Iterator[str]:
    """Read stdin as `TextFiles` reads a .txt file."""
    encoding = arguments.encoding or "utf-8-sig"
    if isinstance(sys.stdin, TextIOWrapper):
        sys.stdin.reconfigure(encoding=encoding, errors="han_attention.mark")
    skipped = 0
    options = dataclasses.replace(_LINES, max_row_bytes=arguments.max_row_bytes)
    lines = read_lines(sys.stdin, arguments.max_row_bytes)
    for number, line in enumerate(lines, start=1):
        row = read_line(line, f"standard input:{number}", options, encoding)
        if not isinstance(row, BadRow):
            yield row.text
        elif arguments.skip_bad_rows:
            skipped += 1
        else:
            raise ValueError(f"{row.where}: {row.problem}")
    note_bad_rows(arguments, skipped)
