"""People's own texts, read from files one row at a time."""

from collections.abc import Iterator
from collections.abc import Sequence
from pathlib import Path

from han_attention.data.readers.paths import find_files
from han_attention.data.readers.registry import LABELLED_FORMATS
from han_attention.data.readers.registry import Reader
from han_attention.data.readers.rows import MAX_ROW_BYTES
from han_attention.data.readers.rows import MOST_ROW_BYTES
from han_attention.data.readers.rows import Row as Row
from han_attention.data.readers.rows import RowOptions
from han_attention.data.readers.rows import Rows
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
    - `.jsonl`, `.ndjson`, `.json`: an object a line. Labels are strings,
      numbers, true or false. Blank lines are skipped.
    - `.txt`: a text a line, without labels.
    - A folder of folders of `.txt` files: each file is a text, and the name
      of its folder the label.

    A column that is not named is found by its name, such as "text" or
    "review", "label" or "category" (`TEXT_COLUMNS` and `LABEL_COLUMNS` in
    `rows.py`), never guessed from what it holds. A byte-order mark tells the
    encoding; without one it is UTF-8 or what `encoding` says.

    A row is bad if its text is missing, empty or not a text, its label is
    missing, a field is too many or too few, or the line is no CSV, no JSON or
    not in the encoding.

    Args:
        paths: A file, a folder of such files or of label folders, a pattern
            such as `"data/part-*.csv.gz"`, or a list of these.
        text_column: Where the texts are. Defaults to None: found.
        label_column: Where the labels are. Defaults to None: found.
        need_labels: Whether to read labels; without, `Row.label` is None.
            Defaults to `True`.
        multi_label: Whether a row has a list of labels, which may be empty.
            Defaults to `False`.
        label_separator: What is between the labels of a CSV field with
            `multi_label`. Defaults to `"|"`.
        skip_bad_rows: Whether to count bad rows in `bad_rows` and go on; else
            the first one is an error. Defaults to `False`.
        max_row_bytes: A row of more bytes is a bad one, and never in memory
            as a whole. Defaults to 67,108,864 (64 MiB).
        encoding: Such as "cp1252". Defaults to None: UTF-8.

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
        text_column: str | None = None,
        label_column: str | None = None,
        *,
        need_labels: bool = True,
        multi_label: bool = False,
        label_separator: str = "|",
        skip_bad_rows: bool = False,
        max_row_bytes: int = MAX_ROW_BYTES,
        encoding: str | None = None,
    ) -> None:
        if text_column is not None:
            check_text("text_column", text_column)
        if label_column is not None:
            check_text("label_column", label_column)
        self._options = RowOptions(
            text_column,
            label_column,
            check_boolean("need_labels", need_labels),
            check_boolean("multi_label", multi_label),
            check_text("label_separator", label_separator),
            check_integer("max_row_bytes", max_row_bytes, 1, MOST_ROW_BYTES),
        )
        self._skip_bad_rows = check_boolean("skip_bad_rows", skip_bad_rows)
        self._encoding = _check_encoding(encoding)
        self._bad_rows = 0
        self._found = find_files(paths)
        if need_labels:
            self._check_labels()

    @property
    def shards(self) -> list[Path]:
        """The files, each once, sorted."""
        return list(self._found.files)

    @property
    def bad_rows(self) -> int:
        """How many rows the last whole pass skipped."""
        return self._bad_rows

    def __iter__(self) -> Iterator[Row]:
        return self.in_order(self._found.files)

    def in_order(self, shards: Sequence[Path]) -> Iterator[Row]:
        """Read some of the shards, or all, in an order of your own."""
        skipped, good, first_problem = 0, 0, ""
        for row in self._read_all(shards):
            if isinstance(row, Row):
                good += 1
                yield row
                continue
            problem = f"{row.where}: {row.problem}"
            if not self._skip_bad_rows:
                raise ValueError(problem)
            skipped += 1
            first_problem = first_problem or problem
        if skipped and not good:
            raise ValueError(
                f"All rows are bad, {skipped} of them. {first_problem}"
            )
        self._bad_rows = skipped

    def get_reader(self, shard: Path) -> Reader:
        """What reads one of the shards."""
        return self._found.get_reader(shard)

    def _read_all(self, shards: Sequence[Path]) -> Rows:
        for shard in shards:
            read = self.get_reader(shard).read
            empty = True
            for row in read(shard, self._options, self._encoding):
                empty = False
                yield row
            if empty:
                raise ValueError(f"The file has no rows: {shard}")

    def _check_labels(self) -> None:
        """Raise if labels are asked for that no file of this kind has."""
        for shard in self._found.files:
            if not self.get_reader(shard).has_labels:
                raise ValueError(
                    f"No labels in {shard}: it has a text a line. Expected "
                    f"{', '.join(LABELLED_FORMATS)}, or a folder of label "
                    "folders."
                )


def _check_encoding(encoding: str | None) -> str | None:
    try:
        "a".encode("utf-8" if encoding is None else encoding)
    except (LookupError, ValueError, TypeError):
        raise ValueError(
            "Invalid value for argument `encoding`. Expected the name of an "
            f'encoding, such as "cp1252". Received: encoding={encoding!r}'
        ) from None
    return encoding
