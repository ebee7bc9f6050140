"""A model as a LiteRT (TensorFlow Lite) file, for phones and small boards.

One text at a time, padded to a fixed length: with a length that is not known
the file would need more than the operations that every interpreter has.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray


def write(model: keras.Model, path: Path, length: int | None = None) -> None:
    """Write a model for one text of `length` ids, 0 = padding."""
    ids = keras.InputSpec(dtype="int32", shape=(1, length), name="ids")
    model.export(path, format="litert", verbose=False, input_signature=[ids])


def run(path: Path, batches: Sequence[NDArray[np.int32]]) -> list[Any]:
    """The logits of each batch of ids, by the interpreter, text by text."""
    interpreter = _interpreter(str(path))
    interpreter.allocate_tensors()
    (ids_input,) = interpreter.get_input_details()
    (logits_output,) = interpreter.get_output_details()
    length = ids_input["shape"][1]

    def run_text(ids: NDArray[np.int32]) -> Any:
        padded = np.pad(ids, (0, length - len(ids)))
        interpreter.set_tensor(ids_input["index"], padded[None])
        interpreter.invoke()
        return interpreter.get_tensor(logits_output["index"])

    return [np.concatenate([*map(run_text, ids)]) for ids in batches]


def _interpreter(path: str) -> Any:
    try:
        from ai_edge_litert.interpreter import Interpreter
    except ImportError:  # the same one, which TensorFlow still carries
        import tensorflow as tf

        return tf.lite.Interpreter(path)
    return Interpreter(path)
