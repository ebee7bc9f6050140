"""Mask maths on any Keras backend, as free functions.

Masks are boolean, True = real. A row with nothing real gives zeros.
"""

import keras
from keras import ops

from han_attention.types import Tensor

# Far below any real score, far above the float32 minimum: no overflow.
_MASKED_SCORE = -1e30


def mask_from_ids(ids: Tensor) -> Tensor:
    """Mark the real tokens of padded ids: `ids != 0`.

    Args:
        ids: integer tensor of any shape; 0 is padding.

    Returns:
        Boolean tensor of the same shape, True = real.

    Example:
    >>> import numpy as np
    >>> np.asarray(mask_from_ids(np.array([[7, 5, 0]]))).tolist()
    [[True, True, False]]
    """
    return ops.not_equal(ids, 0)


def masked_softmax(scores: Tensor, mask: Tensor | None = None) -> Tensor:
    """Softmax over the last axis, over real positions only.

    a_t = exp(s_t) / sum over real k of exp(s_k); 0 where masked.

    Args:
        scores: float tensor (..., T).
        mask: boolean tensor that broadcasts to (..., T). Defaults to None:
            every position is real.

    Returns:
        Weights (..., T), in float32 or wider. A row with nothing real is all
        zeros, and so are its gradients.

    Example:
    >>> import numpy as np
    >>> mask = np.array([[True, True, False]])
    >>> np.asarray(masked_softmax(np.array([[1.0, 1.0, 9.0]]), mask)).tolist()
    [[0.5, 0.5, 0.0]]
    """
    scores, mask = _scores_and_mask(scores, mask)
    scores = ops.where(mask, scores, _MASKED_SCORE)
    highest = ops.stop_gradient(_highest(scores))
    weights = ops.where(mask, ops.exp(scores - highest), 0.0)
    total = ops.sum(weights, axis=-1, keepdims=True)
    return weights / ops.where(total > 0, total, 1.0)


def masked_sparsemax(scores: Tensor, mask: Tensor | None = None) -> Tensor:
    """Sparsemax over the last axis, over real positions only.

    a_t = max(s_t - tau, 0), with tau such that the weights sum to 1: the
    Euclidean projection of the scores onto the simplex. Unlike softmax it
    gives most positions a weight of exactly 0.

    Args:
        scores: float tensor (..., T).
        mask: boolean tensor that broadcasts to (..., T). Defaults to None:
            every position is real.

    Returns:
        Weights (..., T), in float32 or wider. A row with nothing real is all
        zeros, and so are its gradients.

    Example:
    >>> import numpy as np
    >>> np.asarray(masked_sparsemax(np.array([[1.0, 0.5, -3.0]]))).tolist()
    [[0.75, 0.25, 0.0]]

    Reference:
        Martins and Astudillo, 2016, https://arxiv.org/abs/1602.02068
    """
    scores, mask = _scores_and_mask(scores, mask)
    highest = _highest(ops.where(mask, scores, _MASKED_SCORE))
    # A score 1 or more below the highest always gets weight 0, so -2 stands
    # for all of those and for the masked ones.
    shifted = ops.where(mask, ops.maximum(scores - highest, -2.0), -2.0)
    support = ops.logical_and(mask, _in_sparsemax_support(shifted))
    count = ops.sum(ops.cast(support, shifted.dtype), axis=-1, keepdims=True)
    total = ops.sum(ops.where(support, shifted, 0.0), axis=-1, keepdims=True)
    tau = (total - 1.0) / ops.maximum(count, 1.0)
    return ops.where(support, shifted - tau, 0.0)


def additive_scores(
    inputs: Tensor, kernel: Tensor, bias: Tensor | None, context: Tensor
) -> Tensor:
    """Score every step with H context vectors: s = tanh(x W + b) u.

    Args:
        inputs: x, float tensor (..., T, D).
        kernel: W, (D, units).
        bias: b, (units,), or None for no bias.
        context: u, (units, H). Its dtype is that of the scores.

    Returns:
        Scores (..., H, T).

    Example:
    >>> import numpy as np
    >>> words = np.zeros((2, 7, 16), "float32")
    >>> kernel = np.ones((16, 5), "float32")
    >>> context = np.ones((5, 1), "float32")
    >>> tuple(additive_scores(words, kernel, None, context).shape)
    (2, 1, 7)

    Reference:
        Yang et al., 2016, https://aclanthology.org/N16-1174/
    """
    hidden = ops.matmul(inputs, kernel)
    if bias is not None:
        hidden = ops.add(hidden, bias)
    hidden = ops.cast(ops.tanh(hidden), context.dtype)
    return ops.swapaxes(ops.matmul(hidden, context), -1, -2)


