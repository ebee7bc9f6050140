"""What a unit of text is, and how each kind is learnt from a corpus."""

import json
from collections import Counter
from collections.abc import Iterable
from collections.abc import Sequence
from typing import Any

import tokenizers
from tokenizers import models
from tokenizers import normalizers
from tokenizers import pre_tokenizers
from tokenizers import processors
from tokenizers import trainers

from han_attention.validation import check_choice

PADDING_ID = 0
START_ID = 1
UNKNOWN_ID = 2
FIRST_WORD_ID = 3

UNITS = ("words", "characters", "subwords")

# Their brackets are split off or filtered out of any text, so no text can
# hold one of them as a word.
SPECIAL_WORDS = ("[PAD]", "[START]", "[UNK]")

# What a word is, by name: a pattern, and whether it matches words or gaps.
_PATTERNS = {
    "words": (r"\w+(?:['’]\w+)*|[^\w\s]", "word"),
    # The filters of Keras' Tokenizer, which keep the apostrophe, and its
    # split on spaces: other white space stays inside a word, as there.
    "keras": (r"[!\"#$%&()*+,\-./:;<=>?@\[\\\]\^_`{|}~\t\n ]+", "gap"),
    # Extended grapheme clusters.
    "characters": (r"(?!\s)\X", "word"),
    # What subwords are parts of: a run of letters (cut at 100, since a script
    # without spaces can make runs of any length), or one mark or emoji. The
    # two joiners stand inside Persian and Indian words.
    "subwords": (
        r"[\w\u200c\u200d]{1,100}(?:['’]\w{1,100})?|(?!\s)\X",
        "word",
    ),
}
_LONGEST_SUBWORD = 16  # characters: a long English word, a Chinese clause
_LEAST_SUBWORD_COUNT = 2
_CHARACTER_FRACTION = 0.5  # of the ids, at most; the rest are longer


def choose_pattern(unit: str, normalization: str) -> str:
    """The name of the pattern for two arguments of `Tokenizer.train`."""
    if unit == "pieces":  # its name in version 0.1
        unit = "subwords"
    check_choice("unit", unit, UNITS)
    check_choice("normalization", normalization, ("words", "keras"))
    if unit == "words":
        return normalization
    if normalization != "words":
        raise ValueError(
            "Invalid value for argument `normalization`. Expected 'words' "
            f"with unit={unit!r}: there are no other rules for {unit}. "
            f"Received: normalization={normalization!r}"
        )
    return unit


def find_most_frequent(
    texts: Iterable[str], pattern: str, limit: int, min_count: int = 1
) -> Sequence[str]:
    """The most frequent units of some texts; ties by the alphabet."""
    backend = make_word_backend([], pattern)
    trainer = trainers.WordLevelTrainer(
        vocab_size=limit, min_frequency=min_count, show_progress=False
    )
    backend.train_from_iterator(texts, trainer)
    return _in_order(backend)


def make_word_backend(
    words: Sequence[str], pattern: str
) -> tokenizers.Tokenizer:
    """Look whole units up in a vocabulary, numbered from 3."""
    unknown = SPECIAL_WORDS[UNKNOWN_ID]
    model = models.WordLevel(_numbered(words), unk_token=unknown)
    return _backend(model, pattern)


def train_subword_backend(
    texts: Iterable[str], vocabulary_size: int
) -> tokenizers.Tokenizer:
    """Learn byte-pair subwords: characters, then the pairs merged one by one.

    Args:
        texts: Strings; gone through twice, so an iterator is kept in memory.
        vocabulary_size: The number of ids, special ones included.
    """
    if iter(texts) is texts:
        texts = list(texts)
    room = vocabulary_size - FIRST_WORD_ID
    alphabet = _alphabet(texts, max(int(room * _CHARACTER_FRACTION), 1))
    backend = _backend(models.BPE(), "subwords")
    # The alphabet is given, because the trainer's own limit breaks ties at
    # random. Special words are not: they would be found inside texts.
    trainer = trainers.BpeTrainer(
        vocab_size=room,
        initial_alphabet=alphabet,
        limit_alphabet=len(alphabet),
        max_token_length=_LONGEST_SUBWORD,
        min_frequency=_LEAST_SUBWORD_COUNT,
        show_progress=False,
    )
    backend.train_from_iterator(texts, trainer)
    merges = json.loads(backend.to_str())["model"]["merges"]
    longer = [word for word in _in_order(backend) if len(word) > 1]
    backend.model = models.BPE(
        _numbered([*alphabet, *longer]),
        [(first, second) for first, second in merges],
        unk_token=SPECIAL_WORDS[UNKNOWN_ID],
        fuse_unk=True,
    )
    return backend


def list_empty_backends() -> list[tokenizers.Tokenizer]:
    """What splits texts in each way there is, without any words."""
    return [_backend(models.WordLevel({}), pattern) for pattern in _PATTERNS]


def describe_backend(backend: tokenizers.Tokenizer) -> dict[str, Any]:
    """What another program needs to split and number texts alike.

    Returns:
        `pattern`, `"words"`, `"keras"`, `"characters"` or `"subwords"`;
        `start_token`, whether texts begin with id 1; `vocabulary`, in the
        order of the ids; and the `merges` of subwords, in theirs.

    Example:
    >>> describe_backend(make_word_backend(["a"], "keras"))["pattern"]
    'keras'
    """
    content = json.loads(backend.to_str())
    (pattern,) = (
        name
        for name in _PATTERNS
        if json.loads(_backend(models.WordLevel({}), name).to_str())[
            "pre_tokenizer"
        ]
        == content["pre_tokenizer"]
    )
    return {
        "pattern": pattern,
        "start_token": content["post_processor"] is not None,
        "vocabulary": list(_in_order(backend)),
        "merges": content["model"].get("merges", []),
    }


def add_start_token(backend: tokenizers.Tokenizer) -> None:
    """Let each text start with the id of `[START]`."""
    start = SPECIAL_WORDS[START_ID]
    backend.post_processor = processors.TemplateProcessing(
        single=f"{start} $A", special_tokens=[(start, START_ID)]
    )


def _alphabet(texts: Iterable[str], limit: int) -> list[str]:
    """The most frequent characters; ties by the alphabet."""
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(text)
    lowered: Counter[str] = Counter()
    for character, count in counts.items():
        lowered[character.lower()[0]] += count
    characters = [c for c in sorted(lowered) if not c.isspace()]
    return sorted(characters, key=lowered.__getitem__, reverse=True)[:limit]


def _numbered(words: Sequence[str]) -> dict[str, int]:
    if not words:
        return {}
    return {word: n for n, word in enumerate((*SPECIAL_WORDS, *words))}


def _in_order(backend: tokenizers.Tokenizer) -> list[str]:
    ids = backend.get_vocab()
    return sorted(ids, key=ids.__getitem__)


def _backend(model: models.Model, pattern: str) -> tokenizers.Tokenizer:
    regex, matches = _PATTERNS[pattern]
    backend = tokenizers.Tokenizer(model)
    backend.normalizer = normalizers.Lowercase()
    if pattern == "subwords":
        # The only letter with two characters in lower case; they could
        # become two subwords of one and the same span.
        backend.normalizer = normalizers.Sequence(
            [normalizers.Replace("İ", "i"), normalizers.Lowercase()]
        )
    backend.pre_tokenizer = pre_tokenizers.Split(
        tokenizers.Regex(regex), "removed", invert=matches == "word"
    )
    return backend
