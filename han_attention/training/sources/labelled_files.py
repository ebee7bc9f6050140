"""Files of labelled texts, read through once to know what is in them."""

from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import chain
from os.path import basename

import numpy as np
from numpy.typing import NDArray

from han_attention.data.labels import LabelIndex
from han_attention.data.readers.rows import Row
from han_attention.data.text_files import TextFiles
from han_attention.inference.keras import Predictor
from han_attention.progress import announce
from han_attention.settings import Settings
from han_attention.text.preprocessor import TextPreprocessor
from han_attention.training.sources.batches import InMemorySplit
from han_attention.training.sources.fingerprint import Fingerprint
from han_attention.training.sources.memory import check_start
from han_attention.training.sources.memory import index_labels
from han_attention.training.sources.memory import make_preprocessor
from han_attention.training.sources.memory import make_split
from han_attention.training.sources.memory import number_class_weights
from han_attention.training.sources.memory import train_tokenizer
from han_attention.training.sources.overlap import Overlap
from han_attention.training.task import Task

_MOST_HELD_OUT = 20_000  # texts, for they stay in memory


@dataclass(frozen=True)
class LabelledFiles:
    """Files that were read through once: what is in them.

    Attributes:
        files: Their rows.
        task: The classes that were found.
        index: Numbers the labels.
        preprocessor: Made of their texts.
        settings: All settings.
        num_rows: How many rows there are.
        fingerprint: Tells them from others.
    """

    files: TextFiles
    task: Task
    index: LabelIndex
    preprocessor: TextPreprocessor
    settings: Settings
    num_rows: int
    fingerprint: Fingerprint

    @classmethod
    def scan(
        cls,
        files: TextFiles,
        settings: Settings,
        start: Predictor | None = None,
        overlap: Overlap | None = None,
        unlabelled: Iterable[str] = (),
    ) -> "LabelledFiles":
        """Read all rows once, for the labels and the vocabulary.

        Raises:
            OSError: if a file cannot be read.
            TypeError: for a label that cannot be one.
            ValueError: for a bad row, or fewer than two different labels.
        """
        index = LabelIndex(settings.multi_label)
        num_rows, fingerprint = 0, Fingerprint()
        overlap = overlap or Overlap()

        def texts() -> Iterator[str]:
            nonlocal num_rows
            for row in files:
                index.add(row.label)
                fingerprint.add(row.text, row.label)
                overlap.look_at(row.text)
                num_rows += 1
                yield row.text

        announce("reading all files once", settings.verbose)
        if start is None:
            tokenizer = train_tokenizer(chain(texts(), unlabelled), settings)
            preprocessor = make_preprocessor(settings, tokenizer)
            index.check()
        else:
            check_start(start, settings)
            preprocessor = start.preprocessor
            for _ in texts():
                pass
            found = index.classes
            index = index_labels((), index.multi_label, start.class_names)
            # An unknown one is named now, and not in the midst of an epoch.
            index.numbers([[c] for c in found] if index.multi_label else found)
        task = Task(index.classes, settings.multi_label)
        return cls(
            files, task, index, preprocessor, settings, num_rows, fingerprint
        )

    def held_out(self, row: Row) -> bool:
        """Whether a row is for validation, by chance but always the same."""
        fraction = min(
            self.settings.validation_fraction, _MOST_HELD_OUT / self.num_rows
        )
        # Without the folder: a copy of the files holds out the same rows.
        name = f"{self.settings.seed} {basename(row.where)}"
        digest = blake2b(name.encode(errors="replace"), digest_size=4).digest()
        number = int.from_bytes(digest)
        return number < fraction * 2**32

    def validation(self) -> InMemorySplit | None:
        """The rows that are held out, in memory; None if there are none."""
        rows = [row for row in self.files if self.held_out(row)]
        return self.encode(rows) if rows else None

    def encode(self, rows: Sequence[Row]) -> InMemorySplit:
        """Encode the texts and labels of some rows."""
        texts = [row.text for row in rows]
        numbers = self.index.numbers(row.label for row in rows)
        return make_split(self.preprocessor, self.task, texts, numbers)

    def class_weights(self) -> NDArray[np.float32] | None:
        """The weight of each class, or None."""
        if self.settings.class_weight == "balanced":
            return self.index.balanced_weights()
        if isinstance(self.settings.class_weight, Mapping):
            return number_class_weights(self.settings.class_weight, self.task)
        return None
