"""From which probability on a class is answered: checked, read and written."""

import json
from collections.abc import Mapping
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from han_attention.atomic import replace_when_written
from han_attention.json_text import read_json
from han_attention.text.preprocessor import CONFIG


def check_threshold(threshold: Any) -> float | None:
    """Return a threshold of a probability, or None, if it is one.

    Raises:
        ValueError: for anything but a number from 0 to 1.
    """
    if threshold is None:
        return None
    is_number = isinstance(threshold, (int, float))
    if is_number and not isinstance(threshold, bool) and 0 <= threshold <= 1:
        return float(threshold)
    raise ValueError(
        "Invalid value for argument `threshold`. Expected a number from 0 to "
        f"1. Received: threshold={threshold!r}"
    )


def read_thresholds(
    content: Mapping[str, Any],
) -> tuple[float | None, ...] | None:
    """The thresholds of a `config.json`; None if it has none.

    Raises:
        ValueError: if they are no thresholds of its classes.
    """
    given = content.get("thresholds")
    if given is None:
        return None
    if not isinstance(given, list) or len(given) != len(content["class_names"]):
        raise ValueError("thresholds are not one for each class")
    return tuple(map(check_threshold, given))


def write_thresholds(
    folder: Path, thresholds: Sequence[float | None] | None
) -> None:
    """Note in the folder of a model from when on each class is answered."""
    content = read_json(folder / CONFIG)
    content["thresholds"] = None if thresholds is None else list(thresholds)
    with replace_when_written(folder / CONFIG) as temporary:
        text = json.dumps(content, indent=2, ensure_ascii=False)
        temporary.write_text(text, encoding="utf-8")
