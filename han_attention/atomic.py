"""Files and folders, whole or not there: written beside, then switched.

What a process leaves beside them when it is killed is removed by the next who
writes there.
"""

import ctypes
import errno
import hashlib
import os
import platform
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_EXCHANGE = 2  # RENAME_EXCHANGE of Linux
_AT_WORKING_FOLDER = -100  # AT_FDCWD
_HOST = hashlib.blake2b(platform.node().encode(), digest_size=3).hexdigest()
_TEMPORARY = re.compile(r"\.[0-9a-f]{8}-([0-9a-f]{6})-(\d+)\..+", re.DOTALL)

_in_use: set[str] = set()  # by this process


@contextmanager
def replace_when_written(path: str | Path) -> Iterator[Path]:
    """Give a temporary path that takes the place of `path` at the end.

    If the block raises, the temporary file or folder is removed and whatever
    was at `path` is untouched. On Linux there is no moment without a file or
    a folder at `path`, if one was there. A device, a FIFO or a socket is not
    replaced, which would take it away from others: it is written into.

    Args:
        path: The file or folder to write. Its parent is made if need be.

    Yields:
        A path in the same folder, with the same suffix, that does not exist;
        or `path` itself, if it is no file and no folder.

    Raises:
        IsADirectoryError: if a file is written and `path` is a folder.
        OSError: if it cannot be written; it names `path`.

    Example:
    >>> with replace_when_written("notes.txt") as temporary:
    ...     _ = temporary.write_text("all of it")
    """
    path = Path(path).resolve()  # what a link points to, not the link
    if path.exists() and not (path.is_file() or path.is_dir()):
        yield path
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    remove_leftovers(path.parent)
    unique = f"{secrets.token_hex(4)}-{_HOST}-{os.getpid()}"
    temporary = path.with_name(f".{unique}.{path.name}")
    _in_use.add(temporary.name)
    try:
        yield temporary
        if path.is_dir() and temporary.is_file():
            raise IsADirectoryError(f"Cannot write a file: {path} is a folder")
        if path.is_dir():
            _exchange(temporary, path)
            _remove(temporary)  # what was there before
        else:
            temporary.replace(path)
    except BaseException as error:
        _remove(temporary)
        if isinstance(error, OSError):
            raise _name_file(error, temporary, path) from error
        raise
    finally:
        _in_use.discard(temporary.name)


def remove_leftovers(folder: Path) -> None:
    """Remove what processes of this machine that are dead have left."""
    for path in folder.glob(".*-*-*.*"):
        found = _TEMPORARY.fullmatch(path.name)
        if found and found[1] == _HOST and not _is_written(path, int(found[2])):
            _remove(path)


def is_leftover(path: Path) -> bool:
    """Whether a path is one that is, or was, being written."""
    return _TEMPORARY.fullmatch(path.name) is not None


def _is_written(path: Path, process: int) -> bool:
    if process == os.getpid():  # or of one that had its number before
        return path.name in _in_use
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):  # it is someone else's, or no number
        return True
    return True


def _exchange(first: Path, second: Path) -> None:
    """Let two folders change places, in one step where that can be."""
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if os.name == "posix" and rename is not None:
        names = os.fsencode(first), os.fsencode(second)
        here = _AT_WORKING_FOLDER
        if rename(here, names[0], here, names[1], _EXCHANGE) == 0:
            return
    old = first.with_name(f"{first.name}.old")
    second.rename(old)
    try:
        first.rename(second)
    except BaseException:
        old.rename(second)
        raise
    old.rename(first)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _name_file(error: OSError, temporary: Path, path: Path) -> OSError:
    """The same error; if it names no file, or one that is gone, then `path`."""
    name = str(error.filename or "")
    if error.errno and (not name or name.startswith(str(temporary))):
        return type(error)(error.errno, error.strerror, str(path))
    if f"errno = {errno.ENOSPC}" in str(error):  # as HDF5 says it
        return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
    return error
