"""A bar that shows how far an epoch is."""

from tqdm import tqdm

from han_attention.training.callbacks.every_batch import EveryBatch


class ProgressBar(EveryBatch):
    """A tqdm bar over the examples of one epoch, with loss and accuracy.

    Args:
        description: Stands before the bar.
        total: The number of examples.
        sizes: The number of examples in each batch.
        verbose: A bar on stderr, if that is a terminal. Defaults to `True`.
    """

    def __init__(
        self,
        description: str,
        total: int,
        sizes: list[int],
        verbose: bool = True,
    ) -> None:
        super().__init__()
        self._sizes = sizes
        self._bar = tqdm(
            desc=description,
            total=total,
            unit=" examples",
            disable=None if verbose else True,  # None: unless a terminal
        )

    def on_batch(self, batch: int, logs: dict[str, float]) -> None:
        if batch and not self._bar.n:  # others were made before a resume
            self._bar.update(sum(self._sizes[:batch]))
        self._bar.set_postfix(
            {name: f"{value:.4f}" for name, value in logs.items()},
            refresh=False,
        )
        self._bar.update(self._sizes[batch])

    def close(self) -> None:
        """Leave the bar as it is."""
        self._bar.close()
