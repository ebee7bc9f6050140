"""Which texts are held out, and how much each of the others counts."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from numpy.typing import NDArray

from han_attention.validation import check_rate


def stratified_split(
    classes: ArrayLike, fraction: float, seed: int | None = None
) -> NDArray[np.bool_]:
    """Choose texts to hold out, the same fraction of every class.

    Every class keeps at least one text to train on. Classes too small for a
    whole text of their own give their fraction together: one text in
    `1 / fraction`, counted through all classes.

    Args:
        classes: (N,) or (N, 1) the class of each text; or (N, C) of 0 and 1,
            several labels: then its rarest label is the class of a text.
        fraction: Float in [0, 1), how many of the texts.
        seed: Chooses the texts. Defaults to None: others each time.

    Returns:
        (N,) boolean, True = held out.

    Raises:
        ValueError: if `fraction` is not in [0, 1).

    Example:
    >>> held_out = stratified_split([0] * 4 + [1] * 8, 0.25, seed=0)
    >>> held_out[:4].sum(), held_out[4:].sum()
    (np.int64(1), np.int64(2))
    """
    fraction = check_rate("fraction", fraction)
    numbers = find_classes(np.asarray(classes))
    rows = np.random.default_rng(seed).permutation(len(numbers))
    rows = rows[np.argsort(numbers[rows], kind="stable")]
    quota = np.rint(fraction * np.arange(len(rows) + 1))
    chosen = np.diff(quota) > 0
    _, first, ordered, sizes = np.unique(
        numbers[rows],
        return_index=True,
        return_inverse=True,
        return_counts=True,
    )
    chosen[first[np.bincount(ordered, chosen) == sizes]] = False
    held_out = np.zeros(len(rows), bool)
    held_out[rows] = chosen
    return held_out


def balanced_class_weights(classes: ArrayLike) -> NDArray[np.float32]:
    """A weight for each text: w = N / (number of classes * size of its class).

    Args:
        classes: As in `stratified_split`.

    Returns:
        (N,) float32, whose mean is 1.

    Example:
    >>> balanced_class_weights([0, 0, 1, 1, 1, 1]).tolist()
    [1.5, 1.5, 0.75, 0.75, 0.75, 0.75]

    Source: `class_weight="balanced"` of scikit-learn,
        https://scikit-learn.org/stable/modules/generated/sklearn.utils.class_weight.compute_sample_weight.html
    """
    _, numbers, sizes = np.unique(
        find_classes(np.asarray(classes)),
        return_inverse=True,
        return_counts=True,
    )
    weights = numbers.size / (len(sizes) * sizes)
    return np.asarray(weights[numbers], "float32")


def find_classes(labels: NDArray[Any]) -> NDArray[Any]:
    """(N,) the class of each text; of several labels the rarest, or -1."""
    if labels.size == len(labels):
        return labels.reshape(-1)
    sizes = np.where(labels > 0, labels.sum(axis=0), np.inf)
    return np.where(labels.any(axis=1), sizes.argmin(axis=1), -1)
