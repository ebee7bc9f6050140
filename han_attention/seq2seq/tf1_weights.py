"""Weights of TensorFlow 1's `attention_decoder` for `AttentionDecoder`."""

from collections.abc import Mapping
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from han_attention.seq2seq.layers.attention_decoder import AttentionDecoder

Array = NDArray[Any]
_CELLS = ("basic_lstm_cell", "lstm_cell", "gru_cell")


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

    Example:
    >>> bias = np.array([1.0, 2.0, 3.0, 4.0])
    >>> [x.tolist() for x in lstm_from_tf1(np.array([bias, bias]), bias)][1:]
    [[[1.0, 3.0, 2.0, 4.0]], [1.0, 4.0, 2.0, 4.0]]
    """
    units = len(bias) // 4
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

    Example:
    >>> gates = np.array([[1.0, 2.0], [1.0, 2.0]]), np.array([3.0, 4.0])
    >>> candidate = np.array([[5.0], [5.0]]), np.array([6.0])
    >>> [x.tolist() for x in gru_from_tf1(gates, candidate)][1:]
    [[[2.0, 1.0, 5.0]], [4.0, 3.0, 6.0]]
    """
    r, u = np.split(np.vstack(gates), 2, axis=1)
    columns = np.concatenate([u, r, np.vstack(candidate)], axis=1)
    return _split_rows(columns, columns.shape[1] // 3)


def load_tf1(
    decoder: AttentionDecoder,
    variables: Mapping[str, Array],
    forget_bias: float = 1.0,
) -> None:
    """Give a decoder the weights of TensorFlow 1's `attention_decoder`.

    Args:
        decoder: A built `AttentionDecoder` of the same sizes, with LSTM cells
            or `GRUCell(reset_after=False)`, and the `query` `"state"`.
        variables: Arrays by the names of the variables, in any scope, such as
            `"embedding_attention_decoder/attention_decoder/AttnW_0"`; the
            variables of other scopes are not read.
        forget_bias: Of the LSTM cells. Defaults to 1.0.

    Raises:
        ValueError: if a variable is missing, of another shape, or not known,
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
    scope = _Scope(variables)
    values = _attention_weights(decoder, scope)
    values += _cell_weights(decoder, scope, forget_bias)
    scope.check_all_read()
    for weight, value in values:
        if tuple(weight.shape) != value.shape:
            raise ValueError(
                "Invalid value for argument `variables`. Expected a shape "
                f"{tuple(weight.shape)} for `{weight.path}`. Received: "
                f"{value.shape}"
            )
    for weight, value in values:
        weight.assign(value)


class _Scope:
    """The variables of the decoder's scope, and which were not read yet."""

    def __init__(self, variables: Mapping[str, Array]) -> None:
        named = {
            name.removesuffix(":0"): np.asarray(value)
            for name, value in variables.items()
        }
        ends = [n for n in named if ("/" + n).endswith("/AttnW_0")]
        if len(ends) != 1:
            raise ValueError(
                "Invalid value for argument `variables`. Expected the "
                "variables of one `attention_decoder`, with one `AttnW_0`. "
                f"Received: {sorted(variables)}"
            )
        prefix = ends[0].removesuffix("AttnW_0")
        self.variables = {
            name.removeprefix(prefix): value
            for name, value in named.items()
            if name.startswith(prefix)
        }
        self.unread = set(self.variables)

    def read(self, name: str) -> Array:
        if name not in self.variables:
            raise ValueError(
                f"Invalid value for argument `variables`. Expected `{name}`. "
                f"Received: {sorted(self.variables)}"
            )
        self.unread.discard(name)
        return self.variables[name].copy()

    def read_pair(self, name: str) -> tuple[Array, Array]:
        """Kernel and bias of a scope inside, "" for the scope itself."""
        return self.read(f"{name}kernel"), self.read(f"{name}bias")

    def check_all_read(self) -> None:
        if self.unread:
            raise ValueError(
                "Invalid value for argument `variables`. Expected those of a "
                "decoder with these cells and heads. Received also: "
                f"{sorted(self.unread)}"
            )


def _attention_weights(
    decoder: AttentionDecoder, scope: _Scope
) -> list[tuple[Any, Array]]:
    """Each weight outside of the cells, with its value."""
    heads = range(decoder.num_heads)
    queries = [scope.read_pair(f"Attention_{n}/") for n in heads]
    keys = [scope.read(f"AttnW_{n}") for n in heads]
    scales = [scope.read(f"AttnV_{n}") for n in heads]
    rows = _query_rows(decoder)
    for kernel, _ in queries:
        if kernel.shape[0] != len(rows):
            raise ValueError(
                "Invalid value for argument `variables`. Expected "
                f"`Attention_0/kernel` with {len(rows)} rows. Received: "
                f"shape {kernel.shape}"
            )
    read = decoder.attention
    of_input = scope.read_pair("")
    of_output = scope.read_pair("AttnOutputProjection/")
    return [
        (read.memory_kernel, np.concatenate([k[0, 0] for k in keys], axis=1)),
        (read.query_kernel, np.hstack([k[rows] for k, _ in queries])),
        (read.bias, np.concatenate([bias for _, bias in queries])),
        (read.scale, scales[0] if len(scales) == 1 else np.stack(scales, 1)),
        (decoder.input_kernel, of_input[0]),
        (decoder.input_bias, of_input[1]),
        (decoder.output_kernel, of_output[0]),
        (decoder.output_bias, of_output[1]),
    ]


def _cell_weights(
    decoder: AttentionDecoder, scope: _Scope, forget_bias: float
) -> list[tuple[Any, Array]]:
    """Each weight of the cells, with its value."""
    values: list[tuple[Any, Array]] = []
    stacked = any(x.startswith("multi_rnn_cell/") for x in scope.variables)
    for n, cell in enumerate(_cells(decoder)):
        outer = f"multi_rnn_cell/cell_{n}/" if stacked else ""
        names = [f"{outer}{name}/" for name in _CELLS]
        inside = [
            name
            for name in names
            if any(x.startswith(name) for x in scope.variables)
        ]
        name = inside[0] if inside else names[0]
        if isinstance(cell, keras.layers.LSTMCell):
            arrays = lstm_from_tf1(*scope.read_pair(name), forget_bias)
        else:
            arrays = gru_from_tf1(
                scope.read_pair(f"{name}gates/"),
                scope.read_pair(f"{name}candidate/"),
            )
        weights = cell.kernel, cell.recurrent_kernel, cell.bias
        values += zip(weights, arrays, strict=True)
    return values


def _cells(decoder: AttentionDecoder) -> list[Any]:
    return getattr(decoder.cell, "cells", [decoder.cell])


def _query_rows(decoder: AttentionDecoder) -> list[int]:
    """Rows of a query kernel: TensorFlow 1 has c, h where Keras has h, c."""
    rows: list[int] = []
    for cell in _cells(decoder):
        start, units = len(rows), cell.units
        first = list(range(start, start + units))
        if isinstance(cell, keras.layers.LSTMCell):
            rows += range(start + units, start + 2 * units)
        rows += first
    return rows


def _split_rows(columns: Array, units: int) -> list[Array]:
    """Rows of the inputs, of the state, and the bias below them."""
    return [columns[: -1 - units], columns[-1 - units : -1], columns[-1]]


def _check_decoder(decoder: Any) -> None:
    known = isinstance(decoder, AttentionDecoder) and decoder.built
    cells = _cells(decoder) if known else []
    if (
        not known
        or decoder.query != "state"
        or not all(
            isinstance(cell, keras.layers.LSTMCell)
            or (isinstance(cell, keras.layers.GRUCell) and not cell.reset_after)
            for cell in cells
        )
    ):
        raise ValueError(
            "Invalid value for argument `decoder`. Expected a built "
            "AttentionDecoder with query='state' and cells that are LSTMCell "
            f"or GRUCell(reset_after=False). Received: decoder={decoder!r}"
        )
