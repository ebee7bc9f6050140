"""Words with character offsets, a vocabulary, and a file others can read."""

from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tokenizers

from han_attention.atomic import replace_when_written
from han_attention.text.tokenizer_file import read_backend
from han_attention.text.vocabulary import FIRST_WORD_ID
from han_attention.text.vocabulary import PADDING_ID
from han_attention.text.vocabulary import SPECIAL_WORDS
from han_attention.text.vocabulary import START_ID
from han_attention.text.vocabulary import UNKNOWN_ID
from han_attention.text.vocabulary import add_start_token
from han_attention.text.vocabulary import choose_pattern
from han_attention.text.vocabulary import describe_backend
from han_attention.text.vocabulary import find_most_frequent
from han_attention.text.vocabulary import make_word_backend
from han_attention.text.vocabulary import train_subword_backend
from han_attention.validation import check_integer
from han_attention.validation import check_positive_integer

__all__ = [
    "FIRST_WORD_ID",
    "PADDING_ID",
    "START_ID",
    "UNKNOWN_ID",
    "Encoding",
    "Tokenizer",
]

_LONGEST_PART = 100_000  # characters encoded at once: bounds the memory


@dataclass(frozen=True)
class Encoding:
    """One text as ids, each with its character span in the original string.

    The span of the start token is `(0, 0)`.
    """

    ids: list[int]
    spans: list[tuple[int, int]]


