"""Training texts read from files in every epoch: larger than the memory."""

from collections.abc import Iterator
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import islice
from os.path import basename
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from han_attention.data.files import Row
from han_attention.data.files import TextFiles
from han_attention.data.labels import LabelIndex
from han_attention.data.shuffle import shuffled
from han_attention.settings import TrainConfig
from han_attention.text.documents import MAX_BATCH_TOKENS
from han_attention.text.documents import Encoded
from han_attention.text.tokenizer import Tokenizer
from han_attention.training.model import Task
from han_attention.training.sources.batches import BucketedBatches
from han_attention.training.sources.batches import Split
from han_attention.training.sources.batches import tensorflow_dataset
from han_attention.training.sources.memory import make_split
from han_attention.training.sources.memory import make_tokenizer

_SHUFFLE_BUFFER = 20_000  # texts
_MOST_HELD_OUT = 20_000  # texts, for they stay in memory
_BATCHES_AT_ONCE = 50  # sorted by length among themselves


@dataclass(frozen=True)
class LabelledFiles:
    """Files that were read through once: what is in them.

    Attributes:
        files: Their rows.
        task: The classes that were found.
        index: Numbers the labels.
        tokenizer: Made of their texts.
        config: All settings.
        num_rows: How many rows there are.
    """

    files: TextFiles
    task: Task
    index: LabelIndex
    tokenizer: Tokenizer
    config: TrainConfig
    num_rows: int

    @classmethod
    def scan(
        cls, files: TextFiles, config: TrainConfig, multi_label: bool
    ) -> "LabelledFiles":
        """Read all rows once, for the labels and the vocabulary.

        Raises:
            OSError: if a file cannot be read.
            TypeError: for a label that cannot be one.
            ValueError: for a bad row, or fewer than two different labels.
        """
        index = LabelIndex(multi_label)
        num_rows = 0

        def texts() -> Iterator[str]:
            nonlocal num_rows
            for row in files:
                index.add(row.label)
                num_rows += 1
                yield row.text

        tokenizer = make_tokenizer(texts(), config)
        index.check()
        task = Task(index.classes, multi_label)
        return cls(files, task, index, tokenizer, config, num_rows)

    def held_out(self, row: Row) -> bool:
        """Whether a row is for validation, by chance but always the same."""
        share = min(
            self.config.validation_fraction, _MOST_HELD_OUT / self.num_rows
        )
        # Without the folder: a copy of the files holds out the same rows.
        name = f"{self.config.seed} {basename(row.where)}"
        digest = blake2b(name.encode(errors="replace"), digest_size=4).digest()
        number = int.from_bytes(digest)
        return number < share * 2**32

    def validation(self) -> Split | None:
        """The rows that are held out, in memory; None if there are none."""
        rows = [row for row in self.files if self.held_out(row)]
        return self.encode(rows) if rows else None

    def encode(self, rows: Sequence[Row]) -> Split:
        """Encode the texts and labels of some rows."""
        texts = [row.text for row in rows]
        numbers = self.index.numbers(row.label for row in rows)
        return make_split(
            self.tokenizer, texts, numbers, self.task, self.config
        )


class StreamedSplit:
    """The training texts of files, read and encoded anew in every epoch.

    Shards are read in random order, and their rows shuffled through a buffer;
    windows of 50 batches are sorted by length.

    Args:
        source: The files.
        held_out: How many of their rows are not for training.
    """

    def __init__(self, source: LabelledFiles, held_out: int) -> None:
        self.source = source
        self._number = source.num_rows - held_out
        self._weights = None
        if source.config.class_weight == "balanced":
            self._weights = source.index.balanced_weights()

    def __len__(self) -> int:
        return self._number

    def rows(self, generator: np.random.Generator) -> Iterator[Row]:
        """The rows to train on, shuffled."""
        shards = self.source.files.shards
        order = [shards[n] for n in generator.permutation(len(shards))]
        rows = self.source.files.in_order(order)
        chosen = (row for row in rows if not self.source.held_out(row))
        return shuffled(chosen, _SHUFFLE_BUFFER, generator)

    def encode(self, rows: Sequence[Row]) -> Split:
        """Encode some rows, with their class weights."""
        split = self.source.encode(rows)
        if self._weights is None:
            return split
        numbers = split.labels.reshape(-1).astype("int64")
        return Split(split.texts, split.labels, self._weights[numbers])

    def first(self, number: int) -> Encoded:
        """The first texts of the files."""
        return self.encode(list(islice(self.source.files, number))).texts

    def sample(self, number: int) -> NDArray[np.int32]:
        """The ids of some texts: the first ones."""
        return self.first(number).padded()

    def batches(
        self, batch_size: int, seed: int | None = None, epoch: int = 0
    ) -> "StreamedBatches":
        """The batches of one epoch; their number must be known before."""
        config = self.source.config
        if config.architecture == "hierarchical":
            largest = config.max_sentences * config.max_sentence_tokens
            batch_size = min(batch_size, max(MAX_BATCH_TOKENS // largest, 1))
        return StreamedBatches(self, batch_size, seed or 0, epoch)


class StreamedBatches:
    """The batches of one epoch of files.

    Args:
        split: The texts.
        batch_size: Texts in a batch; the last one may be smaller.
        seed: Shuffles the texts, with the epoch.
        epoch: The epoch, from 0.

    Attributes:
        sizes: The number of texts in each batch that was made so far.
    """

    def __init__(
        self, split: StreamedSplit, batch_size: int, seed: int, epoch: int
    ) -> None:
        self.split = split
        self.batch_size = batch_size
        self.seed = seed
        self.epoch = epoch
        self.sizes: list[int] = []

    def __len__(self) -> int:
        return -(-len(self.split) // self.batch_size)

    def __iter__(self) -> Iterator[tuple[NDArray[Any], ...]]:
        self.sizes.clear()
        generator = np.random.default_rng((self.seed, self.epoch))
        rows = self.split.rows(generator)
        while window := list(islice(rows, _BATCHES_AT_ONCE * self.batch_size)):
            batches = BucketedBatches(
                self.split.encode(window),
                self.batch_size,
                seed=int(generator.integers(2**31)),
            )
            for n in range(len(batches)):
                self.sizes.append(batches.sizes[n])
                yield batches[n]

    def feed(self) -> Any:
        """What `fit` takes on this backend."""
        if keras.backend.backend() != "tensorflow":
            return _InOrder(self)
        empty = self.split.encode([])
        arrays = [empty.texts.padded(), empty.labels, empty.weights]
        return tensorflow_dataset(
            self.__iter__, [a for a in arrays if a is not None], len(self)
        )


class _InOrder(keras.utils.PyDataset):
    """Batches that come one after the other, as a dataset of known length.

    At the end of a generator, whose length it does not know, Keras warns.
    """

    def __init__(self, batches: StreamedBatches) -> None:
        super().__init__()
        self._batches = batches

    def __len__(self) -> int:
        return len(self._batches)

    def __getitem__(self, n: int) -> tuple[NDArray[Any], ...]:
        if n == 0:  # JAX takes the first batch once more, to build the model
            self._rest = iter(self._batches)
        return next(self._rest)
