"""People's own texts, read from files one row at a time."""

from collections.abc import Iterator
from collections.abc import Sequence
from copy import copy
from dataclasses import replace
from pathlib import Path
from typing import Literal
from typing import Self

from han_attention.data.readers.checks import check_columns
from han_attention.data.readers.checks import check_encoding
from han_attention.data.readers.checks import check_list
from han_attention.data.readers.checks import check_trained_columns
from han_attention.data.readers.columns import Columns
from han_attention.data.readers.columns import has_label_columns
from han_attention.data.readers.paths import find_files
from han_attention.data.readers.registry import LABELLED_FORMATS
from han_attention.data.readers.registry import Reader
from han_attention.data.readers.rows import MAX_ROW_BYTES
from han_attention.data.readers.rows import MOST_ROW_BYTES
from han_attention.data.readers.rows import BadRow as BadRow
from han_attention.data.readers.rows import Record as Record
from han_attention.data.readers.rows import Row as Row
from han_attention.data.readers.rows import RowOptions
from han_attention.data.readers.trained_columns import TrainedColumns
from han_attention.data.readers.usable_rows import drop_bad_rows
from han_attention.validation import check_boolean
from han_attention.validation import check_integer
from han_attention.validation import check_text


class TextFiles:
    """Rows of texts and labels in files, read one at a time.

    It can be read as often as you like, and holds one row at a time, however
    long the files are. The suffix of a file tells its format; each may end in
    `.gz` too:

    - `.csv`, `.tsv`: with a header; fields may be quoted as in RFC 4180. A
      `.csv` with no comma in its first line is split at `;` or tabs. Labels
      are strings, without the spaces around them. Blank lines are skipped.
    - `.jsonl`, `.ndjson`, `.json`: an object a line; a `.json` may be an
      array of objects. Labels are strings, numbers, true or false.
    - `.parquet`, `.arrow`, `.feather`: read a batch at a time, with pyarrow.
    - `.xlsx`: the first sheet, with openpyxl.
    - `.txt`: a text a line, without labels.
    - A folder of folders of `.txt` files: each file is a text, and the name
      of its folder the label.

    A column that is not named is found by its name, such as "text" or
    "review", "label" or "category" (`TEXT_COLUMNS` and `LABEL_COLUMNS` in
    `columns.py`), never guessed from what it holds. A byte-order mark tells the
    encoding; without one it is UTF-8 or what `encoding` says.

    A row is bad if its text is missing, empty or not a text, its label is
    missing, a field is too many or too few, or the line is no CSV, no JSON or
    not in the encoding.

    Args:
        paths: A file, a folder of such files or of label folders, a pattern
            such as `"data/part-*.csv.gz"`, or a list of these.
        text_column: Where the texts are; of a list of columns the texts are
            joined by line ends. Defaults to None: found.
        label_column: Where the labels are; of a list of columns each is a
            label, which a row has or not, 1 or 0: that needs `multi_label`.
            Defaults to None: found.
        need_labels: Whether to read labels; without, `Row.label` is None;
            "optional": those of `trained_columns`, where a file and a row
            have them. Defaults to `True`.
        multi_label: Whether a row has a list of labels, which may be empty.
            Defaults to `False`.
        label_separator: What is between the labels of a CSV field with
            `multi_label`. Defaults to None: that of `trained_columns`, or
            `"|"`.
        skip_bad_rows: Whether to count bad rows in `bad_rows` and go on; with
            `"empty"` those alone that have no text. Else bad rows are an
            error, which names up to ten. Defaults to `False`.
        max_row_bytes: A row of more bytes is a bad one, and never in memory
            as a whole. Defaults to 67,108,864 (64 MiB).
        encoding: Such as "cp1252". Defaults to None: UTF-8.
        columns: The names of all columns of CSV and Excel files that have no
            header. Defaults to None: the first row has them.
        keep: Columns that go along in `Row.cells`, or `"all"`. Defaults to
            (): none.
        raw_quotes: Whether quotes in CSV and TSV are characters like all
            others. Defaults to `False`.
        trained_columns: Those of a model, `Predictor.columns`, which are read
            where none are named; a file of several columns must have them.
            Defaults to None: columns are found.

    Raises:
        FileNotFoundError: if there is nothing at a path.
        OSError: if a file cannot be read.
        ValueError: for a wrong argument, an unknown format, and, while
            reading: a damaged or empty file, no such column, a bad row.

    Example:
    >>> _ = Path("a.csv").write_text("review,stars\\nA fine film,5\\n")
    >>> next(iter(TextFiles("a.csv")))
    Row(text='A fine film', label='5', where='a.csv:2')
    """

    def __init__(
        self,
        paths: str | Path | Sequence[str | Path],
        text_column: str | Sequence[str] | None = None,
        label_column: str | Sequence[str] | None = None,
        *,
        need_labels: bool | Literal["optional"] = True,
        multi_label: bool = False,
        label_separator: str | None = None,
        skip_bad_rows: bool | Literal["empty"] = False,
        max_row_bytes: int = MAX_ROW_BYTES,
        encoding: str | None = None,
        columns: Sequence[str] | None = None,
        keep: Sequence[str] | Literal["all"] = (),
        raw_quotes: bool = False,
        trained_columns: TrainedColumns | None = None,
    ) -> None:
        self._options = RowOptions(
            check_columns("text_column", text_column),
            check_columns("label_column", label_column),
            need_labels
            if need_labels == "optional"
            else check_boolean("need_labels", need_labels),
            check_boolean("multi_label", multi_label),
            None
            if label_separator is None
            else check_text("label_separator", label_separator),
            None if columns is None else check_list("columns", columns),
            "all" if keep == "all" else check_list("keep", keep),
            check_boolean("raw_quotes", raw_quotes),
            check_integer("max_row_bytes", max_row_bytes, 1, MOST_ROW_BYTES),
            self._note_columns,
            check_trained_columns(trained_columns),
        )
        of_model = trained_columns and trained_columns.label
        if not multi_label and (
            has_label_columns(self._options)
            or (
                need_labels and not label_column and isinstance(of_model, tuple)
            )
        ):
            raise ValueError(
                "Invalid value for argument `multi_label`. Expected True with "
                "several label columns, each of which is a label. Received: "
                "multi_label=False"
            )
        if skip_bad_rows != "empty":
            check_boolean("skip_bad_rows", skip_bad_rows)
        self._skip_bad_rows = skip_bad_rows
        self._encoding = check_encoding(encoding)
        self._bad_rows = 0
        self._columns: Columns | None = None
        self._trained: set[TrainedColumns] = set()
        self._found = find_files(paths)
        if need_labels is True:
            self._check_labels()

    @property
    def shards(self) -> list[Path]:
        """The files, each once, sorted."""
        return list(self._found.files)

    @property
    def bad_rows(self) -> int:
        """How many rows the last whole pass skipped."""
        return self._bad_rows

    @property
    def columns(self) -> Columns | None:
        """The columns of the file that is read; None where it has none."""
        return self._columns

    @property
    def trained_columns(self) -> TrainedColumns | None:
        """What a model keeps that is trained on the rows read so far.

        None where no file has columns, or they have different ones.
        """
        return next(iter(self._trained)) if len(self._trained) == 1 else None

    def find_columns(self) -> TrainedColumns | None:
        """The `trained_columns`, found in the first rows."""
        for _ in TextFiles.records(self):
            if self._trained:
                break
        return self.trained_columns

    def with_columns(self, trained_columns: TrainedColumns | None) -> Self:
        """The same files, read by the columns of a model if none are named."""
        if trained_columns is None or self._options.trained_columns is not None:
            return self
        files = copy(self)
        files._columns, files._trained = None, set()
        files._options = replace(
            self._options,
            trained_columns=trained_columns,
            note_columns=files._note_columns,
        )
        return files

    def __iter__(self) -> Iterator[Row]:
        return self.in_order(self._found.files)

    def in_order(self, shards: Sequence[Path]) -> Iterator[Row]:
        """Read some of the shards, or all, in an order of your own."""
        for _, row in self.usable_records(shards):
            yield row

    def usable_records(
        self, shards: Sequence[Path] | None = None
    ) -> Iterator[tuple[Record, Row]]:
        """As `records`, but without the bad ones; beside each its row."""
        self._bad_rows = yield from drop_bad_rows(
            self.records(shards), self._skip_bad_rows
        )

    def records(self, shards: Sequence[Path] | None = None) -> Iterator[Record]:
        """Every row, also a bad one, with its file and its number in it.

        Args:
            shards: The files to read. Defaults to None: all.

        Raises:
            OSError: if a file cannot be read.
            ValueError: for a file that is damaged, empty or has no such
                column, but for no bad row.

        Example:
        >>> _ = Path("e.csv").write_text("text\\nfine\\n  \\n")
        >>> files = TextFiles("e.csv", need_labels=False)
        >>> [(record.number, record.is_bad) for record in files.records()]
        [(1, False), (2, True)]
        """
        for shard in self._found.files if shards is None else shards:
            read = self.get_reader(shard).read
            number = 0
            for row in read(shard, self._options, self._encoding):
                number += 1
                yield Record(str(shard), number, row)
            if not number:
                raise ValueError(f"The file has no rows: {shard}")

    def get_reader(self, shard: Path) -> Reader:
        """What reads one of the shards."""
        return self._found.get_reader(shard)

    def _note_columns(self, columns: Columns) -> None:
        self._columns = columns
        self._trained.add(columns.as_trained())

    def _check_labels(self) -> None:
        """Raise if labels are asked for that no file of this kind has."""
        for shard in self._found.files:
            if not self.get_reader(shard).has_labels:
                raise ValueError(
                    f"No labels in {shard}: it has a text a line. Expected "
                    f"{', '.join(LABELLED_FORMATS)}, or a folder of label "
                    "folders."
                )
