"""Training on a named dataset, and testing: the published experiment."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras

from han_attention.data.dataset import TextDataset
from han_attention.data.datasets import load_dataset
from han_attention.evaluation.tables import epoch_table
from han_attention.inference.keras import Predictor
from han_attention.settings import Settings
from han_attention.training.distribution.processes import find_processes
from han_attention.training.epoch import Phase
from han_attention.training.run_folder import RunFolder
from han_attention.training.sources.base import TrainingData
from han_attention.training.sources.memory import make_split
from han_attention.training.sources.memory import prepare_texts
from han_attention.training.sources.memory import tokenizer_from_vocabulary
from han_attention.training.task import Task
from han_attention.training.trainer import train_model


@dataclass(frozen=True)
class TrainResult:
    """What a training leaves behind.

    Attributes:
        run_dir: The run folder.
        settings: All settings, with the seed that was used.
        dataset: The texts it trained and tested on.
        predictor: The trained model with its preprocessor and class names.
        metrics: What `metrics.json` holds.
    """

    run_dir: Path
    settings: Settings
    dataset: TextDataset
    predictor: Predictor
    metrics: dict[str, Any]

    def summary(self) -> str:
        """A table of the epochs, the test accuracy and the run folder."""
        lines = [epoch_table(self.metrics["epochs"])]
        lines.append(f"Test accuracy {self.metrics['test_accuracy']:.4f}")
        lines.append(f"Run folder  {self.run_dir}")
        return "\n".join(lines)


def train(
    settings: Settings,
    data: str | Path = "imdb",
    run_dir: str | Path | None = None,
    resume: bool = False,
    overwrite: bool = False,
    *,
    callbacks: Sequence[keras.callbacks.Callback] = (),
) -> TrainResult:
    """Train on a named dataset, test, and write a run folder.

    It is the training of `TextClassifier.fit`, with the test texts of the
    dataset at its end. If no texts are held out, every epoch is tested on
    the test texts, as published. The folder gets `config.json`,
    `metrics.json`, `history.csv`, `training.png`, `model/` (for
    `Predictor.load`), `checkpoint/` (after each epoch, for `resume`) and
    `tensorboard/`. With the same seed a run repeats bit for bit on CPU.

    Args:
        settings: All settings, or a `TextClassifier` that has them.
        data: A dataset as `load_dataset` takes it. Defaults to `"imdb"`.
        run_dir: The run folder. Defaults to None: `runs/DATE-TIME`.
        resume: Whether to go on with the run in `run_dir`. Defaults to
            `False`.
        overwrite: Whether to replace the run in `run_dir`. Defaults to
            `False`.
        callbacks: Of Keras. Defaults to ().

    Returns:
        A `TrainResult`.

    Raises:
        FileExistsError: if the run folder is not empty (see `overwrite`).
        FileNotFoundError: if there is no data, or no run to resume.
        OSError: if data or results cannot be read or written.
        ValueError: if the data or a setting is of no use.

    Example:
    >>> settings = Settings.from_preset("demo", epochs=1, seed=1, verbose=False)
    >>> result = train(settings, "demo")
    >>> sorted(path.name for path in result.run_dir.iterdir())
    ['checkpoint', 'config.json', ..., 'model', 'tensorboard', ...]
    """
    settings = dataclasses.replace(settings.checked(), tensorboard=True)
    if settings.patience is not None and not settings.validation_fraction:
        raise ValueError(
            "Invalid value for argument `patience`. Expected a "
            "`validation_fraction` above 0 with it: the best epoch is not to "
            f"be chosen on test texts. Received: patience={settings.patience}"
        )
    if (number := find_processes().number) > 1:
        raise ValueError(
            "Expected one process for a named dataset; `han-attention train` "
            f"trains in several, on files. Received: {number} processes"
        )
    run = RunFolder.open(run_dir, resume, overwrite)
    with run.lock():
        return _train(settings, data, run, callbacks)


def _train(
    settings: Settings,
    data: str | Path,
    run: RunFolder,
    callbacks: Sequence[keras.callbacks.Callback],
) -> TrainResult:
    run.choose_settings(settings)  # before the data are read
    dataset = load_dataset(data, unlabelled=settings.pretrain_vectors)
    prepared: list[TrainingData] = []

    def prepare(settings: Settings) -> TrainingData:
        prepared.append(prepare_dataset(settings, dataset))
        return prepared[0]

    trained = train_model(settings, prepare, run=run, callbacks=callbacks)
    metrics = {"dataset": dataset.name} | trained.metrics
    metrics |= _test(trained.settings, dataset, trained.predictor, run, metrics)
    history = metrics.pop("epochs")
    run.write_results(metrics, history)
    return TrainResult(
        run.path,
        trained.settings,
        dataset,
        trained.predictor,
        metrics | {"epochs": history},
    )


def prepare_dataset(settings: Settings, dataset: TextDataset) -> TrainingData:
    """The texts of a dataset; with nothing held out the test ones validate."""
    names, test = dataset.class_names, dataset.test
    shown = list(test.texts), [names[n] for n in test.labels]
    name = "validation" if settings.validation_fraction else "test"
    data = prepare_texts(
        settings,
        dataset.train.texts,
        [names[n] for n in dataset.train.labels],
        validation_data=None
        if settings.validation_fraction
        else (*shown, None),
        unlabelled=dataset.unlabelled,
        tokenizer=tokenizer_from_vocabulary(dataset.vocabulary, settings)
        if dataset.vocabulary
        else None,
        class_names=names,
        validation_name=name,
    )
    return dataclasses.replace(data, examples=shown)


def _test(
    settings: Settings,
    dataset: TextDataset,
    predictor: Predictor,
    run: RunFolder,
    metrics: dict[str, Any],
) -> dict[str, Any]:
    """What `metrics.json` says of the test texts."""
    found: dict[str, Any] = {"test_examples": len(dataset.test)}
    epochs = metrics["epochs"]
    if not settings.validation_fraction:
        return found | {"test_accuracy": epochs[-1]["val_accuracy"]}
    task = Task(predictor.class_names)
    test = make_split(
        predictor.preprocessor, task, dataset.test.texts, dataset.test.labels
    )
    testing = Phase("test", test, predictor.model, settings, run.tensorboard)
    scores = testing.evaluate(len(epochs) - 1)
    testing.close()
    return found | {"test_accuracy": scores["accuracy"]}
