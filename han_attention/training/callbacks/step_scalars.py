"""The numbers of every batch, in TensorBoard."""

from collections.abc import Mapping

from han_attention.training.callbacks.every_batch import EveryBatch
from han_attention.training.tensorboard import TensorBoardWriter


class StepScalars(EveryBatch):
    """Logs the loss and the accuracy of every single batch to TensorBoard.

    Args:
        writer: Where to.
        sizes: The number of examples in each batch.
        first_step: The step of the first batch. Defaults to 0.
        means: Of the batches before those that come. Defaults to none.
        prefix: Stands before the names. Defaults to `""`.
    """

    def __init__(
        self,
        writer: TensorBoardWriter,
        sizes: list[int],
        first_step: int = 0,
        means: Mapping[str, float] | None = None,
        prefix: str = "",
    ) -> None:
        super().__init__()
        self._writer = writer
        self._sizes = sizes
        self._first_step = first_step
        self._prefix = prefix
        self._seen = 0
        self._totals: dict[str, float] = {}
        self._means = means or {}

    def on_batch(self, batch: int, logs: dict[str, float]) -> None:
        # Keras hands out the mean over the epoch so far.
        if batch and not self._seen:
            self._seen = sum(self._sizes[:batch])
            self._totals = {k: v * self._seen for k, v in self._means.items()}
        size = self._sizes[batch]
        self._seen += size
        for name, mean in logs.items():
            total = float(mean) * self._seen
            of_batch = (total - self._totals.get(name, 0.0)) / size
            self._totals[name] = total
            step = self._first_step + batch
            self._writer.scalar(self._prefix + name, of_batch, step)
