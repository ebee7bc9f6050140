"""Explanations as the files that the viewer neat-vision reads."""

import json
import math
from collections.abc import Iterable
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from han_attention.atomic import replace_when_written
from han_attention.explain.explanation import Explanation
from han_attention.explain.view import make_view


def to_neat_vision(
    explanations: Sequence[Explanation], method: str | None = None
) -> list[dict[str, Any]]:
    """Explanations as samples of neat-vision.

    Classes are numbers, in the order of `probabilities`; where there can be
    several, lists of 0 and 1. neat-vision cannot do without a label: one that
    is not known, or no class of the model, is the number after the last, or
    all 0. It draws sizes only: of a signed method it gets the size of the
    score for the predicted class.

    Args:
        explanations: What to show, of one model.
        method: One of `Explanation.methods`. Defaults to None: the first,
            the attention of a model that has one.

    Returns:
        A dictionary for each text: `text` (its words), `label`,
        `prediction`, `posterior`, `attention` and `id`.

    Raises:
        ValueError: for a method that is not there.

    Example:
    >>> from han_attention.explain.explanation import WordWeight
    >>> words = [WordWeight("Fine", 0, 4, 1.0)]
    >>> explanation = Explanation("Fine", "b", {"a": 0.1, "b": 0.9}, words)
    >>> (sample,) = to_neat_vision([explanation])
    >>> sample["text"], sample["prediction"], sample["label"]
    (['Fine'], 1, 2)

    Reference:
        https://github.com/cbaziotis/neat-vision
    """
    names = get_class_names(explanations)
    numbers = {name: number for number, name in enumerate(names)}
    return [
        _sample(explanation, method, numbers, f"sample_{n}")
        for n, explanation in enumerate(explanations)
    ]


def neat_vision_labels(class_names: Iterable[Any]) -> dict[str, dict[str, str]]:
    """The names of the classes, as neat-vision reads them.

    Args:
        class_names: The classes in the order of their numbers.

    Example:
    >>> neat_vision_labels(["bad", "good"])["1"]
    {'name': 'good', 'desc': ''}
    """
    return {
        str(number): {"name": str(name), "desc": ""}
        for number, name in enumerate(class_names)
    }


def save_neat_vision(
    path: str | Path,
    explanations: Sequence[Explanation],
    method: str | None = None,
) -> None:
    """Write the samples of neat-vision, and the labels beside them.

    `samples.json` has its labels in `samples_labels.json`. Where a label is
    not known, they name the number after the last class so.

    Args:
        path: The file of the samples. Its folder is made if need be.
        explanations: What to show, of one model.
        method: One of `Explanation.methods`. Defaults to None: the first,
            the attention of a model that has one.

    Raises:
        ValueError: for a method that is not there.

    Example:
    >>> text = Explanation("", "good", {"good": 1.0}, [], label="good")
    >>> save_neat_vision("samples.json", [text])
    >>> print(Path("samples_labels.json").read_text().strip())
    {"0": {"name": "good", "desc": ""}}
    """
    path = Path(path)
    samples = to_neat_vision(explanations, method)
    names = get_class_names(explanations)
    if any(sample["label"] == len(names) for sample in samples):
        names.append("not known")
    labels = neat_vision_labels(names)
    _write(path, samples)
    _write(path.with_name(f"{path.stem}_labels{path.suffix}"), labels)


def get_class_names(explanations: Iterable[Explanation]) -> list[Any]:
    """The classes that have probabilities, in order."""
    return list(
        dict.fromkeys(name for e in explanations for name in e.probabilities)
    )


def _sample(
    explanation: Explanation,
    method: str | None,
    numbers: dict[Any, int],
    name: str,
) -> dict[str, Any]:
    several = isinstance(explanation.prediction, list)
    # A text without words has no method but attention, and no scores.
    words = make_view(explanation, method).words if explanation.words else []
    return {
        "text": [_make_writable(word.text) for word in words],
        "label": _get_number(explanation.label, numbers, several),
        "prediction": _get_number(explanation.prediction, numbers, several),
        "posterior": [
            _finite(explanation.probabilities.get(name, 0.0))
            for name in numbers
        ],
        "attention": [_finite(abs(word.score)) for word in words],
        "id": name,
    }


def _get_number(classes: Any, numbers: dict[Any, int], several: bool) -> Any:
    """The number of a class; of several a 1 at the place of each."""
    if several:
        return [int(name in (classes or [])) for name in numbers]
    return numbers.get(classes, len(numbers))


def _finite(number: float) -> float:
    """The number, 0 if it is none: JSON has no other way to write that."""
    return float(number) if math.isfinite(number) else 0.0


def _make_writable(text: str) -> str:
    """The text with "?" for each lone surrogate, which no file can hold."""
    return text.encode("utf-8", errors="replace").decode("utf-8")


def _write(path: Path, data: Any) -> None:
    text = json.dumps(data, ensure_ascii=False, allow_nan=False)
    with replace_when_written(path) as temporary:
        temporary.write_bytes((text + "\n").encode("utf-8", errors="replace"))
