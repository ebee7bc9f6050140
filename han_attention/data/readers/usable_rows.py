"""Leaves bad rows out where that was asked for, and names them where not."""

from collections.abc import Generator
from collections.abc import Iterable
from collections.abc import Sequence
from typing import Literal

from han_attention.data.readers.rows import BadRow
from han_attention.data.readers.rows import Record
from han_attention.data.readers.rows import Row

_MOST_NAMED = 10  # bad rows, in one error
_RECEIVED = " Received: "  # in a problem: before it is its kind


def drop_bad_rows(
    records: Iterable[Record], skip: bool | Literal["empty"]
) -> Generator[tuple[Record, Row], None, int]:
    """The records that can be used, each with its row.

    Args:
        records: All of them.
        skip: As `skip_bad_rows` of `TextFiles`.

    Returns:
        How many were left out.

    Raises:
        ValueError: for a bad row that is not to be left out, with up to ten of
            them named; if all rows are bad.
    """
    skipped, good, refused = 0, 0, False
    problems: list[BadRow] = []
    for record in records:
        row = record.row
        if isinstance(row, Row):
            good += 1
            yield record, row
            continue
        refused |= not (skip is True or (skip == "empty" and row.is_empty))
        skipped += 1
        if len(problems) < _MOST_NAMED:
            problems.append(row)
        elif refused:
            break
    if refused:
        more = "" if skipped <= _MOST_NAMED else "; and more"
        raise ValueError(describe_bad_rows(problems) + more)
    if skipped and not good:
        raise ValueError(
            f"All rows are bad, {skipped} of them. "
            f"{describe_bad_rows(problems[:1])}"
        )
    return skipped


def describe_bad_rows(rows: Sequence[BadRow]) -> str:
    """What is wrong with some rows: of each kind the first, and where else.

    Example:
    >>> problem = "Expected 0 or 1. Received: "
    >>> rows = [BadRow("a.csv:2", problem + "'x'")]
    >>> rows += [BadRow("a.csv:3", problem + "'y'"), BadRow("a.csv:9", "Long.")]
    >>> describe_bad_rows(rows)
    "a.csv:2: Expected 0 or 1. Received: 'x'; likewise a.csv:3; a.csv:9: Long."
    """
    kinds: dict[str, list[BadRow]] = {}
    for row in rows:
        kinds.setdefault(row.problem.partition(_RECEIVED)[0], []).append(row)
    parts = []
    for first, *others in kinds.values():
        parts.append(f"{first.where}: {first.problem}")
        if others:
            parts.append("likewise " + ", ".join(row.where for row in others))
    *before, last = parts
    return "; ".join([*(part.removesuffix(".") for part in before), last])
