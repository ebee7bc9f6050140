"""Watches every step: saves the state in time, and stops what leads nowhere."""

import math
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import keras

from han_attention.training.checkpoint import Place
from han_attention.training.checkpoint import check_finite_state
from han_attention.training.checkpoint import load_metrics
from han_attention.training.checkpoint import save_checkpoint
from han_attention.training.history import History
from han_attention.training.stop import StopRequest

_COST = 0.03  # of the time, at most, for checkpoints
_LARGEST_LOSS = 1e6
_GO_ON = "All is saved: go on with --resume (in Python `resume=True`)."


class KeepState(keras.callbacks.Callback):
    """Saves a training between its steps, and ends it when it has to end.

    Args:
        folder: Of the checkpoints.
        history: The finished epochs; others add to it.
        request: Whether to stop after the next step.
        minutes: Between two checkpoints, at least.
    """

    def __init__(
        self,
        folder: Path,
        history: History,
        request: StopRequest,
        minutes: float,
    ) -> None:
        super().__init__()
        self._folder = folder
        self._history = history
        self._request = request
        self._seconds_between = 60 * minutes
        self._saved_at = time.monotonic()
        self._cost = 0.0  # seconds that the last checkpoint took
        self._num_batches = 0

    def start(self, place: Place, num_batches: int) -> None:
        """Say where the epoch to come begins, and how many batches it has."""
        self._first = self._done = place
        self._num_batches = num_batches
        self._started_at = time.monotonic()

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        if self._first.batch:  # Keras has just set them back to nothing
            load_metrics(self._folder, self.model)

    def on_train_batch_end(
        self, batch: int, logs: dict[str, float] | None = None
    ) -> None:
        numbers = {name: float(value) for name, value in (logs or {}).items()}
        loss = numbers.get("loss", 0.0)
        if not abs(loss) < _LARGEST_LOSS:
            raise self._diverged(f"The loss is {loss:.4g}", batch + 1)
        seconds = time.monotonic() - self._started_at + self._first.seconds
        self._done = Place(self._first.batch + batch + 1, numbers, seconds)
        due = max(self._seconds_between, self._cost / _COST)
        stop = self._request.is_due()
        if stop or time.monotonic() - self._saved_at >= due:
            self._save(stop)

    def on_test_batch_end(
        self, batch: int, logs: dict[str, float] | None = None
    ) -> None:
        if self._request.is_due():
            self._save(stop=True)

    def check_epoch(self, scores: Mapping[str, float]) -> None:
        """Raise a ValueError if a loss of an epoch, or a weight, is none."""
        losses = [scores[name] for name in scores if name.endswith("loss")]
        finite = all(map(math.isfinite, losses))
        try:
            check_finite_state(self.model)
        except FloatingPointError:
            finite = False
        if not finite:
            raise self._diverged("The loss or a weight is NaN or infinite")

    def end_epoch(self, num_epochs: int) -> None:
        """Stop, if someone asked for it since the last step: all is saved."""
        self._saved_at = time.monotonic()
        if self._request.is_due(now=True):
            self._request.obey(
                f"Stopped after epoch {len(self._history)} of {num_epochs}. "
                f"{_GO_ON}"
            )

    def _diverged(self, what: str, batch: int | None = None) -> ValueError:
        """The error that says what was lost, where, and why."""
        model = self.model
        rate = float(keras.ops.convert_to_numpy(model.optimizer.learning_rate))
        done = self._first.batch + (batch or self._num_batches)
        return ValueError(
            f"{what} in epoch {len(self._history) + 1} at step {done} of "
            f"{self._num_batches}: the training is stopped. Expected a "
            f"`learning_rate` at which it learns. Received: {rate:.3g} at this "
            "step. The last good weights are kept."
        )

    def _save(self, stop: bool) -> None:
        """Save the state, and stop if someone asked for it."""
        start = time.monotonic()
        try:
            # `self.model` gives JAX the time to write its state back.
            save_checkpoint(self._folder, self.model, self._history, self._done)
        except FloatingPointError:
            step = self._done.batch - self._first.batch
            raise self._diverged("A weight is NaN or infinite", step) from None
        self._saved_at = time.monotonic()
        self._cost = self._saved_at - start
        if stop:
            self._request.obey(
                f"Stopped in epoch {len(self._history) + 1} after "
                f"{self._done.batch} of {self._num_batches} steps. {_GO_ON}"
            )
