"""The numbers of every batch, in TensorBoard."""

from han_attention.training.callbacks.every_batch import EveryBatch
from han_attention.training.tensorboard import TensorBoardWriter


class StepScalars(EveryBatch):
    """Logs the loss and the accuracy of every single batch to TensorBoard.

    Args:
        writer: Where to.
        sizes: The number of examples in each batch.
        first_step: The step of the first batch. Defaults to 0.
        prefix: Stands before the names. Defaults to `""`.
    """

    def __init__(
        self,
        writer: TensorBoardWriter,
        sizes: list[int],
        first_step: int = 0,
        prefix: str = "",
    ) -> None:
        super().__init__()
        self._writer = writer
        self._sizes = sizes
        self._first_step = first_step
        self._prefix = prefix
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
            step = self._first_step + batch
            self._writer.scalar(self._prefix + name, of_batch, step)
