"""Labels of any type as class numbers, and the checks of what people give."""

from collections import Counter
from collections.abc import Iterable
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray


class LabelIndex:
    """Numbers the labels that it is shown.

    Args:
        multi_label: Whether a text has a list of labels. Defaults to `False`.

    Example:
    >>> index = LabelIndex()
    >>> index.add("good")
    >>> index.add("bad")
    >>> index.classes, index.numbers(["good", "bad"])
    (['bad', 'good'], [1, 0])
    """

    def __init__(self, multi_label: bool = False) -> None:
        self.multi_label = multi_label
        self._counts: Counter[Any] = Counter()
        self._known: list[Any] = []

    @classmethod
    def from_classes(
        cls, classes: Sequence[Any], multi_label: bool = False
    ) -> "LabelIndex":
        """The index of classes that are known beforehand, in their order."""
        index = cls(multi_label)
        index._known = list(classes)
        return index

    @classmethod
    def from_labels(
        cls, labels: Iterable[Any], multi_label: bool
    ) -> "LabelIndex":
        """The index of all labels of some texts.

        Raises:
            TypeError: for a label that cannot be one.
            ValueError: if there are fewer than two different ones.
        """
        index = cls(multi_label)
        for label in labels:
            index.add(label)
        index.check()
        return index

    def add(self, label: Any) -> None:
        """Count the label, or labels, of one text."""
        self._counts.update(map(_plain, self._each(label)))

    def check(self) -> None:
        """Raise a ValueError if there is nothing to tell apart."""
        if len(self._counts) < (1 if self.multi_label else 2):
            raise ValueError(
                "Training needs at least two different labels. Received: "
                f"{list(self._counts)}"
            )

    @property
    def classes(self) -> list[Any]:
        """The different labels, sorted, as plain Python values."""
        if self._known:
            return self._known
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
            each = [_plain(one) for one in self._each(label)]
            unknown = [one for one in each if one not in place]
            if unknown:
                raise ValueError(
                    f"Unknown label {unknown[0]!r}. Expected one of "
                    f"{self.classes}"
                )
            found = [place[one] for one in each]
            numbers.append(found if self.multi_label else found[0])
        return numbers

    def _each(self, label: Any) -> Sequence[Any]:
        if not self.multi_label:
            return [label]
        if isinstance(label, str) or not isinstance(label, Iterable):
            raise TypeError(
                "Expected a list of labels for each text with "
                f"`multi_label=True`. Received: {label!r}"
            )
        return list(label)


def check_texts(texts: Any) -> list[str]:
    """Return texts as a list of strings, or say which one is none.

    Raises:
        TypeError: for one string instead of several, or anything else.
    """
    if isinstance(texts, (str, bytes)):
        raise TypeError(
            "Expected a list of texts. Received one text: put it in a list."
        )
    texts = _listed("texts", texts)
    for n, text in enumerate(texts):
        if not isinstance(text, str):
            raise TypeError(
                f"Expected texts, that is strings. Received: {text!r} (the "
                f"item at index {n})"
            )
    return texts


def check_labels(labels: Any, number: int) -> list[Any]:
    """Return the labels of a number of texts as a list.

    Raises:
        TypeError: for one label instead of several, or a table.
        ValueError: for another number of labels.
    """
    if isinstance(labels, (str, bytes)):
        raise TypeError(f"Expected a list of labels. Received: {labels!r}")
    labels = _listed("labels", labels)
    if len(labels) != number:
        raise ValueError(
            f"Expected a label for each of {number} texts. "
            f"Received: {len(labels)} labels"
        )
    return labels


def _listed(name: str, values: Any) -> list[Any]:
    # To go through a table of pandas would give the names of its columns.
    if not isinstance(values, Iterable) or getattr(values, "ndim", 1) != 1:
        shape = getattr(values, "shape", "")
        raise TypeError(
            f"Expected a list of {name}, or a column of a table. Received: "
            f"{type(values).__name__} {shape}".rstrip()
        )
    return list(values)


def _plain(label: Any) -> Any:
    """A label as a plain Python value, which JSON can hold."""
    if isinstance(label, np.generic):
        label = label.item()
    if not isinstance(label, (str, int, float, bool)) or label != label:
        several = isinstance(label, (list, tuple, set))
        raise TypeError(
            "Expected a label that is a string, a number or a boolean. "
            f"Received: {label!r}"
            + (". Lists need `multi_label=True`." if several else "")
        )
    return label


def check_sample_weight(weights: Any, number: int) -> NDArray[np.float32]:
    """Return the weights of a number of texts as an array.

    Raises:
        ValueError: for another number of them, or one that is no weight.
    """
    array = np.asarray(_listed("weights", weights), "float32")
    if array.shape != (number,):
        raise ValueError(
            "Invalid value for argument `sample_weight`. Expected a number "
            f"for each of {number} texts. Received: {len(array)} numbers"
        )
    good = np.isfinite(array) & (array >= 0)
    if not good.all() or not array.any():
        row = int(good.argmin())
        raise ValueError(
            "Invalid value for argument `sample_weight`. Expected numbers of "
            f"at least 0, not all of them 0. Received: {weights[row]!r} (the "
            f"item at index {row})"
        )
    return array
