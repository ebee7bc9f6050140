"""Texts that are most likely labelled wrongly, found by confident learning."""

from collections.abc import Callable
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from numpy.typing import NDArray

from han_attention.data.labels import LabelIndex
from han_attention.validation import check_integer

_TOLERANCE = 1e-6  # of a threshold: a mean of one value is that value


@dataclass(frozen=True)
class Mistake:
    """A text whose label is probably wrong.

    Attributes:
        row: Its number among the texts, from 0.
        label: What it is labelled.
        suggestion: What the model says, which has not learned from it.
        probability: How probable the label is by the model; the lower, the
            surer is the mistake.
    """

    row: int
    label: Any
    suggestion: Any
    probability: float


def find_mistakes(
    probabilities: ArrayLike, labels: Sequence[Any], class_names: Sequence[Any]
) -> list[Mistake]:
    """Find labels that are probably wrong, the surest first.

    Confident learning: a class is believed for a text where its probability
    is at least the mean that texts labelled so have. A text of which another
    class than its label is believed, and which the model would label
    otherwise, is a probable mistake.

    Args:
        probabilities: (N, C), of models that did not learn from the text:
            see `predict_out_of_fold`.
        labels: N labels, one each.
        class_names: The C classes.

    Raises:
        ValueError: for another number of labels, or one that is no class.

    Reference:
        Northcutt et al., 2021, https://arxiv.org/abs/1911.00068

    Example:
    >>> probabilities = [[0.9, 0.1], [0.8, 0.2], [0.2, 0.8], [0.95, 0.05]]
    >>> found = find_mistakes(probabilities, ["a", "a", "b", "b"], ["a", "b"])
    >>> [(one.row, one.label, one.suggestion) for one in found]
    [(3, 'b', 'a')]
    """
    values = np.asarray(probabilities, "float64")
    shape = (len(labels), len(class_names))
    if values.shape != shape:
        raise ValueError(
            "Invalid value for argument `probabilities`. Expected shape "
            f"{shape}, (labels, class names). Received: shape {values.shape}"
        )
    index = LabelIndex(classes=class_names)
    given = np.array(index.numbers(labels), int)
    rows = np.arange(len(given))
    of_label = values[rows, given]
    sizes = np.bincount(given, minlength=shape[1])
    means = np.bincount(given, of_label, shape[1]) / np.maximum(sizes, 1)
    means[sizes == 0] = np.inf  # a class without texts is never believed
    believed = values >= means - _TOLERANCE
    best = values.argmax(axis=1)
    several = believed.sum(axis=1) > 1
    guess = np.where(several, best, believed.argmax(axis=1))
    wrong = believed.any(axis=1) & (guess != given) & (best != given)
    found = np.flatnonzero(wrong)
    order = found[np.argsort(of_label[found], kind="stable")].tolist()
    return [
        Mistake(row, labels[row], class_names[best[row]], float(of_label[row]))
        for row in order
    ]


def predict_out_of_fold(
    make: Callable[[], Any],
    texts: Sequence[str],
    labels: Sequence[Any],
    folds: int = 5,
    seed: int = 0,
) -> tuple[NDArray[np.float32], list[Any]]:
    """Predict every text by a model that did not learn from it.

    Args:
        make: Makes a new classifier, such as a `TextClassifier`.
        texts: N texts.
        labels: N labels.
        folds: How many models are trained, each without a part of the texts.
            Defaults to 5.
        seed: Chooses the parts. Defaults to 0.

    Returns:
        Probabilities (N, C), and the C classes.

    Raises:
        ValueError: for a class of fewer texts than there are folds.

    Example:
    >>> from sklearn.naive_bayes import MultinomialNB
    >>> from sklearn.feature_extraction.text import CountVectorizer
    >>> from sklearn.pipeline import make_pipeline
    >>> texts, labels = ["fine", "dull"] * 4, ["good", "bad"] * 4
    >>> values, classes = predict_out_of_fold(
    ...     lambda: make_pipeline(CountVectorizer(), MultinomialNB()),
    ...     texts, labels, folds=2,
    ... )
    >>> values.shape, classes
    ((8, 2), ['bad', 'good'])
    """
    check_integer("folds", folds, 2)
    index = LabelIndex.from_labels(labels, multi_label=False)
    rare = [k for k, number in index.counts.items() if number < folds]
    if rare:
        raise ValueError(
            f"Invalid value for argument `folds`. Expected at most as many as "
            f"each class has texts. Received: folds={folds}, and "
            f"{index.counts[rare[0]]} texts of {rare[0]!r}"
        )
    numbers = np.array(index.numbers(labels), int)
    part = np.empty(len(numbers), int)
    rng = np.random.default_rng(seed)
    for n in range(len(index.classes)):
        rows = rng.permutation(np.flatnonzero(numbers == n))
        part[rows] = (np.arange(len(rows)) + n) % folds
    found = np.zeros((len(numbers), len(index.classes)), "float32")
    for fold in range(folds):
        rest = np.flatnonzero(part != fold).tolist()
        out = np.flatnonzero(part == fold).tolist()
        classifier = make()
        classifier.fit([texts[n] for n in rest], [labels[n] for n in rest])
        found[out] = classifier.predict_proba([texts[n] for n in out])
    return found, index.classes
