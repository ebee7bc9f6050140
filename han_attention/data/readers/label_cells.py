"""The labels in a cell of a table."""

import ast
import json

from han_attention.data.readers.rows import RowOptions


def split_label(cell: str, options: RowOptions) -> str | list[str]:
    """What a label is where every cell is a text, as in CSV.

    Several stand between separators, or as a list of JSON or Python.
    """
    cell = cell.strip()
    if not options.multi_label:
        return cell
    if cell.startswith("[") and cell.endswith("]"):
        for parse in (json.loads, ast.literal_eval):
            try:
                parts = parse(cell)
            except (ValueError, SyntaxError, RecursionError, MemoryError):
                continue
            if all(isinstance(part, str | int | float) for part in parts):
                return [str(part).strip() for part in parts]
    parts = cell.split(options.separator)
    return [part.strip() for part in parts if part.strip()]
