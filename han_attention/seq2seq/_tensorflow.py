"""Checkpoints, which TensorFlow alone reads."""

import re
from collections.abc import Iterator
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray


class Checkpoint(Mapping[str, NDArray[Any]]):
    """The variables of a checkpoint by their names, read when asked for.

    Args:
        path: Of a checkpoint, V1 or V2, of one of its files, or of the folder
            that it is the latest in.

    Raises:
        FileNotFoundError: if there is none.
        ImportError: if TensorFlow is not installed.
        ValueError: if it cannot be read.
    """

    def __init__(self, path: str | Path) -> None:
        try:
            import tensorflow as tf
        except ImportError as error:
            raise ImportError(
                "A checkpoint is read by TensorFlow: pip install tensorflow. "
                "Without it, give a dictionary of arrays by their names."
            ) from error
        # A checkpoint goes by the name that its files have in common.
        prefix = re.sub(r"\.(index|meta|data-\d+-of-\d+)$", "", str(path))
        self._tensorflow, self._prefix = tf, prefix
        try:
            self._reader = tf.train.load_checkpoint(prefix)
        except (tf.errors.OpError, ValueError) as error:
            if not any(Path(prefix + end).is_file() for end in ("", ".index")):
                raise FileNotFoundError(f"No checkpoint: {path}") from error
            raise ValueError(
                f"{path} is no checkpoint that can be read. Received: {error}"
            ) from error
        self._types = self._reader.get_variable_to_dtype_map()

    def __getitem__(self, name: str) -> NDArray[Any]:
        tf = self._tensorflow
        try:
            return np.asarray(self._reader.get_tensor(name))
        except tf.errors.UnimplementedError:  # slices in a V1 file
            whole = tf.raw_ops.RestoreSlice(
                file_pattern=self._prefix,
                tensor_name=name,
                shape_and_slice="",
                dt=self._types[name],
            )
            return np.asarray(whole)

    def __iter__(self) -> Iterator[str]:
        return iter(self._types)

    def __len__(self) -> int:
        return len(self._types)
