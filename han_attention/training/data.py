"""A dataset made ready for training: a tokenizer and encoded splits."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from han_attention.datasets import load_dataset
from han_attention.datasets.base import TextDataset
from han_attention.text.encoding import EncodedTexts
from han_attention.text.encoding import encode_texts
from han_attention.text.tokenizer import FIRST_WORD_ID
from han_attention.text.tokenizer import Tokenizer
from han_attention.training.config import TrainConfig


@dataclass(frozen=True)
class Split:
    """Encoded texts with labels in the shape that the loss takes."""

    texts: EncodedTexts
    labels: NDArray[Any]

    def take(self, rows: NDArray[Any]) -> "Split":
        """Some of the texts, in the order of `rows`."""
        return Split(self.texts.take(rows), self.labels[rows])


@dataclass(frozen=True)
class TrainingData:
    """What a training reads; `validation` is None if nothing is held out."""

    dataset: TextDataset
    tokenizer: Tokenizer
    train: Split
    validation: Split | None
    test: Split


def prepare_data(config: TrainConfig) -> TrainingData:
    """Load the dataset of a configuration, make its vocabulary, encode it."""
    dataset = load_dataset(config.data)
    tokenizer = _make_tokenizer(dataset, config)
    train, test = (
        Split(
            encode_texts(tokenizer, split.texts, config.max_tokens),
            _label_array(split.labels, len(dataset.class_names)),
        )
        for split in (dataset.train, dataset.test)
    )
    held_out = int(config.validation_fraction * len(train.labels))
    validation = None
    if held_out:
        rows = np.random.default_rng(config.seed).permutation(len(train.labels))
        validation = train.take(rows[:held_out])
        train = train.take(rows[held_out:])
    return TrainingData(dataset, tokenizer, train, validation, test)


def _make_tokenizer(dataset: TextDataset, config: TrainConfig) -> Tokenizer:
    if dataset.vocabulary:
        words = dataset.vocabulary[: config.vocabulary_size - FIRST_WORD_ID]
        return Tokenizer.from_vocabulary(words, "keras", start_token=True)
    return Tokenizer.train(
        dataset.train.texts, config.vocabulary_size, config.normalization
    )


def _label_array(labels: Any, num_classes: int) -> NDArray[Any]:
    """(N, 1) float32 for one logit, (N,) int32 for a logit per class."""
    if num_classes == 2:
        return np.asarray(labels, "float32")[:, None]
    return np.asarray(labels, "int32")
