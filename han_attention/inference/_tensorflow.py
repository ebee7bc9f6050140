"""A model as one TensorFlow graph, whatever the size of its batches."""

import logging
from collections.abc import Callable
from typing import Any

import keras
import tensorflow as tf

_NAME = "make_function.<locals>.run"


def _keep(record: logging.LogRecord) -> bool:
    """Whether a warning is none that one function is traced too often.

    To TensorFlow the functions of all models are one, for they stand in one
    line of a file; each is traced once.
    """
    message = record.getMessage()
    return not (_NAME in message and "retracing" in message)


logging.getLogger("tensorflow").addFilter(_keep)


def make_function(model: keras.Model, rank: int) -> Callable[[Any], Any]:
    """Trace a model of ids (B, T), rank 2, or (B, S, T), rank 3, once for all.

    `predict_on_batch` would trace it again for the second size that comes.
    """

    @tf.function(input_signature=[tf.TensorSpec([None] * rank, "int32")])
    def run(ids: Any) -> Any:
        return model(ids, training=False)

    return run