class Tokenizer:
    """Splits texts into lower-cased words and numbers them.

    A "word" can be a character or a piece of a word, too: see `unit` of
    `Tokenizer.train`. The ids are 0 = padding, 1 = start, 2 = unknown, and
    words from 3, the most frequent first: the numbering of Keras' IMDB with
    `index_from=3`. Make one with `Tokenizer.train`,
    `Tokenizer.from_vocabulary` or `Tokenizer.load`.

    Example:
    >>> tokenizer = Tokenizer.train(["A fine film.", "A dull film."])
    >>> tokenizer.encode("A fine day").ids
    [4, 7, 2]
    >>> tokenizer.encode("A fine day").spans
    [(0, 1), (2, 6), (7, 10)]
    """

    def __init__(self, backend: tokenizers.Tokenizer) -> None:
        self._backend = backend

    @classmethod
    def train(
        cls,
        texts: Iterable[str],
        vocabulary_size: int = 10_000,
        normalization: str = "words",
        start_token: bool = False,
        unit: str = "words",
        min_count: int = 1,
    ) -> "Tokenizer":
        """Make a tokenizer from the most frequent words of some texts.

        Args:
            texts: Strings; they are read once, and kept in memory for
                subwords.
            vocabulary_size: Number of ids, the 3 special ones included.
                Defaults to 10,000. Ties are broken by the alphabet.
            normalization: `"words"`: words, with inner apostrophes, and
                punctuation marks one by one. `"keras"`: the words of Keras'
                IMDB, that is without its filter characters, split on spaces.
                Both lower the case. Defaults to `"words"`.
            start_token: Whether each text starts with id 1. Defaults to
                `False`.
            unit: What gets an id. `"words"`. `"characters"`, as a reader
                sees them: an accent or a skin tone belongs to the character
                before it. `"subwords"`: frequent runs of letters inside words,
                learnt by byte-pair encoding over characters, for languages
                that put no spaces between words, or for rare words; the ids
                are those of single characters, the most frequent first, then
                of longer ones as they were learnt; neighbouring characters
                never seen in training become one unknown subword. Defaults to
                `"words"`.
            min_count: Words or characters seen less often get no id; subwords
                need 2 anyway. Defaults to 1.

        Raises:
            ValueError: for an argument out of range, or texts with no words.

        Reference:
            https://aclanthology.org/P16-1162 (byte-pair encoding),
            https://unicode.org/reports/tr29 (grapheme clusters)
        """
        check_integer("vocabulary_size", vocabulary_size, FIRST_WORD_ID + 1)
        check_positive_integer("min_count", min_count)
        pattern = choose_pattern(unit, normalization)
        parts = (part for text in texts for _, part in _parts(_readable(text)))
        if pattern == "subwords":
            backend = train_subword_backend(parts, vocabulary_size)
        else:
            limit = vocabulary_size - FIRST_WORD_ID
            words = find_most_frequent(parts, pattern, limit, min_count)
            backend = make_word_backend(words, pattern)
        return cls(backend)._checked(start_token)

    @classmethod
    def from_vocabulary(
        cls,
        words: Sequence[str],
        normalization: str = "words",
        start_token: bool = False,
    ) -> "Tokenizer":
        """Make a tokenizer from words in the order of their ids, from 3 on.

        Raises:
            ValueError: for no words, or a word twice.
        """
        if len({*SPECIAL_WORDS, *words}) != len(words) + FIRST_WORD_ID:
            raise ValueError("The vocabulary holds a word twice.")
        backend = make_word_backend(
            words, choose_pattern("words", normalization)
        )
        return cls(backend)._checked(start_token)

    @classmethod
    def load(cls, path: str | Path) -> "Tokenizer":
        """Read what `save` wrote; the file is not trusted.

        Raises:
            FileNotFoundError: if there is no such file.
            ValueError: if it is not a tokenizer's, or does what none of ours
                does: pads, cuts, splits or numbers texts in another way.
        """
        if not Path(path).is_file():
            raise FileNotFoundError(f"No tokenizer file: {path}")
        return cls(read_backend(Path(path)))

    def save(self, path: str | Path) -> None:
        """Write a `tokenizer.json`, which the `tokenizers` library reads."""
        with replace_when_written(path) as temporary:
            temporary.write_text(
                self._backend.to_str(pretty=True), encoding="utf-8"
            )

    @property
    def vocabulary(self) -> list[str]:
        """Every word in the order of its id; the first 3 are special."""
        ids = self._backend.get_vocab()
        return sorted(ids, key=ids.__getitem__)

    def describe(self) -> dict[str, Any]:
        """What another program needs: see `describe_backend`."""
        return describe_backend(self._backend)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Tokenizer):
            return NotImplemented
        return bool(self._backend.to_str() == other._backend.to_str())

    def __hash__(self) -> int:
        return hash(len(self))

    def __repr__(self) -> str:
        return f"<Tokenizer of {len(self):,} ids>"

    def __len__(self) -> int:
        return int(self._backend.get_vocab_size())

    def encode(self, text: str) -> Encoding:
        """Ids and character spans of one text."""
        return self.encode_batch([text])[0]

    def encode_batch(self, texts: Sequence[str]) -> list[Encoding]:
        """Ids and character spans of each text, on all cores."""
        texts = [_readable(text) for text in texts]
        short = [text for text in texts if len(text) <= _LONGEST_PART]
        encodings = iter(self._backend.encode_batch(short))
        return [
            _joined([(0, next(encodings))])
            if len(text) <= _LONGEST_PART
            else _joined(self._encode_parts(text))
            for text in texts
        ]

    def encode_ids(self, texts: Sequence[str]) -> list[list[int]]:
        """Ids of each text, without spans: faster than `encode_batch`."""
        texts = [_readable(text) for text in texts]
        short = [text for text in texts if len(text) <= _LONGEST_PART]
        encodings = iter(self._backend.encode_batch_fast(short))
        return [
            next(encodings).ids
            if len(text) <= _LONGEST_PART
            else [n for _, part in self._encode_parts(text) for n in part.ids]
            for text in texts
        ]

    def decode(self, ids: Iterable[int]) -> str:
        """The words of some ids, joined by spaces; padding is left out.

        Raises:
            ValueError: for an id that is not in the vocabulary.
        """
        words = []
        for word_id in ids:
            known = 0 <= word_id < len(self)
            word = self._backend.id_to_token(int(word_id)) if known else None
            if word is None:
                raise ValueError(
                    f"No word has the id {word_id}. Expected an id from 0 to "
                    f"{len(self) - 1}."
                )
            if word_id != PADDING_ID:
                words.append(word)
        return " ".join(words)

    def _encode_parts(
        self, text: str
    ) -> Iterator[tuple[int, tokenizers.Encoding]]:
        for start, part in _parts(text):
            first = start == 0
            yield start, self._backend.encode(part, add_special_tokens=first)

    def _checked(self, start_token: bool) -> "Tokenizer":
        if not len(self):
            raise ValueError(
                "The vocabulary is empty: the texts hold no words, or there "
                "are none."
            )
        if start_token:
            add_start_token(self._backend)
        return self


def _joined(parts: Iterable[tuple[int, tokenizers.Encoding]]) -> Encoding:
    ids: list[int] = []
    spans: list[tuple[int, int]] = []
    for start, part in parts:
        ids += part.ids
        spans += (
            [(first + start, last + start) for first, last in part.offsets]
            if start
            else part.offsets
        )
    return Encoding(ids, spans)


def _parts(text: str) -> Iterator[tuple[int, str]]:
    """A long text in parts that end with white space, each with its start."""
    start = 0
    while len(text) - start > _LONGEST_PART:
        end = start + _LONGEST_PART
        # White space ends a word of every kind: cut, the words are the same.
        cut = max(text.rfind(space, start, end) for space in " \t\n")
        if cut < 0:
            found = (text.find(space, end) for space in " \t\n")
            cut = min((n for n in found if n >= 0), default=len(text) - 1)
        yield start, text[start : cut + 1]
        start = cut + 1
    if start < len(text) or not text:
        yield start, text[start:]


def _readable(text: str) -> str:
    """Lone surrogates, which are no characters, as "?": offsets hold."""
    if not isinstance(text, str):
        raise TypeError(f"Expected a text. Received: {text!r}")
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode(errors="replace").decode()
    return text
