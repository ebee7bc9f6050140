"""Batches for TensorFlow, where Keras would fix the shapes of a `PyDataset`."""

from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Sequence
from typing import Any

import tensorflow as tf
from numpy.typing import NDArray


def make_dataset(
    make_batches: Callable[[], Iterator[tuple[NDArray[Any], ...]]],
    example: Sequence[NDArray[Any]],
    length: int,
) -> Any:
    """Batches as a `tf.data.Dataset` in which the size and the length change.

    Args:
        make_batches: Gives the batches of an epoch: ids (B, T) or (B, S, T),
            labels, and weights if there are some.
        example: One such batch.
        length: The number of batches.
    """
    ids, *others = example
    signature = (
        tf.TensorSpec((None,) * ids.ndim, ids.dtype),
        *(tf.TensorSpec((None, *x.shape[1:]), x.dtype) for x in others),
    )
    dataset = tf.data.Dataset.from_generator(
        make_batches, output_signature=signature
    )
    known_length = tf.data.experimental.assert_cardinality(length)
    # With autotuning on, the end of an epoch waits for its thread, which
    # sleeps for twice as long each time, up to a minute.
    options = tf.data.Options()
    options.autotune.enabled = False
    return dataset.apply(known_length).prefetch(2).with_options(options)
