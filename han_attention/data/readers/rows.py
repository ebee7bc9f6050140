"""One example as it stands in a file, and what makes a row a bad one."""

import math
import reprlib
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field
from typing import Any
from typing import Literal
from typing import TypeAlias

from han_attention.data.readers.trained_columns import LABEL_SEPARATOR
from han_attention.data.readers.trained_columns import TrainedColumns

Label: TypeAlias = str | int | float | bool

MAX_ROW_BYTES = 2**26  # 64 MiB, unless one says otherwise
MOST_ROW_BYTES = 2**31 - 2  # what one can say: the csv module counts so far

# What undecodable bytes are read as: no file can hold it.
UNDECODABLE = "\udc80"


@dataclass(frozen=True, slots=True)
class Row:
    """One example as it stands in a file.

    Attributes:
        text: The text, with at least one character that is not white space.
        label: The label, a list of them, or None if labels are not read.
        where: File and line, as in `"reviews.csv:12"`.
        cells: What stands in the columns to keep, by their names. Defaults
            to none.
    """

    text: str
    label: Label | list[Label] | None
    where: str
    cells: Mapping[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that cannot be used, and why.

    Attributes:
        where: File and line.
        problem: What is wrong, a sentence.
        cells: What stands in the columns to keep, if the row has them.
            Defaults to none.
        is_empty: Whether all that is wrong is that there is no text. Defaults
            to `False`.
        lacks_columns: Whether it has not the columns that are to be read.
            Defaults to `False`.
    """

    where: str
    problem: str
    cells: Mapping[str, Any] = field(default_factory=dict, repr=False)
    is_empty: bool = False
    lacks_columns: bool = False


@dataclass(frozen=True, slots=True)
class Record:
    """A row with its place.

    Attributes:
        file: The file.
        number: Of the row in the file, from 1; headers and blank lines do not
            count.
        row: A `Row`, or a `BadRow` with what is wrong.
    """

    file: str
    number: int
    row: Row | BadRow

    @property
    def is_bad(self) -> bool:
        """Whether it cannot be used."""
        return isinstance(self.row, BadRow)


Rows: TypeAlias = Iterator[Row | BadRow]


@dataclass(frozen=True)
class RowOptions:
    """Which columns hold what: see the arguments of `TextFiles`.

    `note_columns` is told the columns of each file that are read;
    `trained_columns` are those of a model, or None.
    """

    text_column: str | Sequence[str] | None
    label_column: str | Sequence[str] | None
    need_labels: bool | Literal["optional"]
    multi_label: bool
    label_separator: str | None
    column_names: Sequence[str] | None = None
    keep: Sequence[str] | Literal["all"] = ()
    raw_quotes: bool = False
    max_row_bytes: int = MAX_ROW_BYTES
    note_columns: Callable[[Any], None] | None = None
    trained_columns: TrainedColumns | None = None

    @property
    def separator(self) -> str:
        """What is between several labels in a field."""
        known = self.trained_columns
        default = known.label_separator if known else LABEL_SEPARATOR
        return self.label_separator or default


class ColumnError(ValueError):
    """Raised where there are no such columns as are to be read."""


class EmptyTextError(ValueError):
    """Raised for a row that has nothing where its text should be."""

    def __init__(self) -> None:
        super().__init__("The text is empty.")


def make_bad_row(
    where: str, error: ValueError, cells: Mapping[str, Any] | None = None
) -> BadRow:
    """A bad row out of the error that was raised for it."""
    is_empty = isinstance(error, EmptyTextError)
    lacks_columns = isinstance(error, ColumnError)
    return BadRow(where, str(error), cells or {}, is_empty, lacks_columns)


def list_columns(names: Sequence[str]) -> str:
    """Name the columns there are, for an error."""
    listed = ", ".join(reprlib.repr(name) for name in names[:10])
    return f"Columns: {listed}" + (", …" if len(names) > 10 else "")


def make_row(
    text: object,
    label: object,
    where: str,
    options: RowOptions,
    cells: Mapping[str, Any] | None = None,
) -> Row:
    """A row of a text and a label, a list of labels if there can be several.

    Raises:
        EmptyTextError: if the text is white space.
        ValueError: if the text or the label is none.
    """
    if not isinstance(text, str):
        raise ValueError(f"Expected a text. Received: {reprlib.repr(text)}")
    if not text or text.isspace():
        raise EmptyTextError
    cells = cells or {}
    lacking = label is None and options.need_labels == "optional"
    if lacking or not options.need_labels:
        return Row(text, None, where, cells)
    if not options.multi_label:
        # What a model has read before has no such labels.
        hints = options.trained_columns is None
        return Row(text, _check_label(label, hints), where, cells)
    if not isinstance(label, list):
        raise ValueError(
            f"Expected a list of labels. Received: {reprlib.repr(label)}"
        )
    return Row(text, [_check_label(one) for one in label], where, cells)


def check_decoded(text: str, encoding: str) -> None:
    """Raise a ValueError if the text was read from undecodable bytes."""
    if UNDECODABLE in text:
        raise ValueError(
            f"Bytes that are not {encoding.removesuffix('-sig')} text. Name "
            'the encoding of the file with `encoding`, such as "cp1252" or '
            '"utf-16-le".'
        )


def describe_long_row(options: RowOptions) -> str:
    """What is wrong with a row that is longer than the limit."""
    return (
        f"The row is longer than {options.max_row_bytes:,} bytes. Allow more "
        "with `max_row_bytes`."
    )


def _check_label(label: object, hints: bool = False) -> Label:
    if isinstance(label, str):
        if not label or label.isspace():
            hint = " With `multi_label` a row may have none." if hints else ""
            raise ValueError(f"The label is empty.{hint}")
        try:
            label.encode()  # it is printed and written, so no lone surrogates
        except UnicodeEncodeError:
            raise ValueError(
                f"Not a text: the label {reprlib.repr(label)}."
            ) from None
        return label
    if isinstance(label, int) or (
        isinstance(label, float) and math.isfinite(label)
    ):
        return label
    several = " Lists need `multi_label`." if isinstance(label, list) else ""
    raise ValueError(
        f"Expected a label, a text or a number.{several} "
        f"Received: {reprlib.repr(label)}"
    )
