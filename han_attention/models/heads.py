"""What the builders have in common."""

from typing import Any

import keras

from han_attention.data.labels import count_logits
from han_attention.layers.bigru import BiGRU
from han_attention.layers.bilstm import BiLSTM
from han_attention.layers.ngrams import NGramEmbeddingBag
from han_attention.text.ngrams import check_num_buckets
from han_attention.types import InitializerLike
from han_attention.types import Tensor
from han_attention.validation import check_choice
from han_attention.validation import check_positive_integer

_RNNS = {layer.cell: layer for layer in (BiGRU, BiLSTM)}


def read_in_both_directions(
    vectors: Tensor,
    mask: Tensor,
    units: int,
    *,
    cell: str,
    num_layers: int,
    dropout: float,
    include_inputs: bool,
    seed: int | None,
    name: str,
) -> Tensor:
    """What the attention pools: vectors that know their neighbours.

    Args:
        vectors: (..., T, D).
        mask: (..., T), True = real.
        units: Size of each direction.
        cell: `"gru"`, `"lstm"`, or `"none"`: the vectors as they are.
        num_layers: Layers of the BiGRU or BiLSTM.
        dropout: Between them.
        include_inputs: Whether the vectors themselves come after.
        seed: Of the dropout.
        name: Of the layer.

    Returns:
        (..., T, 2 * units), with the inputs (..., T, 2 * units + D); or the
        vectors.
    """
    check_positive_integer("rnn_units", units)
    if check_choice("cell", cell, ("none", *_RNNS)) == "none":
        return vectors
    layer = _RNNS[cell](
        units, num_layers=num_layers, dropout=dropout, seed=seed, name=name
    )
    hidden = layer(vectors, mask=mask)
    if not include_inputs:
        return hidden
    return keras.layers.Concatenate(name="with_embedding")([hidden, vectors])


def num_logits(num_classes: int, multi_label: bool) -> int:
    """The size of the output: one logit for two classes, else one for each.

    Raises:
        ValueError: for fewer than 2 classes without `multi_label`.
    """
    check_positive_integer("num_classes", num_classes)
    if multi_label:
        return num_classes
    if num_classes < 2:
        raise ValueError(
            "Invalid value for argument `num_classes`. Expected at least 2, "
            f"or `multi_label=True`. Received: num_classes={num_classes}"
        )
    return count_logits(num_classes)


def attention_initializers(initializer: InitializerLike) -> dict[str, Any]:
    """One initializer as those of all weights of an `AttentionPooling`.

    Args:
        initializer: Or None: `AttentionPooling` takes its own.
    """
    if initializer is None:
        return {}
    weights = ("kernel", "bias", "context")
    return {f"{weight}_initializer": _clone(initializer) for weight in weights}


def logits_layer(size: int, initializer: InitializerLike) -> keras.layers.Layer:
    """The last layer, float32 under every dtype policy: the loss needs it."""
    return keras.layers.Dense(
        size, kernel_initializer=initializer, dtype="float32", name="logits"
    )


def add_ngrams(
    logits: Tensor,
    ids: Tensor,
    mask: Tensor,
    vocabulary_size: int,
    ngram_range: tuple[int, int] | None,
    num_buckets: int,
    initializer: InitializerLike,
    dropout: float,
    seed: int | None,
) -> Tensor:
    """The logits of the attention and those of the n-grams, if there are some.

    Args:
        logits: (B, L).
        ids: (B, T) or (B, S, T).
        mask: Of their shape.
        vocabulary_size: Each of so many ids has a bucket of its own, if single
            ids are among the n-grams.
        ngram_range: Or None: the logits stay as they are.
        num_buckets: Rows of the table of the n-grams.
        initializer: Of the table.
        dropout: Of the n-grams.
        seed: Of the dropout.
    """
    if ngram_range is None:
        return logits
    units = logits.shape[-1]
    reserved = vocabulary_size if 1 in ngram_range else 0
    ngrams = NGramEmbeddingBag(
        units,
        ngram_range,
        check_num_buckets("num_ngram_buckets", num_buckets, reserved, units),
        vocabulary_size=reserved,
        binary=False,
        sublinear_tf=True,
        combiner="sqrtn",
        exclusive=True,
        dropout=dropout,
        embeddings_initializer=initializer,
        seed=seed,
        dtype="float32",
        name="ngrams",
    )(ids, mask=mask)
    add = keras.layers.Add(dtype="float32", name="logits_with_ngrams")
    return add([logits, ngrams])


def _clone(initializer: InitializerLike) -> InitializerLike:
    """A new initializer: a shared one would draw the same numbers again."""
    config = keras.initializers.serialize(keras.initializers.get(initializer))
    return keras.initializers.get(config)
