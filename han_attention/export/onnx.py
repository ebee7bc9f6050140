"""A model as an ONNX file, which onnxruntime runs without Keras.

The graph is written layer by layer, not traced: it has ONNX' own GRU and LSTM
instead of loops over the steps, and it is the same from every backend.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray

from han_attention.atomic import replace_when_written
from han_attention.export.onnx_explanations import add_explanations
from han_attention.export.onnx_graph import Output
from han_attention.export.onnx_writer import OnnxWriter
from han_attention.export.parity import check_parity
from han_attention.export.parity import make_inputs


def write(
    model: keras.Model, path: Path, shape: tuple[int | None, ...] = ()
) -> None:
    """Write a model for batches of any size and length, whatever `shape`."""
    onnx.save(to_onnx(model), path)


def run(path: Path, batches: Sequence[NDArray[np.int32]]) -> list[Any]:
    """The logits of each batch of ids, by onnxruntime."""
    session = onnxruntime.InferenceSession(
        path, providers=["CPUExecutionProvider"]
    )
    return [session.run(["logits"], {"ids": ids})[0] for ids in batches]


def export_onnx(
    model: keras.Model, path: str | Path, tolerance: float = 1e-5
) -> Path:
    """Write a Keras model of one's own as an ONNX file, and check it.

    It can have every layer of this package, and of Keras `Embedding`, `Dense`,
    `Activation`, `Softmax`, `Dropout`, `Concatenate`, `Add`, `GRU`, `LSTM` and
    `Bidirectional`. Masks go from layer to layer as in Keras.

    Args:
        model: Functional or Sequential, with one input: ids (B, T) or
            (B, S, T), 0 = padding, or vectors.
        path: Where to write. The input of the file is `ids`, or for vectors
            `inputs`; its first output `logits`, whatever it is.
        tolerance: The largest difference of an output from that of Keras, on
            random ids or vectors. Defaults to 1e-05.

    Returns:
        The path.

    Raises:
        ValueError: for a layer, or a setting of one, that is not known, which
            is named, or outputs that differ; nothing is written then.

    Example:
    >>> from han_attention import AttentionPooling
    >>> model = keras.Sequential(
    ...     [
    ...         keras.layers.Embedding(100, 8, mask_zero=True),
    ...         keras.layers.Bidirectional(
    ...             keras.layers.GRU(4, return_sequences=True)
    ...         ),
    ...         AttentionPooling(6),
    ...         keras.layers.Dense(3, activation="softmax"),
    ...     ]
    ... )
    >>> model.build((None, None))
    >>> export_onnx(model, "own.onnx").name
    'own.onnx'
    """
    path = Path(path)
    if isinstance(model, keras.Sequential):
        model = _as_functional(model)
    proto = to_onnx(model)
    session = onnxruntime.InferenceSession(
        proto.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    (given,) = session.get_inputs()
    batches = make_inputs(model, given.name == "ids")
    expected = [model.predict_on_batch(batch) for batch in batches]
    received = [
        session.run(["logits"], {given.name: batch})[0] for batch in batches
    ]
    check_parity(expected, received, tolerance)
    with replace_when_written(path) as temporary:
        onnx.save(proto, temporary)
    return path


def to_onnx(model: keras.Model) -> onnx.ModelProto:
    """Turn a functional model with one input and one output into ONNX.

    Raises:
        ValueError: for a model with layers that are not known here.
    """
    if (
        isinstance(model, keras.Sequential)
        or len(getattr(model, "inputs", ())) != 1
        or len(model.outputs) != 1
    ):
        raise ValueError(
            "ONNX export needs a functional model with one input, as "
            f"`build_classifier` makes it. Received: model={model!r}"
        )
    writer = OnnxWriter(model)
    logits = Output("logits", writer.write(), _name_sizes(model.outputs[0]))
    outputs = [
        logits,
        *add_explanations(writer.graph, model, writer.calls),
    ]
    return writer.graph.model(writer.input, map(writer.cut_rows, outputs))


def _as_functional(model: keras.Sequential) -> keras.Model:
    inputs = keras.Input(model.inputs[0].shape[1:], dtype=model.inputs[0].dtype)
    outputs = inputs
    for layer in model.layers:
        outputs = layer(outputs)
    return keras.Model(inputs, outputs)


def _name_sizes(tensor: Any) -> list[str | int]:
    """A shape with a name in the place of each size that is not known."""
    names = ["batch", "length", "width"]
    if len(tensor.shape) > 3:
        names.insert(1, "sentences")
    return [
        size or name for size, name in zip(tensor.shape, names, strict=False)
    ]
