"""Files that are whole or not there: written beside, then renamed."""

import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def replace_when_written(path: str | Path) -> Iterator[Path]:
    """Give a temporary path that takes the place of `path` at the end.

    If the block raises, the temporary file or folder is removed and whatever
    was at `path` is untouched.

    Args:
        path: The file or folder to write. Its parent is made if need be.

    Yields:
        A path in the same folder, with the same suffix, that does not exist.

    Raises:
        IsADirectoryError: if a file is written and `path` is a folder.

    Example:
    >>> with replace_when_written("notes.txt") as temporary:
    ...     _ = temporary.write_text("all of it")
    """
    path = Path(path).resolve()  # what a link points to, not the link
    path.parent.mkdir(parents=True, exist_ok=True)
    unique = secrets.token_hex(4)
    temporary = path.with_name(f".{unique}.{path.name}")
    try:
        yield temporary
        if path.is_dir() and temporary.is_file():
            raise IsADirectoryError(f"Cannot write a file: {path} is a folder")
        if path.is_dir():
            _replace_folder(temporary, path)
        else:
            temporary.replace(path)
    except BaseException:
        if temporary.is_dir():
            shutil.rmtree(temporary, ignore_errors=True)
        else:
            temporary.unlink(missing_ok=True)
        raise


def _replace_folder(temporary: Path, path: Path) -> None:
    # A folder cannot be renamed onto a full one, a file can.
    old = temporary.with_name(f"{temporary.name}.old")
    path.rename(old)
    try:
        temporary.rename(path)
    except BaseException:
        old.rename(path)
        raise
    shutil.rmtree(old)
