"""The settings of a training, its presets, and flags made from them."""

import dataclasses
import json
from collections.abc import Callable
from dataclasses import dataclass
from dataclasses import field
from functools import partial
from typing import Any

from han_attention.presets import PRESETS
from han_attention.validation import check_boolean
from han_attention.validation import check_choice
from han_attention.validation import check_integer
from han_attention.validation import check_positive_integer
from han_attention.validation import check_positive_number
from han_attention.validation import check_rate
from han_attention.validation import check_text


def _setting(
    default: Any, description: str, check: Callable[..., Any], **limits: Any
) -> Any:
    return field(
        default=default,
        metadata={"help": description, "check": partial(check, **limits)},
    )


@dataclass(frozen=True)
class TrainConfig:
    """All settings of a training; the defaults are the published ones.

    Each field is a flag of the command line, and its `help` says what it
    does: `python train_imdb.py --help`.

    Raises:
        ValueError: for a value out of range.

    Example:
    >>> TrainConfig(epochs=5).epochs
    5
    >>> TrainConfig.preset("demo", seed=1).data
    'demo'
    """

    data: str = _setting(
        "imdb",
        "imdb, keras-imdb, demo, or the path of an IMDB archive or folder",
        check_text,
    )
    architecture: str = _setting(
        "flat",
        "flat: one sequence of words; hierarchical: sentences of words",
        check_choice,
        choices=("flat", "hierarchical"),
    )
    vocabulary_size: int = _setting(
        10_000, "ids, the 3 special included", check_integer, least=4
    )
    min_word_count: int = _setting(
        1, "words seen less often have no id", check_positive_integer
    )
    max_tokens: int = _setting(
        250, "longer texts are cut to this many", check_positive_integer
    )
    max_sentences: int = _setting(
        30,
        "longer documents are cut to this many (hierarchical)",
        check_positive_integer,
    )
    max_sentence_tokens: int = _setting(
        50,
        "longer sentences are cut to this many (hierarchical)",
        check_positive_integer,
    )
    long_sentences: str = _setting(
        "cut",
        "cut, or split into shorter ones, so that no word is lost",
        check_choice,
        choices=("cut", "split"),
    )
    normalization: str = _setting(
        "keras",
        "what a word is: keras or words",
        check_choice,
        choices=("keras", "words"),
    )
    unit: str = _setting(
        "words",
        "what gets an id: words, characters or pieces (of words)",
        check_choice,
        choices=("words", "characters", "pieces"),
    )
    keep: str = _setting(
        "start",
        "what is left of a longer text: start, end or both",
        check_choice,
        choices=("start", "end", "both"),
    )
    validation_fraction: float = _setting(
        0.0,
        "share of the training texts held out; with 0 each epoch is tested "
        "on the test texts, as published",
        check_rate,
    )
    embedding_dim: int = _setting(
        100, "size of the word vectors", check_positive_integer
    )
    rnn_units: int = _setting(
        150, "size of each direction of the BiGRU", check_positive_integer
    )
    attention_units: int = _setting(
        50, "hidden size of the attention", check_positive_integer
    )
    num_layers: int = _setting(1, "layers of the BiGRU", check_positive_integer)
    cell: str = _setting(
        "gru", "gru or lstm", check_choice, choices=("gru", "lstm")
    )
    pooling: str = _setting(
        "attention",
        "attention, mean or max; the last two are hierarchical only",
        check_choice,
        choices=("attention", "mean", "max"),
    )
    num_heads: int = _setting(
        1, "context vectors of the attention", check_positive_integer
    )
    normalizer: str = _setting(
        "softmax",
        "softmax or sparsemax",
        check_choice,
        choices=("softmax", "sparsemax"),
    )
    attention_dropout: float = _setting(
        0.0, "dropout of the attention weights", check_rate
    )
    include_embedding: bool = _setting(
        False, "let the attention pool the word vectors too", check_boolean
    )
    embedding_dropout: float = _setting(
        0.0, "dropout of the word vectors", check_rate
    )
    dropout: float = _setting(0.2, "dropout before the output", check_rate)
    embedding_range: float = _setting(
        1.0,
        "word vectors start uniform in plus or minus this",
        check_positive_number,
    )
    attention_stddev: float = _setting(
        0.1,
        "attention weights start normal with this deviation",
        check_positive_number,
    )
    output_stddev: float = _setting(
        0.1,
        "output weights start truncated normal with this deviation",
        check_positive_number,
    )
    word_vectors: str | None = _setting(
        None,
        "file of word vectors to start from: GloVe, word2vec or fastText",
        check_text,
    )
    pretrain_vectors: bool = _setting(
        False,
        "start from vectors trained on the texts, unlabelled ones included; "
        "several threads do it, so a seed does not repeat it",
        check_boolean,
    )
    frozen_epochs: int = _setting(
        0, "epochs in which the word vectors stay", check_integer, least=0
    )
    optimizer: str = _setting(
        "adam",
        "adam, or sgd with a momentum of 0.9",
        check_choice,
        choices=("adam", "sgd"),
    )
    learning_rate: float = _setting(
        1e-3, "of the optimizer", check_positive_number
    )
    learning_rate_schedule: str = _setting(
        "constant",
        "constant, or cosine down to 0 over all epochs",
        check_choice,
        choices=("constant", "cosine"),
    )
    class_weight: str | None = _setting(
        None,
        "balanced: rare classes count as much as frequent ones",
        check_choice,
        choices=("balanced",),
    )
    batch_size: int = _setting(256, "texts in a batch", check_positive_integer)
    epochs: int = _setting(
        3, "times through the training texts", check_positive_integer
    )
    patience: int | None = _setting(
        None,
        "stop after so many epochs without a better validation accuracy, "
        "and go back to the best",
        check_positive_integer,
    )
    seed: int | None = _setting(
        None,
        "repeats a run bit for bit on CPU; drawn if not given",
        check_integer,
        least=0,
        most=2**32 - 1,
    )
    mixed_precision: bool = _setting(
        False, "float16 with float32 weights", check_boolean
    )
    run_dir: str | None = _setting(
        None, "folder for all results; runs/DATE-TIME if not given", check_text
    )
    overwrite: bool = _setting(
        False, "replace the run in --run-dir", check_boolean
    )
    resume: bool = _setting(
        False,
        "go on after the last whole epoch of the run in --run-dir",
        check_boolean,
    )
    quiet: bool = _setting(False, "no progress bars", check_boolean)

    def __post_init__(self) -> None:
        for setting in dataclasses.fields(self):
            value = getattr(self, setting.name)
            if value is None and setting.default is None:
                continue
            value = setting.metadata["check"](setting.name, value)
            # NumPy's numbers become plain ones, which JSON can hold.
            object.__setattr__(self, setting.name, value)
        if self.resume and (self.overwrite or self.run_dir is None):
            raise ValueError(
                "Invalid value for argument `resume`. Expected a `run_dir` "
                "with it and no `overwrite`. Received: "
                f"run_dir={self.run_dir}, overwrite={self.overwrite}"
            )
        if self.patience is not None and not self.validation_fraction:
            raise ValueError(
                "Invalid value for argument `patience`. Expected a "
                "`validation_fraction` above 0 with it. Received: "
                f"patience={self.patience}"
            )
        if self.architecture == "flat" and self.pooling != "attention":
            raise ValueError(
                "Invalid value for argument `pooling`. Expected 'attention' "
                f"with architecture='flat'. Received: pooling={self.pooling!r}"
            )
        if self.word_vectors is not None and self.pretrain_vectors:
            raise ValueError(
                "Invalid value for argument `pretrain_vectors`. Expected "
                "either it or `word_vectors`. Received: both"
            )

    @classmethod
    def preset(cls, name: str, **settings: Any) -> "TrainConfig":
        """The settings of a preset, with some of them changed."""
        check_choice("preset", name, PRESETS)
        return cls(**PRESETS[name] | settings)

    def to_json(self) -> str:
        """All settings as a JSON object."""
        return json.dumps(dataclasses.asdict(self), indent=2)

    @classmethod
    def from_json(cls, text: str) -> "TrainConfig":
        """Read what `to_json` wrote; an unknown setting is an error."""
        settings = json.loads(text)
        if not isinstance(settings, dict):
            raise ValueError("Expected a JSON object of settings")
        unknown = set(settings) - {f.name for f in dataclasses.fields(cls)}
        if unknown:
            raise ValueError(f"Unknown settings: {sorted(unknown)}")
        return cls(**settings)
