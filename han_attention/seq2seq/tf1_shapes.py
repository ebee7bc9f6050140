"""Which variables of TensorFlow 1 a decoder needs, and of which shapes."""

from collections.abc import Collection
from collections.abc import Mapping
from typing import Any

import keras

from han_attention.seq2seq.layers.attention_decoder import AttentionDecoder
from han_attention.seq2seq.layers.rnn_cell import output_size
from han_attention.seq2seq.tf1_names import Array
from han_attention.seq2seq.tf1_names import DecoderVariables
from han_attention.seq2seq.tf1_names import show_names

# Of `OutputProjectionWrapper`, which has a kernel and a bias of its own.
WRAPPER = "output_projection_wrapper/"
Shapes = dict[str, tuple[int, ...]]


def list_cells(decoder: AttentionDecoder) -> list[Any]:
    """The cells of a decoder, from the bottom to the top."""
    return list(getattr(decoder.cell, "cells", [decoder.cell]))


def name_cells(
    decoder: AttentionDecoder, names: Collection[str]
) -> list[tuple[str, Any]]:
    """Each cell with the scope that its variables have in a file.

    Args:
        decoder: A built decoder.
        names: Of the variables in the file, by today's names.
    """
    cells = list_cells(decoder)
    stacked = any(name.startswith("multi_rnn_cell/") for name in names)
    named = []
    for n, cell in enumerate(cells):
        scope = f"multi_rnn_cell/cell_{n}/" if stacked or len(cells) > 1 else ""
        if is_lstm(cell):
            full = any(name.startswith(f"{scope}lstm_cell/") for name in names)
            scope += "lstm_cell/" if full else "basic_lstm_cell/"
        else:
            scope += "gru_cell/"
        named.append((scope, cell))
    return named


def is_lstm(cell: Any) -> bool:
    """Whether a cell is an LSTM; if not, it is a GRU."""
    return isinstance(cell, keras.layers.LSTMCell)


def check_variables(decoder: AttentionDecoder, file: DecoderVariables) -> None:
    """See that a file has just what a decoder needs.

    Raises:
        ValueError: if variables are missing, of another shape, or unknown: it
            names all of them.
    """
    arrays = file.arrays
    needed = _list_shapes(decoder, arrays)

    def of_file(name: str) -> str:
        return f"`{file.name_in_file(name)}` of shape {arrays[name].shape}"

    wrong = [
        name
        for name, shape in needed.items()
        if name not in arrays or arrays[name].shape != shape
    ]
    unknown = [of_file(name) for name in sorted(set(arrays) - set(needed))]
    if not wrong and not unknown:
        return
    expected = "; ".join(f"`{name}` of shape {needed[name]}" for name in wrong)
    near = "; ".join(of_file(name) for name in wrong if name in arrays)
    received = [f": {near}"] if near else []
    received += [f" also: {'; '.join(unknown)}"] if unknown else []
    raise ValueError(
        "Invalid value for argument `variables`. Expected "
        f"{expected or 'nothing more'}, for the cells and heads of this "
        f"decoder. Received{';'.join(received) or ': ' + show_names(arrays)}"
    )


def _list_shapes(
    decoder: AttentionDecoder, arrays: Mapping[str, Array]
) -> Shapes:
    """The shapes of all variables that a decoder needs, by today's names."""
    read, inputs = decoder.attention, decoder.input_kernel.shape[1]
    features, units = read.memory_kernel.shape[0], read.scale.shape[0]
    context = decoder.num_heads * features
    shapes: Shapes = {}

    def add_pair(scope: str, rows: int, columns: int) -> None:
        shapes[f"{scope}kernel"] = (rows, columns)
        shapes[f"{scope}bias"] = (columns,)

    add_pair("", inputs + context, inputs)
    for n in range(decoder.num_heads):
        shapes[f"AttnW_{n}"] = (1, 1, features, units)
        shapes[f"AttnV_{n}"] = (units,)
        add_pair(f"Attention_{n}/", read.query_kernel.shape[0], units)
    width = inputs
    for scope, cell in name_cells(decoder, arrays):
        rows, width = width + cell.units, cell.units
        if is_lstm(cell):
            add_pair(scope, rows, 4 * width)
        else:
            add_pair(f"{scope}gates/", rows, 2 * width)
            add_pair(f"{scope}candidate/", rows, width)
    width = output_size(decoder.cell)
    if f"{WRAPPER}bias" in arrays:
        outputs = arrays[f"{WRAPPER}bias"].size  # any number
        add_pair(WRAPPER, width, outputs)
        width = outputs
    outputs = decoder.output_kernel.shape[1]
    add_pair("AttnOutputProjection/", width + context, outputs)
    return shapes
