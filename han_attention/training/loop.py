"""The loop over epochs: train, validate, keep the best, save the state."""

import dataclasses
import sys
import warnings
from collections.abc import Callable
from collections.abc import Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import keras

from han_attention.atomic import replace_when_written
from han_attention.progress import announce
from han_attention.settings import Settings
from han_attention.training.callbacks.keep_state import KeepState
from han_attention.training.callbacks.within_epoch import WithinEpoch
from han_attention.training.checkpoint import Place
from han_attention.training.checkpoint import check_finite_state
from han_attention.training.checkpoint import load_checkpoint
from han_attention.training.checkpoint import load_progress
from han_attention.training.checkpoint import save_checkpoint
from han_attention.training.distribution.devices import ONE_DEVICE
from han_attention.training.distribution.devices import Devices
from han_attention.training.distribution.processes import make_stop_request
from han_attention.training.epoch import Phase
from han_attention.training.history import History
from han_attention.training.history import describe_end
from han_attention.training.history import find_kept_epoch
from han_attention.training.history import is_finished
from han_attention.training.history import without_time
from han_attention.training.model import build_metrics
from han_attention.training.model import compile_model
from han_attention.training.sources.base import Split
from han_attention.training.sources.base import TrainingData
from han_attention.training.stop import note_signals

BEST = "best.weights.h5"
# A step of the loop over time takes 14 ms more where it is not traced, and
# tracing takes 2 to 5 s; JAX compiles each operation then, PyTorch none ever.
_EAGER_TIME_STEPS = {"tensorflow": 80}


def run_epochs(
    model: keras.Model,
    settings: Settings,
    data: TrainingData,
    checkpoint: Path,
    *,
    resume: bool = False,
    resumable: bool = True,
    tensorboard: Path | None = None,
    callbacks: Sequence[keras.callbacks.Callback] = (),
    devices: Devices = ONE_DEVICE,
    on_epoch_end: Callable[[History], None] | None = None,
) -> History:
    """Train a model, and validate and save it after each epoch.

    With `patience` it stops when so many epochs in a row were no better, and
    the model ends with the weights of the best epoch; without it, with those
    of the last.

    Args:
        model: A model of `build_model`.
        settings: All settings, checked.
        data: What to learn from, and to choose the best epoch by.
        checkpoint: The folder for the state before the first epoch, after
            each, and every `checkpoint_minutes`, so that a training can go on
            whatever ends it. Ctrl-C and SIGTERM save it too.
        resume: Whether to go on from the checkpoint. Defaults to `False`.
        resumable: Whether the folder is there afterwards: only then Ctrl-C
            and SIGTERM wait for the step and the checkpoint. Defaults to
            `True`.
        tensorboard: The folder to log to. Defaults to None: none.
        callbacks: Of Keras, for whom all epochs are one `fit`. What one of
            them raises ends the training; it can be resumed. Defaults to ().
        devices: On which it is trained; the model was built in their scope.
            Defaults to one.
        on_epoch_end: Called after each epoch with all finished ones. Defaults
            to None.

    Returns:
        A dictionary of numbers for each epoch: `epoch`, `loss`, `accuracy`,
        `val_loss`, `val_accuracy`, `seconds`, `examples_per_second`, and what
        else `make_metrics` measures.

    Raises:
        KeyboardInterrupt: after Ctrl-C, once the state is saved.
        MemoryError: if the memory is too small for the batches.
        SystemExit: after SIGTERM, once the state is saved.
        ValueError: if the loss or a weight is no number any more, or the
            files that are read have changed.
    """
    if data.validation is None:
        settings = dataclasses.replace(settings, patience=None)
    told = keras.callbacks.CallbackList(list(callbacks), model=model)
    history, place = load_progress(checkpoint) if resume else ([], Place())
    with ExitStack() as closing:
        request = make_stop_request(devices.processes)
        if resumable:
            closing.enter_context(note_signals(request))
        keeper = KeepState(
            checkpoint, history, request, settings.checkpoint_minutes
        )
        within = [keeper, *([WithinEpoch(told)] if callbacks else [])]
        phases = []
        for name, split in _name_splits(data).items():
            phase = Phase(
                name, split, model, settings, tensorboard, within, devices
            )
            closing.callback(phase.close)
            phases.append(phase)
        steps = phases[0].num_batches
        told.set_params(
            {"epochs": settings.epochs, "steps": steps, "verbose": 0}
        )
        before = len(history) - (not place.batch)  # the epoch of the state
        compile_for = partial(
            compile_model, model, settings, data.task, steps, devices=devices
        )
        compile_for(max(before, 0))
        if resume:
            load_checkpoint(checkpoint, model)
            build_metrics(model, data.task, devices)
            if is_finished(history, settings):
                _note_that_it_was_finished(history, settings)
            else:
                for phase in phases:
                    phase.log_again(history, place)
        else:
            for phase in phases:
                phase.log_start()
            save_checkpoint(checkpoint, model, history)
        model.stop_training, started_at = False, len(history)
        told.on_train_begin()
        while not (is_finished(history, settings) or model.stop_training):
            epoch = len(history)
            if epoch and epoch == settings.frozen_epochs and not place.batch:
                compile_for(epoch)
            if devices is ONE_DEVICE:
                _choose_mode(model, phases[0].time_steps * (epoch + 1))
            if epoch == started_at:
                announce("compiling the model", settings.verbose)
            told.on_epoch_begin(epoch)
            keeper.start(place, steps)
            scores = _run_epoch(epoch, phases, place)
            keeper.check_epoch(scores)
            place = Place()
            history.append(scores)
            try:
                told.on_epoch_end(epoch, without_time(history[-1]))
            finally:
                _save(checkpoint, model, settings, history)
            if on_epoch_end:
                on_epoch_end(history)
            keeper.end_epoch(settings.epochs)
        told.on_train_end(without_time(history[-1]) if history else None)
    if settings.patience and history:
        _load_best(model, checkpoint)
    return history


