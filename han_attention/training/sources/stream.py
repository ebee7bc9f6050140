"""Training texts read from files in every epoch: larger than the memory."""

import math
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Sequence
from itertools import chain
from itertools import islice
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from han_attention.data.readers.rows import Row
from han_attention.data.shuffle import shuffled
from han_attention.data.targets import Labelled
from han_attention.data.text_files import TextFiles
from han_attention.inference.keras import Predictor
from han_attention.settings import Settings
from han_attention.text.ragged import MAX_BATCH_TOKENS
from han_attention.text.ragged import Encoded
from han_attention.training.sources.base import TrainingData
from han_attention.training.sources.base import Transform
from han_attention.training.sources.batches import BucketedBatches
from han_attention.training.sources.batches import InMemorySplit
from han_attention.training.sources.fingerprint import digest_rows
from han_attention.training.sources.labelled_files import LabelledFiles
from han_attention.training.sources.memory import keep_for_ngrams
from han_attention.training.sources.memory import make_validation
from han_attention.training.sources.overlap import Overlap

_SHUFFLE_BUFFER = 20_000  # texts
_BATCHES_AT_ONCE = 50  # sorted by length among themselves


def prepare_files(
    settings: Settings,
    files: TextFiles,
    *,
    validation_data: Labelled | None = None,
    unlabelled: Iterable[str] = (),
    start: Predictor | None = None,
) -> TrainingData:
    """Read files through once, and make them ready for a training.

    Args:
        settings: All settings, checked.
        files: Rows of texts and labels, read anew in every epoch.
        validation_data: Texts, labels and weights or None to choose the best
            epoch by. Defaults to None: a part of the rows is held out.
        unlabelled: More texts for vocabulary and vectors. Defaults to ().
        start: The predictor to go on with. Defaults to None.

    Raises:
        OSError: if a file cannot be read.
        TypeError: for a label that cannot be one.
        ValueError: for a bad row, or fewer than two different labels.
    """
    if settings.multi_label and settings.class_weight is not None:
        raise ValueError(
            "Invalid value for argument `class_weight`. Expected None with "
            "`multi_label` and a stream of files. Received: "
            f"class_weight={settings.class_weight!r}"
        )
    overlap = Overlap(validation_data[0] if validation_data else ())
    of_ngrams = keep_for_ngrams(settings, unlabelled)
    source = LabelledFiles.scan(files, settings, start, overlap, of_ngrams)
    validation, held_out = None, 0
    texts_fingerprint, given = source.fingerprint.digest(), ""
    if validation_data is not None:
        source.fingerprint.add_all(*validation_data)
        given = digest_rows(*validation_data)
        validation = make_validation(
            source.preprocessor, source.task, source.index, validation_data
        )
    elif validation := source.validation():
        held_out = len(validation)
    train = StreamedSplit(source, held_out)
    if not len(train):
        raise ValueError(
            "Invalid value for argument `validation_fraction`. Expected that "
            f"of {source.num_rows} rows some are left to train on. Received: "
            f"validation_fraction={settings.validation_fraction}"
        )
    return TrainingData(
        source.task,
        source.preprocessor,
        train,
        validation,
        chain((row.text for row in files), of_ngrams or unlabelled),
        f"stream {source.fingerprint.digest()}",
        class_counts=list(source.index.counts.values()),
        columns=files.trained_columns,
        texts_fingerprint=texts_fingerprint,
        validation_fingerprint=given,
        own_validation=validation_data is None,
        shared_examples=overlap.count(),
        unlabelled=of_ngrams,
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
        self._holds_out = held_out > 0
        self._weights = source.class_weights()

    def __len__(self) -> int:
        return self._number

    @property
    def num_tokens(self) -> float:
        """Not known without reading them all."""
        return math.inf

    def rows(self, generator: np.random.Generator) -> Iterator[Row]:
        """The rows to train on, shuffled."""
        shards = self.source.files.shards
        order = [shards[n] for n in generator.permutation(len(shards))]
        rows = self.source.files.in_order(order)
        if self._holds_out:
            rows = (row for row in rows if not self.source.held_out(row))
        return shuffled(rows, _SHUFFLE_BUFFER, generator)

    def encode(self, rows: Sequence[Row]) -> InMemorySplit:
        """Encode some rows, with their class weights."""
        split = self.source.encode(rows)
        if self._weights is None:
            return split
        numbers = split.labels.reshape(-1).astype("int64")
        return InMemorySplit(split.texts, split.labels, self._weights[numbers])

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
        settings = self.source.settings
        if settings.architecture == "hierarchical":
            largest = settings.max_sentences * settings.max_sentence_tokens
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
        self.error: Exception | None = None
        self.largest: tuple[int, ...] = ()
        self.transform: Transform | None = None

    time_steps = math.inf  # they are not known before they are read

    def __len__(self) -> int:
        return -(-len(self.split) // self.batch_size)

    def __iter__(self) -> Iterator[tuple[NDArray[Any], ...]]:
        try:
            yield from self._read()
            self._check_number(sum(self.sizes))
        except Exception as error:
            # TensorFlow would make a long text of it: see `in_one_line`.
            self.error = error
            raise

    def _check_number(self, number: int) -> None:
        if number != len(self.split):
            raise ValueError(
                "The files have changed while they were trained on: there "
                f"are {number:,} rows to learn from, and were "
                f"{len(self.split):,}."
            )

    def _read(self) -> Iterator[tuple[NDArray[Any], ...]]:
        self.sizes.clear()
        generator = np.random.default_rng((self.seed, self.epoch))
        rows = self.split.rows(generator)
        number = 0
        while window := list(islice(rows, _BATCHES_AT_ONCE * self.batch_size)):
            number += len(window)
            if number > len(self.split):
                self._check_number(number)
            batches = BucketedBatches(
                self.split.encode(window),
                self.batch_size,
                seed=int(generator.integers(2**31)),
            )
            batches.transform = self.transform
            for n in range(len(batches)):
                self.sizes.append(batches.sizes[n])
                yield batches[n]
                self.largest = max(self.largest, batches.largest, key=math.prod)

    def feed(self, first: int = 0) -> Any:
        """What `fit` takes on this backend, from a batch on."""
        if keras.backend.backend() != "tensorflow":
            return _InOrder(self, first)
        from han_attention.training.sources._tensorflow import make_dataset

        empty = self.split.encode([])
        arrays = [empty.texts.padded(), empty.labels, empty.weights]
        example = tuple(a for a in arrays if a is not None)
        return make_dataset(
            lambda: islice(self, first, None),
            self.transform(example) if self.transform else example,
            len(self) - first,
        )


class _InOrder(keras.utils.PyDataset):
    """Batches that come one after the other, as a dataset of known length.

    At the end of a generator, whose length it does not know, Keras warns.
    """

    def __init__(self, batches: StreamedBatches, first: int) -> None:
        super().__init__()
        self._batches = batches
        self._first = first

    def __len__(self) -> int:
        return len(self._batches) - self._first

    def __getitem__(self, n: int) -> tuple[NDArray[Any], ...]:
        if n == 0:  # JAX takes the first batch once more, to build the model
            self._rest = islice(self._batches, self._first, None)
        return next(self._rest)
