"""Training a model epoch by epoch, up to the best one."""

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras

from han_attention.atomic import replace_when_written
from han_attention.settings import TrainConfig
from han_attention.training.checkpoint import load_checkpoint
from han_attention.training.checkpoint import load_history
from han_attention.training.checkpoint import save_checkpoint
from han_attention.training.epoch import Phase
from han_attention.training.model import Task
from han_attention.training.model import compile_model
from han_attention.training.sources.batches import Split
from han_attention.training.sources.stream import StreamedSplit

Epochs = list[dict[str, Any]]

BEST = "best.weights.h5"


def fit_epochs(
    model: keras.Model,
    config: TrainConfig,
    task: Task,
    train: Split | StreamedSplit,
    judged: Split | None,
    checkpoint: Path,
    *,
    judged_as: str = "validation",
    tensorboard: Path | None = None,
    on_epoch_end: Callable[[Epochs], None] | None = None,
) -> Epochs:
    """Train a model, and judge and save it after each epoch.

    With `patience` it stops when so many epochs in a row were no better, and
    the model ends with the weights of the best epoch; without it, with those
    of the last.

    Args:
        model: A model of `build_model`.
        config: All settings. With `resume` it goes on from the checkpoint.
        task: What is predicted.
        train: The texts to learn from.
        judged: The texts to judge by, or None.
        checkpoint: The folder for the state after each epoch.
        judged_as: The name of the texts to judge by. Defaults to
            `"validation"`.
        tensorboard: The folder to log to. Defaults to None: none.
        on_epoch_end: Called after each epoch with all finished ones. Defaults
            to None.

    Returns:
        A dictionary of numbers for each epoch: `epoch`, `loss`, `accuracy`,
        `val_loss`, `val_accuracy`, `seconds`, `examples_per_second`.
    """
    if judged is None:
        config = dataclasses.replace(config, patience=None)
    training = Phase("train", train, model, config, tensorboard)
    phases = [training]
    if judged is not None:
        phases.append(Phase(judged_as, judged, model, config, tensorboard))
    epochs: Epochs = load_history(checkpoint) if config.resume else []
    compile_model(
        model, config, task, training.num_batches, max(len(epochs) - 1, 0)
    )
    if epochs:
        load_checkpoint(checkpoint, model)
    else:
        for phase in phases:
            phase.log_start()
    while not _finished(epochs, config):
        epoch = len(epochs)
        if epoch and epoch == config.frozen_epochs:
            compile_model(model, config, task, training.num_batches, epoch)
        scores = training.fit(epoch)
        for judging in phases[1:]:
            of_judged = judging.evaluate(epoch)
            scores |= {f"val_{name}": of_judged[name] for name in of_judged}
        epochs.append({"epoch": epoch + 1} | scores)
        if config.patience and _best(epochs) == epoch:
            with replace_when_written(checkpoint / BEST) as temporary:
                model.save_weights(temporary)
        save_checkpoint(checkpoint, model, epochs)
        if on_epoch_end:
            on_epoch_end(epochs)
    if config.patience:
        model.load_weights(checkpoint / BEST)
    for phase in phases:
        phase.close()
    return epochs


def _finished(epochs: Epochs, config: TrainConfig) -> bool:
    if len(epochs) >= config.epochs:
        return True
    if not epochs or config.patience is None:
        return False
    return len(epochs) - 1 - _best(epochs) >= config.patience


def _best(epochs: Epochs) -> int:
    """The epoch of the highest validation accuracy, then the lowest loss."""
    scores = [(e["val_accuracy"], -e["val_loss"]) for e in epochs]
    return scores.index(max(scores))
