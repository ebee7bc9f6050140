"""Rows out of JSON: an object a line, or an array of objects."""

import json
from collections.abc import Iterator
from io import TextIOWrapper
from itertools import chain
from pathlib import Path
from typing import Any

from han_attention.data.readers.columns import Columns
from han_attention.data.readers.columns import find_columns
from han_attention.data.readers.rows import RowOptions
from han_attention.data.readers.rows import Rows
from han_attention.data.readers.rows import check_decoded
from han_attention.data.readers.rows import describe_long_row
from han_attention.data.readers.rows import make_bad_row
from han_attention.data.readers.text_stream import get_suffix
from han_attention.data.readers.text_stream import open_text
from han_attention.data.readers.text_stream import read_lines


def read_jsonl(path: Path, options: RowOptions, encoding: str | None) -> Rows:
    """Read a file of JSON lines, or one that is an array of objects.

    Blank lines are skipped. An array is read as a whole.
    """
    columns: Columns | None = None
    # JSON may hold other line ends, such as U+2028, as they are.
    with open_text(path, encoding, newline="\n") as stream:
        objects = _find_objects(path, stream, options.max_row_bytes)
        for number, line in enumerate(objects, start=1):
            where = f"{path}:{number}"
            try:
                if line is None:
                    raise ValueError(describe_long_row(options))
                if isinstance(line, str):
                    if not line.strip():
                        continue
                    check_decoded(line, stream.encoding)
                    line = _parse(line)
                values = _check_object(line)
                columns = columns or find_columns(list(values), options)
            except ValueError as error:
                yield make_bad_row(where, error)
            else:
                yield columns.make_row(values, where)


def _find_objects(
    path: Path, stream: TextIOWrapper, max_bytes: int
) -> Iterator[Any]:
    """The lines, None for one that is too long; or the items of an array."""
    lines = read_lines(stream, max_bytes)
    if get_suffix(path) != ".json":
        return lines
    head = []
    for line in lines:
        head.append(line)
        if line is None or line.strip():
            break
    last = head[-1] if head else None
    if last is None or not last.lstrip().startswith("["):
        return chain(head, lines)
    content = last + stream.read()
    check_decoded(content, stream.encoding)
    try:
        return iter(_parse(content))
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None


def _parse(content: str) -> Any:
    try:
        return json.loads(content)
    except json.JSONDecodeError as error:
        raise ValueError(
            f"Invalid JSON: {error.msg} at character {error.pos + 1}. "
            "Expected one object a line."
        ) from None
    except ValueError:
        raise ValueError("Invalid JSON: a number is too long.") from None
    except RecursionError:
        raise ValueError("Invalid JSON: nested too deeply.") from None


def _check_object(values: Any) -> dict[str, Any]:
    if not isinstance(values, dict):
        raise ValueError(
            'Expected one JSON object a line, such as {"text": "fine"}. '
            f"Received: a {type(values).__name__}"
        )
    return values
