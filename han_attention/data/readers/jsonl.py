"""Rows out of JSON lines: an object a line."""

import json
from pathlib import Path

from han_attention.data.readers.rows import BadRow
from han_attention.data.readers.rows import Row
from han_attention.data.readers.rows import RowOptions
from han_attention.data.readers.rows import Rows
from han_attention.data.readers.rows import check_decoded
from han_attention.data.readers.rows import describe_long_row
from han_attention.data.readers.rows import find_columns
from han_attention.data.readers.rows import list_columns
from han_attention.data.readers.rows import make_row
from han_attention.data.readers.text_stream import open_text
from han_attention.data.readers.text_stream import read_lines


def read_jsonl(path: Path, options: RowOptions, encoding: str | None) -> Rows:
    """Read a file of JSON lines; blank lines are skipped."""
    columns: tuple[str, str | None] | None = None
    # JSON may hold other line ends, such as U+2028, as they are.
    with open_text(path, encoding, newline="\n") as stream:
        lines = read_lines(stream, options.max_row_bytes)
        for number, line in enumerate(lines, start=1):
            if line is not None and not line.strip():
                continue
            where = f"{path}:{number}"
            row: Row | BadRow
            try:
                if line is None:
                    raise ValueError(describe_long_row(options))
                check_decoded(line, stream.encoding)
                values = _parse_object(line)
                columns = columns or find_columns(list(values), options)
                text, label = (
                    None if column is None else _get_value(values, column)
                    for column in columns
                )
                row = make_row(text, label, where, options)
            except ValueError as error:
                row = BadRow(where, str(error))
            yield row


def _get_value(values: dict[str, object], column: str) -> object:
    if column not in values:
        raise ValueError(f"No column {column!r}. {list_columns(list(values))}")
    return values[column]


def _parse_object(line: str) -> dict[str, object]:
    try:
        values = json.loads(line)
    except json.JSONDecodeError as error:
        raise ValueError(
            f"Invalid JSON: {error.msg} at character {error.pos + 1}. "
            "Expected one object a line."
        ) from None
    except ValueError:
        raise ValueError("Invalid JSON: a number is too long.") from None
    except RecursionError:
        raise ValueError("Invalid JSON: nested too deeply.") from None
    if not isinstance(values, dict):
        raise ValueError(
            'Expected one JSON object a line, such as {"text": "fine"}. '
            f"Received: a {type(values).__name__}"
        )
    return values
