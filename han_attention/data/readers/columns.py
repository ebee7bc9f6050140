"""Which columns of a table hold the texts and the labels, and what they say."""

import re
import reprlib
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import replace
from typing import Any
from typing import Self

from han_attention.data.readers.label_cells import split_label
from han_attention.data.readers.rows import BadRow
from han_attention.data.readers.rows import ColumnError
from han_attention.data.readers.rows import Row
from han_attention.data.readers.rows import RowOptions
from han_attention.data.readers.rows import list_columns
from han_attention.data.readers.rows import make_bad_row
from han_attention.data.readers.rows import make_row
from han_attention.data.readers.trained_columns import TEXT_SEPARATOR
from han_attention.data.readers.trained_columns import TrainedColumns
from han_attention.data.readers.trained_columns import describe_columns
from han_attention.data.readers.trained_columns import name_columns

# Upper or lower case, spaces, `_` and `-` do not matter; the first that is
# there is taken.
TEXT_COLUMNS = (
    "text review content sentence document body message comment tweet post "
    "question utterance reviewtext reviewbody commenttext fulltext texts "
    "reviews sentences documents comments description abstract summary "
    "headline title subject"
).split()
LABEL_COLUMNS = (
    "label labels class category target sentiment rating stars y polarity "
    "score topic intent emotion tag tags classes categories"
).split()

_MARKS = {"0": False, "1": True, "false": False, "true": True}


@dataclass(frozen=True)
class Columns:
    """The columns of a table that are read.

    Attributes:
        options: What was asked for.
        text: Where the texts are; of several they are joined by line ends.
        label: Where the labels are; several have 0 or 1 for each label. None
            if labels are not read.
        keep: What goes along as it is.
        candidates: Columns that were not taken, though by their names they
            could have been.
    """

    options: RowOptions
    text: tuple[str, ...]
    label: tuple[str, ...] | None
    keep: tuple[str, ...]
    candidates: tuple[str, ...] = ()

    @property
    def names(self) -> list[str]:
        """All that are read, each once."""
        return list(
            dict.fromkeys((*self.text, *(self.label or ()), *self.keep))
        )

    @property
    def text_candidates(self) -> tuple[str, ...]:
        """The candidates by whose names there could be texts in them."""
        return tuple(x for x in self.candidates if _plain(x) in TEXT_COLUMNS)

    def as_trained(self) -> TrainedColumns:
        """What a model that is trained on these columns keeps."""
        label: Any = self.label
        if label is not None and not has_label_columns(self.options):
            (label,) = label
        return TrainedColumns(self.text, label, self.options.separator)

    def make_row(
        self, values: Mapping[str, Any], where: str, split_labels: bool = False
    ) -> Row | BadRow:
        """A row, or a bad one, out of the values of all columns.

        Args:
            values: Of each column, by its name.
            where: File and line.
            split_labels: Whether a text in the label column can stand for
                several labels, as in CSV. Defaults to `False`.
        """
        cells = {name: values[name] for name in self.keep if name in values}
        try:
            text = self._join_text(values)
            label = None if self.label is None else self._read_label(values)
            if split_labels and isinstance(label, str):
                label = split_label(label, self.options)
            return make_row(text, label, where, self.options, cells)
        except ValueError as error:
            if (
                self.label is not None
                and self.options.need_labels == "optional"
            ):
                return self._without_labels().make_row(values, where)
            return make_bad_row(where, error, cells)

    def _without_labels(self) -> Self:
        options = replace(self.options, need_labels=False)
        return replace(self, options=options, label=None)

    def _join_text(self, values: Mapping[str, Any]) -> Any:
        parts = [_get_value(values, name) for name in self.text]
        if len(parts) == 1:
            return parts[0]
        filled = [part for part in parts if part is not None and part != ""]
        for part in filled:
            if not isinstance(part, str):
                return part  # which is refused
        return TEXT_SEPARATOR.join(filled)

    def _read_label(self, values: Mapping[str, Any]) -> Any:
        columns = self.label or ()
        if not has_label_columns(self.options):
            return _get_value(values, columns[0])
        return [c for c in columns if _read_mark(c, _get_value(values, c))]


def find_columns(names: Sequence[str], options: RowOptions) -> Columns:
    """Find the columns of the texts, the labels, and what is to be kept.

    Raises:
        ColumnError: if one of them is not there, or one is for both.
    """
    options = _settle_labels(names, options)
    columns = _choose_columns(names, _use_trained_columns(names, options))
    if options.note_columns is not None:
        options.note_columns(columns)
    return columns


def _settle_labels(names: Sequence[str], options: RowOptions) -> RowOptions:
    """Read optional labels if those of the training are there."""
    if options.need_labels != "optional":
        return options
    trained = options.trained_columns
    label = trained.label if trained else None
    several = (label,) if isinstance(label, str) else label
    if several and set(several) <= set(names):
        return options
    return replace(options, need_labels=False)


