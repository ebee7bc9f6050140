"""Training texts in memory: encoded once, a part of them held out."""

import sys
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from itertools import chain
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from numpy.typing import NDArray

from han_attention.data.labels import LabelIndex
from han_attention.data.readers.trained_columns import TrainedColumns
from han_attention.data.split import balanced_class_weights
from han_attention.data.split import find_classes
from han_attention.data.split import stratified_split
from han_attention.data.targets import Labelled
from han_attention.inference.keras import Predictor
from han_attention.progress import announce
from han_attention.settings import Settings
from han_attention.text.preprocessor import LIMITS
from han_attention.text.preprocessor import TextPreprocessor
from han_attention.text.ragged import EncodedDocuments
from han_attention.text.tokenizer import FIRST_WORD_ID
from han_attention.text.tokenizer import Tokenizer
from han_attention.text.unit import TEXTS_TO_CHOOSE_BY
from han_attention.text.unit import choose_unit
from han_attention.training.sources.base import TrainingData
from han_attention.training.sources.batches import InMemorySplit
from han_attention.training.sources.fingerprint import Fingerprint
from han_attention.training.sources.fingerprint import digest_rows
from han_attention.training.sources.overlap import Overlap
from han_attention.training.task import Task
from han_attention.validation import name_argument


def prepare_texts(
    settings: Settings,
    texts: Sequence[str],
    labels: Sequence[Any],
    sample_weight: ArrayLike | None = None,
    *,
    validation_data: Labelled | None = None,
    unlabelled: Iterable[str] = (),
    tokenizer: Tokenizer | None = None,
    class_names: Sequence[Any] = (),
    start: Predictor | None = None,
    columns: TrainedColumns | None = None,
    validation_name: str = "validation",
) -> TrainingData:
    """Make texts in memory ready for a training.

    Args:
        settings: All settings, checked.
        texts: N strings.
        labels: N labels of any type, or lists of them.
        sample_weight: N weights in the loss. Defaults to None: all count 1.
        validation_data: Texts, labels and weights or None to choose the best
            epoch by. Defaults to None: a part of the texts is held out.
        unlabelled: More texts for vocabulary and vectors. Defaults to ().
        tokenizer: Gives the ids. Defaults to None: one of these texts.
        class_names: The labels in the order of the classes. Defaults to ():
            those that are found, sorted.
        start: The predictor to go on with, whose classes and ids stay.
            Defaults to None.
        columns: Where texts and labels stood in files. Defaults to None: not
            known, or those of `start`.
        validation_name: What the texts to judge by are. Defaults to
            `"validation"`.

    Raises:
        TypeError: for a label that cannot be one.
        ValueError: for fewer than two different labels, or one that `start`
            does not know.
    """
    if start is not None:
        check_start(start, settings, tokenizer)
        class_names = start.class_names
    of_ngrams = keep_for_ngrams(settings, unlabelled)
    if not isinstance(tokenizer, Tokenizer | None):
        raise TypeError(
            "Invalid value for argument `tokenizer`. Expected a `Tokenizer`. "
            f"Received: tokenizer={tokenizer!r}"
        )
    overlap = Overlap(
        validation_data[0] if validation_data else (), validation_name
    )
    for text in texts:
        overlap.look_at(text)
    fingerprint = Fingerprint()
    fingerprint.add_all(texts, labels, sample_weight)
    texts_fingerprint, given = fingerprint.digest(), ""
    index = index_labels(labels, settings.multi_label, class_names)
    task = Task(index.classes, settings.multi_label)
    if start is not None:
        preprocessor = start.preprocessor
    else:
        announce("making the vocabulary", settings.verbose)
        preprocessor = make_preprocessor(
            settings,
            tokenizer or train_tokenizer(chain(texts, of_ngrams), settings),
        )
    announce(f"encoding {len(texts):,} texts", settings.verbose)
    whole = make_split(preprocessor, task, texts, index.numbers(labels))
    note_cuts(whole, settings)
    if sample_weight is not None:
        weights = np.asarray(sample_weight, "float32")
        whole = InMemorySplit(whole.texts, whole.labels, weights)
    if validation_data is None:
        train, validation, rows = hold_out(whole, settings)
        examples = [texts[n] for n in rows], [labels[n] for n in rows]
    else:
        train = whole
        validation = make_validation(preprocessor, task, index, validation_data)
        fingerprint.add_all(*validation_data)
        given = digest_rows(*validation_data)
        examples = list(validation_data[0]), list(validation_data[1])
    return TrainingData(
        task,
        preprocessor,
        weigh_classes(train, settings, task),
        validation,
        chain(texts, of_ngrams or unlabelled),
        fingerprint.digest(),
        examples,
        class_counts=list(index.counts.values()),
        columns=columns or (start.columns if start else None),
        texts_fingerprint=texts_fingerprint,
        validation_fingerprint=given,
        own_validation=validation_data is None,
        validation_name=validation_name,
        shared_examples=overlap.count(),
        unlabelled=of_ngrams,
    )


def keep_for_ngrams(settings: Settings, unlabelled: Iterable[str]) -> list[str]:
    """Unlabelled texts, if n-grams are to learn from them."""
    return [] if settings.ngram_range is None else list(unlabelled)


