"""What each method says of a batch of ids, as arrays."""

from collections.abc import Callable
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from han_attention.explain.explanation import ATTENTION
from han_attention.explain.explanation import CONTRIBUTION
from han_attention.explain.explanation import GRADIENT_X_INPUT
from han_attention.explain.explanation import INTEGRATED_GRADIENTS
from han_attention.explain.explanation import METHODS
from han_attention.explain.explanation import OCCLUSION
from han_attention.explain.methods.deletion import occlusion
from han_attention.explain.methods.gradients import gradient_x_input
from han_attention.explain.methods.gradients import integrated_gradients
from han_attention.inference.base import probabilities
from han_attention.inference.keras import Predictor
from han_attention.models.contribution import linear_head
from han_attention.text.ragged import MAX_BATCH_TOKENS
from han_attention.validation import check_choice

Array = NDArray[Any]


@dataclass
class BatchValues:
    """What the methods say of the words of B texts.

    Attributes:
        shares: Probabilities (B, C).
        weights: Attention weights of the words (B, T) or (B, S, T).
        sentences: Those of the sentences (B, S), or None.
        contributions: Of the words (B, T, C), or the sentences (B, S, C), or
            None.
        values: By method, of the words (B, T, C) or (B, S, T, C).
    """

    shares: Array
    weights: Array
    sentences: Array | None = None
    contributions: Array | None = None
    values: dict[str, Array] = field(default_factory=dict)

    def scores(self, method: str, classes: NDArray[np.intp]) -> Array:
        """What a method says of each word for one class of each text.

        Args:
            method: One that was read.
            classes: The number of a class for each text, (B,).

        Returns:
            (B, T) or (B, S, T).
        """
        rows = np.arange(len(classes))
        if method in self.values:
            return np.moveaxis(self.values[method], -1, 1)[rows, classes]
        of_class = self.contributions
        if method == CONTRIBUTION and of_class is not None:
            of_class = of_class[rows, :, classes]
            if self.sentences is None:
                return of_class
            return self.weights * of_class[..., None]
        if self.sentences is None:
            return self.weights
        return self.weights * self.sentences[..., None]


def methods_to_draw(predictor: Predictor) -> list[str]:
    """The methods of a page, the one that it opens with at the end.

    That is the gradient times the input: of the methods as faithful as
    leaving out each word it is the fastest by far (`benchmarks/faithfulness.py`
    has the numbers). The other two come with the prediction.
    """
    return [*_with_the_prediction(predictor), GRADIENT_X_INPUT]


def _with_the_prediction(predictor: Predictor) -> list[str]:
    """The methods that need no pass of the model of their own."""
    linear = linear_head(predictor.model) is not None
    return [ATTENTION, CONTRIBUTION] if linear else [ATTENTION]


class MethodReader:
    """Runs a predictor's model for some methods.

    Args:
        predictor: A trained classifier.
        methods: Of `METHODS`. None: the attention, and the contribution of
            every text for which the model can give it.

    Raises:
        ValueError: for an unknown method, or one the model cannot give.
    """

    def __init__(
        self, predictor: Predictor, methods: Sequence[str] | None
    ) -> None:
        self._predictor = predictor
        self._as_possible = methods is None
        if methods is None:
            methods = _with_the_prediction(predictor)
        for method in methods:
            check_choice("methods", method, METHODS)
        self._methods = [m for m in dict.fromkeys(methods) if m != ATTENTION]
        if CONTRIBUTION in self._methods:
            self._contribution = predictor.contribution_model

    def read(self, ids: NDArray[np.int32]) -> BatchValues:
        """What the methods say of ids (B, T) or (B, S, T)."""
        methods = self._methods_for(ids)
        added: Array | None = None
        if CONTRIBUTION in methods:
            *outputs, added = self._contribution.predict_on_batch(ids)
        else:
            outputs = self._predictor.run_with_attention(ids)
        logits, weights, *of_sentences = outputs
        batch = BatchValues(
            probabilities(logits, self._predictor.multi_label),
            _mean_of_heads(weights, ids.ndim),
        )
        if of_sentences:
            batch.sentences = _mean_of_heads(of_sentences[0], 2)
        if added is not None:
            batch.contributions = self._of_classes(added)
        for method in methods:
            if method != CONTRIBUTION:
                values = self._functions[method](ids)
                batch.values[method] = self._of_classes(values)
        return batch

    def _methods_for(self, ids: NDArray[np.int32]) -> list[str]:
        if ids.size <= MAX_BATCH_TOKENS or not self._methods:
            return self._methods
        if self._as_possible:
            return []
        raise ValueError(
            "Invalid value for argument `methods`. Expected 'attention' alone "
            "for a text that is too long to be read as a whole. Received: "
            f"methods={self._methods} and ids of shape {ids.shape}"
        )

    @cached_property
    def _functions(self) -> dict[str, Callable[[Array], Array]]:
        predictor, logits = self._predictor, self._predictor.num_logits
        return {
            GRADIENT_X_INPUT: lambda ids: gradient_x_input(
                predictor.gradient_model, ids, logits
            ),
            INTEGRATED_GRADIENTS: lambda ids: integrated_gradients(
                predictor.gradient_model, ids, logits
            ),
            OCCLUSION: lambda ids: occlusion(predictor, ids),
        }

    def _of_classes(self, of_logits: Array) -> Array:
        """Of two classes that share a logit each has its own sign."""
        predictor = self._predictor
        if predictor.num_logits > 1 or predictor.multi_label:
            return of_logits
        return np.concatenate([-of_logits, of_logits], axis=-1)


def _mean_of_heads(weights: Array, rank: int) -> Array:
    return weights if weights.ndim == rank else weights.mean(axis=-2)
