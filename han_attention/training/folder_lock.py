"""A lock on a folder, which ends with the process that holds it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]


@contextmanager
def lock_folder(folder: Path) -> Iterator[None]:
    """Hold a folder alone; nothing is written to it for that.

    Args:
        folder: A folder that is there.

    Raises:
        FileExistsError: if another process, or thread, holds it.
    """
    if fcntl is None:
        yield
        return
    number = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise FileExistsError(
                f"Another training runs in {folder}. Choose another "
                "--run-dir, or wait for its end."
            ) from None
        except OSError:  # a file system without locks
            pass
        yield
    finally:
        os.close(number)
