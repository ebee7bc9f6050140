"""The folder of a saved model: written, and read once, with all checks."""

import dataclasses
import json
from collections.abc import Callable
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field
from pathlib import Path
from typing import Any
from typing import TypeVar

import numpy as np

import han_attention
from han_attention.data.labels import check_class_names
from han_attention.data.readers.trained_columns import TrainedColumns
from han_attention.inference.checksums import check_checksums
from han_attention.inference.checksums import make_checksums
from han_attention.inference.model_card import MODEL_CARD
from han_attention.inference.model_card import check_training
from han_attention.inference.model_card import write_model_card
from han_attention.inference.thresholds import read_thresholds
from han_attention.inference.upgrading import IN_VERSION_1
from han_attention.inference.upgrading import upgrade_settings
from han_attention.json_text import read_json
from han_attention.json_text import replace_non_finite
from han_attention.text.preprocessor import CONFIG
from han_attention.text.preprocessor import TOKENIZER
from han_attention.text.preprocessor import TextPreprocessor
from han_attention.text.tokenizer import Tokenizer
from han_attention.validation import check_boolean
from han_attention.validation import check_integer

FORMAT_VERSION = 3  # 1 had no documents; 1 and 2 call `truncation` "keep"
KERAS_MODEL = "model.keras"
ONNX_MODEL = "model.onnx"

_TRIES = 100  # to read a model that others replace meanwhile

T = TypeVar("T")


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
        columns: Those of its files, or None: not known.
        identity: Of the folder, as it was read.
    """

    folder: Path
    path: Path
    preprocessor: TextPreprocessor
    class_names: tuple[Any, ...]
    multi_label: bool
    settings: dict[str, Any]
    thresholds: tuple[float | None, ...] | None = None
    training: dict[str, Any] = field(default_factory=dict)
    columns: TrainedColumns | None = None
    identity: Any = None


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
    for _ in range(_TRIES):
        identity = _identify(folder)
        try:
            saved = _open(folder, model_file)
        except (OSError, ValueError):
            if identity == _identify(folder):
                raise
        else:
            if identity == _identify(folder):
                return dataclasses.replace(saved, identity=identity)
    raise OSError(f"The model in {folder} is replaced again and again.")


def load_whole(
    folder: "str | Path | SavedModel",
    model_file: str,
    load: Callable[[SavedModel], T],
) -> T:
    """What is loaded from a folder, all of it from one and the same model.

    If the model is replaced by another while it is read, it is read again.

    Args:
        folder: The folder of a saved model, or one that is open already.
        model_file: The file in it that is to be read.
        load: Loads the model of an open folder.

    Raises:
        OSError: if it is replaced again and again.
        What `open_saved_model` and `load` raise.
    """
    saved = open_saved_model(folder, model_file)
    for _ in range(_TRIES):
        try:
            loaded = load(saved)
        except (OSError, ValueError):
            if saved.identity == _identify(saved.folder):
                raise
        else:
            if saved.identity == _identify(saved.folder):
                return loaded
        saved = open_saved_model(saved.folder, saved.path.name)
    raise OSError(f"The model in {saved.folder} is replaced again and again.")


def _identify(folder: Path) -> tuple[int, ...] | None:
    """What changes if another folder takes its place."""
    try:
        found = folder.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino, found.st_mtime_ns


def _open(folder: Path, model_file: str) -> SavedModel:
    if not folder.is_dir():
        raise FileNotFoundError(f"No model: there is no folder {folder}")
    for name in (CONFIG, TOKENIZER, model_file):
        if not (folder / name).is_file():
            raise FileNotFoundError(f"No model: {folder / name} is missing")
    content = _read_config(folder / CONFIG)
    checksums = content.get("sha256")
    if not isinstance(checksums, dict):
        raise _damaged(folder / CONFIG, KeyError("sha256"))
    check_checksums(folder, checksums, (TOKENIZER, model_file))
    tokenizer = Tokenizer.load(folder / TOKENIZER)
    try:
        return _make_saved_model(folder, model_file, content, tokenizer)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _damaged(folder / CONFIG, error) from error


def _make_saved_model(
    folder: Path, model_file: str, content: dict[str, Any], tokenizer: Tokenizer
) -> SavedModel:
    """What a `config.json` says, if it does not contradict itself."""
    multi_label = check_boolean("multi_label", content["multi_label"])
    names = content["class_names"]
    if not isinstance(names, list):
        raise ValueError("class_names is no list")
    settings = upgrade_settings(content.get("settings", {}))
    if settings.get("multi_label", multi_label) != multi_label:
        raise ValueError("multi_label is not that of the training")
    return SavedModel(
        folder,
        folder / model_file,
        TextPreprocessor.from_config(content, tokenizer),
        check_class_names(names, multi_label),
        multi_label,
        settings,
        read_thresholds(content),
        check_training(content.get("training")),
        TrainedColumns.from_dict(content.get("columns")),
    )


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
        "sha256": make_checksums(
            folder, without=(folder / CONFIG, folder / MODEL_CARD)
        ),
    }
    text = json.dumps(
        replace_non_finite(content),
        indent=2,
        ensure_ascii=False,
        default=_to_plain,
    )
    (folder / CONFIG).write_text(text, encoding="utf-8")
    write_model_card(folder, class_names, extra)


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
        known = read_json(folder / CONFIG)["sha256"]
        names -= {CONFIG, MODEL_CARD, *known}
    except (OSError, ValueError, KeyError, TypeError):
        pass
    if names:
        raise FileExistsError(
            f"The folder {folder} holds something else than a saved model, "
            f"{min(names)}, and is not overwritten. Choose another one."
        )


def _read_config(path: Path) -> dict[str, Any]:
    """The content of a `config.json`, with the keys of today's format."""
    try:
        content = read_json(path)
        version = content["format_version"]
        newer = check_integer("format_version", version, 1) > FORMAT_VERSION
    except (ValueError, KeyError) as error:
        raise _damaged(path, error) from error
    if newer:
        raise ValueError(
            f"The model in {path.parent} was written by han_attention "
            f"{content.get('han_attention')!s:.40}, which is newer. Upgrade "
            f"han_attention (this is {han_attention.__version__})."
        )
    return content | IN_VERSION_1 if version == 1 else content


def _damaged(path: Path, error: Exception) -> ValueError:
    reason = f"no {error}" if isinstance(error, KeyError) else str(error)
    return ValueError(f"Damaged model: cannot read {path} ({reason})")


def _to_plain(value: Any) -> Any:
    """A number of NumPy as a plain one, anything else as a string."""
    return value.item() if isinstance(value, np.generic) else str(value)
