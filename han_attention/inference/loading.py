"""Loads a model of either kind: trained with Keras, or exported as ONNX."""

from pathlib import Path
from typing import TYPE_CHECKING

from han_attention.inference.onnx import OnnxPredictor
from han_attention.inference.saved_model import KERAS_MODEL
from han_attention.inference.saved_model import ONNX_MODEL
from han_attention.inference.saved_model import SavedModel
from han_attention.inference.saved_model import open_saved_model

if TYPE_CHECKING:  # an exported model needs no Keras
    from han_attention.inference.keras import Predictor


def is_exported(saved: SavedModel) -> bool:
    """Whether a model that is open was exported as ONNX."""
    return saved.path.name == ONNX_MODEL


def open_any_model(folder: str | Path | SavedModel) -> SavedModel:
    """Open the folder of a trained model, or of one exported as ONNX.

    Raises:
        FileNotFoundError: if the folder or one of its files is missing.
        ValueError: if a file is damaged or altered, or of a newer version.
    """
    if isinstance(folder, SavedModel):
        return folder
    exported = (Path(folder) / ONNX_MODEL).is_file()
    return open_saved_model(folder, ONNX_MODEL if exported else KERAS_MODEL)


def load_predictor(saved: SavedModel) -> "Predictor | OnnxPredictor":
    """Load a trained model, or without Keras an exported one."""
    if is_exported(saved):
        return OnnxPredictor.load(saved)
    from han_attention.inference.keras import Predictor

    return Predictor.load(saved)


def check_trained(predictor: "Predictor | OnnxPredictor") -> "Predictor":
    """Return a predictor that has a Keras model.

    Raises:
        ValueError: if it was exported.
    """
    if isinstance(predictor, OnnxPredictor):
        raise ValueError(
            "Expected a trained model. Received: an exported one, which is "
            "neither trained, saved nor exported: copy its folder."
        )
    return predictor
