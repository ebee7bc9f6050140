"""Files of word vectors, row by row: GloVe, word2vec, fastText `.vec`."""

import gzip
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from han_attention.unpacking import GzipReader

_DAMAGE = (EOFError, gzip.BadGzipFile, zlib.error)
_HEADER = re.compile(rb"\s*(\d{1,12})\s+(\d{1,6})\s*")
_TEXT = re.compile(rb"[\t\r\n\x20-\x7e]*")
_LONGEST_LINE = 1 << 20  # bytes of a first line: more is no vector
_LONGEST_WORD = 1 << 12  # bytes
_LONGEST_NUMBER = 32  # bytes, with the space before it
_MOST_NUMBERS = 1 << 13  # in a row: a vocabulary times this is in memory
_LARGEST = 1e9  # of a number: its square, and the mean of many, is finite
_BLOCK = 1 << 20  # bytes read at once
_MARK = b"\xef\xbb\xbf"  # byte-order


class VectorFile:
    """The rows of a file of word vectors; its format is seen in its content.

    Args:
        path: GloVe text (`word number number …`), or word2vec and fastText
            text, whose first line is `rows dimension`, or word2vec binary;
            each plain or compressed with gzip, with a byte-order mark or
            without.
        allow_truncated: Whether a file may have fewer rows than its first
            line says. Defaults to `False`.

    Attributes:
        dimension: Numbers in a row.

    Raises:
        FileNotFoundError: if there is no such file.
        ValueError: if it does not begin as such a file does; while rows are
            read, for a row of a wrong size or a file cut short.
    """

    def __init__(self, path: str | Path, allow_truncated: bool = False) -> None:
        self._allow_truncated = allow_truncated
        self.path = Path(path)
        if not self.path.is_file():
            raise FileNotFoundError(f"No file of word vectors: {path}")
        self._row_count: int | None = None
        self._binary = False
        with self._reading() as file:
            first = file.readline(_LONGEST_LINE)
            header = _HEADER.fullmatch(first)
            if header is None:
                self.dimension = _count_numbers(first)
            else:
                self._row_count, self.dimension = map(int, header.groups())
                row = file.read(_LONGEST_WORD + 2 * self.dimension)
                self._binary = not _is_text(row, self.dimension)
        if not first:
            raise ValueError(f"The file of word vectors is empty: {path}")
        if not self.dimension:
            raise self._error(1, "a word and its numbers", first)
        if self.dimension > _MOST_NUMBERS:
            expected = f"at most {_MOST_NUMBERS:,} numbers in a row"
            raise self._error(1, expected, str(self.dimension).encode())

    def rows(self) -> Iterator[tuple[int, bytes, bytes]]:
        """The number of each row, its word, and its numbers unread.

        Rows are counted from 1; in a text file they are the lines.
        """
        with self._reading() as file:
            if self._row_count is not None:
                file.readline()
            yield from (
                self._binary_rows(file)
                if self._binary
                else self._text_rows(file)
            )

    def numbers(self, row: int, raw: bytes) -> NDArray[np.float32]:
        """(dimension,) the numbers of a row.

        Raises:
            ValueError: if one of them is not a number, not finite, or above
                1e9.
        """
        try:
            if self._binary:
                values = np.frombuffer(raw, "<f4").astype("float32")
            else:
                with np.errstate(over="ignore"):  # infinite: refused below
                    values = np.array(list(map(float, raw.split())), "float32")
        except ValueError:
            values = np.empty(0, "float32")
        # NaN is not below it either.
        if len(values) != self.dimension or not (abs(values) < _LARGEST).all():
            expected = f"{self.dimension} finite numbers, below {_LARGEST:g}"
            raise self._error(row, expected, b"" if self._binary else raw)
        return values

    def _text_rows(self, file: BinaryIO) -> Iterator[tuple[int, bytes, bytes]]:
        first = 1 if self._row_count is None else 2
        count = 0
        longest = _LONGEST_WORD + _LONGEST_NUMBER * self.dimension
        lines = iter(partial(file.readline, longest + 1), b"")
        for line_number, line in enumerate(lines, start=first):
            if len(line) > longest:
                expected = f"at most {longest:,} bytes"
                raise self._error(line_number, expected, line)
            line = line.rstrip(b" \t\r\n")
            if not line:
                continue
            count += 1
            if line.count(b" ") == self.dimension:
                word, _, numbers = line.partition(b" ")
            else:
                word, numbers = self._split_from_the_right(line_number, line)
            yield line_number, word, numbers
        self._check_row_count(count)

    def _split_from_the_right(
        self, line_number: int, line: bytes
    ) -> tuple[bytes, bytes]:
        """GloVe has words with spaces inside; none of them ends in a number."""
        fields = line.rsplit(b" ", self.dimension)
        word = fields[0]
        if len(fields) <= self.dimension or _is_number(word.split(b" ")[-1]):
            expected = f"a word and {self.dimension} numbers"
            raise self._error(line_number, expected, line)
        return word, b" ".join(fields[1:])

    def _binary_rows(
        self, file: BinaryIO
    ) -> Iterator[tuple[int, bytes, bytes]]:
        size = 4 * self.dimension
        block, place = b"", 0
        for row in range(1, (self._row_count or 0) + 1):
            space = block.find(b" ", place)
            while space < 0 or space + 1 + size > len(block):
                if space < 0 and len(block) - place > _LONGEST_WORD:
                    raise self._error(row, "a word and its numbers", b"")
                more = file.read(_BLOCK)
                if not more:
                    self._check_row_count(row - 1)
                    return
                block, place = block[place:] + more, 0
                space = block.find(b" ")
            end = space + 1 + size
            # Some writers put a line break behind each row.
            yield row, block[place:space].lstrip(b"\n"), block[space + 1 : end]
            place = end

    def _check_row_count(self, count: int) -> None:
        if self._allow_truncated or self._row_count is None:
            return
        if count < self._row_count:
            raise ValueError(
                f"{self.path} is cut short: {count} rows of "
                f"{self._row_count} are there. `allow_truncated` takes them."
            )

    def _error(self, row: int, expected: str, received: bytes) -> ValueError:
        place = "row" if self._binary else "line"
        shown = received.decode(errors="replace").strip()
        if len(shown) > 60:
            shown = f"{shown[:30]} … {shown[-30:]}"
        ending = f" Received: {shown!r}" if shown else ""
        return ValueError(
            f"{self.path}, {place} {row}: expected {expected}.{ending}"
        )

    @contextmanager
    def _reading(self) -> Iterator[BinaryIO]:
        with open(self.path, "rb") as file:
            start = file.read(4)
            file.seek(0)
            _refuse(self.path, start)
            if not start.startswith(b"\x1f\x8b"):
                file.seek(len(_MARK) if start.startswith(_MARK) else 0)
                yield file
                return
            try:
                with GzipReader(self.path) as unpacked:
                    if unpacked.peek(3).startswith(_MARK):
                        unpacked.read(len(_MARK))
                    yield unpacked  # type: ignore[misc]
            except _DAMAGE as error:
                raise ValueError(
                    f"Damaged or truncated gzip file: {self.path} ({error})"
                ) from error


