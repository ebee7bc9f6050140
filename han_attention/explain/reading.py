"""What a model makes of a batch of ids, and what is built to find out."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from han_attention.explain.methods.gradient_model import GradientModel
from han_attention.inference.eager import TracedLater
from han_attention.inference.keras import Predictor
from han_attention.inference.model_reader import is_too_large
from han_attention.models.contribution import ContributionModel
from han_attention.models.contribution import divide_ngrams
from han_attention.models.introspection import find_linear_head

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
        ngrams: What the n-grams add, divided among their words, (B, T, L) or
            (B, S, T, L); None if the model has none, or it is not known.
    """

    ids: NDArray[np.int32]
    logits: Array
    word_weights: Array | None = None
    sentence_weights: Array | None = None
    contributions: Array | None = None
    ngrams: Array | None = None

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

    def __init__(self, predictor: Predictor) -> None:
        self.predictor = predictor

    def read(self, ids: NDArray[np.int32]) -> Reading:
        """The prediction, with all that one pass of the model can give."""
        added: Array | None = None
        ngrams: Array | None = None
        run = self._contribution_model
        if run is None or is_too_large(ids):
            outputs = self.predictor.run_with_attention(ids)
        else:
            outputs = run(ids)
            if run.model.ngrams is not None:
                *outputs, ngrams = outputs
                shortest, _ = run.model.ngrams.ngram_range
                ngrams = divide_ngrams(ngrams.astype("float64"), shortest)
            *outputs, added = outputs
        weights = [
            _average_heads(weights, rank)
            for weights, rank in zip(outputs[1:], (ids.ndim, 2), strict=False)
        ]
        if weights and weights[0].shape != ids.shape:
            raise ValueError(
                "Expected an attention weight for each word. Received: weights "
                f"of shape {weights[0].shape} for ids of shape {ids.shape}"
            )
        words, sentences = (*weights, None, None)[:2]
        return Reading(ids, outputs[0], words, sentences, added, ngrams)

    @cached_property
    def gradient_model(self) -> GradientModel:
        """The model with the gradients of its logits in the word vectors."""
        return GradientModel(self.predictor.model)

    @cached_property
    def _contribution_model(self) -> TracedLater | None:
        model = self.predictor.model
        if find_linear_head(model) is None:
            return None
        return TracedLater(ContributionModel(model))


def _average_heads(weights: Array, rank: int) -> Array:
    return weights if weights.ndim == rank else weights.mean(axis=-2)


def _get(values: Array | None) -> Array:
    if values is None:
        raise ValueError("The model does not give what the method reads.")
    return values
