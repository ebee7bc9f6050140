"""Texts in and texts out: a sequence model with its two tokenizers."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from han_attention.atomic import replace_when_written
from han_attention.inference.keras_file import load_keras_file
from han_attention.inference.saved_model import check_replaceable
from han_attention.json_text import read_json
from han_attention.seq2seq.model import AttentionSeq2Seq
from han_attention.seq2seq.targets import teacher_forcing
from han_attention.text.ragged import EncodedTexts
from han_attention.text.tokenizer import START_ID
from han_attention.text.tokenizer import UNKNOWN_ID
from han_attention.text.tokenizer import Tokenizer

_MODEL, _SOURCE, _TARGET = "model.keras", "source.json", "target.json"
_CONFIG = "config.json"

Ids = NDArray[np.int32]


@dataclass(frozen=True)
class Translation:
    """What was written for a text, and what was read for each word.

    Attributes:
        text: The words, joined by the separator.
        source_words: The S words of the source, as the model saw them.
        words: The T words of the text.
        score: Log probability, divided by the length penalty.
        attention_scores: (T, S) or with several heads (H, T, S); None if not
            asked for.
    """

    text: str
    source_words: list[str]
    words: list[str]
    score: float
    attention_scores: NDArray[np.float32] | None = None


class Translator:
    """Writes a text for a text with an `AttentionSeq2Seq`.

    Args:
        model: Of as many source and target ids as the tokenizers have words.
        source_tokenizer: Gives the ids of the texts that are read.
        target_tokenizer: Gives the words of the ids that are written.
        separator: What stands between two written words: `""` for a tokenizer
            of characters. Defaults to `" "`.

    Raises:
        ValueError: if the model knows fewer ids than a tokenizer.

    Example:
    >>> from han_attention.seq2seq import SequenceLoss
    >>> sources, targets = ["one two", "two one"], ["eins zwei", "zwei eins"]
    >>> tokenizers = Tokenizer.train(sources), Tokenizer.train(targets)
    >>> model = AttentionSeq2Seq(*map(len, tokenizers), 8, 16)
    >>> translator = Translator(model, *tokenizers)
    >>> model.compile("adam", SequenceLoss())
    >>> _ = model.fit(*translator.encode_pairs(sources, targets), verbose=0)
    >>> len(translator.translate(["one two"], beam_size=5))
    1
    """

    def __init__(
        self,
        model: AttentionSeq2Seq,
        source_tokenizer: Tokenizer,
        target_tokenizer: Tokenizer,
        separator: str = " ",
    ) -> None:
        settings: dict[str, Any] = dict(model.settings)
        for name, tokenizer in (
            ("source", source_tokenizer),
            ("target", target_tokenizer),
        ):
            size = int(settings[f"{name}_vocabulary_size"])
            if len(tokenizer) > size:
                raise ValueError(
                    f"Invalid value for argument `{name}_tokenizer`. Expected "
                    f"at most the {size} ids of the model. Received: a "
                    f"tokenizer of {len(tokenizer)} words"
                )
        self.model = model
        self.source_tokenizer = source_tokenizer
        self.target_tokenizer = target_tokenizer
        self.separator = separator

    def encode_pairs(
        self, sources: Sequence[str], targets: Sequence[str]
    ) -> tuple[tuple[Ids, Ids], Ids]:
        """What `fit` takes: ((source ids, ids to read), ids to write).

        Args:
            sources: N texts.
            targets: Their N translations.

        Raises:
            ValueError: if there are not as many of both.
        """
        if len(sources) != len(targets):
            raise ValueError(
                "Expected as many targets as sources. Received: "
                f"{len(sources)} sources and {len(targets)} targets"
            )
        read, written = teacher_forcing(
            _encode(self.target_tokenizer, targets),
            self.model.start_id,
            self.model.end_id,
        )
        return (_encode(self.source_tokenizer, sources), read), written

    def translate(self, texts: Sequence[str], **options: Any) -> list[str]:
        """Write a text for each text.

        Args:
            texts: N texts.
            **options: Of `AttentionSeq2Seq.generate`, such as `beam_size`.

        Returns:
            N texts.
        """
        return [x.text for x in self.translate_with_words(texts, **options)]

    def translate_with_words(
        self, texts: Sequence[str], **options: Any
    ) -> list[Translation]:
        """Write a text for each text, and say what was read for each word.

        Args:
            texts: N texts.
            **options: Of `AttentionSeq2Seq.generate`, such as
                `return_attention_scores=True` for the alignment.
        """
        if isinstance(texts, str):
            raise TypeError(
                "Expected a list of texts. Received one text: put it in a list."
            )
        if not texts:
            return []
        source = _encode(self.source_tokenizer, texts)
        generated = self.model.generate(source, **options)
        known = self.source_tokenizer.vocabulary
        vocabulary = self.target_tokenizer.vocabulary
        # A model may have more ids than there are words.
        settings: dict[str, Any] = dict(self.model.settings)
        spare = settings["target_vocabulary_size"]
        vocabulary += [vocabulary[UNKNOWN_ID]] * (spare - len(vocabulary))
        translations = []
        for row, ids in enumerate(generated.ids):
            source_words = [known[n] for n in source[row] if n]
            words = [vocabulary[n] for n in ids if n]
            weights = generated.attention_scores
            if weights is not None:
                weights = weights[row, ..., : len(words), : len(source_words)]
            translations.append(
                Translation(
                    self.separator.join(words),
                    source_words,
                    words,
                    float(generated.scores[row]),
                    weights,
                )
            )
        return translations

    def save(self, folder: str | Path) -> None:
        """Write the model and both tokenizers, or, if that fails, nothing.

        Raises:
            FileExistsError: if the folder holds more than a saved model.
        """
        check_replaceable(Path(folder))
        with replace_when_written(folder) as temporary:
            temporary.mkdir()
            self.model.save(temporary / _MODEL)
            self.source_tokenizer.save(temporary / _SOURCE)
            self.target_tokenizer.save(temporary / _TARGET)
            config = {
                "format": "translator",
                "separator": self.separator,
                "sha256": _checksums(temporary),
            }
            text = json.dumps(config, indent=2)
            (temporary / _CONFIG).write_text(text + "\n", encoding="utf-8")

    @classmethod
    def load(cls, folder: str | Path) -> "Translator":
        """Read what `save` wrote, on any backend.

        Raises:
            FileNotFoundError: if a file is missing.
            ValueError: if a file is damaged, or the folder of another kind.
        """
        folder = Path(folder)
        try:
            config = read_json(folder / _CONFIG)
            expected, separator = config["sha256"], config["separator"]
        except (ValueError, KeyError) as error:
            raise ValueError(f"Not a translator's folder: {folder}") from error
        if _checksums(folder) != expected:
            raise ValueError(
                f"Not a translator's folder, or a damaged one: {folder}"
            )
        return cls(
            load_keras_file(folder / _MODEL),
            Tokenizer.load(folder / _SOURCE),
            Tokenizer.load(folder / _TARGET),
            separator,
        )


def _encode(tokenizer: Tokenizer, texts: Sequence[str]) -> Ids:
    """Padded ids (N, T), T at least 1, without the start of a tokenizer."""
    ids = tokenizer.encode_ids(texts)
    without = [[n for n in row if n != START_ID] for row in ids]
    return EncodedTexts.from_ids(without).padded()


def _checksums(folder: Path) -> dict[str, str]:
    return {
        name: hashlib.sha256((folder / name).read_bytes()).hexdigest()
        for name in (_MODEL, _SOURCE, _TARGET)
    }
