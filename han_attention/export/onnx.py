"""A model as an ONNX file, which onnxruntime runs without Keras.

The graph is written layer by layer, not traced: it has ONNX' own GRU and LSTM
instead of loops over the steps, and it is the same from every backend.
"""

import dataclasses
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
    names = {id(ids): _pad_to_one(graph, "ids", len(ids.shape))}
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
    outputs = [_cut_rows(graph, output) for output in outputs]
    return graph.model("ids", len(ids.shape), outputs)


def _pad_to_one(graph: OnnxGraph, ids: str, rank: int) -> str:
    """Ids with a row, a sentence and a word at least.

    onnxruntime ends the program where a GRU gets none.
    """
    sizes = graph.add("Shape", ids)
    one, nothing = (graph.constant([n], "int64") for n in (1, 0))
    missing = graph.add("Sub", one, graph.add("Min", sizes, one))
    before = graph.add("Expand", nothing, graph.constant([rank], "int64"))
    pads = graph.add("Concat", before, missing, axis=0)
    return graph.add("Pad", ids, pads, graph.constant(0, "int32"))


def _cut_rows(graph: OnnxGraph, output: Output) -> Output:
    """As many rows as there are ids."""
    start = graph.constant([0], "int64")
    rows = graph.add("Shape", "ids", start=0, end=1)
    value = graph.add("Slice", output.value, start, rows, start)
    return dataclasses.replace(output, value=value)
