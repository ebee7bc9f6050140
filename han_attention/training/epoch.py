"""One use of a split: training, validation or testing, shown and logged."""

import time
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from contextlib import contextmanager
from pathlib import Path

import keras

from han_attention.settings import Settings
from han_attention.training.callbacks.attention_histograms import (
    AttentionHistograms,
)
from han_attention.training.callbacks.every_batch import EveryBatch
from han_attention.training.callbacks.progress_bar import ProgressBar
from han_attention.training.callbacks.step_scalars import StepScalars
from han_attention.training.callbacks.within_epoch import WithinEpoch
from han_attention.training.checkpoint import Place
from han_attention.training.distribution.devices import ONE_DEVICE
from han_attention.training.distribution.devices import Devices
from han_attention.training.failures import in_one_line
from han_attention.training.history import History
from han_attention.training.history import split_scores
from han_attention.training.sources.base import Batches
from han_attention.training.sources.base import Split
from han_attention.training.tensorboard import TensorBoardWriter

_HISTOGRAM_TEXTS = 64


class Phase:
    """Runs a model over a split, epoch by epoch.

    Each epoch has a progress bar, and goes to the TensorBoard folder of the
    phase if there is one: loss and accuracy, one point an epoch, and
    histograms; of training batches each too, as `batch_loss`.

    Args:
        name: `"train"`, `"validation"` or `"test"`.
        split: The texts.
        model: A compiled model.
        settings: Of the training.
        tensorboard: The folder in which the phase gets its own. Defaults to
            None: nothing is logged.
        callbacks: Of the person who trains. Defaults to ().
        devices: Among which each batch is divided. Defaults to one.
    """

    def __init__(
        self,
        name: str,
        split: Split,
        model: keras.Model,
        settings: Settings,
        tensorboard: Path | None = None,
        callbacks: Sequence[keras.callbacks.Callback] = (),
        devices: Devices = ONE_DEVICE,
    ) -> None:
        self._extra_callbacks = list(callbacks)
        self._devices = devices
        self._name = name
        self._split = split
        self._model = model
        self._settings = settings
        self._writer = None
        if tensorboard is not None:
            self._writer = TensorBoardWriter(tensorboard / name)
            self._histograms = AttentionHistograms(
                model, split.sample(_HISTOGRAM_TEXTS)
            )

    @property
    def num_batches(self) -> int:
        """Batches in an epoch."""
        return len(
            self._split.batches(self._settings.batch_size, self._settings.seed)
        )

    @property
    def time_steps(self) -> float:
        """Steps of the loops over time in an epoch; inf if not known."""
        settings = self._settings
        batches = self._split.batches(settings.batch_size, settings.seed)
        return batches.time_steps

    def log_again(self, history: History, place: Place) -> None:
        """Take back what was logged after the checkpoint that is resumed."""
        if self._writer is None:
            return
        training = self._name == "train"
        epoch, size = len(history), self.num_batches
        step = epoch * size
        if place.batch:
            self._writer.forget(step + (place.batch if training else 1))
            return
        self._writer.forget(step)
        if not epoch:
            self.log_start()
            return
        # As at the end of the epoch before.
        self._histograms.write(self._writer, step)
        if size == 1:  # its numbers, at the step `epoch`, are forgotten too
            self._log_scores(epoch, split_scores(history[-1])[not training])

    def log_start(self) -> None:
        """Log the settings, and the histograms of the untrained model."""
        if self._writer is None:
            return
        settings = self._settings.to_json().replace("\n", "\n    ")
        self._writer.text("config", "    " + settings)
        self._histograms.write(self._writer, step=0)

    def fit(self, epoch: int, place: Place | None = None) -> dict[str, float]:
        """Train for one epoch; loss, accuracy, seconds and speed.

        Args:
            epoch: From 0.
            place: From where on. Defaults to None: from its start.
        """
        place = place or Place()
        batches = self._split.batches(
            self._settings.batch_size, self._settings.seed, epoch
        )
        batches.transform = self._devices.transform
        start = time.perf_counter()
        scores = dict(place.logs)
        if place.batch < len(batches):
            with (
                self._callbacks(epoch, batches, place) as callbacks,
                in_one_line(batches),
                self._devices.scope(),
            ):
                history = self._model.fit(
                    batches.feed(place.batch),
                    initial_epoch=epoch,
                    epochs=epoch + 1,
                    shuffle=False,
                    verbose=0,
                    callbacks=callbacks,
                ).history
            scores = {name: values[0] for name, values in history.items()}
        seconds = time.perf_counter() - start + place.seconds
        self._log_end(epoch, batches, scores)
        return scores | {
            "seconds": round(seconds, 3),
            "examples_per_second": round(len(self._split) / seconds, 1),
        }

    def evaluate(self, epoch: int) -> dict[str, float]:
        """Evaluate the model as it is after an epoch; loss and accuracy."""
        batches = self._split.batches(self._settings.batch_size)
        batches.transform = self._devices.transform
        with (
            self._callbacks(epoch, batches) as callbacks,
            in_one_line(batches),
            self._devices.scope(),
        ):
            scores = self._model.evaluate(
                batches.feed(),
                return_dict=True,
                verbose=0,
                callbacks=callbacks,
            )
        self._log_end(epoch, batches, scores)
        return scores

    def close(self) -> None:
        """Close the TensorBoard file."""
        if self._writer is not None:
            self._writer.close()

    @contextmanager
    def _callbacks(
        self, epoch: int, batches: Batches, place: Place | None = None
    ) -> Iterator[list[keras.callbacks.Callback]]:
        training = place is not None  # what is judged begins anew
        place = place or Place()
        bar = ProgressBar(
            f"Epoch {epoch + 1}/{self._settings.epochs} {self._name}",
            len(self._split),
            batches.sizes,
            self._settings.verbose,
        )
        callbacks = [bar, *self._extra_callbacks]
        if self._writer is not None and training:
            # Batches that are judged come in order of their length: their
            # numbers, one by one, would say more of that than of the model.
            first_step = epoch * len(batches)
            callbacks.append(
                StepScalars(
                    self._writer,
                    batches.sizes,
                    first_step,
                    place.logs,
                    "batch_",
                )
            )
        for callback in callbacks:
            if isinstance(callback, (EveryBatch, WithinEpoch)):
                callback.first_batch = place.batch
        try:
            yield callbacks
        finally:
            bar.close()

    def _log_end(
        self, epoch: int, batches: Batches, scores: Mapping[str, float]
    ) -> None:
        if self._writer is None:
            return
        self._log_scores(epoch + 1, scores)
        self._histograms.write(self._writer, (epoch + 1) * len(batches))
        self._writer.flush()

    def _log_scores(self, epoch: int, scores: Mapping[str, float]) -> None:
        if self._writer is None:
            return
        for name, value in scores.items():
            self._writer.scalar(name, float(value), epoch)
