"""Models read from folders, and places to write to, checked beforehand."""

import argparse
import importlib.util
import os
from collections.abc import Collection
from collections.abc import Iterable
from pathlib import Path

from han_attention.cli.keras_import import import_keras
from han_attention.estimator import TextClassifier
from han_attention.inference import loading
from han_attention.inference.base import TextPredictor
from han_attention.inference.loading import is_exported
from han_attention.inference.loading import open_any_model
from han_attention.inference.saved_model import SavedModel
from han_attention.inference.saved_model import check_replaceable
from han_attention.progress import announce
from han_attention.training.run_folder import MODEL
from han_attention.training.run_folder import RunFolder


def open_model(folder: str, exported: bool = True) -> SavedModel:
    """Open, before Keras is imported, a folder that holds a whole model.

    Args:
        folder: The folder.
        exported: Whether an ONNX model will do. Defaults to `True`.

    Returns:
        What the folder says of the model, which is then loaded from it.

    Raises:
        FileNotFoundError: if the folder or one of its files is missing.
        ValueError: if a file is damaged or altered, or of a newer version.
    """
    saved = open_any_model(folder)
    if is_exported(saved) and not exported:
        raise ValueError(
            f"{folder} is an exported model. Expected the folder that "
            "`han-attention train` wrote."
        )
    return saved


def load_predictor(saved: SavedModel, quiet: bool = False) -> TextPredictor:
    """Load a trained model, or without Keras an exported one."""
    _prepare(saved, quiet)
    return loading.load_predictor(saved)


def load_classifier(saved: SavedModel, quiet: bool = False) -> TextClassifier:
    """Load a model, with all that can be done with it."""
    _prepare(saved, quiet)
    return TextClassifier.load(saved)


def _prepare(saved: SavedModel, quiet: bool) -> None:
    if not is_exported(saved):
        import_keras(quiet)
    announce("loading the model", not quiet)


def use_threshold(
    arguments: argparse.Namespace, predictor: TextPredictor
) -> None:
    """Set the threshold of `--threshold` for all classes, if it is given."""
    if arguments.threshold is not None:
        predictor.set_thresholds(arguments.threshold)


def check_new_folder(folder: str, overwrite: bool, flag: str) -> None:
    """See that a folder for a model can be written and nothing is lost.

    Args:
        folder: The folder.
        overwrite: Whether a model in it may be replaced.
        flag: That names the folder.

    Raises:
        OSError: if it is a file, or not empty and not to be overwritten.
    """
    path = Path(folder)
    if not overwrite and path.is_dir() and any(path.iterdir()):
        raise FileExistsError(
            f"The folder {folder} exists and is not empty. Choose another "
            f"{flag}, or replace the model in it with --overwrite."
        )
    check_replaceable(path)
    parents = path.absolute().parents
    nearest = next(parent for parent in parents if parent.exists())
    if not nearest.is_dir() or not os.access(nearest, os.W_OK):
        raise PermissionError(f"Cannot write {folder}: {nearest} forbids it.")


def check_new_file(path: str | None) -> None:
    """See that a file can be written where no folder is.

    Raises:
        IsADirectoryError: if there is one.
    """
    if path is not None and (not path or Path(path).is_dir()):
        raise IsADirectoryError(f"Expected a file. {path or '.'} is a folder.")


def check_plots(path: str | None) -> None:
    """See that pictures can be drawn, if they are to be.

    Raises:
        ImportError: if matplotlib is not installed.
    """
    if path is not None and importlib.util.find_spec("matplotlib") is None:
        raise ImportError(
            'Plots need matplotlib: pip install "han-attention[plot]"'
        )


def find_present(paths: Iterable[str | Path | None]) -> set[str]:
    """Those of some files that are there already, and will be replaced."""
    given = (str(path) for path in paths if path is not None)
    return {path for path in given if Path(path).is_file()}


def name_written(path: str | Path, present: Collection[str]) -> str:
    """What is said of a file when it is written.

    Args:
        path: The file.
        present: What `find_present` found before.
    """
    return f"{'Replaced' if str(path) in present else 'Written '} {path}"


def choose_model_folder(arguments: argparse.Namespace) -> str:
    """Where the model will be, once it is known that nothing is lost there.

    Raises:
        OSError: if something is there that must not be replaced, or no run.
        ValueError: for flags that do not go together.
    """
    if arguments.run_dir is not None or arguments.resume:
        # As `fit` does, but before all texts are read.
        RunFolder.open(arguments.run_dir, arguments.resume, arguments.overwrite)
    if arguments.model is not None:
        _check_apart(arguments.model, arguments.run_dir)
        overwrite = arguments.overwrite or arguments.resume
        check_new_folder(arguments.model, overwrite, "--model")
        return str(arguments.model)
    if arguments.run_dir is None:
        raise ValueError("Expected --model or --run-dir. Received: neither")
    return str(Path(arguments.run_dir) / MODEL)


def _check_apart(model: str, run_dir: str | None) -> None:
    """Raise a ValueError if one of both folders would be in the other."""
    if run_dir is None:
        return
    one, other = Path(model).resolve(), Path(run_dir).resolve()
    if one.is_relative_to(other) or other.is_relative_to(one):
        raise ValueError(
            "Expected --model apart from --run-dir, which has a folder "
            f"{MODEL!r} of its own. Received: --model {model} --run-dir "
            f"{run_dir}"
        )
