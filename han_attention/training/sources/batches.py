"""Batches of texts of like length, repeatable, on every backend."""

from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from han_attention.inference.keras import length_multiple
from han_attention.text.documents import Encoded


@dataclass(frozen=True)
class Split:
    """Encoded texts with labels in the shape that the loss takes.

    Attributes:
        texts: N encoded texts.
        labels: (N, ...) their labels, as `Task.label_array` makes them.
        weights: (N,) how much each counts in the loss, or None: the same.
    """

    texts: Encoded
    labels: NDArray[Any]
    weights: NDArray[np.float32] | None = None

    def __len__(self) -> int:
        return len(self.texts)

    def take(self, rows: NDArray[Any]) -> "Split":
        """Some of the texts, in the order of `rows`."""
        weights = None if self.weights is None else self.weights[rows]
        return Split(self.texts.take(rows), self.labels[rows], weights)

    def first(self, number: int) -> Encoded:
        """The first texts."""
        return self.texts.take(np.arange(min(number, len(self))))

    def sample(self, number: int) -> NDArray[np.int32]:
        """The ids of some texts, evenly spread over all of them."""
        rows = np.linspace(0, len(self) - 1, number, dtype="int64")
        return self.texts.padded(np.unique(rows))

    def batches(
        self, batch_size: int, seed: int | None = None, epoch: int = 0
    ) -> "BucketedBatches":
        """The batches of one epoch."""
        return BucketedBatches(self, batch_size, seed, epoch)


class BucketedBatches(keras.utils.PyDataset):
    """The batches of one epoch: every text once, like lengths together.

    Padding is the length of the longest text of a batch, not of the dataset.
    The order depends on `seed` and `epoch` alone, so a resumed training sees
    the batches it would have seen. Each batch holds the classes in equal
    shares, so that no surplus of one shifts the predictions.

    Args:
        split: The texts and their labels.
        batch_size: Texts in a batch; the last one may be smaller.
        seed: Shuffles the texts. Defaults to None: sorted by length.
        epoch: The epoch, from 0. Defaults to 0.
    """

    def __init__(
        self,
        split: Split,
        batch_size: int,
        seed: int | None = None,
        epoch: int = 0,
    ) -> None:
        super().__init__()
        generator = None
        if seed is not None:
            generator = np.random.default_rng((seed, epoch))
        self.split = split
        one_label = split.labels.size == len(split)
        self.rows = split.texts.batches(
            batch_size,
            generator,
            labels=split.labels.reshape(-1) if one_label else None,
        )

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, n: int) -> tuple[NDArray[Any], ...]:
        batch = self.split.take(self.rows[n])
        ids = batch.texts.padded(length_multiple=length_multiple())
        if batch.weights is None:
            return ids, batch.labels
        return ids, batch.labels, batch.weights

    @property
    def sizes(self) -> list[int]:
        """The number of texts in each batch."""
        return [len(rows) for rows in self.rows]

    def feed(self) -> Any:
        """What `fit` and `evaluate` take on this backend.

        On TensorFlow that is a `tf.data.Dataset`: Keras would take the shapes
        of the first two batches of a `PyDataset` for those of all.
        """
        if keras.backend.backend() != "tensorflow":
            return self
        return tensorflow_dataset(
            lambda: (self[n] for n in range(len(self))), self[0], len(self)
        )


def tensorflow_dataset(
    make_batches: Callable[[], Iterator[tuple[NDArray[Any], ...]]],
    example: Sequence[NDArray[Any]],
    length: int,
) -> Any:
    """Batches as a `tf.data.Dataset` in which the size and the length change.

    Args:
        make_batches: Gives the batches of an epoch: ids (B, T) or (B, S, T),
            labels, and weights if there are some.
        example: One such batch.
        length: The number of batches.
    """
    import tensorflow as tf

    ids, *others = example
    signature = (
        tf.TensorSpec((None,) * ids.ndim, ids.dtype),
        *(tf.TensorSpec((None, *x.shape[1:]), x.dtype) for x in others),
    )
    dataset = tf.data.Dataset.from_generator(
        make_batches, output_signature=signature
    )
    known_length = tf.data.experimental.assert_cardinality(length)
    # With autotuning on, the end of an epoch waits for its thread, which
    # sleeps for twice as long each time, up to a minute.
    options = tf.data.Options()
    options.autotune.enabled = False
    return dataset.apply(known_length).prefetch(2).with_options(options)
