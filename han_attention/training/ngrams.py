"""The n-grams of a model, which are trained by themselves.

Trained together, the n-grams, which tell every training text from the others,
leave the attention nothing to learn.
"""

import math
from collections.abc import Iterator
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import replace
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from han_attention.layers.ngrams import NGramEmbeddingBag
from han_attention.models.introspection import find_ngrams
from han_attention.progress import announce
from han_attention.settings import Settings
from han_attention.text.ngram_matrix import build_ngram_matrix
from han_attention.text.ngram_matrix import select_columns
from han_attention.text.ngrams import NUM_NGRAMS
from han_attention.text.ngrams import find_rows
from han_attention.text.preprocessor import TextPreprocessor
from han_attention.training.callbacks.epoch_log import EpochLog
from han_attention.training.distribution.processes import check_no_unlabelled
from han_attention.training.ngram_classifier import NGramClassifier
from han_attention.training.ngram_classifier import NGramTable
from han_attention.training.ngram_classifier import NGramTexts
from han_attention.training.ngram_classifier import join
from han_attention.training.ngram_vectors import LEAST_TEXTS
from han_attention.training.ngram_vectors import learn_ngram_vectors
from han_attention.training.sources.base import Split
from han_attention.training.sources.base import TrainingData
from han_attention.training.task import Task

BATCH_SIZE = 64
_MOST_NGRAMS = 2**25  # of all texts: what fits into some hundred MB
_MOST_BUCKETS = 2**20


@dataclass(frozen=True)
class TrainedNGrams:
    """The n-grams of a model that were fitted to its training texts.

    Attributes:
        ngrams: (G,) those that have a row, as `assign_rows` takes them.
        classifier: What fitted them.
        train: The training texts.
        validation: Those held out, without a text if there are none.
        table: What was fitted.
        own_validation: Whether those held out are to be learnt from too.
    """

    ngrams: NDArray[Any]
    classifier: NGramClassifier
    train: NGramTexts
    validation: NGramTexts
    table: NGramTable
    own_validation: bool

    def refit(self) -> NGramTable:
        """The table of all texts that may be learnt from."""
        if not self.own_validation or not len(self.validation):
            return self.table
        return self.classifier.refit(join([self.train, self.validation]))


def train_ngrams(
    model: keras.Model,
    settings: Settings,
    data: TrainingData,
    callbacks: Sequence[keras.callbacks.Callback] = (),
) -> TrainedNGrams | None:
    """Fit the n-grams of a model, which `calibrate` adds to it at the end.

    Until then its table is empty, so that the attention is judged by itself:
    an epoch that is better by the sum of both is seldom better at all.

    Args:
        model: A model of `build_model`.
        settings: All settings, checked.
        data: The texts to train on.
        callbacks: Of the training: where an `EpochLog` keeps a log, it says
            that the n-grams begin. Defaults to ().

    Returns:
        What was fitted, or None of a model without n-grams.
    """
    layer = find_ngrams(model)
    if layer is None:
        return None
    check_no_unlabelled(data.unlabelled)
    in_log = any(isinstance(each, EpochLog) for each in callbacks)
    announce("training the n-grams", settings.verbose, in_log)
    train = read_ngrams(layer, data.task, data.train, settings.seed)
    validation = train.take(np.arange(0))
    if data.held_out is not None:
        validation = read_ngrams(layer, data.task, data.held_out)
    own = data.own_validation
    unlabelled = None
    if data.unlabelled:
        ids = _encode_batches(data.preprocessor, data.unlabelled)
        unlabelled = _read_matrix(layer, ids)
    learnt = [train, validation] if own else [train]
    ngrams = choose_ngrams(layer, learnt, unlabelled)
    train, validation = (
        replace(texts, ngrams=select_columns(texts.ngrams, ngrams))
        for texts in (train, validation)
    )
    vectors = None
    if unlabelled is not None:
        announce("training vectors of n-grams", settings.verbose, in_log)
        parts = [train.ngrams, select_columns(unlabelled, ngrams)]
        vectors = learn_ngram_vectors(parts, settings.seed, settings.verbose)
    num_words = int(np.searchsorted(ngrams, layer.vocabulary_size))
    classifier = NGramClassifier(
        num_words, data.task.multi_label, settings.seed, vectors
    )
    table = classifier.fit(train, validation)
    return TrainedNGrams(ngrams, classifier, train, validation, table, own)


