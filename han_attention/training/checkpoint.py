"""The whole state of a training in one file, for an exact resume."""

import json
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from han_attention.atomic import replace_when_written

_NAME = "state.npz"
_HISTORY = "history"


def save_checkpoint(
    folder: str | Path, model: keras.Model, history: list[dict[str, Any]]
) -> None:
    """Write weights, optimizer, random states and the history so far.

    The file is replaced as a whole: a crash leaves the one before.

    Args:
        folder: Where `state.npz` goes.
        model: A compiled model whose optimizer is built.
        history: One dictionary of numbers for each finished epoch.
    """
    arrays = {
        _array_name(n): keras.ops.convert_to_numpy(variable)
        for n, variable in enumerate(_variables(model))
    }
    arrays[_HISTORY] = np.array(json.dumps(history))
    with replace_when_written(Path(folder) / _NAME) as temporary:
        np.savez(temporary, **arrays)


def has_checkpoint(folder: str | Path) -> bool:
    """Whether there is a checkpoint in a folder."""
    return (Path(folder) / _NAME).is_file()


def load_checkpoint(
    folder: str | Path, model: keras.Model
) -> list[dict[str, Any]]:
    """Give a model the state that `save_checkpoint` wrote.

    Args:
        folder: Where `state.npz` is.
        model: The same model, compiled the same way.

    Returns:
        The history: as many entries as there are finished epochs.

    Raises:
        FileNotFoundError: if there is no checkpoint.
        ValueError: if it is damaged, or that of another model.
    """
    path = Path(folder) / _NAME
    arrays = _read(path)
    history = json.loads(str(arrays.pop(_HISTORY)))
    model.optimizer.build(model.trainable_variables)
    variables = _variables(model)
    shapes = {name: array.shape for name, array in arrays.items()}
    if shapes != {
        _array_name(n): tuple(variable.shape)
        for n, variable in enumerate(variables)
    }:
        raise ValueError(f"The checkpoint {path} is that of another model.")
    for n, variable in enumerate(variables):
        variable.assign(arrays[_array_name(n)])
    return history


def load_history(folder: str | Path) -> list[dict[str, Any]]:
    """The finished epochs of a checkpoint, without its weights.

    Raises:
        FileNotFoundError: if there is no checkpoint.
        ValueError: if it is damaged.
    """
    return json.loads(str(_read(Path(folder) / _NAME)[_HISTORY]))


def _read(path: Path) -> dict[str, NDArray[Any]]:
    if not path.is_file():
        raise FileNotFoundError(f"No checkpoint to resume from: {path}")
    try:
        with path.open("rb") as data, np.load(data) as file:
            return {name: file[name] for name in file.files}
    except Exception as error:  # zipfile, zlib and NumPy raise many types
        raise ValueError(f"Damaged checkpoint: {path} ({error})") from error


def _variables(model: keras.Model) -> list[Any]:
    """Weights, the state of random generators, and the optimizer's."""
    of_layers = [v for layer in model.layers for v in layer.variables]
    return [*of_layers, *model.optimizer.variables]


def _array_name(n: int) -> str:
    return f"variable_{n:04d}"
