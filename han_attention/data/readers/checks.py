"""Checks of what tells how files are read."""

from collections.abc import Sequence

from han_attention.data.readers.trained_columns import TrainedColumns
from han_attention.validation import check_text


def check_encoding(encoding: str | None) -> str | None:
    """The name of an encoding that Python knows, or None."""
    try:
        "a".encode("utf-8" if encoding is None else encoding)
    except (LookupError, ValueError, TypeError):
        raise ValueError(
            "Invalid value for argument `encoding`. Expected the name of an "
            f'encoding, such as "cp1252". Received: encoding={encoding!r}'
        ) from None
    return encoding


def check_columns(
    name: str, value: str | Sequence[str] | None
) -> str | list[str] | None:
    """The name of a column, a list of names, or None."""
    if value is None:
        return None
    if isinstance(value, Sequence) and not isinstance(value, str):
        return check_list(name, value)
    return check_text(name, value)


def check_list(name: str, value: Sequence[str]) -> list[str]:
    """A list of names."""
    if isinstance(value, str):
        raise ValueError(
            f"Invalid value for argument `{name}`. Expected a list of columns. "
            f"Received: {name}={value!r}"
        )
    return [check_text(name, one) for one in value]


def check_trained_columns(
    value: TrainedColumns | None,
) -> TrainedColumns | None:
    """What a model says of the columns of its training, or None."""
    if value is None or isinstance(value, TrainedColumns):
        return value
    raise TypeError(
        "Invalid value for argument `trained_columns`. Expected "
        f"`Predictor.columns`. Received: trained_columns={value!r}"
    )
