"""The untrained model of a configuration, with its loss and optimizer."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from han_attention.models.flat import build_classifier
from han_attention.models.hierarchical import build_han
from han_attention.settings import TrainConfig


@dataclass(frozen=True)
class Task:
    """What is predicted.

    Attributes:
        class_names: The label of each class.
        multi_label: Whether a text can have several of them.
    """

    class_names: Sequence[Any]
    multi_label: bool = False

    @property
    def one_logit(self) -> bool:
        """Whether two classes share one logit."""
        return len(self.class_names) == 2 and not self.multi_label

    def label_array(self, labels: Any) -> NDArray[Any]:
        """Labels, as class numbers, in the shape that the loss takes.

        (N, 1) float32 for one logit, (N,) int32 for a logit per class, and
        (N, classes) float32 of 0 and 1 for several labels.
        """
        if self.multi_label:
            array = np.zeros((len(labels), len(self.class_names)), "float32")
            for row, classes in zip(array, labels, strict=True):
                row[list(classes)] = 1
            return array
        if self.one_logit:
            return np.asarray(labels, "float32").reshape(-1, 1)
        return np.asarray(labels, "int32")


def build_model(
    config: TrainConfig,
    task: Task,
    vocabulary_size: int,
    word_vectors: NDArray[np.float32] | None = None,
) -> keras.Model:
    """Build the untrained model of a configuration.

    Args:
        config: All settings.
        task: What is predicted.
        vocabulary_size: The number of ids.
        word_vectors: (vocabulary_size, D) the vectors to start from. Defaults
            to None: random ones of the configuration.
    """
    initializers = keras.initializers
    build: Any = build_classifier
    if config.architecture == "hierarchical":
        build = partial(build_han, pooling=config.pooling)
    model = build(
        vocabulary_size=vocabulary_size,
        num_classes=len(task.class_names),
        embedding_dim=config.embedding_dim
        if word_vectors is None
        else word_vectors.shape[1],
        rnn_units=config.rnn_units,
        attention_units=config.attention_units,
        dropout=config.dropout,
        multi_label=task.multi_label,
        num_layers=config.num_layers,
        cell=config.cell,
        num_heads=config.num_heads,
        normalizer=config.normalizer,
        attention_dropout=config.attention_dropout,
        embedding_dropout=config.embedding_dropout,
        include_embedding=config.include_embedding,
        embeddings_initializer=initializers.RandomUniform(
            -config.embedding_range, config.embedding_range
        ),
        attention_initializer=initializers.RandomNormal(
            stddev=config.attention_stddev
        ),
        logits_initializer=initializers.TruncatedNormal(
            stddev=config.output_stddev
        ),
        seed=config.seed,
    )
    if word_vectors is not None:
        model.get_layer("embedding").set_weights([word_vectors])
    return model


def compile_model(
    model: keras.Model,
    config: TrainConfig,
    task: Task,
    steps_per_epoch: int,
    epoch: int = 0,
) -> None:
    """Give a model the loss, the accuracy and the optimizer for an epoch.

    The word vectors are frozen for the first `frozen_epochs`; after them the
    optimizer starts anew, at its place in the learning rate schedule.

    Args:
        model: A model of `build_model`.
        config: All settings.
        task: What is predicted.
        steps_per_epoch: Batches in an epoch, for the schedule.
        epoch: The epoch to come, from 0. Defaults to 0.
    """
    model.get_layer("embedding").trainable = epoch >= config.frozen_epochs
    rate: Any = config.learning_rate
    if config.learning_rate_schedule == "cosine":
        rate = keras.optimizers.schedules.CosineDecay(
            rate, decay_steps=config.epochs * steps_per_epoch
        )
    if config.optimizer == "sgd":
        optimizer = keras.optimizers.SGD(rate, momentum=0.9)
    else:
        optimizer = keras.optimizers.Adam(rate)
    optimizer.build(model.trainable_variables)
    optimizer.iterations.assign(epoch * steps_per_epoch)
    several = not (task.one_logit or task.multi_label)
    model.compile(
        optimizer=optimizer,
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        if several
        else keras.losses.BinaryCrossentropy(from_logits=True),
        metrics=[
            keras.metrics.SparseCategoricalAccuracy(name="accuracy")
            if several
            else keras.metrics.BinaryAccuracy(threshold=0.0, name="accuracy")
        ],
    )
