"""Trainings as tables of text, and what every table is made with."""

from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any

from han_attention.drawing.text import count_columns

_EPOCH_COLUMNS = ("loss", "accuracy", "val_loss", "val_accuracy", "seconds")
# With several labels hardly a text has all right: what counts each of them.
_OF_LABELS = ("loss", "binary_accuracy", "val_loss", "val_binary_accuracy")


def epoch_table(epochs: Sequence[Mapping[str, float]]) -> str:
    """One line for each epoch of a training, below a heading.

    Args:
        epochs: Dictionaries with `epoch`, `loss`, `accuracy`, `seconds`, and
            `val_loss` and `val_accuracy` if something was held out; with
            several labels `binary_accuracy` takes the place of `accuracy`.

    Example:
    >>> epoch = {"epoch": 1, "loss": 0.5, "accuracy": 0.75, "seconds": 2.0}
    >>> print(epoch_table([epoch]))
    epoch          loss      accuracy       seconds
        1        0.5000        0.7500           2.0
    """
    several = "binary_accuracy" in epochs[0]
    shown = (*_OF_LABELS, "seconds") if several else _EPOCH_COLUMNS
    columns = [name for name in shown if name in epochs[0]]
    width = max(14, *(len(name) + 2 for name in columns))
    lines = ["epoch" + "".join(f"{name:>{width}}" for name in columns)]
    for epoch in epochs:
        numbers = "".join(
            f"{epoch[name]:{width}.{1 if name == 'seconds' else 4}f}"
            for name in columns
        )
        lines.append(f"{epoch['epoch']:5}{numbers}")
    return "\n".join(lines)


def display_name(label: Any, longest: int = 24) -> str:
    """A label on one line: cut in its middle, what is not printable escaped.

    Example:
    >>> display_name("a label of many words", longest=14)
    'a label… words'
    """
    text = "".join(
        c if c.isprintable() else c.encode("unicode_escape").decode()
        for c in str(label)
    )
    if len(text) <= longest:
        return text or '""'
    rest = (longest - 1) // 2  # of the end, where long names often differ
    return text[: longest - 1 - rest] + "…" + text[-rest:]


def list_names(names: Sequence[str], most: int = 10) -> str:
    """Names with commas between; of many the first ones, and how many more.

    Example:
    >>> list_names(["a", "b", "c", "d"], most=2)
    'a, b, 2 more'
    """
    more = [f"{len(names) - most:,} more"] if len(names) > most else []
    return ", ".join([*names[:most], *more])


def draw_table(rows: Sequence[Sequence[str]], left: int = 1) -> str:
    """Columns two spaces apart, the first `left` of them flush left."""
    widths = [
        max(map(count_columns, column)) for column in zip(*rows, strict=True)
    ]
    lines = []
    for row in rows:
        cells = []
        for n, (cell, width) in enumerate(zip(row, widths, strict=True)):
            space = " " * (width - count_columns(cell))
            cells.append(cell + space if n < left else space + cell)
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)
