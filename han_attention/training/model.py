"""The untrained model of some settings, and what it is compiled with."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from han_attention.models.flat import build_classifier
from han_attention.models.hierarchical import build_han
from han_attention.models.metrics import BalancedAccuracy
from han_attention.models.metrics import ExactMatch
from han_attention.settings import Settings
from han_attention.training.distribution.devices import ONE_DEVICE
from han_attention.training.distribution.devices import Devices
from han_attention.training.distribution.packed_rows import pack_scores
from han_attention.training.history import choose_monitor
from han_attention.training.task import Task


def build_model(
    settings: Settings,
    task: Task,
    vocabulary_size: int,
    word_vectors: NDArray[np.float32] | None = None,
    num_ngram_buckets: int = 2**20,
) -> keras.Model:
    """Build the untrained model of some settings.

    Args:
        settings: All settings, checked.
        task: What is predicted.
        vocabulary_size: The number of ids.
        word_vectors: (vocabulary_size, D) the vectors to start from. Defaults
            to None: random ones of the settings.
        num_ngram_buckets: Rows of the table of the n-grams. Defaults to
            1,048,576.
    """
    initializers = keras.initializers
    build: Any = build_classifier
    if settings.architecture == "hierarchical":
        build = partial(build_han, pooling=settings.pooling)
    dim = settings.embedding_dim
    if word_vectors is not None:
        dim = word_vectors.shape[1]
    same = (
        "rnn_units",
        "attention_units",
        "dropout",
        "num_layers",
        "cell",
        "num_heads",
        "normalizer",
        "attention_dropout",
        "embedding_dropout",
        "include_embedding",
        "ngram_range",
        "seed",
    )
    model = build(
        vocabulary_size=vocabulary_size,
        num_classes=len(task.class_names),
        multi_label=task.multi_label,
        embedding_dim=dim,
        embeddings_initializer=initializers.RandomUniform(
            -settings.embedding_range, settings.embedding_range
        ),
        attention_initializer=initializers.RandomNormal(
            stddev=settings.attention_stddev
        ),
        logits_initializer=initializers.TruncatedNormal(
            stddev=settings.output_stddev
        ),
        num_ngram_buckets=num_ngram_buckets,
        ngram_dropout=1.0,
        **{name: getattr(settings, name) for name in same},
    )
    if settings.ngram_range is not None:
        # `train_ngrams` trains them, and the attention learns by itself.
        model.get_layer("ngrams").trainable = False
    if word_vectors is not None:
        model.get_layer("embedding").set_weights([word_vectors])
    return model


def compile_model(
    model: keras.Model,
    settings: Settings,
    task: Task,
    steps_per_epoch: int,
    epoch: int = 0,
    devices: Devices = ONE_DEVICE,
) -> None:
    """Give a model the loss, the metrics and the optimizer for an epoch.

    The word vectors are frozen for the first `frozen_epochs`; after them the
    optimizer starts anew, at its place in the learning rate schedule.

    Args:
        model: A model of `build_model`.
        settings: All settings, checked.
        task: What is predicted.
        steps_per_epoch: Batches in an epoch, for the schedule.
        epoch: The epoch to come, from 0. Defaults to 0.
        devices: On which it is trained. Defaults to one.
    """
    model.get_layer("embedding").trainable = epoch >= settings.frozen_epochs
    loss = make_loss(task)
    with devices.scope():
        metrics = make_metrics(settings, task)
        if devices.number > 1:
            loss, metrics = pack_scores(loss, metrics)
        optimizer = make_optimizer(settings, steps_per_epoch)
        optimizer.build(model.trainable_variables)
        optimizer.iterations.assign(epoch * steps_per_epoch)
        model.compile(optimizer=optimizer, loss=loss, metrics=metrics)


def build_metrics(
    model: keras.Model, task: Task, devices: Devices = ONE_DEVICE
) -> None:
    """Give the metrics their variables, which else come with a first batch."""
    labels = task.label_array([[0]] if task.multi_label else [0])
    if devices.transform is not None:  # outside a step there are no replicas
        ids = np.ones((1,) * len(model.input_shape), "int32")
        with devices.scope():
            model.test_on_batch(*devices.transform((ids, labels)))
            model.reset_metrics()
        return
    logits = np.zeros((1, model.output_shape[-1]), "float32")
    model.compute_metrics(
        None,
        keras.ops.convert_to_tensor(labels),
        keras.ops.convert_to_tensor(logits),
        None,
    )
    model.reset_metrics()


def make_loss(task: Task) -> keras.losses.Loss:
    """The loss of logits."""
    if task.one_logit or task.multi_label:
        return keras.losses.BinaryCrossentropy(from_logits=True)
    return keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def make_optimizer(settings: Settings, steps_per_epoch: int) -> Any:
    """The optimizer of the settings, new and without a state.

    Raises:
        ValueError: for a name that Keras does not know.
    """
    given = settings.optimizer
    if isinstance(given, Mapping):  # as a saved model has it
        return keras.optimizers.deserialize(dict(given))
    if not isinstance(given, str):
        return type(given).from_config(given.get_config())
    rate: Any = settings.learning_rate
    if settings.learning_rate_schedule == "cosine":
        rate = keras.optimizers.schedules.CosineDecay(
            rate, decay_steps=settings.epochs * steps_per_epoch
        )
    if given == "sgd":
        return keras.optimizers.SGD(rate, momentum=0.9)
    try:
        return type(keras.optimizers.get(given))(rate)
    except (TypeError, ValueError):
        raise ValueError(
            "Invalid value for argument `optimizer`. Expected the name of a "
            f"Keras optimizer, such as 'adam'. Received: optimizer={given!r}"
        ) from None


def make_metrics(settings: Settings, task: Task) -> list[keras.metrics.Metric]:
    """What is computed beside the loss; "accuracy" is of whole texts."""
    metrics: list[keras.metrics.Metric]
    if task.multi_label:
        metrics = [
            ExactMatch(),
            keras.metrics.BinaryAccuracy(threshold=0.0, name="binary_accuracy"),
        ]
    elif task.one_logit:
        metrics = [keras.metrics.BinaryAccuracy(threshold=0.0, name="accuracy")]
    else:
        metrics = [keras.metrics.SparseCategoricalAccuracy(name="accuracy")]
    if choose_monitor(settings) == "val_balanced_accuracy":
        number = len(task.class_names)
        metrics.append(BalancedAccuracy(number, task.multi_label))
    return metrics
