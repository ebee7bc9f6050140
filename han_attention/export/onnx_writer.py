"""Walks through a Keras model, and writes each call of a layer in ONNX."""

import dataclasses
from typing import Any

import keras

from han_attention.export.onnx_graph import OnnxGraph
from han_attention.export.onnx_graph import Output
from han_attention.export.onnx_layers import write_layer

_LOOK_UP = ("Embedding", "NGramEmbeddingBag")  # layers of ids


class OnnxWriter:
    """Writes a functional model with one input.

    Args:
        model: Is left as it is.

    Attributes:
        graph: What is written.
        input: Of the graph: `ids`, or of a model of vectors `inputs`.
        calls: By the name of each layer the values in the graph: its inputs,
            its other arguments, and its outputs.
    """

    def __init__(self, model: keras.Model) -> None:
        self.model = model
        self.graph = OnnxGraph()
        self.calls: dict[str, Any] = {}
        self._names: dict[int, str] = {}  # of symbolic tensors, by their id
        (tensor,) = model.inputs
        of_ids = "float" not in str(tensor.dtype) or any(
            type(layer).__name__ in _LOOK_UP for layer in model.layers
        )
        sizes, rank = ["sentences", "length"], len(tensor.shape)
        if of_ids:
            shape, dtype = sizes[3 - rank :], "int32"
        else:
            shape, dtype = [*sizes[4 - rank :], tensor.shape[-1]], "float32"
        name = "ids" if of_ids else "inputs"
        self.input = Output(name, name, ["batch", *shape], dtype)

    def write(self) -> str:
        """Add all layers, and return the name of the output."""
        given = self.input
        tensor = keras.Input(self.model.inputs[0].shape[1:], dtype=given.dtype)
        name = given.name
        if given.dtype == "int32":
            name = self._pad_to_one()
        self._names[id(tensor)] = name
        # Keras walks through the graph of the model, calling all layers anew.
        walked = keras.models.clone_model(
            self.model,
            input_tensors=tensor,
            clone_function=lambda layer: layer,
            call_function=self._write_call,
        )
        return self._names[id(walked.outputs[0])]

    def cut_rows(self, output: Output) -> Output:
        """An output with as many rows as there are ids."""
        if self.input.name != "ids":
            return output
        start = self.graph.constant([0], "int64")
        rows = self.graph.add("Shape", self.input.name, start=0, end=1)
        value = self.graph.add("Slice", output.value, start, rows, start)
        return dataclasses.replace(output, value=value)

    def _write_call(self, layer: Any, *inputs: Any, **arguments: Any) -> Any:
        # The masks that Keras hands on are among the arguments.
        call = keras.tree.map_structure(self._get_name, (inputs, arguments))
        given = [x for x in keras.tree.flatten(call[0]) if isinstance(x, str)]
        written = write_layer(self.graph, layer, *call[0], **call[1])
        outputs = layer(*inputs, **arguments)
        tensors = keras.tree.flatten(outputs)
        self._names.update(zip(map(id, tensors), written, strict=True))
        self.calls[layer.name] = (given, call[1], written)
        return outputs

    def _get_name(self, value: Any) -> Any:
        if keras.utils.is_keras_tensor(value):
            return self._names[id(value)]
        return value

    def _pad_to_one(self) -> str:
        """The ids, with a row, a sentence and a word at least.

        onnxruntime ends the program where a GRU gets none.
        """
        graph, rank = self.graph, len(self.input.shape)
        sizes = graph.add("Shape", self.input.name)
        one, nothing = (graph.constant([n], "int64") for n in (1, 0))
        missing = graph.add("Sub", one, graph.add("Min", sizes, one))
        before = graph.add("Expand", nothing, graph.constant([rank], "int64"))
        pads = graph.add("Concat", before, missing, axis=0)
        return graph.add(
            "Pad", self.input.name, pads, graph.constant(0, "int32")
        )
