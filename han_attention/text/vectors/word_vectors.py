"""Word vectors for a tokenizer's words: read from a file, or trained."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from han_attention.text.encoding import check_ids
from han_attention.text.ragged import Encoded
from han_attention.text.tokenizer import FIRST_WORD_ID
from han_attention.text.tokenizer import PADDING_ID
from han_attention.text.tokenizer import UNKNOWN_ID
from han_attention.text.tokenizer import Tokenizer
from han_attention.text.vectors.tables import open_vectors
from han_attention.text.vectors.training import train_cbow
from han_attention.validation import check_positive_integer


@dataclass(frozen=True)
class Coverage:
    """How many words of a vocabulary, and tokens of texts, have a vector.

    Example:
    >>> print(Coverage(words_found=3, words=4, tokens_found=19, tokens=20))
    Word vectors: 3 of 4 words (75.0 %), 19 of 20 tokens (95.0 %)
    """

    words_found: int
    words: int
    tokens_found: int
    tokens: int

    @property
    def types_fraction(self) -> float:
        """The fraction of the vocabulary's words, 0 to 1."""
        return self.words_found / max(self.words, 1)

    @property
    def tokens_fraction(self) -> float:
        """The fraction of the texts' tokens, 0 to 1."""
        return self.tokens_found / max(self.tokens, 1)

    def __str__(self) -> str:
        return (
            f"Word vectors: {self.words_found:,} of {self.words:,} words "
            f"({self.types_fraction:.1%}), {self.tokens_found:,} of "
            f"{self.tokens:,} tokens ({self.tokens_fraction:.1%})"
        ).replace("%", " %")


@dataclass(frozen=True)
class WordVectors:
    """One vector for each id of a tokenizer.

    Attributes:
        matrix: (vocabulary_size, dimension) float32. Row 0, padding, is
            zeros; the rows of words not found are small random numbers, as
            spread as those found.
        found: (vocabulary_size,) bool, the ids whose row is not random.
    """

    matrix: NDArray[np.float32]
    found: NDArray[np.bool_]

    def coverage(self, encoded: Encoded) -> Coverage:
        """Count words and tokens that have a vector.

        Padding and start tokens are not counted; unknown words are tokens,
        but no words of the vocabulary.
        """
        check_ids(encoded.ids, len(self.found))
        counts = np.bincount(encoded.ids, minlength=len(self.found))
        return Coverage(
            words_found=int(self.found[FIRST_WORD_ID:].sum()),
            words=len(self.found) - FIRST_WORD_ID,
            tokens_found=int(
                counts[UNKNOWN_ID:][self.found[UNKNOWN_ID:]].sum()
            ),
            tokens=int(counts[UNKNOWN_ID:].sum()),
        )


def load_word_vectors(
    path: Any,
    tokenizer: Tokenizer,
    seed: int | None = 0,
    allow_truncated: bool = False,
) -> WordVectors:
    """Read the vectors of a tokenizer's words; the others are passed over.

    A word of the file counts as it is written, or else in lower case. Of
    several rows for a word the first counts.

    Args:
        path: GloVe text, word2vec text or binary, or fastText `.vec`; plain
            or gzip, the format being seen in the content; a `.floret` table,
            of which every word gets a vector; an `.npz` of `words` and
            `vectors`; or `KeyedVectors` of gensim, a model with them as `wv`,
            or a dictionary from words to vectors.
        tokenizer: Its words get vectors.
        seed: Draws the rows of words not found. Defaults to 0.
        allow_truncated: Whether a file may have fewer rows than its first
            line says. Defaults to `False`.

    Returns:
        `WordVectors`; print its `coverage` of your texts.

    Raises:
        FileNotFoundError: if there is no such file.
        TypeError: for an object that holds no word vectors.
        ValueError: if it is damaged or holds none of the words, or is of a
            kind that must be converted, which it says how.

    Example:
    >>> from pathlib import Path
    >>> _ = Path("vectors.txt").write_text("fine 0.5 -0.5\\nfilm 1 0.25\\n")
    >>> tokenizer = Tokenizer.train(["a fine film"])
    >>> vectors = load_word_vectors("vectors.txt", tokenizer)
    >>> vectors.matrix[tokenizer.encode("film").ids]
    array([[1.  , 0.25]], dtype=float32)

    Reference:
        https://nlp.stanford.edu/projects/glove, https://fasttext.cc
    """
    words = tokenizer.vocabulary[FIRST_WORD_ID:]
    file = open_vectors(path, words, allow_truncated)
    ids = {
        word.encode(errors="replace"): n + FIRST_WORD_ID
        for n, word in enumerate(words)
    }
    matrix = np.zeros((len(tokenizer), file.dimension), "float32")
    as_written, found = bytearray(len(matrix)), bytearray(len(matrix))
    for row, word, numbers in file.rows():
        word_id = ids.get(word)
        if word_id is not None:
            if as_written[word_id]:
                continue
            as_written[word_id] = True
        else:
            word_id = ids.get(_lower(word))
            if word_id is None or found[word_id]:
                continue
        found[word_id] = True
        matrix[word_id] = file.numbers(row, numbers)
    if not any(found):
        raise ValueError(
            f"No word of the tokenizer is in {file.path}. Expected words such "
            f"as {words[0]!r}."
        )
    has_vector = np.frombuffer(found, "bool").copy()
    return _filled(matrix, has_vector, np.random.default_rng(seed))


