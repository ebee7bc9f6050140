"""A person's Keras callbacks, which live through all epochs of a training."""

from collections.abc import Sequence
from typing import Any

import keras


def check_callbacks(callbacks: Sequence[Any]) -> list[keras.callbacks.Callback]:
    """Return callbacks as a list, or say which one is none.

    Raises:
        TypeError: for anything but callbacks of Keras.
    """
    if isinstance(callbacks, keras.callbacks.Callback):
        return [callbacks]
    if not isinstance(callbacks, Sequence) or isinstance(callbacks, str):
        raise TypeError(
            "Invalid value for argument `callbacks`. Expected a list of Keras "
            f"callbacks. Received: callbacks={callbacks!r}"
        )
    for callback in callbacks:
        if not isinstance(callback, keras.callbacks.Callback):
            raise TypeError(
                "Invalid value for argument `callbacks`. Expected a list of "
                f"Keras callbacks. Received: one of {callback!r}"
            )
    return list(callbacks)


class WithinEpoch(keras.callbacks.Callback):
    """Tells callbacks what happens within an epoch, but not that one began.

    Each epoch is a `fit` of its own, so that all of its state is known at the
    end; to the callbacks all epochs are one training.

    Args:
        callbacks: Who is told.

    Attributes:
        first_batch: The number of the first batch of training, from 0.
    """

    first_batch = 0

    def __init__(self, callbacks: keras.callbacks.CallbackList) -> None:
        super().__init__()
        self._callbacks = callbacks

    def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
        self._callbacks.on_train_batch_begin(self.first_batch + batch, logs)

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        self._callbacks.on_train_batch_end(self.first_batch + batch, logs)

    def on_test_begin(self, logs: Any = None) -> None:
        self._callbacks.on_test_begin(logs)

    def on_test_end(self, logs: Any = None) -> None:
        self._callbacks.on_test_end(logs)

    def on_test_batch_begin(self, batch: int, logs: Any = None) -> None:
        self._callbacks.on_test_batch_begin(batch, logs)

    def on_test_batch_end(self, batch: int, logs: Any = None) -> None:
        self._callbacks.on_test_batch_end(batch, logs)
