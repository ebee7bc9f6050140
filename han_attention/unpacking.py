"""Compressed files, of which none becomes much larger than it says.

A gzip file of a few KB can hold gigabytes. What people write is a tenth to a
third of its size when compressed; what becomes 200 times larger is refused.
"""

import gzip
from pathlib import Path
from typing import Any

MAX_EXPANSION = 200
FREE_BYTES = 2**26  # 64 MiB: so much is harmless, whatever the ratio


def check_expansion(path: Path, unpacked: int) -> None:
    """Raise a ValueError if a file has become too large for its size.

    Args:
        path: The compressed file.
        unpacked: How many bytes came out of it so far.
    """
    packed = path.stat().st_size
    if unpacked > max(FREE_BYTES, MAX_EXPANSION * packed):
        raise ValueError(
            f"{path} is {packed:,} bytes and becomes more than {unpacked:,}: "
            f"over {MAX_EXPANSION} times its size. Unpack it yourself if you "
            "trust it."
        )


class GzipReader(gzip.GzipFile):
    """Reads a gzip file, as long as it does not become too large.

    Args:
        path: The file.

    Raises:
        OSError: if it cannot be read.
        ValueError: while reading, if it becomes too large: see
            `check_expansion`.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._path = path

    def read(self, size: int | None = -1) -> bytes:
        return self._checked(super().read(size))

    def read1(self, size: int = -1) -> bytes:
        return self._checked(super().read1(size))

    def readline(self, size: int | None = -1) -> bytes:
        return self._checked(super().readline(size))

    def _checked(self, data: Any) -> bytes:
        unpacked = self.tell()
        if unpacked > FREE_BYTES:
            check_expansion(self._path, unpacked)
        return data
