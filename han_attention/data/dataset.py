"""What a dataset is: texts and labels in memory, split in two."""

from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field


@dataclass(frozen=True)
class Examples:
    """Texts and their labels, numbers into `TextDataset.class_names`."""

    texts: Sequence[str]
    labels: Sequence[int]

    def __len__(self) -> int:
        return len(self.texts)


@dataclass(frozen=True)
class TextDataset:
    """A named dataset in memory, split for training and testing.

    Attributes:
        name: What to call it in a report.
        class_names: Name of each label.
        train: `Examples` to learn from.
        test: `Examples` to test on.
        unlabelled: More texts without labels.
        vocabulary: Words in the order of their ids, from 3 on, for a dataset
            that brings its own numbering; else empty.
    """

    name: str
    class_names: Sequence[str]
    train: Examples
    test: Examples
    unlabelled: Sequence[str] = ()
    vocabulary: Sequence[str] = field(default=(), repr=False)

    def __post_init__(self) -> None:
        for split, examples in (("train", self.train), ("test", self.test)):
            if not len(examples):
                raise ValueError(
                    f"The {split} split of dataset {self.name!r} is empty."
                )
            if len(examples.labels) != len(examples.texts):
                raise ValueError(
                    f"The {split} split of dataset {self.name!r} has "
                    f"{len(examples.texts)} texts but "
                    f"{len(examples.labels)} labels."
                )
        if len(set(self.train.labels)) < 2:
            raise ValueError(
                "Training needs at least two different labels. Dataset "
                f"{self.name!r} has only {set(self.train.labels)}."
            )
