"""What a loop over T steps kept of each of them."""

from typing import Any

import keras
from keras import ops

from han_attention.steps import last_real_step
from han_attention.types import Tensor


def batch_major(steps: Tensor) -> Tensor:
    """(T, B, D) to (B, T, D), and (T, B, H, S) to (B, H, T, S).

    Example:
    >>> import numpy as np
    >>> tuple(batch_major(np.zeros((5, 2, 3, 7))).shape)
    (2, 3, 5, 7)
    """
    heads = len(steps.shape) == 4
    return ops.transpose(steps, (1, 2, 0, 3) if heads else (1, 0, 2))


def zero_padding(steps: Tensor, mask: Tensor | None) -> Tensor:
    """Steps (B, T, D) or (B, H, T, S), 0 where the mask (B, T) is False.

    Example:
    >>> import numpy as np
    >>> mask = np.array([[True, False]])
    >>> np.asarray(zero_padding(np.ones((1, 2, 3)), mask)).tolist()
    [[[1.0, 1.0, 1.0], [0.0, 0.0, 0.0]]]
    """
    if mask is None:
        return steps
    real = ops.expand_dims(mask, -1)
    if len(steps.shape) == 4:
        real = ops.expand_dims(real, 1)
    return ops.where(real, steps, 0)


def state_at_the_end(history: Any, first: Any, mask: Tensor) -> Any:
    """What the last real step left; what was there before, if there is none.

    A loop that goes on over padding does not spoil it: with the padding on the
    right, no real step reads what padding does to the state.

    Args:
        history: Structure of tensors (B, T, D), the state after each step.
        first: The same of tensors (B, D), the state before the first step.
        mask: Boolean tensor (B, T), padding on the right.

    Example:
    >>> import numpy as np
    >>> history = np.array([[[1.0], [2.0]], [[3.0], [4.0]]])
    >>> first = np.array([[0.0], [0.5]])
    >>> mask = np.array([[True, False], [False, False]])
    >>> np.asarray(state_at_the_end(history, first, mask)).tolist()
    [[1.0], [0.5]]
    """
    some = ops.any(mask, axis=1, keepdims=True)
    return keras.tree.map_structure(
        lambda steps, before: ops.where(
            some, last_real_step(steps, mask), before
        ),
        history,
        first,
    )
