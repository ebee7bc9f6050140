"""Whether an exported model gives the numbers of the Keras model."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from typing import Any

import numpy as np
from numpy.typing import NDArray

from han_attention.text.preprocessor import TextPreprocessor
from han_attention.text.ragged import Encoded
from han_attention.text.ragged import EncodedDocuments
from han_attention.text.ragged import EncodedTexts

if TYPE_CHECKING:  # to read the result of a comparison, Keras is not needed
    import keras

# The lengths of the made-up texts: none, one word, few and many.
_LENGTHS = (0, 1, 2, 3, 17, 50)
NUM_MADE_UP = len(_LENGTHS)


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
    preprocessor: TextPreprocessor, texts: Sequence[str] = ()
) -> list[NDArray[np.int32]]:
    """Padded ids to compare two models on.

    The texts are in batches of like length. Before them is one batch of
    made-up texts, from none to many random words: so the empty text, and
    short beside long, are compared whatever the texts are.

    Args:
        preprocessor: Turns texts into the ids that the models take.
        texts: Real texts. Defaults to ().

    Example:
    >>> from han_attention import Tokenizer
    >>> tokenizer = Tokenizer.train(["a fine film", "a dull film"])
    >>> preprocessor = TextPreprocessor(tokenizer)
    >>> batches = parity_batches(preprocessor, ["a film", "fine"])
    >>> [ids.shape for ids in batches]
    [(6, 50), (2, 2)]
    """
    generator = np.random.default_rng(0)

    def words(number: int, limit: int | None) -> list[int]:
        number = min(number, limit or number)
        return generator.integers(
            1, len(preprocessor.tokenizer), number
        ).tolist()

    made_up: Encoded
    if preprocessor.hierarchical:
        limit = preprocessor.max_sentence_tokens
        made_up = EncodedDocuments.from_ids(
            [words(n % 40 + 1, limit) for n in range(number)]
            for number in (
                min(n, preprocessor.max_sentences or n) for n in _LENGTHS
            )
        )
    else:
        made_up = EncodedTexts.from_ids(
            words(number, preprocessor.max_tokens) for number in _LENGTHS
        )
    encoded = preprocessor.encode(texts)
    return [made_up.padded(), *map(encoded.padded, encoded.batches(32))]


def make_inputs(model: "keras.Model", of_ids: bool) -> list[NDArray[Any]]:
    """Random inputs of any model with one input, to compare two models on.

    Args:
        model: Says the shape, and by its `Embedding` which ids there are.
        of_ids: Whether it takes ids, 0 = padding on the right and on the
            left, of rows from empty to full; else vectors.
    """
    generator = np.random.default_rng(0)
    shape = [size or 9 for size in model.inputs[0].shape[1:]]
    if not of_ids:
        vectors = generator.normal(size=(5, *shape)).astype("float32")
        return [vectors, vectors[:1]]
    sizes = [getattr(layer, "input_dim", None) for layer in model.layers]
    largest = min((size for size in sizes if size), default=1_000)
    ids = generator.integers(1, max(largest, 2), (5, *shape), "int32")
    lengths = np.linspace(shape[-1], 0, 5).astype("int32")
    if len(shape) == 2:  # the last sentences are empty
        lengths = np.minimum(lengths[:, None], shape[-1] - np.arange(shape[0]))
    ids *= np.arange(shape[-1]) < np.maximum(lengths, 0)[..., None]
    return [ids, ids[:1], ids[-1:], ids[..., ::-1]]


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
    >>> expected = np.array([[0.5, 0.5], [0.25, 0.75]])
    >>> check_parity([expected], [expected + 2**-20]).largest_difference
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