def index_labels(
    labels: Iterable[Any], multi_label: bool, class_names: Sequence[Any] = ()
) -> LabelIndex:
    """Number the labels of some texts, or those that are known beforehand."""
    classes = list(class_names) or None
    return LabelIndex.from_labels(labels, multi_label, classes)


def train_tokenizer(texts: Iterable[str], settings: Settings) -> Tokenizer:
    """Learn the words of some texts, as the settings say."""
    unit: str = settings.unit
    if unit == "auto":
        remaining = iter(texts)
        first = list(islice(remaining, TEXTS_TO_CHOOSE_BY))
        texts, unit = chain(first, remaining), choose_unit(first)
        if unit != "words" and settings.normalization != "words":
            unit = "words"  # as Keras had them
    return Tokenizer.train(
        texts,
        settings.vocabulary_size,
        settings.normalization if unit == "words" else "words",
        unit=unit,
        min_count=settings.min_word_count,
    )


def tokenizer_from_vocabulary(
    vocabulary: Sequence[str], settings: Settings
) -> Tokenizer:
    """Make a tokenizer of the most frequent words of a given list."""
    words = vocabulary[: settings.vocabulary_size - FIRST_WORD_ID]
    return Tokenizer.from_vocabulary(words, "keras", start_token=True)


def make_preprocessor(
    settings: Settings, tokenizer: Tokenizer
) -> TextPreprocessor:
    """Put the limits of the settings around a tokenizer."""
    names = LIMITS[settings.architecture]
    return TextPreprocessor(
        tokenizer,
        settings.architecture,
        **{name: getattr(settings, name) for name in names},
    )


def make_split(
    preprocessor: TextPreprocessor,
    task: Task,
    texts: Sequence[str],
    numbers: Sequence[Any],
) -> InMemorySplit:
    """Encode texts and labels, the labels being class numbers."""
    return InMemorySplit(preprocessor.encode(texts), task.label_array(numbers))


def make_validation(
    preprocessor: TextPreprocessor,
    task: Task,
    index: LabelIndex,
    validation_data: Labelled,
) -> InMemorySplit:
    """Encode the texts that someone gave to choose the best epoch by."""
    texts, labels, sample_weight = validation_data
    with name_argument("validation_data"):
        numbers = index.numbers(labels)
    split = make_split(preprocessor, task, texts, numbers)
    if sample_weight is None:
        return split
    weights = np.asarray(sample_weight, "float32")
    return InMemorySplit(split.texts, split.labels, weights)


def note_cuts(split: InMemorySplit, settings: Settings) -> None:
    """Say on stderr, if verbose, what the limits left out of documents."""
    if settings.verbose and isinstance(split.texts, EncodedDocuments):
        if report := split.texts.cut_report():
            print(report, file=sys.stderr)


def hold_out(
    whole: InMemorySplit, settings: Settings
) -> tuple[InMemorySplit, InMemorySplit | None, NDArray[Any]]:
    """Put the validation texts apart, the same fraction of every class.

    Returns:
        The texts to train on; those held out, or None; and their rows.
    """
    held_out = stratified_split(
        whole.labels,
        settings.validation_fraction,
        settings.seed,
    )
    rows = np.flatnonzero(held_out)
    if not len(rows):
        return whole, None, rows
    return whole.take(np.flatnonzero(~held_out)), whole.take(rows), rows


def weigh_classes(
    train: InMemorySplit, settings: Settings, task: Task
) -> InMemorySplit:
    """Multiply the weights of texts by those of their classes.

    With several labels a text has the weight of its rarest one.

    Raises:
        ValueError: for the weight of a label that there is not.
    """
    if settings.class_weight is None:
        return train
    if isinstance(settings.class_weight, Mapping):
        of_class = number_class_weights(settings.class_weight, task)
        classes = find_classes(train.labels).astype("int64")
        weights = np.where(classes < 0, 1, of_class[classes])
    else:
        weights = balanced_class_weights(train.labels)
    if train.weights is not None:
        weights = weights * train.weights
    return InMemorySplit(
        train.texts, train.labels, np.asarray(weights, "float32")
    )


def number_class_weights(
    class_weight: Mapping[Any, float], task: Task
) -> NDArray[np.float32]:
    """The weight of each class, 1 if none is given, in their order."""
    unknown = [name for name in class_weight if name not in task.class_names]
    if unknown:
        raise ValueError(
            "Invalid value for argument `class_weight`. Expected weights of "
            f"the labels {list(task.class_names)}. Received: one of "
            f"{unknown[0]!r}"
        )
    weights = [class_weight.get(name, 1.0) for name in task.class_names]
    return np.array(weights, "float32")


def check_start(
    start: Predictor, settings: Settings, tokenizer: Tokenizer | None = None
) -> None:
    """Raise a ValueError if a training cannot go on with a predictor."""
    if tokenizer is not None:
        raise ValueError(
            "Invalid value for argument `tokenizer`. Expected None with "
            "`warm_start`: the ids of the model stay. Received: a tokenizer"
        )
    if start.multi_label != settings.multi_label:
        raise ValueError(
            "Invalid value for argument `multi_label`. Expected that of the "
            f"model to go on with, {start.multi_label}. Received: "
            f"multi_label={settings.multi_label}"
        )
