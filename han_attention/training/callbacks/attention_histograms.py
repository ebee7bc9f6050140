"""What is shown and logged while a training runs: bars and TensorBoard."""

from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from han_attention.models.hierarchical import is_hierarchical
from han_attention.training.tensorboard import TensorBoardWriter


class _EveryBatch(keras.callbacks.Callback):
    """Hands every batch of training or testing to `on_batch`."""

    def on_batch(self, batch: int, logs: dict[str, float]) -> None:
        raise NotImplementedError

    def on_train_batch_end(
        self, batch: int, logs: dict[str, float] | None = None
    ) -> None:
        self.on_batch(batch, logs or {})

    def on_test_batch_end(
        self, batch: int, logs: dict[str, float] | None = None
    ) -> None:
        self.on_batch(batch, logs or {})


class ProgressBar(_EveryBatch):
    """A tqdm bar over the examples of one epoch, with loss and accuracy.

    Args:
        description: Stands before the bar.
        total: The number of examples.
        sizes: The number of examples in each batch.
        quiet: No bar. Defaults to `False`: a bar on stderr, if that is a
            terminal.
    """

    def __init__(
        self,
        description: str,
        total: int,
        sizes: list[int],
        quiet: bool = False,
    ) -> None:
        super().__init__()
        self._sizes = sizes
        self._bar = tqdm(
            desc=description,
            total=total,
            unit=" examples",
            disable=True if quiet else None,  # None: unless a terminal
        )

    def on_batch(self, batch: int, logs: dict[str, float]) -> None:
        self._bar.set_postfix(
            {name: f"{value:.4f}" for name, value in logs.items()},
            refresh=False,
        )
        self._bar.update(self._sizes[batch])

    def close(self) -> None:
        """Leave the bar as it is."""
        self._bar.close()


class StepScalars(_EveryBatch):
    """Logs the loss and the accuracy of every single batch to TensorBoard.

    Args:
        writer: Where to.
        sizes: The number of examples in each batch.
        first_step: The step of the first batch. Defaults to 0.
    """

    def __init__(
        self,
        writer: TensorBoardWriter,
        sizes: list[int],
        first_step: int = 0,
    ) -> None:
        super().__init__()
        self._writer = writer
        self._sizes = sizes
        self._first_step = first_step
        self._seen = 0
        self._totals: dict[str, float] = {}

    def on_batch(self, batch: int, logs: dict[str, float]) -> None:
        # Keras hands out the mean over the epoch so far.
        size = self._sizes[batch]
        self._seen += size
        for name, mean in logs.items():
            total = float(mean) * self._seen
            of_batch = (total - self._totals.get(name, 0.0)) / size
            self._totals[name] = total
            self._writer.scalar(name, of_batch, self._first_step + batch)


class AttentionHistograms:
    """Logs what the model does with a few fixed texts to TensorBoard.

    Histograms of the embeddings, the RNN outputs, the attention weights (both
    at real positions only) and the output weights; the mean entropy of the
    attention weights in nats; and their sum on padding, which must be 0. The
    words and the sentences of a hierarchical model have each their own.

    Args:
        model: A model of `build_classifier` or `build_han`.
        ids: (B, T) or (B, S, T) the fixed texts.
    """

    def __init__(self, model: keras.Model, ids: NDArray[np.int32]) -> None:
        self._model = model
        self._ids = ids
        # What stands before the names of the layers: which steps are real.
        self._real = {"": ids != 0}
        if is_hierarchical(model):
            self._real = {"word_": ids != 0, "sentence_": ids.any(axis=2)}
        outputs = []
        for level in self._real:
            outputs.append(model.get_layer(f"{level}bigru").output)
            outputs.append(model.get_layer(f"{level}attention").output[1])
        self._reader = keras.Model(model.input, outputs)

    def write(self, writer: TensorBoardWriter, step: int) -> None:
        """Log the present state as of a step."""
        for name, layer in (
            ("embeddings", "embedding"),
            ("output_weights", "logits"),
        ):
            writer.histogram(name, self._weight(layer), step)
        outputs = iter(self._reader.predict_on_batch(self._ids))
        for level, real in self._real.items():
            writer.histogram(f"{level}rnn_outputs", next(outputs)[real], step)
            steps = real.reshape(-1, real.shape[-1])
            heads = next(outputs).reshape(len(steps), -1, steps.shape[1])
            real_heads = np.broadcast_to(steps[:, None], heads.shape)
            for name, value in (
                ("entropy", mean_entropy(heads[steps.any(axis=1)])),
                ("on_padding", heads[~real_heads].sum()),
            ):
                writer.scalar(f"{level}attention_{name}", float(value), step)
            writer.histogram(
                f"{level}attention_weights", heads[real_heads], step
            )

    def _weight(self, layer: str) -> NDArray[Any]:
        return np.asarray(self._model.get_layer(layer).get_weights()[0])


def mean_entropy(weights: NDArray[Any]) -> float:
    """Mean over the rows of -sum a log a, in nats; 0 log 0 is 0."""
    logarithms = np.log(np.where(weights > 0, weights, 1.0))
    return float(-(weights * logarithms).sum(axis=-1).mean())
