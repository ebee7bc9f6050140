"""From a configuration to a trained model and its run folder."""

import dataclasses
import secrets
import sys
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import keras

from han_attention.data.base import TextDataset
from han_attention.evaluation.tables import epoch_table
from han_attention.inference.keras import Predictor
from han_attention.settings import TrainConfig
from han_attention.training.callbacks.explained_texts import ExplainedTexts
from han_attention.training.device import describe_device
from han_attention.training.device import make_repeatable
from han_attention.training.device import precision
from han_attention.training.epoch import Phase
from han_attention.training.loop import Epochs
from han_attention.training.loop import fit_epochs
from han_attention.training.model import build_model
from han_attention.training.run_folder import CHECKPOINT
from han_attention.training.run_folder import MODEL
from han_attention.training.run_folder import TENSORBOARD
from han_attention.training.run_folder import choose_run_folder
from han_attention.training.run_folder import resumed_config
from han_attention.training.run_folder import start_run
from han_attention.training.run_folder import write_results
from han_attention.training.sources.memory import TrainingData
from han_attention.training.sources.memory import predictor_config
from han_attention.training.sources.memory import prepare_data
from han_attention.training.vectors import starting_vectors


@dataclass(frozen=True)
class TrainResult:
    """What a training leaves behind.

    Attributes:
        run_dir: The run folder.
        config: The configuration, with the seed that was used.
        dataset: The texts it trained and tested on.
        predictor: The trained model with its tokenizer and class names.
        metrics: What `metrics.json` holds.
    """

    run_dir: Path
    config: TrainConfig
    dataset: TextDataset
    predictor: Predictor
    metrics: dict[str, Any]

    def summary(self) -> str:
        """A table of the epochs, the test accuracy and the run folder."""
        lines = [epoch_table(self.metrics["epochs"])]
        lines.append(f"Test accuracy {self.metrics['test_accuracy']:.4f}")
        lines.append(f"Run folder  {self.run_dir}")
        return "\n".join(lines)


def train(config: TrainConfig) -> TrainResult:
    """Train a classifier and write its run folder.

    The folder gets `config.json`, `metrics.json`, `history.csv`, `model/` (for
    `Predictor.load`), `checkpoint/` (after each epoch, for `resume`) and
    `tensorboard/`. With the same seed a run repeats bit for bit on CPU.

    Args:
        config: All settings.

    Returns:
        A `TrainResult`.

    Raises:
        FileExistsError: if the run folder is not empty (see `overwrite`).
        FileNotFoundError: if there is no data, or no run to resume.
        OSError: if data or results cannot be read or written.
        ValueError: if the data or a setting is of no use.

    Example:
    >>> config = TrainConfig.preset("demo", epochs=1, quiet=True, seed=1)
    >>> result = train(config)
    >>> sorted(path.name for path in result.run_dir.iterdir())
    ['checkpoint', 'config.json', ..., 'model', 'tensorboard']
    """
    folder = choose_run_folder(config)
    if config.resume:
        config = resumed_config(folder, config)
    seed = secrets.randbelow(2**31) if config.seed is None else config.seed
    config = dataclasses.replace(config, seed=seed)
    data = prepare_data(config)
    make_repeatable(seed)
    vectors = starting_vectors(
        config,
        data.tokenizer,
        data.train.texts,
        chain(data.dataset.train.texts, data.dataset.unlabelled),
    )
    with precision(config.mixed_precision):
        model = build_model(config, data.task, len(data.tokenizer), vectors)
        if not config.quiet:
            print(describe_device(), file=sys.stderr)
    start_run(folder, config)
    predictor = Predictor.from_config(
        model, data.tokenizer, predictor_config(config, data.task)
    )
    metrics = _run_epochs(folder, config, data, predictor)
    predictor.save(folder / MODEL)
    return TrainResult(folder, config, data.dataset, predictor, metrics)


def _run_epochs(
    folder: Path, config: TrainConfig, data: TrainingData, predictor: Predictor
) -> dict[str, Any]:
    """Train, judge and save after each epoch; return `metrics.json`."""
    model = predictor.model
    metrics = {
        "dataset": data.dataset.name,
        "train_examples": len(data.train),
        "test_examples": len(data.test),
        "parameters": model.count_params(),
        "backend": keras.backend.backend(),
        "test_accuracy": None,
    }
    test, names = data.dataset.test, predictor.class_names
    explained = ExplainedTexts(
        folder / TENSORBOARD / "test",
        predictor,
        test.texts,
        [names[label] for label in test.labels],
    )

    def on_epoch_end(epochs: Epochs) -> None:
        write_results(folder, metrics, epochs)
        explained.write(len(epochs))

    epochs = fit_epochs(
        model,
        config,
        data.task,
        data.train,
        data.validation or data.test,
        folder / CHECKPOINT,
        judged_as="validation" if data.validation else "test",
        tensorboard=folder / TENSORBOARD,
        on_epoch_end=on_epoch_end,
    )
    if data.validation is None:
        metrics["test_accuracy"] = epochs[-1]["val_accuracy"]
    else:
        testing = Phase("test", data.test, model, config, folder / TENSORBOARD)
        scores = testing.evaluate(len(epochs) - 1)
        metrics["test_accuracy"] = scores["accuracy"]
        testing.close()
    write_results(folder, metrics, epochs)
    return metrics | {"epochs": epochs}
