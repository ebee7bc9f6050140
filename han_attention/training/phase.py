"""One use of a split: training, validation or testing, shown and logged."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import keras
import numpy as np

from han_attention.training.batches import BucketedBatches
from han_attention.training.callbacks import AttentionHistograms
from han_attention.training.callbacks import ProgressBar
from han_attention.training.callbacks import StepScalars
from han_attention.training.config import TrainConfig
from han_attention.training.data import Split
from han_attention.training.tensorboard import TensorBoardWriter

_HISTOGRAM_TEXTS = 64


class Phase:
    """Runs a model over a split, epoch by epoch.

    Each epoch has a progress bar and goes to the TensorBoard folder of the
    phase: the loss and accuracy of every batch, and histograms at the end.

    Args:
        name: `"train"`, `"validation"` or `"test"`.
        split: The texts.
        model: A compiled model.
        config: The settings of the training.
        tensorboard: The folder in which the phase gets its own.
    """

    def __init__(
        self,
        name: str,
        split: Split,
        model: keras.Model,
        config: TrainConfig,
        tensorboard: Path,
    ) -> None:
        self._name = name
        self._split = split
        self._model = model
        self._config = config
        self._writer = TensorBoardWriter(tensorboard / name)
        some = np.linspace(
            0, len(split.texts) - 1, _HISTOGRAM_TEXTS, dtype="int64"
        )
        self._histograms = AttentionHistograms(
            model, split.texts.padded(np.unique(some))
        )

    def log_start(self) -> None:
        """Log the settings, and the histograms of the untrained model."""
        settings = self._config.to_json().replace("\n", "\n    ")
        self._writer.text("config", "    " + settings)
        self._histograms.write(self._writer, step=0)

    def fit(self, epoch: int) -> dict[str, float]:
        """Train for one epoch; loss, accuracy, seconds and speed."""
        batches = self._batches(epoch, self._config.seed)
        start = time.perf_counter()
        with self._callbacks(epoch, batches) as callbacks:
            history = self._model.fit(
                batches.feed(),
                initial_epoch=epoch,
                epochs=epoch + 1,
                shuffle=False,
                verbose=0,
                callbacks=callbacks,
            )
        seconds = time.perf_counter() - start
        self._log_end(epoch, batches)
        scores = {name: values[0] for name, values in history.history.items()}
        return scores | {
            "seconds": round(seconds, 3),
            "examples_per_second": round(len(self._split.texts) / seconds, 1),
        }

    def evaluate(self, epoch: int) -> dict[str, float]:
        """Judge the model as it is after an epoch; loss and accuracy."""
        batches = self._batches(epoch, seed=None)
        with self._callbacks(epoch, batches) as callbacks:
            scores = self._model.evaluate(
                batches.feed(),
                return_dict=True,
                verbose=0,
                callbacks=callbacks,
            )
        self._log_end(epoch, batches)
        return scores

    def close(self) -> None:
        """Close the TensorBoard file."""
        self._writer.close()

    def _batches(self, epoch: int, seed: int | None) -> BucketedBatches:
        return BucketedBatches(
            self._split.texts,
            self._split.labels,
            self._config.batch_size,
            seed,
            epoch,
        )

    @contextmanager
    def _callbacks(
        self, epoch: int, batches: BucketedBatches
    ) -> Iterator[list[keras.callbacks.Callback]]:
        bar = ProgressBar(
            f"Epoch {epoch + 1}/{self._config.epochs} {self._name}",
            batches.sizes,
            self._config.quiet,
        )
        steps = StepScalars(
            self._writer, batches.sizes, first_step=epoch * len(batches)
        )
        try:
            yield [bar, steps]
        finally:
            bar.close()

    def _log_end(self, epoch: int, batches: BucketedBatches) -> None:
        self._histograms.write(self._writer, (epoch + 1) * len(batches))
        self._writer.flush()
