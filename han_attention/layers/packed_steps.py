"""What a loop reads at each step, as one tensor.

`keras.ops.scan` on TensorFlow takes several tensors only if the number of steps
is known (Keras 3.15).
"""

from keras import ops

from han_attention.types import Tensor


def pack_steps(steps: dict[str, Tensor]) -> Tensor:
    """Inputs (T, B, I) and boolean flags (T, B, 1), side by side.

    Example:
    >>> import numpy as np
    >>> steps = {"inputs": np.ones((5, 2, 3)), "real": np.ones((5, 2, 1), bool)}
    >>> tuple(pack_steps(steps).shape)
    (5, 2, 4)
    """
    inputs, *flags = steps.values()
    if not flags:
        return inputs
    dtype = inputs.dtype
    return ops.concatenate([inputs, *(ops.cast(x, dtype) for x in flags)], -1)


def unpack_step(step: Tensor, names: list[str]) -> dict[str, Tensor]:
    """What `pack_steps` packed under these names, at one step.

    Example:
    >>> import numpy as np
    >>> step = unpack_step(np.array([[7.0, 8.0, 1.0]]), ["inputs", "real"])
    >>> step["inputs"].tolist(), np.asarray(step["real"]).tolist()
    ([[7.0, 8.0]], [[True]])
    """
    first, *flags = names
    size = step.shape[-1] - len(flags)
    unpacked = {first: step[:, :size]}
    for n, name in enumerate(flags, start=size):
        unpacked[name] = ops.greater(step[:, n : n + 1], 0.5)
    return unpacked
