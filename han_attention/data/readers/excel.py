"""Rows out of the first sheet of an Excel file."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from han_attention.data.readers.columns import find_columns
from han_attention.data.readers.rows import RowOptions
from han_attention.data.readers.rows import Rows


def read_excel(path: Path, options: RowOptions, encoding: str | None) -> Rows:
    """Read the first sheet, with a header or named columns.

    Rows without any cell are skipped; the numbers are those of Excel.
    """
    sheet = _read_sheet(path)
    number, names = 1, list(options.column_names or ())
    if not names:
        number, header = next(sheet, (0, ()))
        if not header:
            return
        names = ["" if cell is None else str(cell).strip() for cell in header]
    try:
        columns = find_columns(names, options)
    except ValueError as error:
        raise ValueError(f"{path}:{number}: {error}") from None
    for number, cells in sheet:
        padded = (*cells, *[None] * (len(names) - len(cells)))
        values = dict(zip(names, padded, strict=False))
        for name in columns.text:
            # A text that looks like a number is one in Excel.
            value = values[name]
            values[name] = "" if value is None else str(value)
        yield columns.make_row(values, f"{path}:{number}", split_labels=True)


def _read_sheet(path: Path) -> Iterator[tuple[int, tuple[Any, ...]]]:
    """The number and the cells of each row that is not blank."""
    try:
        import openpyxl
        from openpyxl.utils.exceptions import InvalidFileException
    except ImportError as error:
        raise ImportError(
            'Excel files need openpyxl: pip install "han-attention[excel]"'
        ) from error
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except (BadZipFile, InvalidFileException, KeyError) as error:
        raise ValueError(f"Damaged Excel file: {path} ({error})") from None
    try:
        rows = book.worksheets[0].iter_rows(values_only=True)
        for number, cells in enumerate(rows, start=1):
            if any(cell is not None for cell in cells):
                yield number, cells
    finally:
        book.close()
