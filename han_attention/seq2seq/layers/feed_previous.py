"""What a decoder reads instead of its inputs: its own last symbol."""

from collections.abc import Callable
from numbers import Real
from typing import Any

import keras
from keras import ops

from han_attention.types import Tensor

FeedPrevious = Callable[[Tensor], Tensor]


def embed_argmax(
    embedding: Callable[[Tensor], Tensor],
    to_logits: Callable[[Tensor], Tensor] | None = None,
    update_embedding_for_previous: bool = True,
) -> FeedPrevious:
    """Make the function that feeds a decoder its own best symbol.

    next inputs = embedding(argmax of to_logits(outputs)).

    The result is what `AttentionDecoder` takes as `feed_previous`. No gradient
    flows through the choice of a symbol.

    Args:
        embedding: Maps ids (B,) to inputs (B, I): an `Embedding` layer.
        to_logits: Maps the decoder's outputs to logits (B, V): the layer
            after the decoder. Defaults to `None`: the outputs are the logits.
        update_embedding_for_previous: Whether the gradient reaches the rows
            of the embedding that are fed back; those of given inputs are
            trained anyway. Defaults to `True`.

    Returns:
        A function from outputs (B, O) to the next inputs (B, I).

    Example:
    >>> import keras
    >>> import numpy as np
    >>> embedding = keras.layers.Embedding(3, 4)
    >>> feed = embed_argmax(embedding)
    >>> tuple(feed(np.array([[0.1, 0.7, 0.2]])).shape)
    (1, 4)

    Reference:
        `feed_previous` of TensorFlow 1's `embedding_attention_seq2seq`
    """

    def feed(outputs: Tensor) -> Tensor:
        logits = outputs if to_logits is None else to_logits(outputs)
        inputs = embedding(ops.argmax(logits, axis=-1))
        if update_embedding_for_previous:
            return inputs
        return ops.stop_gradient(inputs)

    return feed


def sample_fed_steps(
    inputs: Tensor, probability: Any, seed: keras.random.SeedGenerator
) -> Tensor:
    """Draw which steps of which rows read the last symbol, never the first.

    Args:
        inputs: Tensor (T, B, I).
        probability: Number or scalar tensor in [0, 1].
        seed: What draws.

    Returns:
        Boolean tensor (T, B, 1).
    """
    steps, batch_size, _ = ops.shape(inputs)
    later = ops.expand_dims(ops.arange(steps, dtype="int32") > 0, (1, 2))
    if isinstance(probability, Real):
        if not 0 <= float(probability) <= 1:
            raise ValueError(
                "Invalid value for argument `sampling_probability`. Expected "
                "a number in [0, 1]. Received: "
                f"sampling_probability={probability!r}"
            )
        if probability == 1:
            return ops.broadcast_to(later, (steps, batch_size, 1))
    drawn = keras.random.uniform((steps, batch_size, 1), seed=seed)
    return ops.logical_and(later, ops.less(drawn, probability))
