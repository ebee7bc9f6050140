"""Word vectors in memory, in `.npz` files, and in tables of floret."""

from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from typing import Protocol
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from han_attention.text.vectors.files import VectorFile


class VectorSource(Protocol):
    """Rows of words and vectors, wherever they come from.

    Attributes:
        path: What it is called in errors.
        dimension: Numbers in a vector.
    """

    path: Any
    dimension: int

    def rows(self) -> Iterator[tuple[int, bytes, Any]]:
        """The number of each row, its word, and its vector unread."""

    def numbers(self, row: int, raw: Any) -> NDArray[np.float32]:
        """The vector of a row, (dimension,)."""


def open_vectors(
    source: Any, words: Sequence[str], allow_truncated: bool = False
) -> VectorSource:
    """Open word vectors of any kind: see `load_word_vectors`.

    Args:
        source: A path or an object.
        words: Those that get a vector of a floret table, which has one for
            every word.
        allow_truncated: Whether a file may be shorter than it says. Defaults
            to `False`.
    """
    if not isinstance(source, (str, Path)):
        return _read_object(source)
    path = Path(source)
    if path.suffix.lower() == ".npz" and path.is_file():
        return _read_npz(path)
    if path.suffix.lower() == ".floret" and path.is_file():
        return FloretTable(path, words, allow_truncated)
    return VectorFile(path, allow_truncated)


class VectorTable:
    """Words and their vectors in memory.

    Args:
        words: N words.
        vectors: (N, dimension).
        name: What they are called in errors.
    """

    def __init__(
        self, words: Sequence[Any], vectors: NDArray[Any], name: Any
    ) -> None:
        if vectors.ndim != 2 or len(words) != len(vectors):
            raise ValueError(
                f"Expected a vector for each word in {name}. Received: "
                f"{len(words)} words and vectors of shape {vectors.shape}"
            )
        self.path = name
        self.dimension = vectors.shape[1]
        self._words = words
        self._vectors = vectors

    def rows(self) -> Iterator[tuple[int, bytes, int]]:
        for n, word in enumerate(self._words):
            yield n + 1, str(word).encode(errors="replace"), n

    def numbers(self, row: int, raw: int) -> NDArray[np.float32]:
        with np.errstate(over="ignore"):  # infinite: refused below
            values = np.asarray(self._vectors[raw], "float32")
        if not np.isfinite(values).all():
            raise ValueError(
                f"{self.path}, row {row}: expected {self.dimension} finite "
                "numbers."
            )
        return values


class FloretTable:
    """A table of floret: the vector of a word is a mean of hashed rows.

    The rows are those of the word between its marks and of all its n-grams.

    Args:
        path: A `.floret` file: a line of settings, then a row of numbers for
            each bucket.
        words: Those that get a vector.
        allow_truncated: As of `VectorFile`.

    Raises:
        ImportError: without mmh3.
        ValueError: if it is damaged.

    Reference:
        https://github.com/explosion/floret
    """

    def __init__(
        self, path: Path, words: Sequence[str], allow_truncated: bool = False
    ) -> None:
        try:
            from mmh3 import hash64
        except ImportError as error:
            raise ImportError(
                'A floret table needs mmh3: pip install "han-attention'
                '[vectors]"'
            ) from error
        self._hash = hash64
        self.path = path
        self._words = words
        with path.open(encoding="utf-8-sig") as file:
            fields = file.readline().split()
            try:
                self._size, self.dimension, *numbers = map(int, fields[:6])
                self._shortest, self._longest, self._num_hashes, self._seed = (
                    numbers
                )
                self._begin, self._end = fields[6:]
                table = np.loadtxt(file, "float32", ndmin=2)[:, 1:]
            except ValueError as error:
                raise ValueError(
                    f"Damaged floret table: {path} ({error})"
                ) from (None)
        if table.shape != (self._size, self.dimension):
            if not allow_truncated or table.shape[1] != self.dimension:
                raise ValueError(
                    f"{path} is cut short: {len(table)} rows of {self._size} "
                    "are there. `allow_truncated` takes them."
                )
            missing = ((0, self._size - len(table)), (0, 0))
            table = np.pad(table, missing)
        self._table = table

    def rows(self) -> Iterator[tuple[int, bytes, str]]:
        for n, word in enumerate(self._words):
            yield n + 1, word.encode(errors="replace"), word

    def numbers(self, row: int, raw: str) -> NDArray[np.float32]:
        word = f"{self._begin}{raw}{self._end}"
        parts = [word]
        for length in range(self._shortest, self._longest + 1):
            last = len(word) - length
            parts += [word[n : n + length] for n in range(last + 1)]
        rows = [h % self._size for part in parts for h in self._hashes(part)]
        return np.asarray(self._table[rows].mean(axis=0), "float32")

    def _hashes(self, part: str) -> list[int]:
        """The first of four numbers of 32 bits each."""
        two = self._hash(
            part.encode(errors="replace"), self._seed, signed=False
        )
        four = [n for h in two for n in (h & 0xFFFFFFFF, h >> 32)]
        return four[: self._num_hashes]


def _read_npz(path: Path) -> VectorTable:
    try:
        with np.load(path, allow_pickle=False) as file:
            return VectorTable(file["words"], file["vectors"], path)
    except (ValueError, KeyError, OSError, BadZipFile, EOFError) as error:
        raise ValueError(
            f"Expected two arrays in {path}, `words` of strings and `vectors`: "
            f'numpy.savez("vectors.npz", words=words, vectors=vectors). {error}'
        ) from None


def _read_object(source: Any) -> VectorTable:
    """`KeyedVectors`, a model that has them, or a dictionary."""
    vectors = getattr(source, "wv", source)
    name = type(source).__name__
    if isinstance(vectors, Mapping):
        return VectorTable(
            list(vectors), np.array(list(vectors.values()), "float32"), name
        )
    if hasattr(vectors, "index_to_key") and hasattr(vectors, "vectors"):
        return VectorTable(vectors.index_to_key, vectors.vectors, name)
    raise TypeError(
        "Expected a file of word vectors, KeyedVectors of gensim or a "
        f"dictionary from words to vectors. Received: {source!r:.60}"
    )
