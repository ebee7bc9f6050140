"""The folder of a saved model: what it says of itself, checked on reading."""

import dataclasses
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

import han_attention
from han_attention.text.document_encoding import LONG_SENTENCES
from han_attention.text.document_encoding import encode_documents
from han_attention.text.documents import Encoded
from han_attention.text.encoding import KEEP
from han_attention.text.encoding import encode_texts
from han_attention.text.tokenizer import Tokenizer
from han_attention.validation import check_boolean
from han_attention.validation import check_choice
from han_attention.validation import check_positive_integer

FORMAT_VERSION = 2  # 1 had no architecture
_SINCE_VERSION_2 = {
    "architecture",
    "max_sentences",
    "max_sentence_tokens",
    "long_sentences",
}
ARCHITECTURES = ("flat", "hierarchical")
CONFIG = "config.json"
TOKENIZER = "tokenizer.json"
KERAS_MODEL = "model.keras"
ONNX_MODEL = "model.onnx"


@dataclass(frozen=True)
class PredictorConfig:
    """What, beside model and tokenizer, is needed to predict.

    Args:
        class_names: The label of each class, in the order of the logits:
            strings, numbers or booleans.
        max_tokens: Longer texts are cut. Defaults to None: nothing is cut.
        keep: What a cut leaves, `"start"`, `"end"` or `"both"`. Defaults to
            `"start"`.
        multi_label: Whether a text can have several labels at once. Defaults
            to `False`.
        architecture: `"flat"`, or `"hierarchical"` for a model of documents,
            which has limits of its own. Defaults to `"flat"`.
        max_sentences: Longer documents are cut. Defaults to None.
        max_sentence_tokens: Longer sentences are cut. Defaults to None.
        long_sentences: `"cut"` or `"split"`: into shorter ones. Defaults to
            `"cut"`.
    """

    class_names: Sequence[Any]
    max_tokens: int | None = None
    keep: str = "start"
    multi_label: bool = False
    architecture: str = "flat"
    max_sentences: int | None = None
    max_sentence_tokens: int | None = None
    long_sentences: str = "cut"

    def __post_init__(self) -> None:
        object.__setattr__(self, "class_names", tuple(self.class_names))
        for name in ("max_tokens", "max_sentences", "max_sentence_tokens"):
            if (limit := getattr(self, name)) is not None:
                check_positive_integer(name, limit)
        check_choice("keep", self.keep, KEEP)
        check_choice("architecture", self.architecture, ARCHITECTURES)
        check_choice("long_sentences", self.long_sentences, LONG_SENTENCES)
        check_boolean("multi_label", self.multi_label)

    @property
    def hierarchical(self) -> bool:
        """Whether the model takes documents of sentences."""
        return self.architecture == "hierarchical"

    def encode(
        self,
        tokenizer: Tokenizer,
        texts: Sequence[str],
        return_spans: bool = False,
    ) -> Encoded:
        """The ids that the model sees of some texts."""
        if self.hierarchical:
            return encode_documents(
                tokenizer,
                texts,
                self.max_sentences,
                self.max_sentence_tokens,
                self.keep,
                return_spans,
                self.long_sentences,
            )
        return encode_texts(
            tokenizer, texts, self.max_tokens, self.keep, return_spans
        )

    @property
    def num_logits(self) -> int:
        """How many numbers the model gives for each text."""
        binary = len(self.class_names) == 2 and not self.multi_label
        return 1 if binary else len(self.class_names)


def write_config(folder: Path, config: PredictorConfig, **further: Any) -> None:
    """Write `config.json` for the files that are in the folder already.

    Args:
        folder: The folder.
        config: What is needed to predict.
        **further: What else to note, such as `keras`, its version.
    """
    content = {
        "format_version": FORMAT_VERSION,
        "han_attention": han_attention.__version__,
        **further,
        **dataclasses.asdict(config),
        "sha256": {
            path.relative_to(folder).as_posix(): _sha256(path)
            for path in sorted(folder.rglob("*"))
            if path.is_file() and path != folder / CONFIG
        },
    }
    text = json.dumps(content, indent=2, ensure_ascii=False, default=_plain)
    (folder / CONFIG).write_text(text, encoding="utf-8")


def read_config(folder: Path, model_file: str) -> PredictorConfig:
    """Read `config.json`, and see that the files are there and unaltered.

    Args:
        folder: The folder of a saved model.
        model_file: The file in it that is to be read, such as `model.keras`.

    Raises:
        FileNotFoundError: if the folder or one of its files is missing.
        ValueError: if a file is damaged or altered, or of a newer version.
    """
    for name in (CONFIG, TOKENIZER, model_file):
        if not (folder / name).is_file():
            raise FileNotFoundError(f"No model: {folder / name} is missing")
    config, checksums = _parse(folder / CONFIG)
    for name, expected in checksums.items():
        path = folder / name
        if not path.is_file():
            raise FileNotFoundError(f"No model: {path} is missing")
        if _sha256(path) != expected:
            raise ValueError(
                f"Altered model: {path} is not the file that was saved with "
                f"{CONFIG} (its sha256 differs). Save or copy the model again."
            )
    return config


def check_replaceable(folder: Path) -> None:
    """Raise if saving to a folder would delete anything but a saved model.

    Raises:
        FileExistsError: if it is a file, or holds something else.
    """
    if not folder.exists():
        return
    if not folder.is_dir():
        raise FileExistsError(f"The folder {folder} is a file.")
    files = (path for path in folder.rglob("*") if not path.is_dir())
    names = {path.relative_to(folder).as_posix() for path in files}
    try:
        content = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
        names -= {CONFIG, *content["sha256"]}
    except (OSError, ValueError, KeyError, TypeError):
        pass
    if names:
        raise FileExistsError(
            f"The folder {folder} holds something else than a saved model, "
            f"{min(names)}, and is not overwritten. Choose another one."
        )


def read_settings(folder: Path) -> dict[str, Any]:
    """The settings of the training, as far as `config.json` has them."""
    content = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
    return dict(content.get("settings", {}))


def _parse(path: Path) -> tuple[PredictorConfig, dict[str, str]]:
    """The configuration, and the checksum of each file."""
    names = {field.name for field in dataclasses.fields(PredictorConfig)}
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        version = content["format_version"]
        newer = version > FORMAT_VERSION
        if version == 1:
            names -= _SINCE_VERSION_2
        if not newer:
            config = PredictorConfig(**{name: content[name] for name in names})
            return config, dict(content["sha256"])
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"Damaged model: cannot read {path}") from error
    raise ValueError(
        f"The model in {path.parent} was written by han_attention "
        f"{content.get('han_attention')}, which is newer. Upgrade "
        f"han_attention (this is {han_attention.__version__})."
    )


def _plain(value: Any) -> Any:
    """A number of NumPy as a plain one, anything else as a string."""
    return value.item() if isinstance(value, np.generic) else str(value)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
