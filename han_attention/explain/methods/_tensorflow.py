"""Gradients of the logits in the vectors of the words: TensorFlow."""

from collections.abc import Callable
from typing import Any

import keras
import tensorflow as tf

# A step of the loop over time and back takes 14 ms more where it is not traced,
# and tracing takes 2 to 5 s.
_EAGER_TIME_STEPS = 150


def make_gradients(
    model: keras.Model, mask_zero: bool
) -> Callable[[Any, Any, int], Any]:
    """A function of ids, vectors and the number of a logit.

    Args:
        model: From ids (B, ..., T) and vectors (B, ..., T, D) to logits.
        mask_zero: Whether the vectors carry the mask of the ids.
    """

    def compute(ids: Any, words: Any, logit: Any) -> Any:
        mask = [None, tf.not_equal(ids, 0)] if mask_zero else None
        with tf.GradientTape() as tape:
            tape.watch(words)
            logits = model([ids, words], training=False, mask=mask)
            chosen = tf.reduce_sum(tf.gather(logits, logit, axis=1))
        return tape.gradient(chosen, words)

    ids, words = model.inputs
    # One graph for all sizes.
    traced = tf.function(
        compute,
        input_signature=[
            tf.TensorSpec(ids.shape, "int32"),
            tf.TensorSpec(words.shape, "float32"),
            tf.TensorSpec([], "int32"),
        ],
    )
    time_steps = 0

    def run(ids: Any, words: Any, logit: int) -> Any:
        nonlocal time_steps
        time_steps += sum(words.shape[1:-1])
        gradients = compute if time_steps <= _EAGER_TIME_STEPS else traced
        return gradients(
            tf.constant(ids, "int32"),
            tf.constant(words, "float32"),
            tf.constant(logit, "int32"),
        )

    return run
