"""What a method of explanation is, and the shape of what it says."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from typing import Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:  # Keras is needed when a method runs
    import keras

    from han_attention.explain.reading import Reader
    from han_attention.explain.reading import Reading

Array = NDArray[Any]
TOKENS_AT_ONCE = 2**15  # read together by one method, padding included


@dataclass(frozen=True)
class Scores:
    """What one method says of the words of B texts, for each of C classes.

    Where it says the same for all classes, C is 1.

    Attributes:
        words: Of each word, (B, T, C), or of documents (B, S, T, C).
        sentences: Of each sentence, (B, S, C). None: the sum of its words.
        words_in_sentence: Of each word beside those of its sentence alone,
            (B, S, T, C), or None.
        ngrams: What n-grams of N lengths say that start at each word, (B, T,
            N, C) or (B, S, T, N, C), which is in `words` too; or None.
        shortest: The length of the first of the N.

    Example:
    >>> Scores(np.array([[[0.5], [0.25]]])).words.shape  # the same for all
    (1, 2, 1)
    """

    words: Array
    sentences: Array | None = None
    words_in_sentence: Array | None = None
    ngrams: Array | None = None
    shortest: int = 1

    def select(self, classes: NDArray[np.intp]) -> Array:
        """The scores of the words for one class of each text.

        Args:
            classes: The number of a class for each text, (B,).

        Returns:
            (B, T) or (B, S, T).

        Example:
        >>> Scores(np.array([[[1, 2], [3, 4]]])).select(np.array([1])).tolist()
        [[2, 4]]
        """
        if self.words.shape[-1] == 1:
            return self.words[..., 0]
        rows = np.arange(len(classes))
        return np.moveaxis(self.words, -1, 1)[rows, classes]


@dataclass(frozen=True)
class Method:
    """An entry of the registry: all that is known of a method.

    Attributes:
        name: By which it is asked for.
        description: What it says of a word, in a few words.
        help: What a reader of its scores should know, in a sentence or two.
        score: Gives the `Scores` of the batch that was read.
        supports: Whether it can explain a model.
        requirement: Which models it can explain, as in "a model with ...".
        signed: Whether a score can speak against a class. Defaults to `True`.
        adds_up: Whether a sum of scores means something. Defaults to `False`.
        with_prediction: Whether it needs no pass of the model beside that of
            the prediction; then it is among those that are not asked for.
            Defaults to `False`.
        reads_parts: Whether it can explain a document that is too large to be
            read as a whole. Defaults to `False`.
        opens_page: Whether a page shows it unasked, before the others.
            Defaults to `False`.

    Example:
    >>> from han_attention.explain import METHODS
    >>> METHODS["occlusion"].signed
    True
    """

    name: str
    description: str
    help: str
    score: "Callable[[Reader, Reading], Scores]"
    supports: "Callable[[keras.Model], bool]" = lambda model: True
    requirement: str = "any model"
    signed: bool = True
    adds_up: bool = False
    with_prediction: bool = False
    reads_parts: bool = False
    opens_page: bool = False

    @property
    def title(self) -> str:
        """The name with spaces, as a reader sees it."""
        return self.name.replace("_", " ")


def split_classes(logits: Array, num_classes: int) -> Array:
    """What is known of the logits (..., L) for each class (..., C).

    Two classes can share a logit: what speaks for one speaks against the
    other.

    Example:
    >>> split_classes(np.array([[0.5]]), 2).tolist()
    [[-0.5, 0.5]]
    """
    if logits.shape[-1] == num_classes:
        return logits
    return np.concatenate([-logits, logits], axis=-1)


def has_embedding(model: "keras.Model") -> bool:
    """Whether a model has one `Embedding` that looks up its ids."""
    from han_attention.models.introspection import find_embedding

    return find_embedding(model) is not None
