"""The argument `y`: one label a text, or several as lists or as 0 and 1."""

from collections.abc import Sequence
from typing import Any
from typing import Literal
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from han_attention.data.columns import check_sample_weight
from han_attention.data.columns import check_texts
from han_attention.data.indicator import read_matrix
from han_attention.data.indicator import read_rows
from han_attention.data.labels import check_label
from han_attention.data.labels import check_labels
from han_attention.data.labels import check_number
from han_attention.data.labels import read_label_column
from han_attention.data.readers.trained_columns import TrainedColumns
from han_attention.data.text_files import TextFiles
from han_attention.validation import name_argument

# The words of scikit-learn's `type_of_target`: one label a text, lists of
# labels, rows of 0 and 1.
TargetType: TypeAlias = Literal[
    "multiclass", "multilabel-sequences", "multilabel-indicator"
]

# Texts, their labels, and how much each counts, or None: the same.
Labelled: TypeAlias = tuple[
    Sequence[str], Sequence[Any], NDArray[np.float64] | None
]


def read_targets(
    y: Any, number: int, multi_label: bool
) -> tuple[list[Any], list[Any] | None]:
    """Read the labels to train on.

    Args:
        y: A column of N labels; with `multi_label` of lists of labels, or
            (N, C) of 0 and 1: see `read_matrix` and `read_rows`.
        number: N.
        multi_label: Whether a text can have several labels.

    Returns:
        The label, or list of labels, of each text; and of a 0/1 matrix the
        labels of its columns, in their order, else None.

    Raises:
        TypeError: for what is no column of labels.
        ValueError: for another number of labels, or a wrong 0/1 matrix.

    Example:
    >>> read_targets([[1, 0, 1], [0, 0, 0]], 2, multi_label=True)
    ([[0, 2], []], [0, 1, 2])
    >>> read_targets([["good"], ["good", "long"]], 2, multi_label=True)
    ([['good'], ['good', 'long']], None)
    """
    indicator = read_matrix(y) if multi_label else None
    if indicator is None:
        labels = check_labels(y, number)
        indicator = read_rows(labels) if multi_label else None
        if indicator is None:
            return labels, None
    check_number(len(indicator.matrix), number)
    names = indicator.names or list(range(indicator.matrix.shape[1]))
    return indicator.list_labels(names), check_label(names, multi_label)


def read_validation(
    data: Any,
    multi_label: bool,
    classes: Sequence[Any] | None = None,
    columns: TrainedColumns | TextFiles | None = None,
) -> Labelled | None:
    """Read the argument `validation_data`: (X, y) or (X, y, sample_weight).

    Args:
        data: The argument, which can be `TextFiles` too, or None.
        multi_label: Whether a text can have several labels.
        classes: The labels of the columns, if the training labels are a 0/1
            matrix. Defaults to None: they are none.
        columns: Those of the training, or its files: `TextFiles` are read by
            the same. Defaults to None: as they are.

    Returns:
        Texts, labels and weights, or None for None.

    Raises:
        TypeError: for anything but such a tuple.
        ValueError: for other numbers of texts, labels and weights.

    Example:
    >>> read_validation((["fine", "dull"], ["good", "bad"]), False)
    (['fine', 'dull'], ['good', 'bad'], None)
    """
    if data is None:
        return None
    if isinstance(data, TextFiles):
        if isinstance(columns, TextFiles):
            columns = columns.find_columns()
        rows = list(data.with_columns(columns))
        data = [row.text for row in rows], [row.label for row in rows]
    if not isinstance(data, tuple) or len(data) not in (2, 3):
        raise TypeError(
            "Invalid value for argument `validation_data`. Expected a tuple "
            "(X, y) or (X, y, sample_weight). Received: "
            f"{type(data).__name__}"
        )
    with name_argument("validation_data"):
        texts = check_texts(data[0])
        if not texts:
            raise ValueError("Expected at least one text. Received: none")
        number = len(texts)
        weights = check_sample_weight(data[2] if data[2:] else None, number)
        if classes is None:
            labels, _ = read_targets(data[1], number, multi_label)
        else:
            kind: TargetType = "multilabel-indicator"
            labels = match_targets(data[1], number, classes, kind)
    return texts, labels, weights


def match_targets(
    y: Any, number: int, classes: Sequence[Any], target_type: TargetType
) -> list[Any]:
    """Read labels to compare with those of a trained classifier.

    Args:
        y: As in `read_targets`; the columns of a 0/1 matrix are the classes.
        number: N.
        classes: The labels that the classifier knows.
        target_type: What it was trained on; lists that hold nothing but 0 and
            1 are rows of a matrix only if it was one.

    Raises:
        TypeError: for what is no column of labels, or a label that is none.
        ValueError: for another number of labels, or columns that are not the
            classes.
    """
    multi_label = target_type != "multiclass"
    indicator = read_matrix(y) if multi_label else None
    labels = check_labels(y, number) if indicator is None else []
    if indicator is None and target_type == "multilabel-indicator":
        indicator = read_rows(labels, len(classes))
    if indicator is not None:
        check_number(len(indicator.matrix), number)
        return indicator.list_labels(classes)
    for n, label in enumerate(labels):
        try:
            labels[n] = check_label(label, multi_label)
        except TypeError as error:
            raise TypeError(f"{error} (the item at index {n})") from None
    return labels


def list_true_labels(
    y: Any, classes: Sequence[Any], multi_label: bool
) -> list[Any]:
    """Read labels to compare with probabilities: all that `fit` takes.

    Args:
        y: A column of labels; with `multi_label` of lists of them, or a 0/1
            matrix: see `read_targets`.
        classes: The labels of the columns, in their order.
        multi_label: Whether a text can have several labels.

    Raises:
        TypeError: for what is no column.
        ValueError: for a matrix of other columns.

    Example:
    >>> list_true_labels([[1, 0], [0, 0]], ["film", "good"], multi_label=True)
    [['film'], []]
    """
    indicator = read_matrix(y) if multi_label else None
    labels: list[Any] = []
    if indicator is None:
        with name_argument("labels"):
            labels = read_label_column(y)
        indicator = read_rows(labels, len(classes)) if multi_label else None
    if indicator is None:
        return labels
    plain = [x.item() if isinstance(x, np.generic) else x for x in classes]
    return indicator.list_labels(plain)


def check_same_types(
    labels: Sequence[Any], classes: Sequence[Any], multi_label: bool
) -> None:
    """Raise a ValueError for strings among numbers, or numbers among strings.

    They can never be equal: whoever compares them has read `"1"` for 1.
    """
    known = {isinstance(one, str) for one in classes}
    for n, label in enumerate(labels):
        for one in label if multi_label else [label]:
            if isinstance(one, str) not in known:
                expected = "strings" if True in known else "numbers"
                raise ValueError(
                    f"Expected labels that are {expected}, as the classes "
                    f"{list(classes)}. Received: {one!r} (the item at index "
                    f"{n})"
                )


def describe_unseen(known: Any, received: Any) -> str:
    """The error of labels of which a model knows none."""
    return (
        "Invalid value for argument `labels`. Expected labels seen in "
        f"training, such as {known!r}. Received: in every text one that was "
        f"not, such as {received!r}"
    )
