"""The n-grams of a model, which are trained before its attention.

Trained together, the n-grams, which tell every training text from the others,
leave the attention nothing to learn.
"""

from collections.abc import Iterator
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from han_attention.models.introspection import find_ngrams
from han_attention.progress import announce
from han_attention.settings import Settings
from han_attention.text.count_ratios import log_count_ratios
from han_attention.training.model import make_loss
from han_attention.training.sources.base import TrainingData
from han_attention.training.task import Task
from han_attention.types import Tensor

# A text has hundreds of n-grams: the sum of so many is a logit of a few units.
_SCALE = 0.02
_MIN_COUNT = 2  # what is in one text alone only tells it from others
_EPOCHS = 3
_LEARNING_RATE = 0.002


def train_ngrams(
    model: keras.Model, settings: Settings, data: TrainingData
) -> None:
    """Train the n-grams of a model by themselves, from what the texts say.

    They start from rows of 0.02 r, with the Naive Bayes log-count ratios r of
    `log_count_ratios`, and are trained for 3 epochs by Adam, with a bias that
    is not kept: how frequent a class is, the attention learns too. Without
    n-grams nothing is done.

    Args:
        model: A model of `build_model`.
        settings: All settings, checked.
        data: The texts to train on.
    """
    layer = find_ngrams(model)
    if layer is None:
        return
    announce("training the n-grams", settings.verbose)
    prior = _Prior(data.task)
    batches = data.train.batches(settings.batch_size, settings.seed)
    ratios = log_count_ratios(
        prior.watch(iter(batches)),
        len(data.task.class_names),
        multi_label=data.task.multi_label,
        ngram_range=layer.ngram_range,
        num_buckets=layer.num_buckets,
        vocabulary_size=layer.vocabulary_size,
        binary=layer.binary,
        min_count=_MIN_COUNT,
    )
    layer.embeddings.assign(_SCALE * ratios)
    layer.trainable = True
    alone = _NGramsAlone(layer, prior.logits())
    alone.compile(keras.optimizers.Adam(_LEARNING_RATE), make_loss(data.task))
    for epoch in range(_EPOCHS):
        batches = data.train.batches(settings.batch_size, settings.seed, epoch)
        alone.fit(batches.feed(), shuffle=False, verbose=0)
    layer.trainable = False


class _NGramsAlone(keras.Model):
    """From ids to the logits of the n-grams, with a bias of its own."""

    def __init__(self, ngrams: Any, bias: NDArray[Any]) -> None:
        super().__init__(name="ngrams_alone")
        self.ngrams = ngrams
        self.bias = self.add_weight(
            shape=bias.shape, initializer="zeros", name="bias"
        )
        self.bias.assign(bias)
        self.built = True

    def call(self, ids: Tensor) -> Tensor:
        return self.ngrams(ids, training=False) + self.bias


class _Prior:
    """How frequent each class is, counted while the texts are read."""

    def __init__(self, task: Task) -> None:
        self._task = task
        size = 1 if task.one_logit else len(task.class_names)
        self._counts = np.ones(size)  # one more text of each, and one without
        self._total = 2.0

    def watch(
        self, batches: Iterator[tuple[NDArray[Any], ...]]
    ) -> Iterator[tuple[NDArray[Any], ...]]:
        """The same batches, counted."""
        for batch in batches:
            labels, size = batch[1], len(self._counts)
            weights = batch[2] if len(batch) > 2 else np.ones(len(labels))
            if labels.ndim == 1:
                labels = np.eye(size)[labels]
            self._counts += weights @ labels
            self._total += weights.sum()
            yield batch

    def logits(self) -> NDArray[Any]:
        """What the counts say of a text of which nothing is known."""
        if self._task.one_logit or self._task.multi_label:
            return np.log(self._counts / (self._total - self._counts))
        return np.log(self._counts / self._counts.sum())
