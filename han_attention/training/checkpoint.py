"""The whole state of a training in one file, for an exact resume.

The last two are kept. Every array in them has a checksum, that of the zip
archive: a damaged file is noticed, and the one before taken.
"""

import json
import warnings
from collections.abc import Mapping
from dataclasses import asdict
from dataclasses import dataclass
from dataclasses import field
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from han_attention.atomic import replace_when_written
from han_attention.training.history import History

_NAME, _BEFORE = "state.npz", "previous.npz"
_HISTORY, _PLACE = "history", "place"


@dataclass(frozen=True)
class Place:
    """How far a training is in the epoch after the finished ones.

    Attributes:
        batch: How many batches are done. Defaults to 0.
        logs: Loss and metrics over these. Defaults to none.
        seconds: How long they took. Defaults to 0.
    """

    batch: int = 0
    logs: Mapping[str, float] = field(default_factory=dict)
    seconds: float = 0.0


def save_checkpoint(
    folder: str | Path,
    model: keras.Model,
    history: History,
    place: Place | None = None,
) -> None:
    """Write weights, optimizer, random states and the history so far.

    A crash at any moment leaves this one or the one before.

    Args:
        folder: Where `state.npz` goes; what was there is `previous.npz` then.
        model: A compiled model whose optimizer is built.
        history: One dictionary of numbers for each finished epoch.
        place: In the epoch after them. Defaults to None: at its start.

    Raises:
        FloatingPointError: if a number is NaN or infinite; nothing is written.
        OSError: if it cannot be written.
    """
    place = place or Place()
    arrays = check_finite_state(model)
    if place.batch:
        arrays |= _to_arrays(model.metrics_variables, "metric")
    arrays[_HISTORY] = np.array(json.dumps(history))
    arrays[_PLACE] = np.array(json.dumps(asdict(place)))
    path = Path(folder) / _NAME
    with replace_when_written(path) as temporary:
        np.savez(temporary, **arrays)  # type: ignore[arg-type]
        if path.exists():
            path.replace(path.with_name(_BEFORE))


def check_finite_state(model: keras.Model) -> dict[str, NDArray[Any]]:
    """The arrays of a model and its optimizer, all of them finite.

    Raises:
        FloatingPointError: if a number is NaN or infinite.
    """
    arrays = _to_arrays(_variables(model))
    if not all(np.isfinite(x).all() for x in arrays.values()):
        raise FloatingPointError("a weight is NaN or infinite")
    return arrays


def has_checkpoint(folder: str | Path) -> bool:
    """Whether there is a checkpoint in a folder."""
    return any((Path(folder) / name).is_file() for name in (_NAME, _BEFORE))


def load_checkpoint(folder: str | Path, model: keras.Model) -> History:
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
    arrays = _read_last(folder)
    model.optimizer.build(model.trainable_variables)
    _assign(_variables(model), arrays, "variable", folder)
    return _read_json(arrays, _HISTORY)


def load_metrics(folder: str | Path, model: keras.Model) -> None:
    """Give the metrics of a model the sums of the epoch that was begun."""
    arrays = _read_last(folder)
    _assign(model.metrics_variables, arrays, "metric", folder)


def load_progress(folder: str | Path) -> tuple[History, Place]:
    """The finished epochs of a checkpoint, and the place in the next.

    Raises:
        FileNotFoundError: if there is no checkpoint.
        ValueError: if it is damaged, and there is none before it.

    Warns:
        UserWarning: if it is damaged, and the one before is taken.
    """
    arrays = _read_last(folder, warn=True)
    place = Place(**_read_json(arrays, _PLACE)) if _PLACE in arrays else Place()
    return _read_json(arrays, _HISTORY), place


def _read_last(
    folder: str | Path, warn: bool = False
) -> dict[str, NDArray[Any]]:
    """The newest checkpoint that can be read."""
    paths = [Path(folder) / name for name in (_NAME, _BEFORE)]
    there = [path for path in paths if path.is_file()]
    if not there:
        raise FileNotFoundError(f"No checkpoint to resume from: {paths[0]}")
    for path in there:
        try:
            with path.open("rb") as data, np.load(data) as file:
                return {name: file[name] for name in file.files}
        except Exception as error:  # zipfile, zlib and NumPy raise many types
            if path == there[-1]:
                raise ValueError(
                    f"Damaged checkpoint: {path} ({error})"
                ) from error
            if warn:
                warnings.warn(
                    f"Damaged checkpoint: {path} ({error}). Going on from the "
                    f"one before it, {there[-1]}.",
                    stacklevel=2,
                )
    raise ValueError(f"Damaged checkpoint: {paths[0]}")


def _read_json(arrays: dict[str, NDArray[Any]], name: str) -> Any:
    return json.loads(str(arrays[name]))


def _assign(
    variables: list[Any],
    arrays: dict[str, NDArray[Any]],
    kind: str,
    folder: str | Path,
) -> None:
    found = {k: a for k, a in arrays.items() if k.startswith(f"{kind}_")}
    shapes = {name: array.shape for name, array in found.items()}
    if shapes != {
        f"{kind}_{n:04d}": tuple(variable.shape)
        for n, variable in enumerate(variables)
    }:
        raise ValueError(
            f"The checkpoint in {folder} is that of another model."
        )
    for variable, name in zip(variables, sorted(found), strict=True):
        variable.assign(found[name])


def _variables(model: keras.Model) -> list[Any]:
    """Weights, the state of random generators, and the optimizer's."""
    of_layers = [v for layer in model.layers for v in layer.variables]
    return [*of_layers, *model.optimizer.variables]


def _to_arrays(
    variables: list[Any], kind: str = "variable"
) -> dict[str, NDArray[Any]]:
    return {
        f"{kind}_{n:04d}": keras.ops.convert_to_numpy(variable)
        for n, variable in enumerate(variables)
    }