def _refuse(path: Path, start: bytes) -> None:
    """Say of a file of another format how to make one of it that can be read.

    Raises:
        ValueError: if it is one.
    """
    if start == b"PK\x03\x04":
        raise ValueError(f"Unpack the zip archive first: {path}")
    if start == b"\xba\x16\x4f\x2f":
        raise ValueError(
            f"{path} is a fastText model. Expected the .vec file beside it, "
            "which holds the words and their vectors; or convert it: "
            "gensim.models.fasttext.load_facebook_vectors(path)"
            '.save_word2vec_format("vectors.bin", binary=True)'
        )
    if start[:1] == b"\x80":  # a pickle: reading it runs what is in it
        raise ValueError(
            f"{path}, line 1: expected a word and its numbers. Received a "
            "pickle, as gensim saves it, which is not read, for it could run "
            "any program. If you trust it, convert it: "
            "gensim.models.KeyedVectors.load(path)"
            '.save_word2vec_format("vectors.bin", binary=True); of a whole '
            "model its .wv"
        )
    if start == b"\x89HDF" or start[:2] == b"\x93N":
        raise ValueError(
            f"{path} holds arrays without words. Expected an .npz file of "
            '`words` and `vectors`: numpy.savez("vectors.npz", words=words, '
            "vectors=vectors)"
        )


def _count_numbers(line: bytes) -> int:
    """How many numbers end a line that begins with a word."""
    fields = line.rstrip(b" \t\r\n").split(b" ")[1:]
    count = 0
    while count < len(fields) and _is_number(fields[-count - 1]):
        count += 1
    return count


def _is_text(row: bytes, dimension: int) -> bool:
    """Whether numbers are written out behind the first word."""
    numbers = row.partition(b" ")[2]
    # Each of them takes at least two bytes.
    printable = _TEXT.fullmatch(numbers[: 2 * dimension]) is not None
    return printable and _is_number(re.split(rb"[ \r\n]", numbers)[0])


def _is_number(field: bytes) -> bool:
    try:
        float(field)
    except ValueError:
        return False
    return True
