"""One example as it stands in a file, and what makes a row a bad one."""

import math
import re
import reprlib
from collections.abc import Iterator
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

Label: TypeAlias = str | int | float | bool

# Upper or lower case, spaces, `_` and `-` do not matter; the first that is
# there is taken.
TEXT_COLUMNS = (
    "text review content sentence document body message comment tweet post "
    "question utterance reviewtext reviewbody commenttext fulltext texts "
    "reviews sentences documents comments description abstract summary "
    "headline title"
).split()
LABEL_COLUMNS = (
    "label labels class category target sentiment rating stars y polarity "
    "score topic intent emotion tag tags classes categories"
).split()

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
    """

    text: str
    label: Label | list[Label] | None
    where: str


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that cannot be used, and why."""

    where: str
    problem: str


Rows: TypeAlias = Iterator[Row | BadRow]


@dataclass(frozen=True)
class RowOptions:
    """Which columns hold what: see the arguments of `TextFiles`."""

    text_column: str | None
    label_column: str | None
    need_labels: bool
    multi_label: bool
    label_separator: str
    max_row_bytes: int = MAX_ROW_BYTES


def find_columns(
    names: Sequence[str], options: RowOptions
) -> tuple[str, str | None]:
    """The names of the text and of the label column.

    Raises:
        ValueError: if one of them is not there, or both are the same.
    """
    text = _find_column(names, "text", options.text_column, TEXT_COLUMNS)
    if not options.need_labels:
        return text, None
    label = _find_column(names, "label", options.label_column, LABEL_COLUMNS)
    if label == text:
        raise ValueError(
            f"The text and the label cannot both be column {text!r}. Name "
            f"them with `text_column` and `label_column`. {list_columns(names)}"
        )
    return text, label


def list_columns(names: Sequence[str]) -> str:
    """Name the columns there are, for an error."""
    listed = ", ".join(reprlib.repr(name) for name in names[:10])
    return f"Columns: {listed}" + (", …" if len(names) > 10 else "")


def make_row(
    text: object, label: object, where: str, options: RowOptions
) -> Row:
    """A row of a text and a label, a list of labels if there can be several.

    Raises:
        ValueError: if the text or the label is none.
    """
    if not isinstance(text, str):
        raise ValueError(f"Expected a text. Received: {reprlib.repr(text)}")
    if not text or text.isspace():
        raise ValueError("The text is empty.")
    if not options.need_labels:
        return Row(text, None, where)
    if not options.multi_label:
        return Row(text, _check_label(label), where)
    if not isinstance(label, list):
        raise ValueError(
            f"Expected a list of labels. Received: {reprlib.repr(label)}"
        )
    return Row(text, [_check_label(one) for one in label], where)


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


def _find_column(
    names: Sequence[str], kind: str, wanted: str | None, known: Sequence[str]
) -> str:
    if wanted is None:
        plain = {_plain(name): name for name in reversed(names)}
        wanted = next((plain[name] for name in known if name in plain), None)
    if wanted is None:
        raise ValueError(
            f"No {kind} column: no name such as {known[0]!r} or {known[1]!r}. "
            f"Name it with `{kind}_column`. {list_columns(names)}"
        )
    if names.count(wanted) != 1:
        number = "No" if wanted not in names else "More than one"
        raise ValueError(f"{number} column {wanted!r}. {list_columns(names)}")
    return wanted


def _plain(name: str) -> str:
    return re.sub(r"[\s_-]", "", name).casefold()


def _check_label(label: object) -> Label:
    if isinstance(label, str):
        if not label or label.isspace():
            raise ValueError("The label is empty.")
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
