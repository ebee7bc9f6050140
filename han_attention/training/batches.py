"""Batches of texts of like length, repeatable, on every backend."""

from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from han_attention.predictor import length_multiple
from han_attention.text.encoding import EncodedTexts
from han_attention.text.encoding import bucket_by_length


class BucketedBatches(keras.utils.PyDataset):
    """The batches of one epoch: every text once, like lengths together.

    Padding is the length of the longest text of a batch, not of the dataset.
    The order depends on `seed` and `epoch` alone, so a resumed training sees
    the batches it would have seen. Each batch holds the classes in equal
    shares, so that no surplus of one shifts the predictions.

    Args:
        encoded: N encoded texts.
        labels: (N,) or (N, 1) their labels, one for each text.
        batch_size: Texts in a batch; the last one may be smaller.
        seed: Shuffles the texts. Defaults to None: sorted by length.
        epoch: The epoch, from 0. Defaults to 0.
    """

    def __init__(
        self,
        encoded: EncodedTexts,
        labels: NDArray[Any],
        batch_size: int,
        seed: int | None = None,
        epoch: int = 0,
    ) -> None:
        super().__init__()
        generator = None
        if seed is not None:
            generator = np.random.default_rng((seed, epoch))
        self.encoded = encoded
        self.labels = labels
        self.rows = bucket_by_length(
            encoded.lengths,
            batch_size,
            generator,
            labels=labels.reshape(len(labels)),
        )

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, n: int) -> tuple[NDArray[np.int32], NDArray[Any]]:
        rows = self.rows[n]
        ids = self.encoded.padded(rows, length_multiple())
        return ids, self.labels[rows]

    @property
    def sizes(self) -> list[int]:
        """The number of texts in each batch."""
        return [len(rows) for rows in self.rows]

    def feed(self) -> Any:
        """What `fit` and `evaluate` take on this backend.

        On TensorFlow that is a `tf.data.Dataset`: Keras would take the shapes
        of the first two batches of a `PyDataset` for those of all.
        """
        if keras.backend.backend() != "tensorflow":
            return self
        import tensorflow as tf

        signature = (
            tf.TensorSpec((None, None), "int32"),
            tf.TensorSpec((None, *self.labels.shape[1:]), self.labels.dtype),
        )
        dataset = tf.data.Dataset.from_generator(
            lambda: (self[n] for n in range(len(self))),
            output_signature=signature,
        )
        known_length = tf.data.experimental.assert_cardinality(len(self))
        # With autotuning on, the end of an epoch waits for its thread, which
        # sleeps for twice as long each time, up to a minute.
        options = tf.data.Options()
        options.autotune.enabled = False
        return dataset.apply(known_length).prefetch(2).with_options(options)
