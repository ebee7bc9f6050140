"""The columns a model was trained on, by which other files are read."""

from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from typing import Self

TEXT_SEPARATOR = "\n"  # between the texts of several columns
LABEL_SEPARATOR = "|"  # between the labels in a field, unless one says another


@dataclass(frozen=True)
class TrainedColumns:
    """Where the texts and labels of a training stood in its files.

    A saved model keeps it, so that `TextFiles` finds the same in other files.

    Attributes:
        text: The columns of the texts; several were joined by line ends.
        label: The column of the labels; a tuple of columns, each of which is a
            label that a row has or not. Defaults to None: not read.
        label_separator: What stood between several labels in a field.
            Defaults to `"|"`.

    Example:
    >>> columns = TrainedColumns(("subject", "body"), "queue")
    >>> TrainedColumns.from_dict(columns.to_dict()) == columns
    True
    """

    text: tuple[str, ...]
    label: str | tuple[str, ...] | None = None
    label_separator: str = LABEL_SEPARATOR

    def to_dict(self) -> dict[str, Any]:
        """As JSON has it, for the folder of a model."""
        several = isinstance(self.label, tuple)
        return {
            "text": list(self.text),
            "text_separator": TEXT_SEPARATOR,
            "label": list(self.label or ()) if several else self.label,
            "label_separator": self.label_separator,
        }

    @classmethod
    def from_dict(cls, content: Any) -> Self | None:
        """Read what `to_dict` gave; None gives None.

        Raises:
            ValueError: for anything else.
        """
        if content is None:
            return None
        if not isinstance(content, Mapping):
            raise ValueError("columns are no JSON object")
        text: Any = content.get("text")
        label: Any = content.get("label")
        separator: Any = content.get("label_separator")
        if not (
            _are_names(text)
            and (label is None or _is_name(label) or _are_names(label))
            and content.get("text_separator") == TEXT_SEPARATOR
            and _is_name(separator)
        ):
            raise ValueError("columns are not those of texts and labels")
        label = tuple(label) if isinstance(label, list) else label
        return cls(tuple(text), label, separator)


def describe_columns(trained: TrainedColumns, labels: bool = True) -> str:
    """Where the texts were, and the labels.

    Example:
    >>> describe_columns(TrainedColumns(("subject", "body"), "queue"))
    "texts of columns 'subject', 'body' and labels of column 'queue'"
    """
    described = f"texts of {name_columns(trained.text)}"
    if not labels or trained.label is None:
        return described
    label = trained.label
    several = (label,) if isinstance(label, str) else label
    return f"{described} and labels of {name_columns(several)}"


def name_columns(names: Sequence[str]) -> str:
    """Such as "columns 'subject', 'body'"."""
    kind = "column" if len(names) == 1 else "columns"
    return f"{kind} {', '.join(map(repr, names))}"


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and value != ""


def _are_names(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(map(_is_name, value))
