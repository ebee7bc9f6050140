"""Texts, labels and weights out of whatever holds a column of them.

A column is a list, a tuple, a NumPy array (N,), a column of pandas, polars,
pyarrow or `datasets`, a table of these with one column, or an iterator, which
is read to its end. None of these libraries is imported.
"""

from collections.abc import Iterable
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from han_attention.validation import name_argument

_LARGEST_WEIGHT = float(np.finfo("float32").max)  # as the loss takes it
_UNORDERED = (str, bytes, Mapping, set, frozenset)


def check_texts(texts: Any) -> list[str]:
    """Return texts as a list of strings, or say which one is none.

    Args:
        texts: A column of N strings.

    Raises:
        TypeError: for one string instead of several, a table of several
            columns, a text that is missing, or anything else.

    Example:
    >>> check_texts(("fine", "dull"))
    ['fine', 'dull']
    """
    if isinstance(texts, (str, bytes)):
        raise TypeError(
            "Expected a list of texts. Received one text: put it in a list."
        )
    texts = read_column("texts", texts)
    for n, text in enumerate(texts):
        if not isinstance(text, str):
            raise TypeError(
                f"Expected texts, that is strings. Received: {text!r} (the "
                f"item at index {n})"
            )
    return texts


def check_sample_weight(
    sample_weight: Any, number: int
) -> NDArray[np.float64] | None:
    """Return the weights of a number of texts as (N,) float64, or None.

    Args:
        sample_weight: A column of N numbers, at least 0, not all of them 0;
            or None.
        number: N.

    Raises:
        TypeError: for what is no column.
        ValueError: for another number of weights, or one that is no weight.

    Example:
    >>> check_sample_weight([1, 0.5], 2)
    array([1. , 0.5])
    """
    if sample_weight is None:
        return None
    with name_argument("sample_weight"):
        values = read_column("weights", sample_weight)
    expected = "Invalid value for argument `sample_weight`. Expected "
    if len(values) != number:
        raise ValueError(
            f"{expected}a weight for each of {number} texts. "
            f"Received: {len(values)} weights"
        )
    for n, value in enumerate(values):
        if not is_number(value) or not 0 <= value <= _LARGEST_WEIGHT:
            raise ValueError(
                f"{expected}finite numbers of at least 0. Received: {value!r} "
                f"(the item at index {n})"
            )
    weights = np.array(values, "float64")
    if number and not weights.any():
        raise ValueError(f"{expected}a weight above 0. Received: only 0")
    return weights


def read_column(kind: str, values: Any) -> list[Any]:
    """Return the items of a column as a list; `kind` says what they are.

    Raises:
        TypeError: for what is no column, as a table of several.
    """
    names = get_column_names(values)
    if names is not None and len(names) == 1:
        values = values[names[0]]
    if (
        isinstance(values, _UNORDERED)
        or not isinstance(values, Iterable)
        or getattr(values, "ndim", 1) != 1
        or get_column_names(values) is not None
    ):
        shape = getattr(values, "shape", "")
        raise TypeError(
            f"Expected a list of {kind}, or a column of a table. Received: "
            f"{type(values).__name__} {shape}".rstrip()
        )
    # The items of pyarrow are scalars of its own.
    to_list = getattr(values, "to_pylist", None)
    return list(values) if to_list is None else list(to_list())


def get_column_names(values: Any) -> list[Any] | None:
    """The names of the columns of a table, or None if it is no table."""
    # Of the class: pandas has a column named "columns" as an attribute too.
    for attribute in ("column_names", "columns"):
        if hasattr(type(values), attribute):
            names = getattr(values, attribute)
            return None if names is None else list(names)
    return None


def is_number(value: Any) -> bool:
    """Whether a value is a real number or a boolean, of Python or NumPy."""
    return isinstance(value, (int, float, np.bool_, np.integer, np.floating))


def check_unlabelled(texts: Any) -> Iterable[str]:
    """Return more texts; those of an iterator are checked when they are read.

    Raises:
        TypeError: for one text, or what is none.

    Example:
    >>> check_unlabelled(["fine", "dull"])
    ['fine', 'dull']
    """
    if isinstance(texts, Iterable) and not hasattr(texts, "__len__"):
        return texts
    with name_argument("unlabelled"):
        return check_texts(texts)
