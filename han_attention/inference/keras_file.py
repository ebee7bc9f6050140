"""A `.keras` file from anyone: loaded, or refused in one line."""

import json
import math
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keras

_WEIGHTS = ("model.weights.h5", "model.weights.npz")
_MAX_EXPANSION = 100  # Keras does not compress what it saves
_FREE_BYTES = 2**20
# Sizes that stand in the config of a layer, whose product is that of a table.
_SIZES = ("input_dim", "output_dim", "num_buckets", "units")


def load_keras_file(path: Path) -> keras.Model:
    """Load a model that `keras.Model.save` wrote, without compiling it.

    It cannot run code of whoever wrote it: Keras refuses that. A file that
    says it holds more than 100 times its size, or a table larger than its
    weights, is refused before memory is taken for it.

    Raises:
        FileNotFoundError: if there is no such file.
        ValueError: if it is damaged or cannot be loaded, and why.
    """
    if not path.is_file():
        raise FileNotFoundError(f"No model: {path} is missing")
    try:
        _check_sizes(path)
        return keras.models.load_model(path, compile=False)
    except MemoryError:
        raise
    except Exception as error:  # of zipfile, h5py, Keras and the backend
        reason = " ".join(str(error).split()) or type(error).__name__
        raise ValueError(
            f"Damaged model: cannot read {path} ({reason:.300})"
        ) from error


def _check_sizes(path: Path) -> None:
    """Raise a ValueError if the file promises more than it can hold."""
    if not zipfile.is_zipfile(path):
        raise ValueError("it is no zip archive, or is cut short")
    with zipfile.ZipFile(path) as archive:
        members = {info.filename: info for info in archive.infolist()}
        for info in members.values():
            most = _MAX_EXPANSION * info.compress_size + _FREE_BYTES
            if info.file_size > most:
                raise ValueError(
                    f"{info.filename} would become {info.file_size:,} bytes"
                )
        weights = [members[name] for name in _WEIGHTS if name in members]
        if not weights or "config.json" not in members:
            raise ValueError("it is no model of Keras")
        try:
            config = json.loads(archive.read("config.json"))
        except RecursionError:
            raise ValueError("config.json is nested too deeply") from None
    for name, size in _find_tables(config):
        if size > sum(info.file_size for info in weights):  # a byte each
            raise ValueError(f"{name} would have a table of {size:,} numbers")


def _find_tables(value: Any) -> Iterator[tuple[str, int]]:
    """The name of each layer in a config, and what its sizes multiply to."""
    if isinstance(value, dict):
        sizes = [value[name] for name in _SIZES if name in value]
        if sizes and all(isinstance(size, int) for size in sizes):
            yield str(value.get("name")), math.prod(map(abs, sizes))
    if isinstance(value, (dict, list)):
        items = value.values() if isinstance(value, dict) else value
        for item in items:
            yield from _find_tables(item)
