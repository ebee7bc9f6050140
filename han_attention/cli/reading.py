"""The rows of a command: out of files, or one a line out of stdin."""

import argparse
import csv
import dataclasses
import sys
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Sequence
from io import TextIOWrapper
from itertools import chain
from itertools import islice
from pathlib import Path
from typing import Any
from typing import Literal

from han_attention.atomic import replace_when_written
from han_attention.cli.common import note
from han_attention.cli.folders import check_new_file
from han_attention.cli.reading_flags import read_options
from han_attention.data.readers.columns import Columns
from han_attention.data.readers.rows import BadRow
from han_attention.data.readers.rows import RowOptions
from han_attention.data.readers.text_lines import read_line
from han_attention.data.readers.text_stream import read_lines
from han_attention.data.readers.trained_columns import TrainedColumns
from han_attention.data.readers.trained_columns import describe_columns
from han_attention.data.text_files import Record
from han_attention.data.text_files import Row
from han_attention.data.text_files import TextFiles

_OUTPUTS = ("output", "report", "html", "neat_vision", "plot", "bad_rows")
_FIRST = 10  # rows: if none has the columns, the file has them not
_LINES = RowOptions(
    None, None, need_labels=False, multi_label=False, label_separator="|"
)


def open_files(
    arguments: argparse.Namespace,
    paths: str | Sequence[str],
    *,
    need_labels: bool | Literal["optional"],
    multi_label: bool = False,
    trained_columns: TrainedColumns | None = None,
    note_columns: bool = True,
) -> "CommandFiles":
    """The files, of which the first row can be read.

    Columns that no flag names are those of the training.

    Rows without a text are left out and counted; so are all bad ones with
    `--skip-bad-rows`, and with `--bad-rows` they are written to a file.

    Raises:
        OSError: if there is nothing at a path, or it cannot be read.
        ValueError: for a file or a row that is not as it should be.
    """
    check_new_file(arguments.bad_rows)
    label = getattr(arguments, "label_columns", None)
    label = label or getattr(arguments, "label_column", None)
    files = CommandFiles(
        paths,
        label_column=label if need_labels else None,
        need_labels=need_labels,
        multi_label=multi_label,
        skip_bad_rows=skips_bad_rows(arguments) or "empty",
        bad_rows_file=arguments.bad_rows,
        trained_columns=trained_columns,
        **read_options(arguments),
    )
    _check_not_read(arguments, files)
    if note_columns and arguments.text_column is None:
        _note_texts(arguments, files.columns, trained_columns)
    return files


def _check_not_read(arguments: argparse.Namespace, files: TextFiles) -> None:
    """Raise a FileExistsError if a file that is read would be written."""
    for name in _OUTPUTS:
        path = Path(getattr(arguments, name, None) or "")
        if path.is_file() and any(map(path.samefile, files.shards)):
            raise FileExistsError(
                f"{path} is read, and cannot be written too. Choose another "
                f"--{name.replace('_', '-')}."
            )


def _note_texts(
    arguments: argparse.Namespace,
    columns: Columns | None,
    trained: TrainedColumns | None,
) -> None:
    """Say which column was taken, where it could have been another one."""
    if columns is None:
        return
    taken = f"texts: {', '.join(columns.text)}"
    if trained is not None:
        if columns.text != trained.text:
            others = describe_columns(trained, labels=False)
            note(arguments, f"{taken}; the model was trained on {others}")
    elif columns.text_candidates:
        note(
            arguments,
            f"{taken}; not taken: {', '.join(columns.text_candidates)}; "
            "--text-column chooses",
        )


