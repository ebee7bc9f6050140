"""Scores batches of a table with a saved model, in whatever runs them."""

from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from han_attention.data.readers.columns import Columns
from han_attention.data.readers.columns import find_columns
from han_attention.data.readers.rows import RowOptions
from han_attention.data.text_files import Record
from han_attention.inference.base import TextPredictor
from han_attention.inference.loading import load_predictor
from han_attention.inference.loading import open_any_model
from han_attention.inference.onnx import OnnxPredictor
from han_attention.inference.output import flatten
from han_attention.inference.records import ERROR
from han_attention.inference.records import LABEL
from han_attention.inference.records import LABELS
from han_attention.inference.records import predict_records

_PLAIN = RowOptions(
    None, None, need_labels=False, multi_label=False, label_separator="|"
)


class TextScorer:
    """Adds labels and probabilities to batches of a table.

    It is a class for `map_batches` of Ray Data, each actor of which loads the
    model once, and a function for `mapInPandas` of Spark. The model is loaded
    with the first batch, wherever that is: what travels is the path.

    Args:
        model: The folder of an exported model, or of a trained one. Each
            process must find it there.
        text_column: Where the texts are; those of several columns are joined.
            Defaults to None: where they were in the training, or `"text"`.
        num_threads: Of an exported model: a process of many, which share the
            cores, needs one. Defaults to 1.

    Call arguments:
        batch: Columns of one length by their names: a dictionary of arrays,
            or a pandas DataFrame. All its columns go along, one that is called
            as one of ours as `input_NAME`.

    Returns:
        The same kind of table with `label`, or with several `labels`, a column
        `probability_CLASS` for each class, and `error`: why a row has no
        label.

    Raises:
        KeyError: if there is no such column.
        ValueError: if those of the training are not there.

    Example:
    >>> scorer = TextScorer("model", text_column="review")  # doctest: +SKIP
    >>> ray.data.read_parquet("shards").map_batches(  # doctest: +SKIP
    ...     TextScorer, fn_constructor_args=["model"], concurrency=2
    ... )
    """

    def __init__(
        self,
        model: str | Path,
        text_column: str | Sequence[str] | None = None,
        num_threads: int = 1,
    ) -> None:
        self.model = str(model)
        self.text_column = text_column
        self.num_threads = num_threads

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.model, self.text_column, self.num_threads)

    @cached_property
    def predictor(self) -> TextPredictor:
        """The model, loaded when it is first needed."""
        predictor = load_predictor(open_any_model(self.model))
        if isinstance(predictor, OnnxPredictor):
            predictor.num_threads = self.num_threads
        return predictor

    def __call__(self, batch: Any) -> Any:
        columns = self._find_columns(batch)
        cells = zip(*(batch[name] for name in columns.text), strict=True)
        rows = (
            Record("", 0, columns.make_row(values, ""))
            for values in (
                dict(zip(columns.text, x, strict=True)) for x in cells
            )
        )
        names = self.predictor.class_names
        found = [
            flatten(row, names) for row in predict_records(self.predictor, rows)
        ]
        label = LABELS if self.predictor.multi_label else LABEL
        shares = [f"probability_{name}" for name in names]
        said = {n: _make_column(n, found) for n in (label, *shares, ERROR)}
        given = {
            f"input_{name}" if name in said else name: batch[name]
            for name in batch
        }
        return type(batch)(given | said)

    def _find_columns(self, batch: Any) -> Columns:
        """The columns of the texts, if they are named or of the training."""
        text, trained = self.text_column, self.predictor.columns
        if text is None and trained is not None:
            names = [str(name) for name in batch]
            return find_columns(names, replace(_PLAIN, trained_columns=trained))
        named = "text" if text is None else text
        several = (named,) if isinstance(named, str) else tuple(named)
        return Columns(_PLAIN, several, None, ())


def score_frames(
    frames: Iterable[Any], model: str | Path, **options: Any
) -> Iterable[Any]:
    """Score an iterator of pandas DataFrames, as `mapInPandas` gives them.

    Args:
        frames: The DataFrames.
        model: A folder, as `TextScorer` takes it.
        **options: Others of `TextScorer`.
    """
    scorer = TextScorer(model, **options)
    for frame in frames:
        yield scorer(frame)


def _make_column(name: str, rows: Sequence[Mapping[str, Any]]) -> Any:
    values = [row[name] for row in rows]
    if name.startswith("probability_"):
        return np.array(values, "float64")  # NaN of a row without a label
    column = np.empty(len(values), object)
    column[:] = values
    return column
