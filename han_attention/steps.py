"""The steps of padded sequences: in another order, and the last real one.

Masks are boolean, True = real.
"""

from keras import ops

from han_attention.types import Tensor


def reverse_within_length(inputs: Tensor, mask: Tensor | None = None) -> Tensor:
    """Reverse the real steps of each row and leave the padding where it is.

    With n real steps: y_t = x_(n-1-t) for t < n, and y_t = x_t after. Doing it
    twice gives the input back.

    Args:
        inputs: tensor (B, T, D).
        mask: boolean tensor (B, T), padding on the right. Defaults to None:
            every step is real.

    Returns:
        Tensor (B, T, D).

    Example:
    >>> import numpy as np
    >>> mask = np.array([[True, True, False]])
    >>> steps = np.array([[[1], [2], [0]]])
    >>> np.asarray(reverse_within_length(steps, mask)).tolist()
    [[[2], [1], [0]]]
    """
    if mask is None:
        return ops.flip(inputs, axis=1)
    lengths = ops.sum(ops.cast(mask, "int32"), axis=1, keepdims=True)
    step = ops.expand_dims(ops.arange(ops.shape(mask)[1], dtype="int32"), 0)
    return take_steps(
        inputs, ops.where(step < lengths, lengths - 1 - step, step)
    )


def take_steps(inputs: Tensor, source: Tensor) -> Tensor:
    """Put the steps of each row in another order: y_t = x_(source_t).

    Args:
        inputs: tensor (B, T, D).
        source: integer tensor (B, T), from 0 to T - 1.

    Returns:
        Tensor (B, T, D).

    Example:
    >>> import numpy as np
    >>> steps, source = np.array([[[7], [8], [9]]]), np.array([[2, 0, 0]])
    >>> np.asarray(take_steps(steps, source)).tolist()
    [[[9], [7], [7]]]
    """
    batch_size, steps, features = ops.shape(inputs)
    row = ops.expand_dims(ops.arange(batch_size, dtype="int32"), 1)
    # One gather of whole steps from (B*T, D): much faster than
    # `take_along_axis`, which needs an index for every feature.
    flat = ops.reshape(inputs, (batch_size * steps, features))
    return ops.take(flat, row * steps + ops.cast(source, "int32"), axis=0)


def last_real_step(inputs: Tensor, mask: Tensor) -> Tensor:
    """The last real step of each row; its first step if it has none.

    Args:
        inputs: tensor (B, T, D).
        mask: boolean tensor (B, T), padding on the right.

    Returns:
        Tensor (B, D).

    Example:
    >>> import numpy as np
    >>> steps = np.array([[[1.0], [2.0], [3.0]]])
    >>> mask = np.array([[True, True, False]])
    >>> np.asarray(last_real_step(steps, mask)).tolist()
    [[2.0]]
    """
    batch_size, steps, features = ops.shape(inputs)
    lengths = ops.sum(ops.cast(mask, "int32"), axis=1)
    rows = ops.arange(batch_size, dtype="int32") * steps
    places = rows + ops.maximum(lengths - 1, 0)
    # One gather of whole steps from (B*T, D).
    return ops.take(ops.reshape(inputs, (-1, features)), places, axis=0)
