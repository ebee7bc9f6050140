"""Labels of any type as class numbers."""

from collections import Counter
from collections.abc import Iterable
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from han_attention.data.columns import read_column

_FEWEST_TEXTS = 4  # of which a different label each says that it is an id


class LabelIndex:
    """Numbers the labels that it is shown.

    Args:
        multi_label: Whether a text has a list of labels. Defaults to `False`.
        classes: All labels there can be, in the order of their numbers.
            Defaults to None: those that are added, sorted.

    Example:
    >>> index = LabelIndex()
    >>> index.add("good")
    >>> index.add("bad")
    >>> index.classes, index.numbers(["good", "bad"])
    (['bad', 'good'], [1, 0])
    """

    def __init__(
        self, multi_label: bool = False, classes: Sequence[Any] | None = None
    ) -> None:
        self.multi_label = multi_label
        self._known = None if classes is None else list(classes)
        self._counts: Counter[Any] = Counter()
        self._num_texts = 0

    @classmethod
    def from_labels(
        cls,
        labels: Iterable[Any],
        multi_label: bool,
        classes: Sequence[Any] | None = None,
    ) -> "LabelIndex":
        """The index of all labels of some texts.

        Raises:
            TypeError: for a label that cannot be one.
            ValueError: if there are fewer than two different ones, or two
                that print alike.
        """
        index = cls(multi_label, classes)
        for n, label in enumerate(labels):
            try:
                index.add(label)
            except TypeError as error:
                raise TypeError(f"{error} (the item at index {n})") from None
        index.check()
        return index

    def add(self, label: Any) -> None:
        """Count the label, or labels, of one text."""
        label = check_label(label, self.multi_label)
        self._num_texts += 1
        self._counts.update(label if self.multi_label else [label])

    def check(self) -> None:
        """Raise a ValueError if nothing can be learned from the labels.

        They are too few, print alike, or are as many as the texts.
        """
        classes = self.classes
        if len(classes) < (1 if self.multi_label else 2):
            raise ValueError(
                "Training needs at least two different labels. Received: "
                f"{classes}"
            )
        if (
            self._known is None
            and not self.multi_label
            and len(classes) == self._num_texts > _FEWEST_TEXTS
        ):
            raise ValueError(
                "Expected several texts of each class. Received: a different "
                f"label for each of {self._num_texts} texts, such as "
                f"{classes[0]!r}. Is it the right column?"
            )
        check_told_apart(classes)

    @property
    def counts(self) -> dict[Any, int]:
        """How many texts have each label, in the order of the classes."""
        return {label: self._counts[label] for label in self.classes}

    @property
    def classes(self) -> list[Any]:
        """The different labels, as plain Python values, in their order."""
        if self._known is not None:
            return list(self._known)
        try:
            return sorted(self._counts)
        except TypeError:  # numbers beside strings
            return sorted(self._counts, key=lambda x: (type(x).__name__, x))

    def balanced_weights(self) -> NDArray[np.float32]:
        """A weight for each class: N / (number of classes * its size)."""
        sizes = np.array([self._counts[label] for label in self.classes])
        return (sizes.sum() / (len(sizes) * sizes)).astype("float32")

    def numbers(self, labels: Iterable[Any]) -> list[Any]:
        """The class number, or list of numbers, of each text.

        Raises:
            ValueError: for a label that was not added.
        """
        place = {label: n for n, label in enumerate(self.classes)}
        numbers: list[Any] = []
        for label in labels:
            label = check_label(label, self.multi_label)
            each = label if self.multi_label else [label]
            unknown = [one for one in each if one not in place]
            if unknown:
                raise ValueError(
                    f"Unknown label {unknown[0]!r}. Expected one of "
                    f"{self.classes}"
                )
            found = [place[one] for one in each]
            numbers.append(found if self.multi_label else found[0])
        return numbers


def count_logits(num_classes: int, multi_label: bool = False) -> int:
    """How many logits tell some classes apart: one for two, else one each.

    Example:
    >>> count_logits(2), count_logits(3), count_logits(2, multi_label=True)
    (1, 3, 2)
    """
    return 1 if num_classes == 2 and not multi_label else num_classes


def check_told_apart(classes: Sequence[Any]) -> None:
    """Raise a ValueError if two labels would be the same in a file."""
    printed: dict[str, int] = {}
    for n, label in enumerate(classes):
        other = printed.setdefault(str(label), n)
        if other != n:
            raise ValueError(
                "Expected labels that can be told apart in a file. Received: "
                f"{classes[other]!r} and {label!r}, which print alike"
            )


def check_class_names(
    names: Iterable[Any], multi_label: bool
) -> tuple[Any, ...]:
    """Return the names of the classes of a model as a tuple of plain values.

    Raises:
        TypeError: if one of them can be no label.
        ValueError: if they are too few, or two of them print alike.
    """
    names = tuple(map(_to_plain, names))
    if len(names) < (1 if multi_label else 2):
        raise ValueError(
            "Expected the names of at least two classes, or with "
            f"`multi_label` of one. Received: {list(names)}"
        )
    check_told_apart(names)
    return names


def check_labels(labels: Any, number: int) -> list[Any]:
    """Return the labels of a number of texts as a list.

    Args:
        labels: A column of N labels, or of lists of them.
        number: N.

    Raises:
        TypeError: for one label instead of several, or a table.
        ValueError: for another number of labels.
    """
    if isinstance(labels, (str, bytes)):
        raise TypeError(f"Expected a list of labels. Received: {labels!r}")
    labels = read_label_column(labels)
    check_number(len(labels), number)
    return list(labels)


def read_label_column(labels: Any) -> list[Any]:
    """A column of labels as a list.

    Raises:
        TypeError: for what is no column; of a matrix it says what reads one.
    """
    try:
        return read_column("labels", labels)
    except TypeError as error:
        shape: tuple[int, ...] = getattr(labels, "shape", ())
        several = len(shape) == 2 and shape[1] > 1
        hint = ". A 0/1 matrix needs `multi_label=True`." if several else ""
        raise TypeError(f"{error}{hint}") from None


def check_number(received: int, number: int) -> None:
    """Raise a ValueError if there is not a label for each text."""
    if received != number:
        raise ValueError(
            f"Expected a label for each of {number} texts. "
            f"Received: {received} labels"
        )


def check_label(label: Any, multi_label: bool) -> Any:
    """Return the label, or list of labels, of one text as plain values.

    Raises:
        TypeError: for what is none, such as NaN.
    """
    if not multi_label:
        return _to_plain(label)
    if isinstance(label, str) or not isinstance(label, Iterable):
        raise TypeError(
            "Expected a list of labels for each text with "
            f"`multi_label=True`. Received: {label!r}"
        )
    return [_to_plain(one) for one in label]


def _to_plain(label: Any) -> Any:
    """A label as a plain Python value, which JSON can hold."""
    given = label
    # A scalar of NumPy, JAX or PyTorch; a date of NumPy would be a number.
    if getattr(label, "ndim", None) == 0 and hasattr(label, "item"):
        if not isinstance(label, (np.datetime64, np.timedelta64)):
            label = label.item()
    if not isinstance(label, (str, int, float, bool)) or label != label:
        several = isinstance(label, (list, tuple, set))
        raise TypeError(
            "Expected a label that is a string, a number or a boolean. "
            f"Received: {given!r}"
            + (". Lists need `multi_label=True`." if several else "")
        )
    return label
