"""A model as a TensorFlow SavedModel, which TensorFlow Serving runs."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray


def write(
    model: keras.Model, path: Path, shape: tuple[int | None, ...]
) -> None:
    """Write a model for ids of a shape, None where any size will do."""
    ids = keras.InputSpec(dtype="int32", shape=shape, name="ids")
    model.export(
        path, format="tf_saved_model", verbose=False, input_signature=[ids]
    )


def run(path: Path, batches: Sequence[NDArray[np.int32]]) -> list[Any]:
    """The logits of each batch of ids, by TensorFlow."""
    import tensorflow as tf

    model = tf.saved_model.load(str(path))
    return [model.serve(tf.constant(ids)).numpy() for ids in batches]
