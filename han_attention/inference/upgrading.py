"""What saved models of earlier versions say, in the words of today."""

from collections.abc import Mapping
from typing import Any

IN_VERSION_1 = {
    "architecture": "flat",
    "max_sentences": None,
    "max_sentence_tokens": None,
    "long_sentences": "cut",
}


def upgrade_settings(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Settings of a training under the names and values of today.

    Example:
    >>> upgrade_settings({"keep": "both", "unit": "pieces", "quiet": True})
    {'truncation': 'both', 'unit': 'subwords', 'verbose': False}
    """
    upgraded: dict[str, Any] = {}
    for name, value in settings.items():
        if name == "keep":
            upgraded["truncation"] = value
        elif name == "quiet":
            upgraded["verbose"] = not value
        elif (name, value) == ("unit", "pieces"):
            upgraded[name] = "subwords"
        else:
            upgraded[name] = value
    return upgraded
