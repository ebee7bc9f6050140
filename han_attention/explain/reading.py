"""What a model makes of a batch of ids, and what is built to find out."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING
from typing import Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:  # Keras is needed for a model of Keras alone
    from han_attention.explain.methods.gradient_model import GradientModel
    from han_attention.inference.eager import TracedLater
    from han_attention.inference.keras import Predictor

Array = NDArray[Any]


@dataclass(frozen=True)
class Reading:
    """A batch of ids as the model reads it.

    Attributes:
        ids: (B, T) or (B, S, T).
        logits: (B, L).
        word_weights: The attention weights of the words, of several heads
            their mean, (B, T) or (B, S, T); None if the model has none.
        sentence_weights: Those of the sentences, (B, S), or None.
        contributions: What the words, or sentences, add to the logits by the
            attention, (B, T, L) or (B, S, L); None if that is not known.
        ngrams: What the n-grams of N lengths add that start at each word,
            (B, T, N, L) or (B, S, T, N, L); None if the model has none, or it
            is not known.
        shortest: The length of the first of the N.
    """

    ids: NDArray[np.int32]
    logits: Array
    word_weights: Array | None = None
    sentence_weights: Array | None = None
    contributions: Array | None = None
    ngrams: Array | None = None
    shortest: int = 1

    def get_weights(self) -> tuple[Array, Array | None]:
        """The weights of the words, and those of the sentences or None."""
        return _get(self.word_weights), self.sentence_weights

    def get_contributions(self) -> Array:
        """What the words, or sentences, add by the attention."""
        return _get(self.contributions)


class Reader:
    """Runs a predictor's model, and keeps what is built of it.

    Args:
        predictor: A trained classifier.
    """

    def __init__(self, predictor: "Predictor") -> None:
        self.predictor = predictor

    @property
    def name(self) -> str:
        """What is read, for an error."""
        return f"the model {self.predictor.model.name!r}"

    def supports(self, method: Any) -> bool:
        """Whether a `Method` can explain the model."""
        return method.supports(self.predictor.model)

    def is_too_large(self, ids: NDArray[np.int32]) -> bool:
        """Whether ids are too many to be read as a whole."""
        from han_attention.inference.model_reader import is_too_large

        return is_too_large(ids)

    def read(self, ids: NDArray[np.int32]) -> Reading:
        """The prediction, with all that one pass of the model can give."""
        added: Array | None = None
        ngrams: Array | None = None
        shortest = 1
        run = self._contribution_model
        if run is None or self.is_too_large(ids):
            outputs = self.predictor.run_with_attention(ids)
        else:
            outputs = run(ids)
            if run.model.ngrams is not None:
                *outputs, ngrams = outputs
                shortest, _ = run.model.ngrams.ngram_range
            *outputs, added = outputs
        return make_reading(
            ids, outputs[0], outputs[1:], added, ngrams, shortest
        )

    @cached_property
    def gradient_model(self) -> "GradientModel":
        """The model with the gradients of its logits in the word vectors."""
        from han_attention.explain.methods.gradient_model import GradientModel

        return GradientModel(self.predictor.model)

    @cached_property
    def _contribution_model(self) -> "TracedLater | None":
        from han_attention.inference.eager import TracedLater
        from han_attention.models.contribution import ContributionModel
        from han_attention.models.introspection import find_linear_head

        model = self.predictor.model
        if find_linear_head(model) is None:
            return None
        return TracedLater(ContributionModel(model))


def make_reading(
    ids: NDArray[np.int32],
    logits: Array,
    weights: Sequence[Array],
    contributions: Array | None,
    ngrams: Array | None,
    shortest: int = 1,
) -> Reading:
    """Put together what a model gives for a batch.

    Args:
        ids: (B, T) or (B, S, T).
        logits: (B, L).
        weights: Those of the words, and of the sentences, if there are some;
            of several heads with their axis before the last.
        contributions: See `Reading`.
        ngrams: What the n-grams add that start at each word, (..., T, N, L),
            or None.
        shortest: The length of the first of the N. Defaults to 1.
    """
    averages = [
        _average_heads(of_level, rank)
        for of_level, rank in zip(weights, (ids.ndim, 2), strict=False)
    ]
    if averages and averages[0].shape != ids.shape:
        raise ValueError(
            "Expected an attention weight for each word. Received: weights "
            f"of shape {averages[0].shape} for ids of shape {ids.shape}"
        )
    words, sentences = (*averages, None, None)[:2]
    return Reading(
        ids, logits, words, sentences, contributions, ngrams, shortest
    )


def _average_heads(weights: Array, rank: int) -> Array:
    return weights if weights.ndim == rank else weights.mean(axis=-2)


def _get(values: Array | None) -> Array:
    if values is None:
        raise ValueError("The model does not give what the method reads.")
    return values
