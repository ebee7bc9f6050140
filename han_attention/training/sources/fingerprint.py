"""A number that tells the data of a training from others."""

import hashlib
from typing import Any


class Fingerprint:
    """A digest of the texts, labels and weights that it is shown, in order.

    Example:
    >>> fingerprint = Fingerprint()
    >>> fingerprint.add("fine", "good")
    >>> fingerprint.digest()
    '5c68ca122602a486'
    """

    def __init__(self) -> None:
        self._hash = hashlib.blake2b(digest_size=8)

    def add(self, *values: Any) -> None:
        """Show one text and what goes with it."""
        for value in values:
            if isinstance(value, set):  # in another order in each process
                value = sorted(map(str, value))
            self._hash.update(f"{value}\0".encode(errors="replace"))

    def add_all(self, *columns: Any) -> None:
        """Show the rows of some columns of one length; None is left out."""
        for row in zip(*(c for c in columns if c is not None), strict=True):
            self.add(*row)

    def digest(self) -> str:
        """What was shown, in 16 digits."""
        return self._hash.hexdigest()


def digest_rows(*columns: Any) -> str:
    """The fingerprint of the rows of some columns; None is left out."""
    fingerprint = Fingerprint()
    fingerprint.add_all(*columns)
    return fingerprint.digest()
