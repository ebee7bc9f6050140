"""Sequences of any mask brought to where their padding is on the right."""

from keras import ops

from han_attention.steps import take_steps
from han_attention.types import Tensor


def move_padding_right(
    inputs: Tensor, mask: Tensor
) -> tuple[Tensor, Tensor, Tensor]:
    """Put the real steps of each row in front, in their order.

    Args:
        inputs: tensor (B, T, D).
        mask: boolean tensor (B, T), padding wherever it is.

    Returns:
        The inputs (B, T, D), their mask (B, T), and the place (B, T) to which
        each step went, with which `take_steps` brings what came of them back.

    Example:
    >>> import numpy as np
    >>> mask = np.array([[False, True, False, True]])
    >>> steps = np.array([[[0], [7], [0], [5]]])
    >>> moved, real, place = move_padding_right(steps, mask)
    >>> np.asarray(moved).tolist(), np.asarray(real).tolist()
    ([[[7], [5], [0], [0]]], [[True, True, False, False]])
    >>> np.asarray(take_steps(moved, place)).tolist()
    [[[0], [7], [0], [5]]]
    """
    real = ops.cast(mask, "int32")
    number = ops.sum(real, axis=1, keepdims=True)
    place = ops.where(
        mask,
        ops.cumsum(real, axis=1) - 1,
        number + ops.cumsum(1 - real, axis=1) - 1,
    )
    step = ops.expand_dims(ops.arange(ops.shape(mask)[1], dtype="int32"), 0)
    moved = take_steps(inputs, ops.cast(ops.argsort(place, axis=1), "int32"))
    return moved, step < number, place
