"""A model that is traced only once that has paid."""

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from han_attention.inference.fork import check_not_forked

# A step of the loop over time takes 7 ms more where it is not traced, and
# tracing takes half a second.
_EAGER_TIME_STEPS = 60


class TracedLater:
    """Runs a model of ids; with TensorFlow a few short texts step by step.

    For more, TensorFlow traces the model, once for all sizes. The other
    backends run it as `predict_on_batch` does.

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
        self._traced: Callable[[Any], Any] | None = None

    def __call__(self, ids: NDArray[np.int32]) -> Any:
        """The outputs of the model for ids (B, T) or (B, S, T), as arrays."""
        check_not_forked()
        if keras.backend.backend() != "tensorflow":
            return self.model.predict_on_batch(ids)
        self._time_steps += sum(ids.shape[1:])
        ids = keras.ops.convert_to_tensor(ids, "int32")
        if self.model.run_eagerly or self._time_steps <= _EAGER_TIME_STEPS:
            outputs = self.model(ids, training=False)
        else:
            outputs = self._trace(len(ids.shape))(ids)
        return keras.tree.map_structure(keras.ops.convert_to_numpy, outputs)

    def _trace(self, rank: int) -> Callable[[Any], Any]:
        if self._traced is None:
            from han_attention.inference._tensorflow import make_function

            self._traced = make_function(self.model, rank)
        return self._traced