def weighted_sum(weights: Tensor, inputs: Tensor) -> Tensor:
    """Sum the steps by each head's weights, the heads side by side.

    y_h = sum over t of a_(h,t) x_t.

    Args:
        weights: a, float tensor (..., H, T).
        inputs: x, tensor (..., T, D). Its dtype is that of the result, or
            that of the weights if it is no float.

    Returns:
        Tensor (..., H * D).

    Example:
    >>> import numpy as np
    >>> weights = np.array([[[0.5, 0.5]]])
    >>> steps = np.array([[[1.0, 0.0], [3.0, 2.0]]])
    >>> np.asarray(weighted_sum(weights, steps)).tolist()
    [[2.0, 1.0]]
    """
    inputs = to_float(inputs, weights.dtype)
    pooled = ops.matmul(ops.cast(weights, inputs.dtype), inputs)
    *leading, heads, features = ops.shape(pooled)
    return ops.reshape(pooled, (*leading, heads * features))


def to_float(inputs: Tensor, dtype: str) -> Tensor:
    """Cast integers and booleans to a type; floats stay as they are."""
    given = keras.backend.standardize_dtype(inputs.dtype)
    if keras.backend.is_float_dtype(given):
        return inputs
    return ops.cast(inputs, dtype)


def masked_max(inputs: Tensor, mask: Tensor) -> Tensor:
    """The largest value of each feature over the real steps.

    y_d = max over real t of x_td; 0 for a row with nothing real.

    Args:
        inputs: x, float tensor (..., T, D).
        mask: boolean tensor (..., T).

    Returns:
        Tensor (..., D).

    Example:
    >>> import numpy as np
    >>> steps = np.array([[[-1.0, 4.0], [-3.0, 2.0], [9.0, 9.0]]])
    >>> mask = np.array([[True, True, False]])
    >>> np.asarray(masked_max(steps, mask)).tolist()
    [[-1.0, 4.0]]
    """
    real = ops.broadcast_to(ops.expand_dims(mask, -1), ops.shape(inputs))
    dtype = keras.backend.standardize_dtype(inputs.dtype)
    low = -6e4 if dtype == "float16" else _MASKED_SCORE
    largest = _max(ops.where(real, inputs, low), axis=-2, least=low)
    return ops.where(ops.any(real, axis=-2), largest, 0)


def _highest(scores: Tensor) -> Tensor:
    return ops.expand_dims(_max(scores, -1, _MASKED_SCORE), -1)


def _max(values: Tensor, axis: int, least: float) -> Tensor:
    """The largest along an axis, or `least` where there is none."""
    # Not `ops.max`: of no rows at all it fails, or with `initial=` on a GPU of
    # PyTorch (findings/max_initial_on_torch.sh).
    padding = [(0, 0)] * len(values.shape)
    padding[axis] = (0, 1)
    values = ops.pad(values, padding, constant_values=least)
    return ops.top_k(ops.swapaxes(values, axis, -1), 1)[0][..., 0]


def _scores_and_mask(
    scores: Tensor, mask: Tensor | None
) -> tuple[Tensor, Tensor]:
    """Scores in float32 or wider, and a boolean mask, all True for None."""
    scores = ops.convert_to_tensor(scores)
    dtype = keras.backend.standardize_dtype(scores.dtype)
    scores = ops.cast(scores, keras.backend.result_type(dtype, "float32"))
    if mask is None:
        return scores, ops.ones_like(scores, dtype="bool")
    return scores, ops.cast(mask, "bool")


def _in_sparsemax_support(shifted: Tensor) -> Tensor:
    """Which positions get a weight: s_k with 1 + k s_k > s_1 + ... + s_k."""
    # The set is constant around a point: no gradient goes through the sort.
    ordered = ops.flip(ops.sort(ops.stop_gradient(shifted), axis=-1), axis=-1)
    rank = ops.cast(ops.arange(1, ops.shape(ordered)[-1] + 1), ordered.dtype)
    inside = 1.0 + rank * ordered > ops.cumsum(ordered, axis=-1)
    size = ops.sum(ops.cast(inside, ordered.dtype), axis=-1, keepdims=True)
    total = ops.sum(ops.where(inside, ordered, 0.0), axis=-1, keepdims=True)
    tau = (total - 1.0) / size
    return ops.stop_gradient(shifted) > tau
