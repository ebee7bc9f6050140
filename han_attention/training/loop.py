"""From a configuration to a trained model and its run folder."""

import dataclasses
import secrets
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras

from han_attention.datasets.base import TextDataset
from han_attention.models.classifier import build_classifier
from han_attention.predictor import Predictor
from han_attention.training.checkpoint import load_checkpoint
from han_attention.training.checkpoint import save_checkpoint
from han_attention.training.config import TrainConfig
from han_attention.training.data import TrainingData
from han_attention.training.data import prepare_data
from han_attention.training.device import describe_device
from han_attention.training.device import make_repeatable
from han_attention.training.device import precision
from han_attention.training.phase import Phase
from han_attention.training.run_folder import CHECKPOINT
from han_attention.training.run_folder import MODEL
from han_attention.training.run_folder import TENSORBOARD
from han_attention.training.run_folder import choose_run_folder
from han_attention.training.run_folder import resumed_config
from han_attention.training.run_folder import start_run
from han_attention.training.run_folder import write_results


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
        columns = ("loss", "accuracy", "val_loss", "val_accuracy", "seconds")
        lines = ["epoch" + "".join(f"{name:>14}" for name in columns)]
        for epoch in self.metrics["epochs"]:
            numbers = "".join(f"{epoch[name]:14.4f}" for name in columns)
            lines.append(f"{epoch['epoch']:5}{numbers}")
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
    with precision(config.mixed_precision):
        model = build_and_compile(config, data)
        if not config.quiet:
            print(describe_device(), file=sys.stderr)
    start_run(folder, config)
    predictor = Predictor(
        model, data.tokenizer, data.dataset.class_names, config.max_tokens
    )
    metrics = _run_epochs(folder, config, data, model)
    predictor.save(folder / MODEL)
    return TrainResult(folder, config, data.dataset, predictor, metrics)


def build_and_compile(config: TrainConfig, data: TrainingData) -> keras.Model:
    """The untrained model of a configuration, with its loss and optimizer."""
    num_classes = len(data.dataset.class_names)
    initializers = keras.initializers
    model = build_classifier(
        vocabulary_size=len(data.tokenizer),
        num_classes=num_classes,
        embedding_dim=config.embedding_dim,
        rnn_units=config.rnn_units,
        attention_units=config.attention_units,
        dropout=config.dropout,
        num_layers=config.num_layers,
        cell=config.cell,
        num_heads=config.num_heads,
        normalizer=config.normalizer,
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
    binary = num_classes == 2
    model.compile(
        optimizer=keras.optimizers.Adam(config.learning_rate),
        loss=keras.losses.BinaryCrossentropy(from_logits=True)
        if binary
        else keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=[
            keras.metrics.BinaryAccuracy(threshold=0.0, name="accuracy")
            if binary
            else keras.metrics.SparseCategoricalAccuracy(name="accuracy")
        ],
    )
    return model


def _run_epochs(
    folder: Path, config: TrainConfig, data: TrainingData, model: keras.Model
) -> dict[str, Any]:
    """Train, judge and save after each epoch; return `metrics.json`."""
    epochs: list[dict[str, Any]] = []
    if config.resume:
        epochs = load_checkpoint(folder / CHECKPOINT, model)
    metrics = {
        "dataset": data.dataset.name,
        "train_examples": len(data.train.texts),
        "test_examples": len(data.test.texts),
        "parameters": model.count_params(),
        "backend": keras.backend.backend(),
        "test_accuracy": None,
    }
    tensorboard = folder / TENSORBOARD
    training = Phase("train", data.train, model, config, tensorboard)
    testing = Phase("test", data.test, model, config, tensorboard)
    judging = testing
    if data.validation is not None:
        judging = Phase(
            "validation", data.validation, model, config, tensorboard
        )
    if not epochs:
        training.log_start()
        judging.log_start()
    for epoch in range(len(epochs), config.epochs):
        scores = training.fit(epoch)
        for name, value in judging.evaluate(epoch).items():
            scores[f"val_{name}"] = value
        epochs.append({"epoch": epoch + 1} | scores)
        save_checkpoint(folder / CHECKPOINT, model, epochs)
        write_results(folder, metrics, epochs)
    metrics["test_accuracy"] = (
        epochs[-1]["val_accuracy"]
        if judging is testing
        else testing.evaluate(len(epochs) - 1)["accuracy"]
    )
    write_results(folder, metrics, epochs)
    for phase in {training, judging, testing}:
        phase.close()
    return metrics | {"epochs": epochs}
