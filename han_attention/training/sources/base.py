"""What a training reads: labelled texts as batches, wherever they are."""

from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from han_attention.data.readers.trained_columns import TrainedColumns
from han_attention.text.preprocessor import TextPreprocessor
from han_attention.text.ragged import Encoded
from han_attention.training.task import Task

Transform = Callable[[tuple[NDArray[Any], ...]], tuple[NDArray[Any], ...]]


class Batches(Protocol):
    """The batches of one epoch.

    Attributes:
        sizes: The number of texts in each batch that was made so far.
        error: What ended the reading of them, or None.
        largest: The shape of the ids of the largest batch that was made so
            far.
        transform: Changes each batch before it is fed, or None.
    """

    error: Exception | None
    largest: tuple[int, ...]
    transform: Transform | None

    @property
    def sizes(self) -> list[int]: ...

    @property
    def time_steps(self) -> float:
        """Steps of the loops over time in all batches; inf if not known."""

    def __len__(self) -> int: ...

    def __iter__(self) -> Iterator[tuple[NDArray[Any], ...]]:
        """Ids, labels, and weights of the texts if there are some."""

    def feed(self, first: int = 0) -> Any:
        """What `fit` and `evaluate` of Keras take on this backend.

        Args:
            first: The number of the first batch. Defaults to 0.
        """


class Split(Protocol):
    """Encoded texts with their labels: in memory, or read in every epoch."""

    def __len__(self) -> int: ...

    @property
    def num_tokens(self) -> float:
        """The ids of all texts; inf if not counted."""

    def batches(
        self, batch_size: int, seed: int | None = None, epoch: int = 0
    ) -> Batches:
        """The batches of one epoch, in an order that both numbers decide."""

    def first(self, number: int) -> Encoded:
        """The first texts."""

    def sample(self, number: int) -> NDArray[np.int32]:
        """The ids of some texts, always the same."""


@dataclass(frozen=True)
class TrainingData:
    """Texts and labels made ready for a training.

    Attributes:
        task: What is predicted.
        preprocessor: Gives the ids of the texts.
        train: The texts to learn from.
        validation: The texts to choose the best epoch by, or None.
        texts: What word vectors can be trained on.
        fingerprint: Tells these data from others.
        examples: Texts to show, not those of the training, and their labels.
            Defaults to none.
        class_counts: How many texts have each label, in the order of the
            classes. Defaults to none: not known.
        columns: Those of the files, or None: not known.
        texts_fingerprint: Tells the training texts and their labels from
            others. Defaults to none: as `fingerprint`.
        validation_fingerprint: The same of texts that someone gave to judge
            by. Defaults to none: nobody did.
        own_validation: Whether the validation texts are a part of those to
            learn from, so that in the end something may learn from them too;
            of texts that someone gave to judge by nothing does. Defaults to
            `True`.
        shared_examples: How many of the validation texts are also texts to
            learn from. Defaults to 0.
        unlabelled: Texts without labels, of which n-grams get vectors.
            Defaults to none.
        validation_name: What the validation texts are called in bars and
            logs. Defaults to `"validation"`.
    """

    task: Task
    preprocessor: TextPreprocessor
    train: Split
    validation: Split | None
    texts: Iterable[str]
    fingerprint: str
    examples: tuple[Sequence[str], Sequence[Any]] = ((), ())
    validation_name: str = "validation"
    class_counts: Sequence[int] = ()
    columns: TrainedColumns | None = None
    texts_fingerprint: str = ""
    validation_fingerprint: str = ""
    own_validation: bool = True
    shared_examples: int = 0
    unlabelled: Sequence[str] = ()

    @property
    def held_out(self) -> Split | None:
        """The validation texts, unless they are those of the test."""
        return None if self.validation_name == "test" else self.validation
