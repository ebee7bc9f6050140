"""Texts to judge by that are also texts to learn from."""

import warnings
from collections.abc import Iterable


class Overlap:
    """Looks for the texts to judge by among those to learn from.

    Args:
        judged: The texts to judge by. Defaults to none.
        name: What these are, for the warning. Defaults to `"validation"`.

    Example:
    >>> overlap = Overlap(["fine", "dull"])
    >>> overlap.look_at("long")
    >>> overlap.count()
    0
    """

    def __init__(
        self, judged: Iterable[str] = (), name: str = "validation"
    ) -> None:
        self._name = name
        self._judged = list(judged)
        self._missing = set(self._judged)

    def look_at(self, text: str) -> None:
        """Take note of a text to learn from."""
        self._missing.discard(text)

    def count(self) -> int:
        """How many of the texts to judge by were met; warns if any was."""
        number = sum(text not in self._missing for text in self._judged)
        if number:
            warnings.warn(
                f"{number:,} of the {len(self._judged):,} {self._name} texts "
                "are also training texts: what is measured on those says "
                "nothing of others",
                stacklevel=2,
            )
        return number
