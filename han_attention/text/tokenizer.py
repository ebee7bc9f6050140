"""Words with character offsets, a vocabulary, and a file others can read."""

from collections.abc import Iterable
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import tokenizers
from tokenizers import models
from tokenizers import normalizers
from tokenizers import pre_tokenizers
from tokenizers import processors
from tokenizers import trainers

from han_attention.checks import check_choice
from han_attention.checks import check_integer
from han_attention.files import replace_when_written

PADDING_ID = 0
START_ID = 1
UNKNOWN_ID = 2
FIRST_WORD_ID = 3

# Their brackets are split off or filtered out of any text, so no text can
# hold one of them as a word.
_SPECIAL_WORDS = ("[PAD]", "[START]", "[UNK]")

# What a word is, by name: a pattern, and whether it matches words or gaps.
_PATTERNS = {
    "words": (r"\w+(?:['’]\w+)*|[^\w\s]", "word"),
    # The filters of Keras' Tokenizer, which keep the apostrophe, and its
    # split on spaces: other white space stays inside a word, as there.
    "keras": (r"[!\"#$%&()*+,\-./:;<=>?@\[\\\]\^_`{|}~\t\n ]+", "gap"),
}


@dataclass(frozen=True)
class Encoding:
    """One text as ids, each with its character span in the original string.

    The span of the start token is `(0, 0)`.
    """

    ids: list[int]
    spans: list[tuple[int, int]]


class Tokenizer:
    """Splits texts into lower-cased words and numbers them.

    The ids are 0 = padding, 1 = start, 2 = unknown, and words from 3, the
    most frequent first: the numbering of Keras' IMDB with `index_from=3`.
    Make one with `Tokenizer.train`, `Tokenizer.from_vocabulary` or
    `Tokenizer.load`.

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
    ) -> "Tokenizer":
        """Make a tokenizer from the most frequent words of some texts.

        Args:
            texts: Strings; they are read once.
            vocabulary_size: Number of ids, the 3 special ones included.
                Defaults to 10,000. Ties are broken by the alphabet.
            normalization: `"words"`: words, with inner apostrophes, and
                punctuation marks one by one. `"keras"`: the words of Keras'
                IMDB, that is without its filter characters, split on spaces.
                Both lower the case. Defaults to `"words"`.
            start_token: Whether each text starts with id 1. Defaults to
                `False`.

        Raises:
            ValueError: for an argument out of range, or texts with no words.
        """
        check_integer("vocabulary_size", vocabulary_size, FIRST_WORD_ID + 1)
        backend = _make_backend({}, normalization)
        trainer = trainers.WordLevelTrainer(
            vocab_size=vocabulary_size - FIRST_WORD_ID,
            show_progress=False,
        )
        backend.train_from_iterator(map(_without_surrogates, texts), trainer)
        ids = backend.get_vocab()
        words = sorted(ids, key=ids.__getitem__)
        return cls.from_vocabulary(words, normalization, start_token)

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
        if not words:
            raise ValueError(
                "The vocabulary is empty: the texts hold no words, or there "
                "are none."
            )
        vocabulary = {
            word: n for n, word in enumerate((*_SPECIAL_WORDS, *words))
        }
        if len(vocabulary) != len(words) + len(_SPECIAL_WORDS):
            raise ValueError("The vocabulary holds a word twice.")
        backend = _make_backend(vocabulary, normalization)
        if start_token:
            backend.post_processor = processors.TemplateProcessing(
                single="[START] $A", special_tokens=[("[START]", START_ID)]
            )
        return cls(backend)

    @classmethod
    def load(cls, path: str | Path) -> "Tokenizer":
        """Read a tokenizer from a `tokenizer.json`.

        Raises:
            FileNotFoundError: if there is no such file.
            ValueError: if it is not a tokenizer's.
        """
        if not Path(path).is_file():
            raise FileNotFoundError(f"No tokenizer file: {path}")
        try:
            return cls(tokenizers.Tokenizer.from_file(str(path)))
        except Exception as error:  # the library raises no narrower type
            raise ValueError(
                f"Not a tokenizer file: {path} ({error})"
            ) from error

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

    def __len__(self) -> int:
        return int(self._backend.get_vocab_size())

    def encode(self, text: str) -> Encoding:
        """Ids and character spans of one text."""
        return self.encode_batch([text])[0]

    def encode_batch(self, texts: Sequence[str]) -> list[Encoding]:
        """Ids and character spans of each text, on all cores."""
        encodings = self._backend.encode_batch(
            [_without_surrogates(text) for text in texts]
        )
        return [Encoding(e.ids, e.offsets) for e in encodings]

    def encode_ids(self, texts: Sequence[str]) -> list[list[int]]:
        """Ids of each text, without spans: faster than `encode_batch`."""
        encodings = self._backend.encode_batch_fast(
            [_without_surrogates(text) for text in texts]
        )
        return [e.ids for e in encodings]

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


def _make_backend(
    vocabulary: dict[str, int], normalization: str
) -> tokenizers.Tokenizer:
    check_choice("normalization", normalization, _PATTERNS)
    pattern, matches = _PATTERNS[normalization]
    unknown = _SPECIAL_WORDS[UNKNOWN_ID]
    backend = tokenizers.Tokenizer(
        models.WordLevel(vocabulary, unk_token=unknown)
    )
    backend.normalizer = normalizers.Lowercase()
    backend.pre_tokenizer = pre_tokenizers.Split(
        tokenizers.Regex(pattern), "removed", invert=matches == "word"
    )
    return backend


def _without_surrogates(text: str) -> str:
    """Lone surrogates, which are no characters, as "?": offsets hold."""
    if not isinstance(text, str):
        raise TypeError(f"Expected a text. Received: {text!r}")
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode(errors="replace").decode()
    return text
