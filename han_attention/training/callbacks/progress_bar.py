"""A bar that shows how far an epoch is."""

import shutil

from tqdm import tqdm

from han_attention.training.callbacks.every_batch import EveryBatch

# What a bar with all its figures takes; on a narrower terminal there are
# fewer, but always the loss.
_WIDE = 110
_FORMATS = {
    True: "{desc}: {percentage:3.0f}%|{bar}| {n_fmt}/{total_fmt}{postfix} "
    "[{elapsed}<{remaining}, {rate_fmt}]",
    False: "{desc}: {percentage:3.0f}%{postfix} [{elapsed}<{remaining}]",
}
_FIRST = ("loss", "accuracy")


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
        self._wide = shutil.get_terminal_size().columns >= _WIDE
        self._bar = tqdm(
            desc=description,
            total=total,
            unit=" examples",
            disable=None if verbose else True,  # None: unless a terminal
            bar_format=_FORMATS[self._wide],
        )

    def on_batch(self, batch: int, logs: dict[str, float]) -> None:
        if batch and not self._bar.n:  # others were made before a resume
            self._bar.update(sum(self._sizes[:batch]))
        names = [name for name in _FIRST if name in logs]
        if self._wide:
            names += [name for name in logs if name not in _FIRST]
        shown = [f"{name}={logs[name]:.4f}" for name in names]
        self._bar.set_postfix_str(", ".join(shown), refresh=False)
        self._bar.update(self._sizes[batch])

    def close(self) -> None:
        """Leave the bar as it is."""
        self._bar.close()
