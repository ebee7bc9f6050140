"""JSON read without trust, and written without NaN, which JSON has not."""

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

MAX_JSON_BYTES = 2**24  # 16 MiB: a config of 100,000 long class names


def read_json(path: Path, max_bytes: int = MAX_JSON_BYTES) -> dict[str, Any]:
    """Read the JSON object in a file.

    Args:
        path: The file.
        max_bytes: A larger file is refused. Defaults to 16,777,216.

    Raises:
        OSError: if the file cannot be read.
        ValueError: if it is too large, nested too deeply, no JSON, or no
            object.

    Example:
    >>> _ = Path("a.json").write_text('{"epochs": 3}')
    >>> read_json(Path("a.json"))
    {'epochs': 3}
    """
    with path.open("rb") as file:
        content = file.read(max_bytes + 1)
    if len(content) > max_bytes:
        raise ValueError(f"it is larger than {max_bytes:,} bytes")
    try:
        value = json.loads(content.decode("utf-8"))
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    if not isinstance(value, dict):
        raise ValueError(
            f"expected a JSON object. Received: {type(value).__name__}"
        )
    return value


def replace_non_finite(value: Any) -> Any:
    """The same value with None for each NaN and infinity in it.

    Example:
    >>> replace_non_finite({"loss": [0.5, float("nan")]})
    {'loss': [0.5, None]}
    """
    if isinstance(value, Mapping):
        return {key: replace_non_finite(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [replace_non_finite(each) for each in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
