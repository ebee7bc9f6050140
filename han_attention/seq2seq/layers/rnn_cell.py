"""Any Keras RNN cell, or a stack of them, as one step on a flat state.

A flat state is a tuple of tensors (B, units) in the order in which
`keras.tree.flatten(cell.state_size)` names them: h, c for an LSTM cell.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import keras
from keras import ops

from han_attention.types import Tensor

FlatState = tuple[Tensor, ...]


def as_cell(cell: Any) -> Any:
    """Return the cell, or a list of cells as a stack, if it is a cell."""
    if isinstance(cell, (list, tuple)) and cell:
        return keras.layers.StackedRNNCells([as_cell(c) for c in cell])
    if not isinstance(cell, keras.layers.Layer) or not hasattr(
        cell, "state_size"
    ):
        raise ValueError(
            "Invalid value for argument `cell`. Expected a cell of Keras, "
            f"such as LSTMCell, or a list of cells. Received: cell={cell!r}"
        )
    return cell


def state_sizes(cell: Any) -> list[int]:
    """The width of each tensor of the flat state."""
    return keras.tree.flatten(cell.state_size)


def output_size(cell: Any) -> int:
    """The width of the cell's output."""
    size = getattr(cell, "output_size", None)
    return state_sizes(cell)[0] if size is None else size


def top_state_index(cell: Any) -> int:
    """Where in the flat state the top cell's begins: with h in Keras."""
    top = _single_cells(cell)[-1]
    return len(state_sizes(cell)) - len(state_sizes(top))


def zero_state(cell: Any, batch_size: Any) -> FlatState:
    """The flat state that the cell starts from by itself, mostly zeros."""
    if hasattr(cell, "get_initial_state"):
        state = cell.get_initial_state(batch_size=batch_size)
        return tuple(
            ops.cast(x, cell.compute_dtype) for x in keras.tree.flatten(state)
        )
    return tuple(
        ops.zeros((batch_size, size), dtype=cell.compute_dtype)
        for size in state_sizes(cell)
    )


def flatten_state(
    cell: Any, state: Any, name: str, batch_size: int | None = None
) -> FlatState:
    """Flatten a state of the cell's structure, in its dtype, or raise."""
    flat = keras.tree.flatten(state)
    sizes = state_sizes(cell)
    shapes = [tuple(getattr(x, "shape", ())) for x in flat]
    if len(shapes) != len(sizes) or not all(
        len(shape) == 2
        and shape[1] == size
        and (None in (shape[0], batch_size) or shape[0] == batch_size)
        for shape, size in zip(shapes, sizes, strict=True)
    ):
        raise ValueError(
            f"Invalid structure of argument `{name}`. Expected tensors "
            f"({batch_size or 'batch'}, units) with the units of "
            f"`cell.state_size`, {cell.state_size}. Received shapes: {shapes}"
        )
    return tuple(ops.cast(x, cell.compute_dtype) for x in flat)


def pack_state(cell: Any, state: Any) -> Any:
    """Give a flat state the structure of `cell.state_size`."""
    return keras.tree.pack_sequence_as(_plain(cell.state_size), list(state))


def run_cell(
    cell: Any, inputs: Tensor, state: FlatState
) -> tuple[Tensor, FlatState]:
    """One step: the output and the next flat state, of the state's dtypes."""
    packed = pack_state(cell, state)
    # As `keras.layers.RNN` does: always a list, also of a single tensor.
    packed = packed if isinstance(packed, (list, tuple)) else [packed]
    outputs, after = cell(inputs, packed)
    after = keras.tree.flatten(after)
    return outputs, tuple(
        ops.cast(new, old.dtype) for new, old in zip(after, state, strict=True)
    )


@contextmanager
def dropout_masks(
    cell: Any, inputs: Tensor, state: FlatState, training: bool | None
) -> Iterator[None]:
    """Draw the cell's dropout masks now, for all steps of a loop.

    As in `keras.layers.RNN`, every step has the same masks. They cannot be
    drawn inside the loop: JAX would lose the state of the generator.

    Args:
        cell: A built cell.
        inputs: Tensor (B, I) of the size and dtype of the cell's inputs.
        state: Flat state.
        training: Whether there is dropout at all.
    """
    cells = [c for c in _single_cells(cell) if hasattr(c, "get_dropout_mask")]
    try:
        if training:
            _draw(cell, inputs, list(state))
        yield
    finally:
        for single in cells:
            single.reset_dropout_mask()
            single.reset_recurrent_dropout_mask()


def _draw(cell: Any, inputs: Tensor, state: list[Tensor]) -> None:
    for single in _single_cells(cell):
        first = state[0]
        state = state[len(state_sizes(single)) :]
        if hasattr(single, "get_dropout_mask"):
            single.get_dropout_mask(ops.cast(inputs, single.compute_dtype))
            single.get_recurrent_dropout_mask(first)
        inputs = ops.zeros((ops.shape(first)[0], output_size(single)))


def _plain(sizes: Any) -> Any:
    """Lists as such: JAX does not look into those that Keras tracks."""
    if isinstance(sizes, (list, tuple)):
        return [_plain(size) for size in sizes]
    return sizes


def _single_cells(cell: Any) -> list[Any]:
    """The cells of a stack, from the bottom; a cell alone as it is."""
    if isinstance(cell, keras.layers.StackedRNNCells):
        return [single for c in cell.cells for single in _single_cells(c)]
    return [cell]