def _load_best(model: keras.Model, checkpoint: Path) -> None:
    """Give the model the weights of its best epoch."""
    with warnings.catch_warnings():
        # Keras loads the optimizer too, that of frozen vectors has fewer
        # variables, and none of it is needed any more.
        warnings.filterwarnings("ignore", "Skipping variable loading for opt")
        model.load_weights(checkpoint / BEST)


def _note_that_it_was_finished(history: History, settings: Settings) -> None:
    if settings.verbose:
        more = len(history) >= settings.epochs
        hint = "; more `epochs` would go on with it" if more else ""
        end = describe_end(history, settings)
        print(f"The run was finished: {end}{hint}.", file=sys.stderr)


def _name_splits(data: TrainingData) -> dict[str, Split]:
    """The texts to train on, and those to validate by if there are some."""
    splits = {"train": data.train}
    if data.validation is not None:
        splits[data.validation_name] = data.validation
    return splits


def _run_epoch(
    epoch: int, phases: Sequence[Phase], place: Place
) -> dict[str, Any]:
    """Train, and then validate if there is a second phase."""
    scores: dict[str, Any] = {"epoch": epoch + 1}
    scores |= phases[0].fit(epoch, place)
    for validating in phases[1:]:
        found = validating.evaluate(epoch)
        scores |= {f"val_{name}": found[name] for name in found}
    return scores


def _save(
    checkpoint: Path, model: keras.Model, settings: Settings, history: History
) -> None:
    """Write the weights, if they are the best so far, and the whole state."""
    check_finite_state(model)
    last = len(history) - 1
    if settings.patience and find_kept_epoch(history, settings) == last:
        with replace_when_written(checkpoint / BEST) as temporary:
            model.save_weights(temporary)
    save_checkpoint(checkpoint, model, history)


def _choose_mode(model: keras.Model, time_steps: float) -> None:
    """Run a little training step by step, and trace what is longer.

    It depends on the epoch alone, so that a resumed training computes as one
    that was not ended.
    """
    limit = _EAGER_TIME_STEPS.get(keras.backend.backend(), 0)
    eager = time_steps <= limit
    if model.run_eagerly != eager:
        model.run_eagerly = eager
        model.make_train_function(force=True)
        model.make_test_function(force=True)
