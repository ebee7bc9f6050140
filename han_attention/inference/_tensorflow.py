"""A model as one TensorFlow graph, whatever the size of its batches."""

from collections.abc import Callable
from typing import Any

import keras
import tensorflow as tf


def make_function(model: keras.Model, rank: int) -> Callable[[Any], Any]:
    """Trace a model of ids (B, T), rank 2, or (B, S, T), rank 3, once for all.

    `predict_on_batch` would trace it again for the second size that comes.
    """

    @tf.function(input_signature=[tf.TensorSpec([None] * rank, "int32")])
    def run(ids: Any) -> Any:
        return model(ids, training=False)

    return run
