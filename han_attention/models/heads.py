"""What the builders have in common."""

from typing import Any

import keras

from han_attention.data.labels import count_logits
from han_attention.layers.bidirectional import BidirectionalRNN
from han_attention.layers.bigru import BiGRU
from han_attention.layers.bilstm import BiLSTM
from han_attention.types import InitializerLike
from han_attention.validation import check_choice
from han_attention.validation import check_positive_integer

_RNNS = {layer.cell: layer for layer in (BiGRU, BiLSTM)}


def choose_rnn(cell: str) -> type[BidirectionalRNN]:
    """The layer that reads in both directions, by the name of its cell.

    Raises:
        ValueError: unless it is `"gru"` or `"lstm"`.
    """
    return _RNNS[check_choice("cell", cell, _RNNS)]


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


def _clone(initializer: InitializerLike) -> InitializerLike:
    """A new initializer: a shared one would draw the same numbers again."""
    config = keras.initializers.serialize(keras.initializers.get(initializer))
    return keras.initializers.get(config)
