"""Models read from folders, and places to write to, checked beforehand."""

import argparse
import os
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
