"""What a model of fewer bits does beside that of float32, on real texts."""

import dataclasses
import statistics
import time
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from han_attention.inference.base import TextPredictor
from han_attention.text.tokenizer import UNKNOWN_ID

_ROUNDS = 5
_TEXTS_TO_TIME = 256


@dataclass(frozen=True)
class Comparison:
    """Two models on the same texts. Where there is a pair, float32 is first.

    Attributes:
        num_texts: How many texts both have read.
        largest_difference: Of any probability of any text.
        agreement: The share of texts that get the same label, or labels.
        accuracy: The pair of shares of texts that get their true label, or
            labels; None if these are not known.
        num_bytes: The pair of sizes of the files.
        texts_per_second: The pair of speeds from strings to labels: the
            medians of rounds in turns.
    """

    num_texts: int
    largest_difference: float
    agreement: float
    accuracy: tuple[float, float] | None
    num_bytes: tuple[int, int]
    texts_per_second: tuple[float, float]

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        return dataclasses.asdict(self)


def check_texts_to_compare(
    predictor: TextPredictor, texts: Sequence[str], labels: Sequence[Any] | None
) -> None:
    """Raise unless there are texts that say something.

    Raises:
        ValueError: without texts, or if none has a word of the vocabulary, or
            if there is not a label for each.
    """
    known = any(
        (predictor.encode(texts[n : n + 1_000]).ids > UNKNOWN_ID).any()
        for n in range(0, len(texts), 1_000)
    )
    if not known:
        raise ValueError(
            "Invalid value for argument `texts`. Expected real texts to "
            "compare on, with words of the vocabulary. Received: "
            f"{len(texts)} texts without one"
        )
    if labels is not None and len(labels) != len(texts):
        raise ValueError(
            "Invalid value for argument `labels`. Expected one for each of "
            f"{len(texts)} texts. Received: {len(labels)}"
        )


def compare(
    predictors: tuple[TextPredictor, TextPredictor],
    paths: tuple[Path, Path],
    texts: Sequence[str],
    labels: Sequence[Any] | None = None,
) -> Comparison:
    """Let two predictors read the same texts: see `Comparison`.

    Args:
        predictors: That of float32, and the other.
        paths: Their files.
        texts: Real texts.
        labels: Their true labels, with several a text lists of them. Defaults
            to None: not known.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of texts without a known word
        return _compare(predictors, paths, texts, labels)


def _compare(
    predictors: tuple[TextPredictor, TextPredictor],
    paths: tuple[Path, Path],
    texts: Sequence[str],
    labels: Sequence[Any] | None,
) -> Comparison:
    expected, received = (each.predict_proba(texts) for each in predictors)
    predicted = [
        [*map(_as_set, predictors[0].decode_predictions(values))]
        for values in (expected, received)
    ]
    accuracy = None
    if labels is not None:
        true = [*map(_as_set, labels)]
        accuracy = (_share(predicted[0], true), _share(predicted[1], true))
    return Comparison(
        len(texts),
        float(np.abs(expected - received).max()),
        _share(*predicted),
        accuracy,
        (paths[0].stat().st_size, paths[1].stat().st_size),
        _time(predictors, texts[:_TEXTS_TO_TIME]),
    )


def _time(
    predictors: tuple[TextPredictor, TextPredictor], texts: Sequence[str]
) -> tuple[float, float]:
    seconds: tuple[list[float], list[float]] = ([], [])
    for _ in range(_ROUNDS):
        for predictor, spent in zip(predictors, seconds, strict=True):
            start = time.perf_counter()
            predictor.predict_proba(texts)
            spent.append(time.perf_counter() - start)
    first, second = (len(texts) / statistics.median(s) for s in seconds)
    return first, second


def _as_set(label: Any) -> Any:
    return frozenset(label) if isinstance(label, (list, tuple)) else label


def _share(first: Sequence[Any], second: Sequence[Any]) -> float:
    """Of the places at which both have the same."""
    equal = sum(a == b for a, b in zip(first, second, strict=True))
    return equal / len(first)
