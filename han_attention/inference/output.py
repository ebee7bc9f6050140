"""Writes predictions as JSON lines, CSV, TSV or Parquet, a row at a time."""

import csv
import json
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Sequence
from itertools import chain
from itertools import islice
from pathlib import Path
from typing import Any
from typing import TextIO

from han_attention.atomic import replace_when_written
from han_attention.inference.records import ERROR
from han_attention.inference.records import PROBABILITIES
from han_attention.json_text import replace_non_finite

# What a spreadsheet takes for the start of a formula, or of a command.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_ROWS_AT_ONCE = 4_096
_DELIMITERS = {".csv": ",", ".tsv": "\t"}
_PARQUET = ".parquet"


def write_predictions(
    path: str | Path,
    rows: Iterable[dict[str, Any]],
    class_names: Sequence[Any],
    *,
    raw: bool = False,
    label_separator: str = "|",
) -> int:
    """Write the rows of `predict_records` to a file, whole or not at all.

    The suffix tells the format: `.csv`, `.tsv`, `.parquet`, or JSON lines for
    any other. In a table each class has a column `probability_CLASS`.

    Args:
        path: The file.
        rows: What `predict_records` gives.
        class_names: Those of the predictor.
        raw: Whether CSV is for programs. Else it has a byte-order mark, by
            which spreadsheets know that it is UTF-8, and a cell that they
            would run as a formula begins with an apostrophe. Defaults to
            `False`.
        label_separator: Between several labels in a cell. Defaults to `"|"`.

    Returns:
        How many rows were written.

    Raises:
        ImportError: for Parquet without pyarrow.
        OSError: if the file cannot be written.
        ValueError: for a column to keep of which the values have several
            types, in Parquet.

    Reference:
        https://owasp.org/www-community/attacks/CSV_Injection

    Example:
    >>> row = {"file": "a.csv", "row": 1, "text": "=1+1", "label": "good"}
    >>> row["probabilities"] = {"bad": 0.25, "good": 0.75}
    >>> write_predictions("out.csv", [row], ["bad", "good"])
    1
    >>> print(Path("out.csv").read_text(encoding="utf-8-sig").strip())
    file,row,text,label,probability_bad,probability_good,error
    a.csv,1,'=1+1,good,0.25,0.75,
    """
    if _get_suffix(path) in (*_DELIMITERS, _PARQUET):
        rows = (flatten(row, class_names) for row in rows)
    return write_rows(path, rows, raw=raw, label_separator=label_separator)


def write_rows(
    path: str | Path,
    rows: Iterable[dict[str, Any]],
    *,
    raw: bool = False,
    label_separator: str = "|",
) -> int:
    """Write rows of any kind as `write_predictions` does, and count them.

    Example:
    >>> write_rows("rows.tsv", [{"row": 1, "label": "good"}])
    1
    >>> Path("rows.tsv").read_text(encoding="utf-8-sig")
    'row\\tlabel\\n1\\tgood\\n'
    """
    suffix = _get_suffix(path)
    with replace_when_written(path) as temporary:
        if suffix == _PARQUET:
            return _write_parquet(temporary, iter(rows))
        is_table = suffix in _DELIMITERS
        encoding = "utf-8-sig" if is_table and not raw else "utf-8"
        with temporary.open(
            "w", encoding=encoding, errors="backslashreplace", newline=""
        ) as file:
            if not is_table:
                return write_json_lines(file, rows)
            clean = _as_is if raw else defuse
            delimiter = _DELIMITERS[suffix]
            return _write_csv(file, rows, clean, delimiter, label_separator)


def _get_suffix(path: str | Path) -> str:
    return Path(path).suffix.lower()


def write_json_lines(file: TextIO, rows: Iterable[dict[str, Any]]) -> int:
    """Write rows as JSON, one a line, and count them."""
    number = 0
    for row in rows:
        number += 1
        values = replace_non_finite(row)  # of a column that is kept
        line = json.dumps(values, ensure_ascii=False, default=str)
        file.write(line + "\n")
    return number


def defuse(cell: Any) -> Any:
    """A cell that no spreadsheet runs as a formula; numbers stay.

    Example:
    >>> defuse("=cmd|' /C calc'!A0"), defuse("-1.5"), defuse("fine")
    ("'=cmd|' /C calc'!A0", '-1.5', 'fine')
    """
    if not isinstance(cell, str) or not cell.startswith(_FORMULA):
        return cell
    try:
        float(cell)
    except ValueError:
        return "'" + cell
    return cell


def flatten(row: dict[str, Any], class_names: Sequence[Any]) -> dict[str, Any]:
    """A row of a table: a column for each class, and one for the reason."""
    flat = {k: v for k, v in row.items() if k not in (PROBABILITIES, ERROR)}
    shares = row.get(PROBABILITIES, {})
    flat |= {f"probability_{n}": shares.get(n) for n in class_names}
    return flat | {ERROR: row.get(ERROR)}


def _write_csv(
    file: TextIO,
    rows: Iterable[dict[str, Any]],
    clean: Callable[[Any], Any],
    delimiter: str,
    separator: str,
) -> int:
    writer = csv.writer(file, delimiter=delimiter, lineterminator="\n")
    number, header = 0, None
    for row in rows:
        number += 1
        if header is None:
            header = list(row)
            writer.writerow([clean(name) for name in header])
        cells = (row.get(name) for name in header)
        writer.writerow(
            clean(separator.join(map(str, c)) if isinstance(c, list) else c)
            for c in cells
        )
    return number


def _as_is(cell: Any) -> Any:
    return cell


def _write_parquet(path: Path, rows: Iterator[dict[str, Any]]) -> int:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise ImportError(
            'Parquet needs pyarrow: pip install "han-attention[parquet]"'
        ) from error
    first = [_encodable(row) for row in islice(rows, _ROWS_AT_ONCE)]
    try:
        schema = _find_schema(pyarrow, first)
        number = 0
        with pyarrow.parquet.ParquetWriter(path, schema) as writer:
            for chunk in _chunks(chain(first, map(_encodable, rows))):
                writer.write_table(
                    pyarrow.Table.from_pylist(chunk, schema=schema)
                )
                number += len(chunk)
    except pyarrow.ArrowException as error:
        raise ValueError(
            "Cannot write a column of values of several types as Parquet: "
            f"{error}. JSON lines can hold it."
        ) from None
    return number


def _find_schema(pyarrow: Any, rows: list[dict[str, Any]]) -> Any:
    """Types of the columns; one without any value may hold texts yet."""
    schema = pyarrow.Table.from_pylist(rows).schema
    return pyarrow.schema(
        field.with_type(pyarrow.string())
        if pyarrow.types.is_null(field.type)
        else field
        for field in schema
    )


def _chunks(
    rows: Iterable[dict[str, Any]],
) -> Iterator[list[dict[str, Any]]]:
    remaining = iter(rows)
    while chunk := list(islice(remaining, _ROWS_AT_ONCE)):
        yield chunk


def _encodable(row: dict[str, Any]) -> dict[str, Any]:
    """Without half characters, which UTF-8 cannot hold."""
    return {
        k: v.encode("utf-8", "backslashreplace").decode()
        if isinstance(v, str)
        else v
        for k, v in row.items()
    }
