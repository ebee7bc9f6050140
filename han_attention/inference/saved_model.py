"""The folder of a saved model: written, and read once, with all checks."""

import hashlib
import json
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field
from pathlib import Path
from typing import Any

import numpy as np

import han_attention
from han_attention.atomic import replace_when_written
from han_attention.inference.model_card import MODEL_CARD
from han_attention.inference.model_card import make_model_card
from han_attention.text.preprocessor import CONFIG
from han_attention.text.preprocessor import TOKENIZER
from han_attention.text.preprocessor import TextPreprocessor
from han_attention.text.tokenizer import Tokenizer
from han_attention.validation import check_boolean

FORMAT_VERSION = 3  # 1 had no documents; 1 and 2 call `truncation` "keep"
KERAS_MODEL = "model.keras"
ONNX_MODEL = "model.onnx"

_IN_VERSION_1 = {
    "architecture": "flat",
    "max_sentences": None,
    "max_sentence_tokens": None,
    "long_sentences": "cut",
}


@dataclass(frozen=True)
class SavedModel:
    """A folder whose files were all found as they were saved.

    Make one with `open_saved_model`. Whatever reads a folder takes one too,
    and then checks nothing again.

    Attributes:
        folder: The folder.
        path: The file in it that holds the model.
        preprocessor: Turns texts into the ids that the model takes.
        class_names: The label of each class, in the order of the logits.
        multi_label: Whether a text can have several labels at once.
        settings: Those of the training, under the names of today.
        thresholds: From which probability on each class is answered, or None.
        training: What is known of the training; empty for older models.
    """

    folder: Path
    path: Path
    preprocessor: TextPreprocessor
    class_names: tuple[Any, ...]
    multi_label: bool
    settings: dict[str, Any]
    thresholds: tuple[float | None, ...] | None = None
    training: dict[str, Any] = field(default_factory=dict)


