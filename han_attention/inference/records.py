"""Predictions for rows of files, which can be joined to these rows again."""

from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Sequence
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from han_attention.data.readers.rows import BadRow
from han_attention.data.readers.rows import EmptyTextError
from han_attention.data.text_files import Record
from han_attention.inference.base import TextPredictor

FILE, ROW, TEXT, ERROR = "file", "row", "text", "error"
LABEL, LABELS, PROBABILITIES = "label", "labels", "probabilities"
_NAMES = (FILE, ROW, TEXT, ERROR, LABEL, LABELS, PROBABILITIES)

_ROWS_AT_ONCE = 1_024  # bounds the memory, and how long a bar stands
_DECIMALS = 6  # of a probability: float32 has no more


def predict_records(
    predictor: TextPredictor, records: Iterable[Record], batch_size: int = 64
) -> Iterator[dict[str, Any]]:
    """Predict the label of each row, in order, in flat memory.

    Args:
        predictor: A `Predictor`, or an exported one.
        records: Rows with their places, such as `TextFiles(...).records()`.
        batch_size: Texts in a batch. Defaults to 64.

    Yields:
        One dictionary for each row: `file` and `row`, its number there; what
        its columns to keep hold (one with a name of ours as `input_NAME`);
        `text`; `label`, or with several `labels`; and `probabilities` by
        class. A row that cannot be used has no label, and its reason in
        `error`.

    Example:
    >>> from han_attention import TextFiles
    >>> with open("tickets.csv", "w") as file:
    ...     _ = file.write("id,text\\na1,A fine film\\na2,\\n")
    >>> files = TextFiles("tickets.csv", need_labels=False, keep=["id"])
    >>> rows = list(predict_records(predictor, files.records()))
    >>> [(row["id"], row["row"], row.get("error")) for row in rows]
    [('a1', 1, None), ('a2', 2, 'The text is empty.')]
    """
    remaining = iter(records)
    while chunk := list(islice(remaining, _ROWS_AT_ONCE)):
        rows = [record.row for record in chunk]
        texts = [row.text for row in rows if not isinstance(row, BadRow)]
        found = predictor.predict_proba(texts, batch_size) if texts else ()
        predicted = iter(found)
        for record, row in zip(chunk, rows, strict=True):
            place = describe_place(record)
            if isinstance(row, BadRow):
                name = LABELS if predictor.multi_label else LABEL
                yield place | {TEXT: None, name: None, ERROR: row.problem}
            else:
                said = describe_prediction(predictor, next(predicted), row.text)
                yield place | {TEXT: row.text} | said


def describe_prediction(
    predictor: TextPredictor, probabilities: NDArray[np.float32], text: str
) -> dict[str, Any]:
    """The label, or labels, and the probabilities of one text, for JSON.

    An empty text has no label, and that as its reason in `error`.
    """
    name = LABELS if predictor.multi_label else LABEL
    (label,) = predictor.decide(probabilities[None])
    rounded = probabilities.astype("float64").round(_DECIMALS).tolist()
    said = {
        PROBABILITIES: dict(zip(predictor.class_names, rounded, strict=True))
    }
    if not text.strip():
        return {name: None, ERROR: str(EmptyTextError())} | said
    return {name: label} | said


def describe_place(
    record: Record, names: Sequence[str] = _NAMES
) -> dict[str, Any]:
    """The file and number of a row, and what its columns to keep hold.

    A column with one of the `names`, which are ours, becomes `input_NAME`.
    """
    cells = {
        f"input_{name}" if name in names else name: value
        for name, value in record.row.cells.items()
    }
    return {FILE: record.file, ROW: record.number} | cells
