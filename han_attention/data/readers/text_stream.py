"""Text files as a stream, plain or gzip, in the encoding that they tell."""

import codecs
import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import TextIO

from han_attention.data.readers.rows import UNDECODABLE
from han_attention.unpacking import GzipReader

_DAMAGE = (EOFError, gzip.BadGzipFile, zlib.error)
_MARKED_ENCODINGS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",  # before UTF-16, whose mark it begins with
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}


def _mark_undecodable(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return UNDECODABLE, error.end


# So the row of bad bytes is known: an exception would lose the lines that were
# decoded with them.
codecs.register_error("han_attention.mark", _mark_undecodable)


def get_suffix(path: Path) -> str:
    """The suffix that tells the format: ".csv" for "reviews.CSV.gz"."""
    return Path(path.name.lower().removesuffix(".gz")).suffix


def read_lines(stream: TextIO, max_bytes: int) -> Iterator[str | None]:
    """The lines of a text; None for one that is longer than a limit.

    Of such a line no more than the limit is in memory at a time.

    Args:
        stream: The text.
        max_bytes: The limit, in UTF-8.

    Example:
    >>> from io import StringIO
    >>> list(read_lines(StringIO("short\\nmuch longer\\nend"), 6))
    ['short\\n', None, 'end']
    """
    while line := stream.readline(max_bytes + 1):
        if fits(line, max_bytes):
            yield line
            continue
        while line and not line.endswith(("\n", "\r")):
            line = stream.readline(max_bytes + 1)
        yield None


def fits(text: str, max_bytes: int) -> bool:
    """Whether a text has no more bytes in UTF-8 than a limit."""
    if 4 * len(text) <= max_bytes:  # no character has more
        return True
    return len(text.encode(errors="replace")) <= max_bytes


@contextmanager
def open_text(
    path: Path, encoding: str | None, newline: str | None
) -> Iterator[TextIOWrapper]:
    """Open a text file, plain or gzip; a byte-order mark tells its encoding.

    Args:
        path: The file.
        encoding: Without a byte-order mark; None is UTF-8.
        newline: Where lines end, as in `open`.

    Raises:
        OSError: if it cannot be read.
        ValueError: if it is damaged, or not in the encoding as a whole.
    """
    zipped = path.suffix.lower() == ".gz"
    try:
        with GzipReader(path) if zipped else path.open("rb") as binary:
            head = binary.peek(4)
            for mark, marked in _MARKED_ENCODINGS.items():
                if head.startswith(mark):
                    encoding = marked
                    break
            with TextIOWrapper(
                binary, encoding or "utf-8", "han_attention.mark", newline
            ) as stream:
                yield stream
    except _DAMAGE as error:
        raise ValueError(
            f"Damaged or truncated gzip file: {path} ({error})"
        ) from error
    except UnicodeError as error:  # as UTF-16, without a byte-order mark
        raise ValueError(f"Cannot read {path} as {encoding}: {error}") from None