def choose_ngrams(
    layer: NGramEmbeddingBag, parts: Sequence[NGramTexts], unlabelled: Any
) -> NDArray[Any]:
    """The n-grams that get a row: of each bucket that of the most texts.

    Longer ones are in two texts at least: what is in one tells it from the
    others, and says nothing of a new one. Of unlabelled texts (a matrix, or
    None) it takes those that get a vector.

    Returns:
        (G,) the columns of the matrices of all parts, in rising order.
    """
    columns = np.concatenate([texts.ngrams.indices for texts in parts])
    ngrams, counts = np.unique(columns, return_counts=True)
    kept = (counts > 1) | (ngrams < layer.vocabulary_size)
    ngrams, counts = ngrams[kept], counts[kept]
    if unlabelled is not None:
        more = unlabelled.getnnz(axis=0)
        both = np.union1d(ngrams, np.flatnonzero(more >= LEAST_TEXTS))
        more = more[both]
        more[np.searchsorted(both, ngrams)] += counts
        ngrams, counts = both, more
    buckets = find_rows(ngrams, layer.num_buckets, layer.vocabulary_size)
    order = np.lexsort((-counts, buckets))
    _, first = np.unique(buckets[order], return_index=True)
    return np.sort(ngrams[order[first]])


def choose_num_buckets(settings: Settings, data: TrainingData) -> int:
    """The rows of the table: of the settings, or twice the n-grams there are.

    At most 2^20, and so few that rows of many classes do not fill the memory.
    """
    if settings.num_ngram_buckets is not None or settings.ngram_range is None:
        return settings.num_ngram_buckets or _MOST_BUCKETS
    shortest, longest = settings.ngram_range
    words = len(data.preprocessor.tokenizer)
    number = words + data.train.num_tokens * (longest - shortest + 1)
    if data.unlabelled:
        number = math.inf
    classes = max(1, len(data.task.class_names) // 8)
    most = max(_MOST_BUCKETS // classes, 2 * words)
    return 2 ** math.ceil(math.log2(min(number, most)))


def read_ngrams(
    layer: NGramEmbeddingBag, task: Task, split: Split, seed: int | None = None
) -> NGramTexts:
    """All n-grams of the texts of a split, as many as fit into memory."""
    labels, weights = [], []

    def read_ids() -> Iterator[NDArray[Any]]:
        for ids, of_texts, *of_weights in split.batches(BATCH_SIZE, seed):
            labels.append(of_texts)
            ones = np.ones(len(of_texts), "float32")
            weights.append(of_weights[0] if of_weights else ones)
            yield ids

    matrix = _read_matrix(layer, read_ids())
    targets = task.target_array(np.concatenate(labels))
    return NGramTexts(matrix, targets, np.concatenate(weights))


def _encode_batches(
    preprocessor: TextPreprocessor, texts: Sequence[str]
) -> Iterator[NDArray[Any]]:
    for start in range(0, len(texts), BATCH_SIZE):
        yield preprocessor(texts[start : start + BATCH_SIZE])


def _read_matrix(
    layer: NGramEmbeddingBag, batches: Iterator[NDArray[Any]]
) -> Any:
    """The n-grams of texts as the layer sums them, as many as fit."""

    def read_ids() -> Iterator[NDArray[Any]]:
        tokens, longest = 0, layer.ngram_range[1]
        for ids in batches:
            yield ids
            tokens += int(np.count_nonzero(ids))
            if tokens * longest > _MOST_NGRAMS:
                break

    matrix = build_ngram_matrix(
        read_ids(),
        ngram_range=layer.ngram_range,
        num_buckets=NUM_NGRAMS,
        vocabulary_size=layer.vocabulary_size,
        binary=layer.binary,
        sublinear_tf=layer.sublinear_tf,
    )
    if layer.combiner == "sqrtn":
        number = np.asarray(matrix.sum(axis=1)).reshape(-1)
        matrix.data /= np.repeat(np.sqrt(number), np.diff(matrix.indptr))
    return matrix
