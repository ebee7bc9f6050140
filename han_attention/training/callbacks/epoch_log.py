"""A line for each epoch, where a log is kept in place of bars."""

import sys
import time
from typing import Any

import keras

_SHOWN = ("loss", "val_accuracy")
_SHOWN_OF_LABELS = ("loss", "val_loss", "val_binary_accuracy")
_SHOWN_ALONE = ("loss", "accuracy")  # with nothing to validate by


class EpochLog(keras.callbacks.Callback):
    """Says on stderr how each epoch went, unless that is a terminal.

    On a terminal bars have said it already.

    Example:
    >>> log = EpochLog()
    >>> log.set_params({"epochs": 20})
    >>> log.on_epoch_begin(1)
    >>> log.on_epoch_end(1, {"loss": 0.41, "val_accuracy": 0.84})  # on stderr
    """

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        self._start = time.perf_counter()

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        if sys.stderr.isatty():
            return
        seconds = time.perf_counter() - self._start
        names: tuple[str, ...] = _SHOWN
        if "val_binary_accuracy" in logs:  # several labels
            names = _SHOWN_OF_LABELS
        elif "val_accuracy" not in logs:
            names = _SHOWN_ALONE
        parts = [f"{name} {logs[name]:.4f}" for name in names if name in logs]
        line = f"epoch {epoch + 1} of {self.params['epochs']}: "
        line += ", ".join([*parts, f"{seconds:.1f} s"])
        print(line, file=sys.stderr, flush=True)
