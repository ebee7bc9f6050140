"""Training on people's own texts: in memory, or as a stream of files."""

import secrets
import tempfile
from collections.abc import Iterable
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any

from han_attention.data.files import TextFiles
from han_attention.data.labels import LabelIndex
from han_attention.inference.keras import Predictor
from han_attention.settings import TrainConfig
from han_attention.text.tokenizer import Tokenizer
from han_attention.training.device import make_repeatable
from han_attention.training.loop import Epochs
from han_attention.training.loop import fit_epochs
from han_attention.training.model import Task
from han_attention.training.model import build_model
from han_attention.training.sources.batches import Split
from han_attention.training.sources.memory import hold_out
from han_attention.training.sources.memory import make_split
from han_attention.training.sources.memory import make_tokenizer
from han_attention.training.sources.memory import note_cuts
from han_attention.training.sources.memory import predictor_config
from han_attention.training.sources.stream import LabelledFiles
from han_attention.training.sources.stream import StreamedSplit
from han_attention.training.vectors import starting_vectors


@dataclass(frozen=True)
class Fitted:
    """A trained model, and a dictionary of numbers for each epoch."""

    predictor: Predictor
    epochs: Epochs


def fit_texts(
    config: TrainConfig,
    texts: Sequence[str],
    labels: Sequence[Any],
    multi_label: bool = False,
    unlabelled: Sequence[str] = (),
) -> Fitted:
    """Train on texts in memory, with a part of them held out to judge by.

    Args:
        config: All settings; where the data is and goes to is not used.
        texts: N strings.
        labels: N labels of any type, or lists of them.
        multi_label: Whether a text has a list of labels. Defaults to `False`.
        unlabelled: More texts for `pretrain_vectors`. Defaults to ().

    Raises:
        TypeError: for a label that cannot be one.
        ValueError: for fewer than two different labels.
    """
    config = _with_seed(config)
    index = LabelIndex.of(labels, multi_label)
    task = Task(index.classes, multi_label)
    tokenizer = make_tokenizer(texts, config)
    split = make_split(tokenizer, texts, index.numbers(labels), task, config)
    note_cuts(split, config)
    train, validation = hold_out(split, config)
    return _fit(
        config, task, tokenizer, train, validation, chain(texts, unlabelled)
    )


def fit_files(
    config: TrainConfig,
    files: TextFiles,
    multi_label: bool = False,
    unlabelled: Iterable[str] = (),
) -> Fitted:
    """Train on files that are read anew in every epoch, in flat memory.

    Args:
        config: All settings; where the data is and goes to is not used.
        files: Rows of texts and labels.
        multi_label: Whether a text has a list of labels. Defaults to `False`.
        unlabelled: More texts for `pretrain_vectors`. Defaults to ().

    Raises:
        OSError: if a file cannot be read.
        TypeError: for a label that cannot be one.
        ValueError: for a bad row, or fewer than two different labels.
    """
    if not isinstance(files, TextFiles):
        raise TypeError(
            "Expected `TextFiles`, such as TextFiles('reviews.csv'). "
            f"Received: {files!r}"
        )
    if multi_label and config.class_weight is not None:
        raise ValueError(
            "Invalid value for argument `class_weight`. Expected None with "
            "`multi_label` and a stream of files. Received: "
            f"class_weight={config.class_weight!r}"
        )
    config = _with_seed(config)
    source = LabelledFiles.scan(files, config, multi_label)
    validation = source.validation()
    train = StreamedSplit(source, len(validation) if validation else 0)
    if not len(train):
        raise ValueError(
            "Invalid value for argument `validation_fraction`. Expected that "
            f"of {source.num_rows} rows some are left to train on. Received: "
            f"validation_fraction={config.validation_fraction}"
        )
    texts = (row.text for row in files)
    return _fit(
        config,
        source.task,
        source.tokenizer,
        train,
        validation,
        chain(texts, unlabelled),
    )


def _fit(
    config: TrainConfig,
    task: Task,
    tokenizer: Tokenizer,
    train: Split | StreamedSplit,
    validation: Split | None,
    texts: Iterable[str],
) -> Fitted:
    vectors = starting_vectors(config, tokenizer, train.first(2_000), texts)
    model = build_model(config, task, len(tokenizer), vectors)
    with tempfile.TemporaryDirectory() as checkpoint:
        epochs = fit_epochs(
            model, config, task, train, validation, Path(checkpoint)
        )
    predictor = Predictor.from_config(
        model, tokenizer, predictor_config(config, task)
    )
    return Fitted(predictor, epochs)


def _with_seed(config: TrainConfig) -> TrainConfig:
    """Make a run with a seed repeatable, and give one without it a seed."""
    if config.seed is None:
        return replace(config, seed=secrets.randbelow(2**31))
    make_repeatable(config.seed)
    return config