def open_saved_model(
    folder: "str | Path | SavedModel", model_file: str = KERAS_MODEL
) -> SavedModel:
    """Read what a folder says of its model, and check all its files.

    Args:
        folder: The folder of a saved model; or one that is open already,
            which is given back as it is.
        model_file: The file in it that is to be read. Defaults to
            `"model.keras"`.

    Raises:
        FileNotFoundError: if the folder or one of its files is missing.
        ValueError: if a file is damaged or altered, or of a newer version.
    """
    if isinstance(folder, SavedModel):
        return folder
    folder = Path(folder)
    for name in (CONFIG, TOKENIZER, model_file):
        if not (folder / name).is_file():
            raise FileNotFoundError(f"No model: {folder / name} is missing")
    content = _read_config(folder / CONFIG)
    _check_files(folder, content["sha256"])
    tokenizer = Tokenizer.load(folder / TOKENIZER)
    try:
        return SavedModel(
            folder,
            folder / model_file,
            TextPreprocessor.from_config(content, tokenizer),
            tuple(content["class_names"]),
            check_boolean("multi_label", content["multi_label"]),
            upgrade_settings(content.get("settings", {})),
            _read_thresholds(content),
            dict(content.get("training") or {}),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _damaged(folder / CONFIG) from error


def write_saved_model(
    folder: Path,
    preprocessor: TextPreprocessor,
    class_names: Sequence[Any],
    multi_label: bool = False,
    **extra: Any,
) -> None:
    """Write `tokenizer.json`, and `config.json` for all that is in a folder.

    `model_card.md` says the same to people; it has no checksum, for people
    may write more into it.

    Args:
        folder: Has the files of the model already.
        preprocessor: Turns texts into the ids that the model takes.
        class_names: The label of each class, in the order of the logits.
        multi_label: Whether a text can have several labels at once. Defaults
            to `False`.
        **extra: What else to note, such as `keras`, its version.
    """
    preprocessor.tokenizer.save(folder / TOKENIZER)
    content = {
        "format_version": FORMAT_VERSION,
        "han_attention": han_attention.__version__,
        **extra,
        "class_names": list(class_names),
        "multi_label": multi_label,
        **preprocessor.get_config(),
        "sha256": {
            path.relative_to(folder).as_posix(): _sha256(path)
            for path in sorted(folder.rglob("*"))
            if path.is_file()
            and path not in (folder / CONFIG, folder / MODEL_CARD)
        },
    }
    text = json.dumps(content, indent=2, ensure_ascii=False, default=_to_plain)
    (folder / CONFIG).write_text(text, encoding="utf-8")
    card = make_model_card(
        class_names,
        extra.get("settings") or {},
        extra.get("training") or {},
        exported="format" in extra,
    )
    (folder / MODEL_CARD).write_text(
        card, encoding="utf-8", errors="backslashreplace"
    )


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
        names -= {CONFIG, MODEL_CARD, *content["sha256"]}
    except (OSError, ValueError, KeyError, TypeError):
        pass
    if names:
        raise FileExistsError(
            f"The folder {folder} holds something else than a saved model, "
            f"{min(names)}, and is not overwritten. Choose another one."
        )


def upgrade_settings(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Settings of a training under the names and values of today.

    Example:
    >>> upgrade_settings({"keep": "both", "unit": "pieces", "quiet": True})
    {'truncation': 'both', 'unit': 'subwords', 'verbose': False}
    """
    upgraded: dict[str, Any] = {}
    for name, value in settings.items():
        if name == "keep":
            upgraded["truncation"] = value
        elif name == "quiet":
            upgraded["verbose"] = not value
        elif (name, value) == ("unit", "pieces"):
            upgraded[name] = "subwords"
        else:
            upgraded[name] = value
    return upgraded


def write_thresholds(
    saved: SavedModel, thresholds: Sequence[float | None] | None
) -> None:
    """Note in a folder from which probability on each class is answered."""
    path = saved.folder / CONFIG
    content = json.loads(path.read_text(encoding="utf-8"))
    content["thresholds"] = None if thresholds is None else list(thresholds)
    with replace_when_written(path) as temporary:
        text = json.dumps(content, indent=2, ensure_ascii=False)
        temporary.write_text(text, encoding="utf-8")


def _read_thresholds(
    content: Mapping[str, Any],
) -> tuple[float | None, ...] | None:
    given = content.get("thresholds")
    if given is None:
        return None
    if len(given) != len(content["class_names"]):
        raise ValueError("Expected a threshold for each class")
    if not all(one is None or 0 <= one <= 1 for one in given):
        raise ValueError("Expected thresholds from 0 to 1")
    return tuple(given)


def _read_config(path: Path) -> dict[str, Any]:
    """The content of a `config.json`, with the keys of today's format."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        version = content["format_version"]
        newer = version > FORMAT_VERSION
        if not newer:
            content["sha256"] = dict(content["sha256"])
            return content | _IN_VERSION_1 if version == 1 else content
    except (ValueError, KeyError, TypeError) as error:
        raise _damaged(path) from error
    raise ValueError(
        f"The model in {path.parent} was written by han_attention "
        f"{content.get('han_attention')}, which is newer. Upgrade "
        f"han_attention (this is {han_attention.__version__})."
    )


def _check_files(folder: Path, checksums: Mapping[str, str]) -> None:
    """Raise unless every file is there and as it was saved."""
    for name, expected in checksums.items():
        path = folder / name
        if not path.is_file():
            raise FileNotFoundError(f"No model: {path} is missing")
        if _sha256(path) != expected:
            raise ValueError(
                f"Altered model: {path} is not the file that was saved with "
                f"{CONFIG} (its sha256 differs). Save or copy the model again."
            )


def _damaged(path: Path) -> ValueError:
    return ValueError(f"Damaged model: cannot read {path}")


def _to_plain(value: Any) -> Any:
    """A number of NumPy as a plain one, anything else as a string."""
    return value.item() if isinstance(value, np.generic) else str(value)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
