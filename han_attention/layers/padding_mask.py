"""Masks as layers, so that a model of them can be saved in every format.

An operation of `keras.ops` between the layers of a functional model is saved
in `.keras` files, but cannot be loaded from `.h5`.
"""

import keras
from keras import ops

from han_attention.ops import mask_from_ids
from han_attention.types import Tensor


@keras.saving.register_keras_serializable(package="han_attention")
class PaddingMask(keras.layers.Layer):
    """Marks the real tokens of padded ids: `ids != 0`.

    Call arguments:
        inputs: Integer tensor of any shape; 0 is padding.

    Output:
        Boolean tensor of the same shape, True = real.

    Example:
    >>> import numpy as np
    >>> np.asarray(PaddingMask()(np.array([[7, 5, 0]]))).tolist()
    [[True, True, False]]
    """

    def call(self, inputs: Tensor) -> Tensor:
        return mask_from_ids(inputs)


@keras.saving.register_keras_serializable(package="han_attention")
class AnyReal(keras.layers.Layer):
    """Marks the sequences in which a step is real.

    Call arguments:
        inputs: Boolean tensor (..., T), True = real.

    Output:
        Boolean tensor (...).

    Example:
    >>> import numpy as np
    >>> mask = np.array([[True, False], [False, False]])
    >>> np.asarray(AnyReal()(mask)).tolist()
    [True, False]
    """

    def call(self, inputs: Tensor) -> Tensor:
        return ops.any(inputs, axis=-1)