def train_word_vectors(
    texts: Iterable[str],
    tokenizer: Tokenizer,
    dim: int = 200,
    epochs: int = 5,
    seed: int | None = 0,
    window: int = 5,
    negative: int = 5,
    workers: int | None = None,
    verbose: bool = True,
) -> WordVectors:
    """Learn vectors from texts: CBOW with negative sampling, by gensim.

    The words are the ids of the tokenizer, the unknown one included; texts
    need no labels. A bar on stderr, if that is a terminal, counts epochs.

    Args:
        texts: Strings; they are read once.
        tokenizer: Splits them.
        dim: Numbers in a vector. Defaults to 200.
        epochs: How often the texts are gone through. Defaults to 5.
        seed: With a seed and `workers=1` the vectors repeat; several workers
            write to them in the order of chance. Defaults to 0.
        window: Words to each side that are to tell a word. Defaults to 5.
        negative: Random words they are to tell it from. Defaults to 5.
        workers: Threads. Defaults to None: as many as there are cores.
        verbose: Whether to draw the bar. Defaults to `True`.

    Raises:
        ImportError: without gensim.
        ValueError: for an argument out of range, or texts with no words.

    Example:
    >>> tokenizer = Tokenizer.train(["a fine film"])
    >>> train_word_vectors(  # doctest: +SKIP
    ...     ["a fine film"] * 50, tokenizer, dim=8
    ... ).matrix.shape
    (6, 8)

    Reference:
        Mikolov et al., 2013, https://arxiv.org/abs/1301.3781 and
        https://arxiv.org/abs/1310.4546
    """
    for name, value in (("dim", dim), ("epochs", epochs), ("window", window)):
        check_positive_integer(name, value)
    check_positive_integer("negative", negative)
    if workers is None:
        workers = os.cpu_count() or 1
    check_positive_integer("workers", workers)
    generator = np.random.default_rng(seed)
    ids, vectors = train_cbow(
        texts,
        tokenizer,
        verbose,
        vector_size=dim,
        epochs=epochs,
        window=window,
        negative=negative,
        workers=workers,
        seed=int(generator.integers(2**31)),
    )
    matrix = np.zeros((len(tokenizer), dim), "float32")
    matrix[ids] = vectors
    found = np.isin(np.arange(len(tokenizer)), ids)
    return _filled(matrix, found, generator)


def _filled(
    matrix: NDArray[np.float32],
    found: NDArray[np.bool_],
    generator: np.random.Generator,
) -> WordVectors:
    """Random rows for what was not found, padding aside."""
    missing = ~found
    missing[PADDING_ID] = False
    shape = (int(missing.sum()), matrix.shape[1])
    spread = matrix[found].std(dtype="float64")
    matrix[missing] = generator.standard_normal(shape, "float32") * spread
    return WordVectors(matrix, found)


def _lower(word: bytes) -> bytes:
    if word.isascii():
        return word.lower()
    return word.decode(errors="replace").lower().encode()
