"""A model as a LiteRT (TensorFlow Lite) file, for phones and small boards.

The operations are those that every interpreter has. So the number of texts is
fixed, 1 by default, and that of the sentences of a document; the number of
their words need not be.
"""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

_ANY = -1  # a size that is not fixed, in the file


def write(
    model: keras.Model, path: Path, shape: tuple[int | None, ...]
) -> None:
    """Write a model for ids (B, T) or (B, S, T), 0 = padding; T can be None."""
    import tensorflow as tf

    ids = keras.InputSpec(dtype="int32", shape=shape, name="ids")
    with TemporaryDirectory() as folder:
        model.export(
            folder,
            format="tf_saved_model",
            verbose=False,
            input_signature=[ids],
        )
        # From a SavedModel its variables become constants: else the file is
        # written, and fails where it is used.
        converter = tf.lite.TFLiteConverter.from_saved_model(
            folder, signature_keys=["serving_default"]
        )
        converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS]
        path.write_bytes(converter.convert())


def run(path: Path, batches: Sequence[NDArray[np.int32]]) -> list[Any]:
    """The logits of each batch of ids, by the interpreter."""
    interpreter = _interpreter(str(path))
    interpreter.allocate_tensors()
    (ids_input,) = interpreter.get_input_details()
    (logits_output,) = interpreter.get_output_details()
    size, *steps = ids_input["shape_signature"].tolist()

    def run_texts(ids: NDArray[np.int32]) -> Any:
        if steps[-1] == _ANY:
            interpreter.resize_tensor_input(ids_input["index"], ids.shape)
            interpreter.allocate_tensors()
        interpreter.set_tensor(ids_input["index"], ids)
        interpreter.invoke()
        return interpreter.get_tensor(logits_output["index"])

    results = []
    for ids in batches:
        missing = [
            0 if step == _ANY else step - given
            for step, given in zip(steps, ids.shape[1:], strict=True)
        ]
        widths = [(0, number) for number in (-len(ids) % size, *missing)]
        padded = np.pad(ids, widths)
        parts = np.split(padded, len(padded) // size)
        logits = np.concatenate([*map(run_texts, parts)])
        results.append(logits[: len(ids)])
    return results


def _interpreter(path: str) -> Any:
    try:
        from ai_edge_litert.interpreter import Interpreter
    except ImportError:  # the same one, which TensorFlow still carries
        import tensorflow as tf

        return tf.lite.Interpreter(path)
    return Interpreter(path)
