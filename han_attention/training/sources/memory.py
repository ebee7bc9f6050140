"""Texts and labels made ready for training: a tokenizer, encoded splits."""

import sys
from collections.abc import Iterable
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from han_attention.data import load_dataset
from han_attention.data.base import TextDataset
from han_attention.inference.saved_model import PredictorConfig
from han_attention.settings import TrainConfig
from han_attention.text.documents import EncodedDocuments
from han_attention.text.tokenizer import FIRST_WORD_ID
from han_attention.text.tokenizer import Tokenizer
from han_attention.training.model import Task
from han_attention.training.sources.batches import Split


@dataclass(frozen=True)
class TrainingData:
    """What a training reads; `validation` is None if nothing is held out."""

    dataset: TextDataset
    task: Task
    tokenizer: Tokenizer
    train: Split
    validation: Split | None
    test: Split


def prepare_data(config: TrainConfig) -> TrainingData:
    """Load the dataset of a configuration, make its vocabulary, encode it."""
    dataset = load_dataset(config.data, unlabelled=config.pretrain_vectors)
    task = Task(dataset.class_names)
    tokenizer = make_tokenizer(dataset.train.texts, config, dataset.vocabulary)
    train, test = (
        make_split(tokenizer, split.texts, split.labels, task, config)
        for split in (dataset.train, dataset.test)
    )
    note_cuts(train, config)
    train, validation = hold_out(train, config)
    return TrainingData(dataset, task, tokenizer, train, validation, test)


def make_tokenizer(
    texts: Iterable[str], config: TrainConfig, vocabulary: Sequence[str] = ()
) -> Tokenizer:
    """The tokenizer of a configuration, from texts or a given vocabulary."""
    if vocabulary:
        words = vocabulary[: config.vocabulary_size - FIRST_WORD_ID]
        return Tokenizer.from_vocabulary(words, "keras", start_token=True)
    return Tokenizer.train(
        texts,
        config.vocabulary_size,
        config.normalization if config.unit == "words" else "words",
        unit=config.unit,
        min_count=config.min_word_count,
    )


def make_split(
    tokenizer: Tokenizer,
    texts: Sequence[str],
    labels: Sequence[Any],
    task: Task,
    config: TrainConfig,
) -> Split:
    """Encode texts and labels, the labels being class numbers."""
    encoded = predictor_config(config, task).encode(tokenizer, texts)
    return Split(encoded, task.label_array(labels))


def predictor_config(config: TrainConfig, task: Task) -> PredictorConfig:
    """What the trained model needs to predict."""
    names = ["max_tokens"]
    if config.architecture == "hierarchical":
        names = ["max_sentences", "max_sentence_tokens", "long_sentences"]
    return PredictorConfig(
        task.class_names,
        keep=config.keep,
        multi_label=task.multi_label,
        architecture=config.architecture,
        **{name: getattr(config, name) for name in names},
    )


def note_cuts(split: Split, config: TrainConfig) -> None:
    """Say on stderr, unless quiet, what the limits left out of documents."""
    if config.quiet or not isinstance(split.texts, EncodedDocuments):
        return
    if report := split.texts.cut_report():
        print(report, file=sys.stderr)


def hold_out(train: Split, config: TrainConfig) -> tuple[Split, Split | None]:
    """Put the validation texts apart, the same share of every class.

    Every class keeps at least one text to train on. The weights of
    `class_weight` are those of the texts that are left.
    """
    classes = _class_numbers(train.labels)
    rows = np.random.default_rng(config.seed).permutation(len(train))
    rows = rows[np.argsort(classes[rows], kind="stable")]
    # One text in so many, counted through all classes: also of small ones.
    quota = np.rint(config.validation_fraction * np.arange(len(rows) + 1))
    chosen = np.diff(quota) > 0
    _, first, numbers, sizes = np.unique(
        classes[rows],
        return_index=True,
        return_inverse=True,
        return_counts=True,
    )
    chosen[first[np.bincount(numbers, chosen) == sizes]] = False
    held_out = np.zeros(len(rows), bool)
    held_out[rows] = chosen
    left = train.take(np.flatnonzero(~held_out))
    if config.class_weight == "balanced":
        weights = balanced_weights(_class_numbers(left.labels))
        left = Split(left.texts, left.labels, weights)
    if not held_out.any():
        return left, None
    return left, train.take(np.flatnonzero(held_out))


def balanced_weights(classes: NDArray[Any]) -> NDArray[np.float32]:
    """A weight for each text: w = N / (number of classes * size of its class).

    Example:
    >>> balanced_weights(np.array([0, 0, 1, 1, 1, 1])).tolist()
    [1.5, 1.5, 0.75, 0.75, 0.75, 0.75]
    """
    _, numbers, sizes = np.unique(
        classes, return_inverse=True, return_counts=True
    )
    weights = len(classes) / (len(sizes) * sizes)
    return np.asarray(weights[numbers], "float32")


def _class_numbers(labels: NDArray[Any]) -> NDArray[Any]:
    """(N,) the class of each text; of several labels the rarest, or -1."""
    if labels.size == len(labels):
        return labels.reshape(-1)
    sizes = np.where(labels > 0, labels.sum(axis=0), np.inf)
    return np.where(labels.any(axis=1), sizes.argmin(axis=1), -1)
