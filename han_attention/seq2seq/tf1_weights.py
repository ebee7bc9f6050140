"""Weights of TensorFlow 1's `attention_decoder` for `AttentionDecoder`."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import keras
import numpy as np

from han_attention.seq2seq.layers.attention_decoder import AttentionDecoder
from han_attention.seq2seq.tf1_names import Array
from han_attention.seq2seq.tf1_names import DecoderVariables
from han_attention.seq2seq.tf1_shapes import WRAPPER
from han_attention.seq2seq.tf1_shapes import check_variables
from han_attention.seq2seq.tf1_shapes import is_lstm
from han_attention.seq2seq.tf1_shapes import list_cells
from han_attention.seq2seq.tf1_shapes import name_cells


def lstm_from_tf1(
    kernel: Array, bias: Array, forget_bias: float = 1.0
) -> list[Array]:
    """The weights of Keras' `LSTMCell` from those of `BasicLSTMCell`.

    Columns i, j, f, o become i, f, j, o, and the forget bias, which
    TensorFlow 1 adds in each step, is added once and for all.

    Args:
        kernel: (inputs + U, 4 * U).
        bias: (4 * U,).
        forget_bias: Defaults to 1.0.

    Returns:
        Kernel (inputs, 4 * U), recurrent kernel (U, 4 * U), bias (4 * U,).

    Raises:
        ValueError: for arrays of other shapes.

    Example:
    >>> bias = np.array([1.0, 2.0, 3.0, 4.0])
    >>> [x.tolist() for x in lstm_from_tf1(np.array([bias, bias]), bias)][1:]
    [[[1.0, 3.0, 2.0, 4.0]], [1.0, 4.0, 2.0, 4.0]]
    """
    units = _count_units(kernel, bias, 4)
    i, j, f, o = np.split(np.vstack([kernel, bias]), 4, axis=1)
    f[-1] += forget_bias
    columns = np.concatenate([i, f, j, o], axis=1)
    return _split_rows(columns, units)


def gru_from_tf1(
    gates: tuple[Array, Array], candidate: tuple[Array, Array]
) -> list[Array]:
    """The weights of `GRUCell(reset_after=False)` from TensorFlow 1's.

    Args:
        gates: Kernel (inputs + U, 2 * U) and bias (2 * U,), columns r, u.
        candidate: Kernel (inputs + U, U) and bias (U,).

    Returns:
        Kernel (inputs, 3 * U), recurrent kernel (U, 3 * U), bias (3 * U,),
        columns u, r, candidate.

    Raises:
        ValueError: for arrays of other shapes.

    Example:
    >>> gates = np.array([[1.0, 2.0], [1.0, 2.0]]), np.array([3.0, 4.0])
    >>> candidate = np.array([[5.0], [5.0]]), np.array([6.0])
    >>> [x.tolist() for x in gru_from_tf1(gates, candidate)][1:]
    [[[2.0, 1.0, 5.0]], [4.0, 3.0, 6.0]]
    """
    for (kernel, bias), number in ((gates, 2), (candidate, 1)):
        _count_units(kernel, bias, number)
    r, u = np.split(np.vstack(gates), 2, axis=1)
    columns = np.concatenate([u, r, np.vstack(candidate)], axis=1)
    return _split_rows(columns, columns.shape[1] // 3)


def load_tf1(
    decoder: AttentionDecoder,
    variables: Mapping[str, Any] | str | Path,
    forget_bias: float = 1.0,
    scope: str | None = None,
) -> None:
    """Give a decoder the weights of TensorFlow 1's `attention_decoder`.

    The names may be of any age: `Linear/Matrix` of TensorFlow 0.x, `weights`
    of 1.0 and 1.1, `kernel` since. Slots of optimizers, moving averages and
    the variables of other scopes are not read. An `OutputProjectionWrapper`
    around the cell is multiplied into the decoder's own output: two affine
    maps in a row are one.

    Args:
        decoder: A built `AttentionDecoder` of the same sizes, with LSTM cells
            or `GRUCell(reset_after=False)`, and the `query` `"state"`.
        variables: A checkpoint, old (V1) or new (V2), by its path or that of
            its folder, which TensorFlow reads; or arrays by the names of the
            variables, in any scope, such as
            `"embedding_attention_decoder/attention_decoder/AttnW_0"`.
        forget_bias: Of the LSTM cells. Defaults to 1.0.
        scope: Of the decoder, where there are several: all before
            `/AttnW_0`. Defaults to None: there is one.

    Raises:
        FileNotFoundError: if there is no checkpoint.
        ImportError: if it is a path, and TensorFlow is not installed.
        ValueError: if variables are missing, of another shape, or not known,
            or the decoder is of another kind. The decoder is then as before.

    Example:
    >>> import keras
    >>> import numpy as np
    >>> decoder = AttentionDecoder(keras.layers.LSTMCell(2))
    >>> decoder.build((None, None, 3), (None, None, 2))
    >>> shapes = {
    ...     "kernel": (5, 3), "bias": (3,),
    ...     "AttnW_0": (1, 1, 2, 2), "AttnV_0": (2,),
    ...     "Attention_0/kernel": (4, 2), "Attention_0/bias": (2,),
    ...     "basic_lstm_cell/kernel": (5, 8), "basic_lstm_cell/bias": (8,),
    ...     "AttnOutputProjection/kernel": (4, 2),
    ...     "AttnOutputProjection/bias": (2,),
    ... }
    >>> load_tf1(decoder, {f"a/{k}": np.ones(v) for k, v in shapes.items()})
    >>> np.asarray(decoder.cell.bias)[2:4].tolist()  # the forget bias
    [2.0, 2.0]
    """
    _check_decoder(decoder)
    if isinstance(variables, (str, Path)):
        from han_attention.seq2seq._tensorflow import Checkpoint

        variables = Checkpoint(variables)
    file = DecoderVariables(variables, scope)
    check_variables(decoder, file)
    values = [
        *_attention_weights(decoder, file.arrays),
        *_output_weights(decoder, file.arrays),
        *_cell_weights(decoder, file.arrays, forget_bias),
    ]
    for weight, value in values:
        weight.assign(value)


def _attention_weights(
    decoder: AttentionDecoder, arrays: dict[str, Array]
) -> list[tuple[Any, Array]]:
    """The weights of the read, and of what is before the cells."""
    heads = range(decoder.num_heads)
    rows = _query_rows(decoder)
    keys = [arrays[f"AttnW_{n}"][0, 0] for n in heads]
    queries = [arrays[f"Attention_{n}/kernel"][rows] for n in heads]
    biases = [arrays[f"Attention_{n}/bias"] for n in heads]
    scales = [arrays[f"AttnV_{n}"] for n in heads]
    read = decoder.attention
    return [
        (read.memory_kernel, np.concatenate(keys, axis=1)),
        (read.query_kernel, np.concatenate(queries, axis=1)),
        (read.bias, np.concatenate(biases)),
        (read.scale, scales[0] if len(scales) == 1 else np.stack(scales, 1)),
        (decoder.input_kernel, arrays["kernel"]),
        (decoder.input_bias, arrays["bias"]),
    ]


def _output_weights(
    decoder: AttentionDecoder, arrays: dict[str, Array]
) -> list[tuple[Any, Array]]:
    """The output of cell and read, the cell's own projection included."""
    kernel = arrays["AttnOutputProjection/kernel"]
    bias = arrays["AttnOutputProjection/bias"]
    if f"{WRAPPER}kernel" in arrays:
        # [y P + p, d] [K; L] + b = [y, d] [P K; L] + p K + b
        size = len(arrays[f"{WRAPPER}bias"])
        of_cell = kernel[:size]
        bias = arrays[f"{WRAPPER}bias"] @ of_cell + bias
        of_cell = arrays[f"{WRAPPER}kernel"] @ of_cell
        kernel = np.concatenate([of_cell, kernel[size:]])
    return [(decoder.output_kernel, kernel), (decoder.output_bias, bias)]