class CommandFiles(TextFiles):
    """Files of which the first row was read; the first pass goes on there.

    In that pass bad rows are written to a file, if there is to be one.
    """

    def __init__(
        self, *arguments: Any, bad_rows_file: str | None, **options: Any
    ) -> None:
        super().__init__(*arguments, **options)
        self._bad_rows_file = bad_rows_file
        records = super().records()
        first = list(islice(records, _FIRST))
        bad = [x.row for x in first if isinstance(x.row, BadRow)]
        if len(bad) == len(first) and all(row.lacks_columns for row in bad):
            raise ValueError(f"{bad[0].where}: {bad[0].problem}")
        self._started: Iterator[Record] | None = chain(first, records)

    def records(self, shards: Sequence[Path] | None = None) -> Iterator[Record]:
        if self._started is None or shards not in (None, self.shards):
            return super().records(shards)
        started, self._started = self._started, None
        return write_bad_rows(started, self._bad_rows_file)

    def add_bad_rows(self, number: int) -> None:
        """Count those that other processes have found."""
        self._bad_rows += number


def read_records(
    arguments: argparse.Namespace,
    paths: Sequence[str],
    trained_columns: TrainedColumns | None = None,
) -> Iterator[Record]:
    """The rows of files, or of stdin with no path or `"-"`, bad ones too.

    Raises:
        OSError: if there is nothing at a path, or it cannot be read.
        ValueError: if there is no row.
    """
    if paths and list(paths) != ["-"]:
        files = open_files(
            arguments,
            paths,
            need_labels=False,
            trained_columns=trained_columns,
        )
        return files.records()
    check_new_file(arguments.bad_rows)
    if sys.stdin.isatty():
        note(arguments, "reading texts, one a line; Ctrl-D ends them")
    records = _read_stdin(arguments)
    first = next(records, None)
    if first is None:
        raise ValueError(
            "No texts: standard input is empty. Name files, or use a pipe."
        )
    return write_bad_rows(chain([first], records), arguments.bad_rows)


def read_texts(
    arguments: argparse.Namespace,
    paths: Sequence[str],
    trained_columns: TrainedColumns | None = None,
) -> Iterator[str]:
    """The texts of the rows of `read_records` that can be used.

    Raises:
        ValueError: while reading, for a bad row that has a text.
    """
    skip, skipped = skips_bad_rows(arguments), 0
    for record in read_records(arguments, paths, trained_columns):
        row = record.row
        if isinstance(row, Row):
            yield row.text
        elif skip or row.is_empty:
            skipped += 1
        else:
            raise ValueError(f"{row.where}: {row.problem}")
    note_bad_rows(arguments, skipped)


def skips_bad_rows(arguments: argparse.Namespace) -> bool:
    """Whether bad rows are left out, and not only those without a text."""
    return bool(arguments.skip_bad_rows or arguments.bad_rows)


def write_bad_rows(
    records: Iterator[Record], path: str | None
) -> Iterator[Record]:
    """Pass rows on, and at their end write which are bad, and why, as CSV."""
    problems = []
    for record in records:
        if path is not None and isinstance(record.row, BadRow):
            row = record.row
            problems.append(
                [record.file, record.number, row.where, row.problem]
            )
        yield record
    if path is not None:
        with (
            replace_when_written(path) as temporary,
            temporary.open(
                "w", encoding="utf-8-sig", errors="backslashreplace", newline=""
            ) as file,
        ):
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(["file", "row", "where", "problem"])
            writer.writerows(problems)


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
        kind = "bad rows" if skips_bad_rows(arguments) else "rows without text"
        written = f", see {arguments.bad_rows}" if arguments.bad_rows else ""
        note(arguments, f"{kind} skipped: {number}{written}")


def _read_stdin(arguments: argparse.Namespace) -> Iterator[Record]:
    """Read stdin as `TextFiles` reads a .txt file."""
    encoding = arguments.encoding or "utf-8-sig"
    if isinstance(sys.stdin, TextIOWrapper):
        sys.stdin.reconfigure(encoding=encoding, errors="han_attention.mark")
    options = dataclasses.replace(_LINES, max_row_bytes=arguments.max_row_bytes)
    lines = read_lines(sys.stdin, arguments.max_row_bytes)
    for number, line in enumerate(lines, start=1):
        row = read_line(line, f"standard input:{number}", options, encoding)
        yield Record("-", number, row)
