"""Finds the layers of a model by what they are, whatever their names."""

from typing import Any

import keras

from han_attention.layers.attention_pooling import AttentionPooling
from han_attention.layers.ngrams import NGramEmbeddingBag
from han_attention.layers.sequence_pooling import SequencePooling
from han_attention.types import Tensor


def find_embedding(model: keras.Model) -> keras.layers.Layer | None:
    """The one `Embedding` that looks up the ids of a model, or None.

    Example:
    >>> ids = keras.Input((None,), dtype="int32")
    >>> words = keras.layers.Embedding(9, 4, name="any_name")(ids)
    >>> find_embedding(keras.Model(ids, words)).name
    'any_name'
    """
    (ids,) = model.inputs
    found = [
        layer
        for layer in model.layers
        if isinstance(layer, keras.layers.Embedding)
        and _get_once(layer, "input") is ids
    ]
    return found[0] if len(found) == 1 else None


def find_poolings(model: keras.Model) -> list[keras.layers.Layer]:
    """The layers whose weights tell of the words, and of the sentences.

    Args:
        model: A model from ids (B, T) or (B, S, T), with one `AttentionPooling`
            or `SequencePooling` over the words, and in the second case one
            over the sentences, called with `return_attention_scores=True`.

    Returns:
        One layer, of documents two; none if the model is another.

    Example:
    >>> from han_attention import build_han
    >>> [layer.name for layer in find_poolings(build_han(9))]
    ['word_attention', 'sentence_attention']
    """
    found = []
    # Vectors of words, and of the sentences of documents: one axis less.
    for rank in range(len(model.inputs[0].shape) + 1, 2, -1):
        layers = [layer for layer in model.layers if _pools(layer, rank)]
        if len(layers) != 1:
            return []
        found += layers
    return found


def get_pooled_vectors(pooling: keras.layers.Layer) -> Tensor:
    """The vectors (B, T, D) of which a pooling layer makes one."""
    return keras.tree.flatten(pooling.input)[0]  # beside them is the mask


def find_ngrams(model: keras.Model) -> NGramEmbeddingBag | None:
    """The layer whose n-grams are a summand of the logits, or None.

    Example:
    >>> from han_attention import build_classifier
    >>> find_ngrams(build_classifier(9, ngram_range=(1, 2))).ngram_range
    (1, 2)
    """
    summands = _list_summands(model)
    found = [
        layer
        for layer in model.layers
        if isinstance(layer, NGramEmbeddingBag)
        and any(_get_once(layer, "output") is tensor for tensor in summands)
    ]
    return found[0] if len(found) == 1 and len(summands) == 2 else None


def find_linear_head(model: keras.Model) -> keras.layers.Layer | None:
    """The last layer, if the logits are linear in a weighted sum, or None.

    Beside the n-grams that it adds to, if there are some.
    """
    poolings, summands = find_poolings(model), [model.outputs[0]]
    if find_ngrams(model) is not None:
        summands = _list_summands(model)
    heads = [
        layer
        for layer in model.layers
        if isinstance(layer, keras.layers.Dense)
        and any(_get_once(layer, "output") is tensor for tensor in summands)
    ]
    if not poolings or not heads:
        return None
    (head,), pooling = heads, poolings[-1]
    pooled, features = pooling.output[0], get_pooled_vectors(pooling).shape[-1]
    after = [pooled] + [
        layer.output
        for layer in model.layers
        if isinstance(layer, keras.layers.Dropout)
        and _get_once(layer, "input") is pooled
    ]
    linear = (
        head.activation is keras.activations.linear
        and any(head.input is tensor for tensor in after)
        # The largest of the vectors is no weighted sum.
        and getattr(pooling, "is_linear", True)
        # Not a pair of vectors, of which this is the first.
        and pooled.shape[-1] == features * getattr(pooling, "num_heads", 1)
    )
    return head if linear else None


def _list_summands(model: keras.Model) -> list[Tensor]:
    """What a last layer `Add` adds to the logits; none without one."""
    found = [
        layer
        for layer in model.layers
        if isinstance(layer, keras.layers.Add)
        and _get_once(layer, "output") is model.outputs[0]
    ]
    return list(found[0].input) if found else []


def _pools(layer: keras.layers.Layer, rank: int) -> bool:
    """Whether a layer pools vectors of a rank, and gives its weights too."""
    return (
        isinstance(layer, (AttentionPooling, SequencePooling))
        and not getattr(layer, "time_major", False)
        and isinstance(_get_once(layer, "output"), (tuple, list))
        and len(get_pooled_vectors(layer).shape) == rank
    )


def _get_once(layer: keras.layers.Layer, name: str) -> Any:
    """The `input` or `output` of a layer, None if it was not called once."""
    try:
        return getattr(layer, name)
    except (AttributeError, ValueError):
        return None
