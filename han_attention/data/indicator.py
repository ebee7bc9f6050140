"""Several labels of a text as a row of 0 and 1, a column for each label."""

from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from collections.abc import Sized
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from han_attention.data.columns import get_column_names
from han_attention.data.columns import is_number
from han_attention.data.columns import read_column


@dataclass(frozen=True)
class Indicator:
    """Which labels each text has.

    Attributes:
        matrix: (N, C) boolean.
        names: The C labels, if the columns have names, else None.
    """

    matrix: NDArray[np.bool_]
    names: list[Any] | None = None

    def list_labels(self, classes: Sequence[Any]) -> list[list[Any]]:
        """The labels of each row, in the order of its columns.

        Args:
            classes: The labels that the columns stand for.

        Raises:
            ValueError: if these are not the labels of the columns.
        """
        classes = list(classes)
        names = classes if self.names is None else self.names
        if self.matrix.shape[1] != len(classes) or set(names) != set(classes):
            received = f"{self.matrix.shape[1]} columns"
            if self.names is not None:
                received = f"the columns {self.names}"
            raise ValueError(
                "Expected a 0/1 matrix with a column for each of the classes "
                f"{classes}. Received: {received}"
            )
        return [[names[n] for n in np.flatnonzero(row)] for row in self.matrix]


def make_indicator(
    labels: Iterable[Sequence[Any]], classes: Sequence[Any]
) -> NDArray[np.int64]:
    """Turn lists of labels into (N, C) of 0 and 1.

    Example:
    >>> make_indicator([["b"], [], ["a", "b"]], ["a", "b"])
    array([[0, 1],
           [0, 0],
           [1, 1]])
    """
    rows = [[int(one in row) for one in classes] for row in labels]
    return np.array(rows, "int64").reshape(len(rows), len(classes))


def read_matrix(y: Any) -> Indicator | None:
    """Read an array, a sparse matrix or a table; anything else gives None.

    Args:
        y: (N, C) of 0 and 1: a NumPy array, a sparse matrix of SciPy, or a
            table of pandas, polars, pyarrow or `datasets`, the names of its
            columns being the labels.

    Raises:
        ValueError: for no columns, two of the same name, or another value
            than 0 and 1.
    """
    names = get_column_names(y)
    if names is None:
        y = y.toarray() if hasattr(y, "toarray") else y
        if getattr(y, "ndim", 1) != 2:
            return None
        matrix = np.asarray(y)
    else:
        if len(set(names)) != len(names):
            raise ValueError(
                "Expected columns of different names. Received: the columns "
                f"{names}"
            )
        columns = [read_column("numbers", y[name]) for name in names]
        if len(columns) == 1 and not all(map(is_number, columns[0])):
            return None  # one column of lists of labels
        cells = [np.fromiter(one, object, len(one)) for one in columns]
        matrix = np.stack(cells, axis=1) if cells else np.empty((0, 0))
    if not matrix.shape[1]:
        raise ValueError(
            "Expected a 0/1 matrix with a column for each label. Received: "
            "no columns"
        )
    return Indicator(_check_binary(matrix, names), names)


def read_rows(
    rows: Sequence[Any], num_classes: int | None = None
) -> Indicator | None:
    """Read a list of rows of 0 and 1; lists of labels give None.

    Rows of the same length, two or more, that hold nothing but the numbers 0
    and 1 are a matrix: as lists of the labels 0 and 1 they would name a label
    twice, or say of every text that it has both.

    Args:
        rows: What each of N texts has.
        num_classes: The length of the rows, if it is known. Defaults to None.

    Raises:
        ValueError: for rows that can be either: of one number each, or of
            different lengths with a number twice.

    Example:
    >>> read_rows([[1, 0], [0, 1]]).matrix.tolist()
    [[True, False], [False, True]]
    >>> read_rows([[1, 0], [0]])  # text 0 has both labels, text 1 has one
    """
    if not rows or not all(map(_is_binary_row, rows)):
        return None
    lengths = {len(row) for row in rows}
    if lengths == {num_classes} or (len(lengths) == 1 and min(lengths) > 1):
        return Indicator(np.array([list(row) for row in rows], bool))
    unclear = [row for row in rows if len(row) > len(set(row))]
    if lengths == {1}:
        unclear = [rows[0]]
    if num_classes is None and unclear:
        raise ValueError(
            "Expected lists of labels, or rows of 0 and 1 with a column for "
            f"each of several labels. Received: the row {list(unclear[0])}, "
            "which can be either. Give a matrix as a NumPy array, or labels "
            "as strings."
        )
    return None


def _check_binary(
    matrix: NDArray[Any], names: Sequence[Any] | None
) -> NDArray[np.bool_]:
    if matrix.dtype.kind in "biuf":
        good = (matrix == 0) | (matrix == 1)
    else:
        good = np.frompyfunc(_is_binary, 1, 1)(matrix).astype(bool)
    if not good.all():
        row, column = np.argwhere(~good)[0]
        name = int(column) if names is None else names[column]
        value = matrix[row, column]
        raise ValueError(
            "Expected a matrix of 0 and 1. Received: "
            f"{value.item() if isinstance(value, np.generic) else value!r} "
            f"(row {row}, column {name!r})"
        )
    return matrix.astype(bool)


def _is_binary(value: Any) -> bool:
    return is_number(value) and value in (0, 1)


def _is_binary_row(row: Any) -> bool:
    if isinstance(row, (str, bytes, set, frozenset, Mapping)):
        return False
    return (
        isinstance(row, Sized)
        and isinstance(row, Iterable)
        and all(map(_is_binary, row))
    )