def _cell_weights(
    decoder: AttentionDecoder, arrays: dict[str, Array], forget_bias: float
) -> list[tuple[Any, Array]]:
    """Each weight of the cells, with its value."""
    values: list[tuple[Any, Array]] = []

    def read_pair(scope: str) -> tuple[Array, Array]:
        return arrays[f"{scope}kernel"], arrays[f"{scope}bias"]

    for scope, cell in name_cells(decoder, arrays):
        if is_lstm(cell):
            of_cell = lstm_from_tf1(*read_pair(scope), forget_bias)
        else:
            of_cell = gru_from_tf1(
                read_pair(f"{scope}gates/"), read_pair(f"{scope}candidate/")
            )
        weights = cell.kernel, cell.recurrent_kernel, cell.bias
        values += zip(weights, of_cell, strict=True)
    return values


def _query_rows(decoder: AttentionDecoder) -> list[int]:
    """Rows of a query kernel: TensorFlow 1 has c, h where Keras has h, c."""
    rows: list[int] = []
    for cell in list_cells(decoder):
        start, units = len(rows), cell.units
        first = list(range(start, start + units))
        if is_lstm(cell):
            rows += range(start + units, start + 2 * units)
        rows += first
    return rows


def _count_units(kernel: Array, bias: Array, gates: int) -> int:
    """The U of a kernel (inputs + U, gates * U) and its bias (gates * U,)."""
    kernel_shape, bias_shape = np.shape(kernel), np.shape(bias)
    columns = kernel_shape[-1] if kernel_shape else 0
    units = columns // gates
    fits = len(kernel_shape) == 2 and units and columns == gates * units
    if not fits or kernel_shape[0] <= units or bias_shape != (columns,):
        raise ValueError(
            f"Expected a kernel (inputs + U, {gates} * U) and a bias "
            f"({gates} * U,). Received: kernel of shape {kernel_shape}, bias "
            f"of shape {bias_shape}"
        )
    return units


def _split_rows(columns: Array, units: int) -> list[Array]:
    """Rows of the inputs, of the state, and the bias below them."""
    return [columns[: -1 - units], columns[-1 - units : -1], columns[-1]]


def _check_decoder(decoder: Any) -> None:
    known = isinstance(decoder, AttentionDecoder)
    if not known:
        expected = "an AttentionDecoder, such as `model.decoder`"
    elif not decoder.built:
        expected = (
            "a built decoder: call decoder.build(inputs_shape, memory_shape) "
            "before"
        )
    elif decoder.query != "state":
        expected = "query='state', as TensorFlow 1 has it"
    else:
        _check_cells(list_cells(decoder))
        return
    received = f"query={decoder.query!r}, " if known and decoder.built else ""
    _refuse_decoder(expected, f"{received}decoder={decoder!r}")


def _check_cells(cells: list[Any]) -> None:
    for cell in cells:
        is_gru = isinstance(cell, keras.layers.GRUCell)
        if is_gru and cell.reset_after:
            expected = "GRUCell(reset_after=False), the GRU of TensorFlow 1"
            _refuse_decoder(expected, "reset_after=True")
        if not is_gru and not is_lstm(cell):
            expected = "cells that are LSTMCell or GRUCell(reset_after=False)"
            _refuse_decoder(expected, f"cell={cell!r}")


def _refuse_decoder(expected: str, received: str) -> None:
    raise ValueError(
        f"Invalid value for argument `decoder`. Expected {expected}. "
        f"Received: {received}"
    )
