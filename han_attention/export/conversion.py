"""Converts and compares, in a fresh process with TensorFlow on the CPU.

There the conversion is the same whatever backend and device are in use here:
traced beside a GPU, a model holds operations that need one, and PyTorch makes
no SavedModel. And the logits to compare with are not rounded as GPUs do.
What the converters print stays there too. What is not traced needs no process
of its own where there is no GPU.
"""

import importlib
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from han_attention.inference.eager import TracedLater

_Arrays = list[NDArray[Any]]
_MODEL = "model.keras"
_IDS = "ids.npz"
_EXPECTED = "expected.npz"
_RECEIVED = "received.npz"
_ERROR = "error.txt"


def convert(
    model: keras.Model,
    path: Path,
    module: str,
    batches: Sequence[NDArray[np.int32]],
    shape: tuple[int | None, ...],
    own_process: bool = True,
) -> tuple[_Arrays, _Arrays]:
    """Write a model in another format, and run both.

    A model of mixed precision is written, and run, computing in float32.

    Args:
        model: A Keras model from ids to logits.
        path: The file or folder to write.
        module: Name of the module of the format, with `write` and `run`.
        batches: Padded ids (B, T).
        shape: Of the ids that the file takes, None where any size will do.
        own_process: Whether to do it in a process of its own. Defaults to
            `True`.

    Returns:
        The logits of each batch from the Keras model, and from the file.

    Raises:
        ValueError: if the model cannot be converted.
    """
    if not own_process:
        try:
            return _convert_here(model, path, module, batches, shape)
        except Exception as error:
            text = str(error) or type(error).__name__
            raise ValueError(f"Cannot convert: {_get_line(text)}") from error
    with TemporaryDirectory() as name:
        folder = Path(name)
        model.save(folder / _MODEL)
        np.savez(folder / _IDS, *batches)
        process = subprocess.run(
            [sys.executable, "-m", __name__]
            + [str(folder), module, str(path.resolve()), json.dumps(shape)],
            env=_environment(),
            capture_output=True,
            text=True,
            errors="replace",
        )
        if process.returncode:
            raise ValueError(f"Cannot convert: {_reason(folder, process)}")
        return _load(folder / _EXPECTED), _load(folder / _RECEIVED)


def _environment() -> dict[str, str]:
    return os.environ | {
        "KERAS_BACKEND": "tensorflow",
        "CUDA_VISIBLE_DEVICES": "",
        "PYTHONPATH": os.pathsep.join(path or os.getcwd() for path in sys.path),
    }


def _reason(folder: Path, process: subprocess.CompletedProcess[str]) -> str:
    """One line that says why the process failed."""
    if (folder / _ERROR).exists():
        text = (folder / _ERROR).read_text(encoding="utf-8")
    else:  # killed, or it could not start
        last_line = process.stderr.strip().rpartition("\n")[2]
        text = f"exit code {process.returncode}. {last_line}"
    return _get_line(text)


def _get_line(text: str) -> str:
    return text.strip().partition("\n")[0]


def _convert_here(
    model: keras.Model,
    path: Path,
    module: str,
    batches: Sequence[NDArray[np.int32]],
    shape: tuple[int | None, ...],
) -> tuple[_Arrays, _Arrays]:
    format = importlib.import_module(module)
    model = _in_float32(model)
    format.write(model, path, shape)
    run = TracedLater(model)
    return [run(ids) for ids in batches], format.run(path, batches)


def _in_float32(model: keras.Model) -> keras.Model:
    """The model, or if it has mixed precision, a copy without it."""
    if all(layer.compute_dtype == "float32" for layer in model.layers):
        return model

    def copy_layer(layer: Any) -> Any:
        if not isinstance(layer, keras.Layer):
            return layer
        return type(layer).from_config(
            layer.get_config() | {"dtype": "float32"}
        )

    copy = keras.models.clone_model(model, clone_function=copy_layer)
    copy.set_weights(model.get_weights())
    return copy


def _load(path: Path) -> _Arrays:
    with np.load(path, allow_pickle=False) as arrays:
        return [arrays[name] for name in arrays.files]


def main() -> int:
    """Run by `convert`; an error is written to a file."""
    folder, (module, path, shape) = Path(sys.argv[1]), sys.argv[2:]
    try:
        expected, received = _convert_here(
            keras.models.load_model(folder / _MODEL, compile=False),
            Path(path),
            module,
            _load(folder / _IDS),
            tuple(json.loads(shape)),
        )
        np.savez(folder / _EXPECTED, *expected)
        np.savez(folder / _RECEIVED, *received)
    except Exception as error:
        text = str(error) or type(error).__name__
        (folder / _ERROR).write_text(text, encoding="utf-8")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
