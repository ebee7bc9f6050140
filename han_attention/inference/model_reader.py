"""Runs a Keras model of ids: its logits, and its attention beside them."""

from functools import cached_property
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from han_attention.inference.eager import TracedLater
from han_attention.inference.fork import check_not_forked
from han_attention.models.hierarchical import split_at_sentences
from han_attention.models.introspection import find_ngrams
from han_attention.models.introspection import find_poolings
from han_attention.text.padding import cut_axis
from han_attention.text.ragged import MAX_BATCH_TOKENS

_OF_HALVES = {"word_attention", "sentence_bigru", "sentence_attention"}


class ModelReader:
    """Runs a model of ids, and documents of any size a part at a time.

    What it builds shares the layers of the model and leaves them as they are.
    It does not travel: a copy, or what is read from a pickle, has the model
    alone, and builds anew.

    Args:
        model: A functional `keras.Model` from ids to logits.
        pad_to_multiple_of: To what the length of a part of a document is
            rounded up. Defaults to 1.
    """

    def __init__(self, model: keras.Model, pad_to_multiple_of: int = 1) -> None:
        check_not_forked()
        self.model = model
        self.pad_to_multiple_of = pad_to_multiple_of

    def __reduce__(self) -> tuple[Any, ...]:
        return ModelReader, (self.model, self.pad_to_multiple_of)

    def run(self, ids: NDArray[np.int32]) -> NDArray[Any]:
        """The logits (B, logits) of ids (B, T) or (B, S, T)."""
        if self._splits and is_too_large(ids):
            return self._run_in_parts(ids)[0]
        return self._model(ids)

    def run_with_attention(self, ids: NDArray[np.int32]) -> list[NDArray[Any]]:
        """The logits, and the attention weights of the words.

        Of documents (B, S, T) the weights (B, S, T), and as a third output
        those of the sentences (B, S). With several heads their axis stands
        before the last. A model that has no weights gives its logits alone.
        """
        if self._splits and is_too_large(ids):
            return self._run_in_parts(ids)
        if self._attention_model is None:
            return [self.run(ids)]
        return self._attention_model(ids)

    @cached_property
    def _model(self) -> TracedLater:
        return TracedLater(self.model)

    @cached_property
    def _attention_model(self) -> TracedLater | None:
        weights = [layer.output[1] for layer in find_poolings(self.model)]
        if not weights:
            return None
        outputs = [self.model.outputs[0], *weights]
        return TracedLater(keras.Model(self.model.inputs[0], outputs))

    @cached_property
    def _splits(self) -> bool:
        """Whether the model is one of `build_han`, which has two halves."""
        return _OF_HALVES <= {layer.name for layer in self.model.layers}

    @cached_property
    def _halves(self) -> tuple[keras.Model, keras.Model]:
        return split_at_sentences(self.model)

    def _run_in_parts(self, ids: NDArray[np.int32]) -> list[NDArray[Any]]:
        """Documents read a few sentences at a time: their memory is bounded."""
        words_model, sentences_model = self._halves
        longest = ids.shape[2]
        size = max(MAX_BATCH_TOKENS // (len(ids) * longest), 1)
        vectors, word_weights = [], []
        for n in range(0, ids.shape[1], size):
            part = ids[:, n : n + size]
            part = cut_axis(part, 2, self.pad_to_multiple_of)
            part_vectors, weights = words_model.predict_on_batch(part)
            vectors.append(part_vectors)
            padding = [(0, 0)] * (weights.ndim - 1)
            padding.append((0, longest - part.shape[2]))
            word_weights.append(np.pad(weights, padding))
        logits, sentence_weights = sentences_model.predict_on_batch(
            [np.concatenate(vectors, axis=1), ids.any(axis=2)]
        )
        ngrams = find_ngrams(self.model)
        if ngrams is not None:
            logits = logits + keras.ops.convert_to_numpy(ngrams(ids))
        return [logits, np.concatenate(word_weights, axis=1), sentence_weights]


def is_too_large(ids: NDArray[np.int32]) -> bool:
    """Whether ids are too many to be read as a whole, padding included."""
    return ids.size > MAX_BATCH_TOKENS
