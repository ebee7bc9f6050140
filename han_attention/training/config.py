"""The settings of a training, its presets, and flags made from them."""

import argparse
import dataclasses
import json
from dataclasses import dataclass
from dataclasses import field
from typing import Any

from han_attention.checks import check_choice
from han_attention.checks import check_integer
from han_attention.checks import check_positive_integer
from han_attention.checks import check_positive_number
from han_attention.checks import check_rate


def _setting(default: Any, description: str) -> Any:
    return field(default=default, metadata={"help": description})


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
    )
    vocabulary_size: int = _setting(10_000, "ids, the 3 special included")
    max_tokens: int = _setting(250, "longer texts are cut to their start")
    normalization: str = _setting("keras", "what a word is: keras or words")
    validation_fraction: float = _setting(
        0.0,
        "share of the training texts held out; with 0 each epoch is tested "
        "on the test texts, as published",
    )
    embedding_dim: int = _setting(100, "size of the word vectors")
    rnn_units: int = _setting(150, "size of each direction of the BiGRU")
    attention_units: int = _setting(50, "hidden size of the attention")
    num_layers: int = _setting(1, "layers of the BiGRU")
    cell: str = _setting("gru", "gru or lstm")
    num_heads: int = _setting(1, "context vectors of the attention")
    normalizer: str = _setting("softmax", "softmax or sparsemax")
    dropout: float = _setting(0.2, "dropout before the output")
    embedding_range: float = _setting(
        1.0, "word vectors start uniform in plus or minus this"
    )
    attention_stddev: float = _setting(
        0.1, "attention weights start normal with this deviation"
    )
    output_stddev: float = _setting(
        0.1, "output weights start truncated normal with this deviation"
    )
    learning_rate: float = _setting(1e-3, "of Adam")
    batch_size: int = _setting(256, "texts in a batch")
    epochs: int = _setting(3, "times through the training texts")
    seed: int | None = _setting(
        None, "repeats a run bit for bit on CPU; drawn if not given"
    )
    mixed_precision: bool = _setting(False, "float16 with float32 weights")
    run_dir: str | None = _setting(
        None, "folder for all results; runs/DATE-TIME if not given"
    )
    overwrite: bool = _setting(False, "replace the run in --run-dir")
    resume: bool = _setting(
        False, "go on after the last whole epoch of the run in --run-dir"
    )
    quiet: bool = _setting(False, "no progress bars")

    def __post_init__(self) -> None:
        check_integer("vocabulary_size", self.vocabulary_size, 4)
        if self.seed is not None:
            check_integer("seed", self.seed, 0, 2**32 - 1)
        for name in (
            "max_tokens",
            "embedding_dim",
            "rnn_units",
            "attention_units",
            "num_layers",
            "num_heads",
            "batch_size",
            "epochs",
        ):
            check_positive_integer(name, getattr(self, name))
        check_rate("dropout", self.dropout)
        check_rate("validation_fraction", self.validation_fraction)
        check_choice("normalization", self.normalization, ["keras", "words"])
        check_choice("cell", self.cell, ["gru", "lstm"])
        check_choice("normalizer", self.normalizer, ["softmax", "sparsemax"])
        for name in (
            "embedding_range",
            "attention_stddev",
            "output_stddev",
            "learning_rate",
        ):
            check_positive_number(name, getattr(self, name))
        if self.resume and (self.overwrite or self.run_dir is None):
            raise ValueError(
                "Invalid value for argument `resume`. Expected a `run_dir` "
                "with it and no `overwrite`. Received: "
                f"run_dir={self.run_dir}, overwrite={self.overwrite}"
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
        unknown = set(settings) - {f.name for f in dataclasses.fields(cls)}
        if unknown:
            raise ValueError(f"Unknown settings: {sorted(unknown)}")
        return cls(**settings)


# Only what differs from the defaults, which are the published settings.
PRESETS: dict[str, dict[str, Any]] = {
    "imdb": {},
    "demo": {
        "data": "demo",
        "embedding_dim": 32,
        "rnn_units": 32,
        "attention_units": 16,
        "embedding_range": 0.1,
        "learning_rate": 5e-3,
        "batch_size": 64,
    },
}


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Give a parser `--preset` and a flag for every setting."""
    parser.add_argument(
        "--preset",
        choices=sorted(PRESETS),
        default="imdb",
        help="settings to start from (default: %(default)s)",
    )
    for setting in dataclasses.fields(TrainConfig):
        flag = "--" + setting.name.replace("_", "-")
        description = str(setting.metadata["help"])
        if setting.type is bool:
            parser.add_argument(
                flag,
                action="store_true",
                default=argparse.SUPPRESS,
                help=description,
            )
            continue
        if setting.default is not None:
            description += f" (default: {setting.default})"
        parser.add_argument(
            flag,
            type=_argument_type(setting),
            default=argparse.SUPPRESS,
            metavar=setting.name.upper(),
            help=description,
        )


def config_from_flags(flags: argparse.Namespace) -> TrainConfig:
    """The configuration that parsed flags ask for."""
    names = {setting.name for setting in dataclasses.fields(TrainConfig)}
    given = {k: v for k, v in vars(flags).items() if k in names}
    return TrainConfig.preset(flags.preset, **given)


def _argument_type(setting: dataclasses.Field[Any]) -> type:
    for kind in (int, float):
        if setting.type in (kind, kind | None):
            return kind
    return str
