"""Whether an exported model gives the numbers of the Keras model."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from han_attention.text.encoding import EncodedTexts
from han_attention.text.encoding import bucket_by_length

# The lengths of the made-up texts: none, one word, few and many.
_LENGTHS = (0, 1, 2, 3, 17, 50)


@dataclass(frozen=True)
class Parity:
    """What a comparison of two models found.

    Attributes:
        num_texts: How many texts were compared, the made-up ones included.
        largest_difference: Of any probability of any text.
        tolerance: The difference that was allowed.
    """

    num_texts: int
    largest_difference: float
    tolerance: float


def parity_batches(
    encoded: EncodedTexts, vocabulary_size: int, max_tokens: int | None = None
) -> list[NDArray[np.int32]]:
    """Padded ids to compare two models on.

    The texts are in batches of like length. Before them is one batch of
    made-up texts, from none to many random words: so the empty text, and
    short beside long, are compared whatever the texts are.

    Args:
        encoded: The ids of texts; there may be none.
        vocabulary_size: Number of ids.
        max_tokens: The length of the longest text. Defaults to None: any.

    Example:
    >>> encoded = EncodedTexts.from_ids([[7, 4], [5]])
    >>> [ids.shape for ids in parity_batches(encoded, 10)]
    [(6, 50), (2, 2)]
    """
    generator = np.random.default_rng(0)
    made_up = EncodedTexts.from_ids(
        generator.integers(1, vocabulary_size, min(n, max_tokens or n)).tolist()
        for n in _LENGTHS
    )
    rows = bucket_by_length(encoded.lengths, batch_size=32)
    return [made_up.padded(), *map(encoded.padded, rows)]


def check_parity(
    expected: Sequence[NDArray[Any]],
    received: Sequence[NDArray[Any]],
    tolerance: float = 1e-5,
) -> Parity:
    """Compare the predictions of two models, batch by batch.

    Args:
        expected: Arrays (B, classes) of probabilities.
        received: Arrays of the same shapes.
        tolerance: The largest difference allowed. Defaults to 1e-5.

    Raises:
        ValueError: if a probability differs by more, or is not a number.

    Example:
    >>> shares = np.array([[0.5, 0.5], [0.25, 0.75]])
    >>> check_parity([shares], [shares + 2**-20]).largest_difference
    9.5367431640625e-07
    """
    differences = [
        np.abs(a - b).max() if a.shape == b.shape else np.inf
        for a, b in zip(expected, received, strict=True)
    ]
    difference = float(np.max(differences))  # NaN if one is
    parity = Parity(sum(map(len, expected)), difference, tolerance)
    if not difference <= tolerance:
        raise ValueError(
            "The exported model is not the Keras model: over "
            f"{parity.num_texts} texts their probabilities differ by up to "
            f"{difference:.2g}, more than tolerance={tolerance:.2g}. Nothing "
            "was written."
        )
    return parity
