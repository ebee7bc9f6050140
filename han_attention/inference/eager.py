"""A model that is traced only once that has paid."""

from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

# A step of the loop over time takes 7 ms more where it is not traced, and
# tracing takes half a second; JAX compiles each operation then, PyTorch none.
_EAGER_TIME_STEPS = {"tensorflow": 60}


class TracedLater:
    """Runs a few short texts step by step, and traces the model for more.

    Args:
        model: A `keras.Model` from ids.

    Example:
    >>> from han_attention import build_classifier
    >>> run = TracedLater(build_classifier(10_000, num_classes=3))
    >>> run(np.array([[4, 7, 12, 0]])).shape
    (1, 3)
    """

    def __init__(self, model: keras.Model) -> None:
        self.model = model
        self._time_steps = 0  # of all that was run so far

    def __call__(self, ids: NDArray[np.int32]) -> Any:
        """The outputs of the model for ids (B, T) or (B, S, T), as arrays."""
        self._time_steps += sum(ids.shape[1:])
        limit = _EAGER_TIME_STEPS.get(keras.backend.backend(), 0)
        if self._time_steps > limit:
            return self.model.predict_on_batch(ids)
        outputs = self.model(ids, training=False)
        return keras.tree.map_structure(keras.ops.convert_to_numpy, outputs)
