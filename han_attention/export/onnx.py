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

from han_attention.export.onnx_explanations import add_explanations
from han_attention.export.onnx_graph import OnnxGraph
from han_attention.export.onnx_graph import Output
from han_attention.export.onnx_layers import write_layer


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


def to_onnx(model: keras.Model) -> onnx.ModelProto:
    """Turn a functional model from ids to logits into ONNX.

    Raises:
        ValueError: for a model of other layers than our builders use.
    """
    if isinstance(model, keras.Sequential) or len(model.inputs) != 1:
        raise ValueError(
            "ONNX export needs a functional model with one input, as "
            f"`build_classifier` makes it. Received: model={model!r}"
        )
    graph = OnnxGraph()
    ids = keras.Input(model.input.shape[1:], dtype="int32", name="ids")
    names = {id(ids): "ids"}
    calls: dict[str, Any] = {}

    def get_name(value: Any) -> Any:
        return names[id(value)] if keras.utils.is_keras_tensor(value) else value

    def write_call(layer: Any, *inputs: Any, **arguments: Any) -> Any:
        call = keras.tree.map_structure(get_name, (inputs, arguments))
        written = write_layer(graph, layer, *call[0], **call[1])
        outputs = layer(*inputs, **arguments)
        tensors = keras.tree.flatten(outputs)
        names.update(zip(map(id, tensors), written, strict=True))
        calls[layer.name] = (keras.tree.flatten(call[0]), call[1], written)
        return outputs

    # Keras walks through the graph of the model, calling every layer anew.
    walked = keras.models.clone_model(
        model,
        input_tensors=ids,
        clone_function=lambda layer: layer,
        call_function=write_call,
    )
    logits = get_name(walked.output)
    shape = ["batch", *model.output.shape[1:]]
    outputs = [
        Output("logits", logits, shape),
        *add_explanations(graph, model, calls),
    ]
    return graph.model("ids", len(ids.shape), outputs)