def _choose_columns(names: Sequence[str], options: RowOptions) -> Columns:
    text = _find(names, "text", options.text_column, TEXT_COLUMNS)
    keep = _find_kept(names, options)
    if not options.need_labels:
        others = _list_candidates(names, TEXT_COLUMNS, text)
        return Columns(options, text, None, keep, others)
    label = _find(names, "label", options.label_column, LABEL_COLUMNS)
    for name in label:
        if name in text:
            raise ColumnError(
                f"The text and the label cannot both be column {name!r}. Name "
                "them with `text_column` and `label_column`. "
                f"{list_columns(names)}"
            )
    known = [*TEXT_COLUMNS, *LABEL_COLUMNS]
    others = _list_candidates(names, known, (*text, *label))
    return Columns(options, text, label, keep, others)


def _use_trained_columns(
    names: Sequence[str], options: RowOptions
) -> RowOptions:
    """Name the columns of a training, where none are named.

    Where a file has one column, or someone named all of its columns, they
    need not be there.

    Raises:
        ColumnError: if they are not there, and need to be.
    """
    trained = options.trained_columns
    if trained is None:
        return options
    missing: list[str] = []
    found: dict[str, Any] = {}
    flags: list[str] = []
    for kind, named, columns in (
        ("text", options.text_column, trained.text),
        ("label", options.label_column, trained.label),
    ):
        if named is not None or columns is None:
            continue
        if kind == "label" and not options.need_labels:
            continue
        several = (columns,) if isinstance(columns, str) else columns
        lacking = [name for name in several if name not in names]
        if not lacking:
            found[f"{kind}_column"] = columns
        elif len(names) > 1 and options.column_names is None:
            missing += lacking
            flags.append(f"`{kind}_column`")
    if missing:
        # Columns of 0 and 1 are labels: they have the names of these.
        rename = isinstance(trained.label, tuple) and any(
            name in trained.label for name in missing
        )
        mend = (
            "give the columns of the file these names"
            if rename
            else f"name others with {' and '.join(flags)}"
        )
        raise ColumnError(
            f"No {name_columns(missing)}. The training has "
            f"{describe_columns(trained, labels=options.need_labels is True)}: "
            f"{mend}. {list_columns(names)}"
        )
    return replace(options, **found)


def has_label_columns(options: RowOptions) -> bool:
    """Whether each label has a column of its own, of 0 and 1."""
    return not isinstance(options.label_column, str | None)


def _find(
    names: Sequence[str],
    kind: str,
    wanted: str | Sequence[str] | None,
    known: Sequence[str],
) -> tuple[str, ...]:
    if wanted is None:
        plain = {_plain(name): name for name in reversed(names)}
        wanted = next((plain[name] for name in known if name in plain), None)
    if wanted is None:
        of_several = ""
        if kind == "label":  # `in_one_line` knows the flag
            of_several = (
                ", or with `label_column=[...]` the columns of 0 and 1 of "
                "several labels"
            )
        raise ColumnError(
            f"No {kind} column: no name such as {known[0]!r} or {known[1]!r}. "
            f"Name it with `{kind}_column`{of_several}. {list_columns(names)}"
        )
    several = [wanted] if isinstance(wanted, str) else wanted
    hint = ""
    if isinstance(wanted, str) and set(wanted.split(",")) <= set(names):
        hint = f"Several columns are named with `{kind}_column=[...]`. "
    return tuple(_check_name(names, name, hint) for name in several)


def _find_kept(names: Sequence[str], options: RowOptions) -> tuple[str, ...]:
    if options.keep == "all":
        return tuple(dict.fromkeys(names))
    return tuple(_check_name(names, name) for name in options.keep)


def _check_name(names: Sequence[str], name: str, hint: str = "") -> str:
    if names.count(name) != 1:
        number = "No" if name not in names else "More than one"
        columns = list_columns(names)
        raise ColumnError(f"{number} column {name!r}. {hint}{columns}")
    return name


def _list_candidates(
    names: Sequence[str], known: Sequence[str], taken: Sequence[str]
) -> tuple[str, ...]:
    return tuple(n for n in names if _plain(n) in known and n not in taken)


def _plain(name: str) -> str:
    return re.sub(r"[\s_-]", "", name).casefold()


def _get_value(values: Mapping[str, Any], column: str) -> Any:
    if column not in values:
        raise ValueError(f"No column {column!r}. {list_columns(list(values))}")
    return values[column]


def _read_mark(column: str, value: Any) -> bool:
    """Whether a row has the label of a column."""
    if isinstance(value, str):
        value = _MARKS.get(value.strip().casefold(), value)
    if value not in (0, 1):
        raise ValueError(
            f"Expected 0 or 1 in column {column!r}, which is a label. "
            f"Received: {reprlib.repr(value)}"
        )
    return bool(value)
