"""Encoded texts in memory, and their batches of like length."""

import copy
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from han_attention.inference.keras import pad_to_multiple_of
from han_attention.text.ragged import Encoded
from han_attention.training.sources.base import Transform

_BATCHES_TO_COUNT = 100


@dataclass(frozen=True)
class InMemorySplit:
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

    @property
    def num_tokens(self) -> float:
        """The ids of all texts."""
        return self.texts.ids.size

    def take(self, rows: NDArray[Any]) -> "InMemorySplit":
        """Some of the texts, in the order of `rows`."""
        weights = None if self.weights is None else self.weights[rows]
        return InMemorySplit(self.texts.take(rows), self.labels[rows], weights)

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
    parts, so that no surplus of one shifts the predictions.

    Args:
        split: The texts and their labels.
        batch_size: Texts in a batch; the last one may be smaller.
        seed: Shuffles the texts. Defaults to None: sorted by length.
        epoch: The epoch, from 0. Defaults to 0.
    """

    error: Exception | None = None
    largest: tuple[int, ...] = ()
    transform: Transform | None = None

    def __init__(
        self,
        split: InMemorySplit,
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
        ids = batch.texts.padded(pad_to_multiple_of=pad_to_multiple_of())
        self.largest = max(self.largest, ids.shape, key=math.prod)
        arrays: tuple[NDArray[Any], ...] = ids, batch.labels
        if batch.weights is not None:
            arrays = *arrays, batch.weights
        return self.transform(arrays) if self.transform else arrays

    def __iter__(self) -> Iterator[tuple[NDArray[Any], ...]]:
        return (self[n] for n in range(len(self)))

    @property
    def sizes(self) -> list[int]:
        """The number of texts in each batch."""
        return [len(rows) for rows in self.rows]

    @property
    def time_steps(self) -> float:
        """Steps of the loops over time in all batches; inf if not counted."""
        if len(self) > _BATCHES_TO_COUNT:
            return math.inf
        return sum(sum(self[n][0].shape[1:]) for n in range(len(self)))

    def feed(self, first: int = 0) -> Any:
        """What `fit` and `evaluate` take on this backend.

        On TensorFlow that is a `tf.data.Dataset`: Keras would take the shapes
        of the first two batches of a `PyDataset` for those of all.

        Args:
            first: The number of the first batch. Defaults to 0.
        """
        if first:
            rest = copy.copy(self)
            rest.rows = self.rows[first:]
            return rest.feed()
        if keras.backend.backend() != "tensorflow":
            return self
        from han_attention.training.sources._tensorflow import make_dataset

        return make_dataset(self.__iter__, self[0], len(self))
