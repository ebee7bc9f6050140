"""How texts become ids: a tokenizer, and the limits that it keeps."""

import dataclasses
import json
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from typing import Self

import numpy as np
from numpy.typing import NDArray

from han_attention.atomic import replace_when_written
from han_attention.json_text import read_json
from han_attention.text.encoding import LONG_SENTENCES
from han_attention.text.encoding import TRUNCATIONS
from han_attention.text.encoding import encode_documents
from han_attention.text.encoding import encode_texts
from han_attention.text.ragged import Encoded
from han_attention.text.tokenizer import Tokenizer
from han_attention.validation import check_choice
from han_attention.validation import check_integer

# What each architecture knows of how long texts are cut.
LIMITS = {
    "flat": ("max_tokens", "truncation"),
    "hierarchical": (
        "max_sentences",
        "max_sentence_tokens",
        "long_sentences",
        "truncation",
    ),
}
CONFIG = "config.json"
TOKENIZER = "tokenizer.json"
_LARGEST_LIMIT = 2**31 - 1  # what an array of int32 can count


@dataclass(frozen=True)
class TextPreprocessor:
    """Turns texts into the ids that a model takes.

    It cuts texts exactly as they were cut in training, so it is saved with
    the model. Called, it gives padded ids for any Keras model.

    Args:
        tokenizer: Gives the ids.
        architecture: `"flat"`: a text is a sequence of words; or
            `"hierarchical"`: a document of sentences. Defaults to `"flat"`.
        max_tokens: Longer flat texts are cut to this many tokens. Defaults to
            None: nothing is cut.
        max_sentences: Longer documents are cut to this many sentences.
            Defaults to None: nothing is cut.
        max_sentence_tokens: Longer sentences of documents are cut to this
            many tokens, or split. Defaults to None: neither.
        long_sentences: `"cut"`; or `"split"`: into shorter ones, so that no
            word is lost. Defaults to `"cut"`.
        truncation: What a cut leaves: the `"start"`, the `"end"`, or half of
            each with `"both"`. Defaults to `"start"`.

    Raises:
        TypeError: if the tokenizer is none.
        ValueError: for an argument out of range.

    Example:
    >>> tokenizer = Tokenizer.train(["A fine film.", "A dull film."])
    >>> preprocessor = TextPreprocessor(tokenizer, max_tokens=2)
    >>> preprocessor(["A dull film.", "Fine"]).tolist()
    [[4, 6], [7, 0]]
    >>> preprocessor.save("preprocessor")
    >>> TextPreprocessor.load("preprocessor") == preprocessor
    True
    """

    tokenizer: Tokenizer
    architecture: str = "flat"
    max_tokens: int | None = None
    max_sentences: int | None = None
    max_sentence_tokens: int | None = None
    long_sentences: str = "cut"
    truncation: str = "start"

    def __post_init__(self) -> None:
        if not isinstance(self.tokenizer, Tokenizer):
            raise TypeError(
                "Invalid value for argument `tokenizer`. Expected a "
                f"`Tokenizer`. Received: tokenizer={self.tokenizer!r}"
            )
        check_choice("architecture", self.architecture, LIMITS)
        for name in ("max_tokens", "max_sentences", "max_sentence_tokens"):
            if (limit := getattr(self, name)) is not None:
                check_integer(name, limit, 1, _LARGEST_LIMIT)
        check_choice("long_sentences", self.long_sentences, LONG_SENTENCES)
        check_choice("truncation", self.truncation, TRUNCATIONS)

    @property
    def hierarchical(self) -> bool:
        """Whether texts become documents of sentences."""
        return self.architecture == "hierarchical"

    def encode(
        self, texts: Sequence[str], return_spans: bool = False
    ) -> Encoded:
        """Turn texts into ids, without padding.

        Args:
            texts: N strings.
            return_spans: Whether to keep the characters of each token.
                Defaults to `False`.

        Returns:
            `EncodedTexts`, or `EncodedDocuments` if hierarchical.

        Raises:
            TypeError: for one text in place of several, or one that is none.
        """
        if isinstance(texts, str):
            raise TypeError(
                "Expected a list of texts. Received one text: put it in a list."
            )
        if self.hierarchical:
            return encode_documents(
                self.tokenizer,
                texts,
                self.max_sentences,
                self.max_sentence_tokens,
                self.truncation,
                return_spans,
                self.long_sentences,
            )
        return encode_texts(
            self.tokenizer,
            texts,
            self.max_tokens,
            self.truncation,
            return_spans,
        )

    def __call__(
        self, texts: Sequence[str], pad_to_multiple_of: int = 1
    ) -> NDArray[np.int32]:
        """Turn texts into padded ids for a Keras model.

        Args:
            texts: N strings.
            pad_to_multiple_of: Sizes are rounded up to it. Defaults to 1.

        Returns:
            (N, T) int32, or (N, S, T) if hierarchical; 0 is padding.
        """
        return self.encode(texts).padded(pad_to_multiple_of=pad_to_multiple_of)

    def get_config(self) -> dict[str, Any]:
        """Everything but the tokenizer, as plain values."""
        fields = dataclasses.fields(self)[1:]
        return {field.name: getattr(self, field.name) for field in fields}

    @classmethod
    def from_config(
        cls, config: Mapping[str, Any], tokenizer: Tokenizer
    ) -> Self:
        """Take what `get_config` gave, out of a dictionary of any size.

        Raises:
            KeyError: if a value is missing.
            ValueError: for a value out of range.
        """
        if "keep" in config:  # its name in formats 1 and 2 of saved models
            config = {**config, "truncation": config["keep"]}
        names = [field.name for field in dataclasses.fields(cls)[1:]]
        return cls(tokenizer, **{name: config[name] for name in names})

    def save(self, folder: str | Path) -> None:
        """Write `tokenizer.json` and `config.json` into a folder."""
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        self.tokenizer.save(folder / TOKENIZER)
        with replace_when_written(folder / CONFIG) as temporary:
            content = json.dumps(self.get_config(), indent=2)
            temporary.write_text(content, encoding="utf-8")

    @classmethod
    def load(cls, folder: str | Path) -> Self:
        """Read what `save` wrote.

        Raises:
            FileNotFoundError: if one of the files is missing.
            ValueError: if one is damaged.
        """
        path = Path(folder) / CONFIG
        if not path.is_file():
            raise FileNotFoundError(f"No preprocessor: {path} is missing")
        tokenizer = Tokenizer.load(Path(folder) / TOKENIZER)
        try:
            return cls.from_config(read_json(path), tokenizer)
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(f"Damaged preprocessor: {path}") from error
