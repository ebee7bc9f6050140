"""Gradients of the logits in the vectors of the words: TensorFlow."""

from collections.abc import Callable
from typing import Any

import keras
import tensorflow as tf


def make_gradients(
    model: keras.Model, mask_zero: bool
) -> Callable[[Any, Any, int], Any]:
    """A function of ids, vectors and the number of a logit.

    Args:
        model: From ids (B, ..., T) and vectors (B, ..., T, D) to logits.
        mask_zero: Whether the vectors carry the mask of the ids.
    """
    ids, words = model.inputs

    # One graph for all sizes.
    @tf.function(
        input_signature=[
            tf.TensorSpec(ids.shape, "int32"),
            tf.TensorSpec(words.shape, "float32"),
            tf.TensorSpec([], "int32"),
        ]
    )
    def gradients(ids: Any, words: Any, logit: Any) -> Any:
        mask = [None, tf.not_equal(ids, 0)] if mask_zero else None
        with tf.GradientTape() as tape:
            tape.watch(words)
            logits = model([ids, words], training=False, mask=mask)
            chosen = tf.reduce_sum(tf.gather(logits, logit, axis=1))
        return tape.gradient(chosen, words)

    return lambda ids, words, logit: gradients(
        tf.constant(ids, "int32"), words, tf.constant(logit, "int32")
    )
