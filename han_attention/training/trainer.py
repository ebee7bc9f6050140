"""One training for all: from texts, in memory or files, to a trained model."""

import secrets
import sys
import tempfile
from collections.abc import Callable
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import replace
from pathlib import Path
from typing import Any

import keras

from han_attention.device import choose_policy
from han_attention.device import describe_device
from han_attention.device import dtype_policy
from han_attention.device import make_repeatable
from han_attention.inference.fork import check_not_forked
from han_attention.inference.keras import Predictor
from han_attention.settings import Settings
from han_attention.training.calibration import calibrate
from han_attention.training.callbacks.epoch_log import EpochLog
from han_attention.training.callbacks.explained_texts import ExplainedTexts
from han_attention.training.callbacks.within_epoch import check_callbacks
from han_attention.training.checkpoint import has_checkpoint
from han_attention.training.distribution.devices import ONE_DEVICE
from han_attention.training.distribution.devices import Devices
from han_attention.training.distribution.devices import choose_devices
from han_attention.training.distribution.processes import check_same
from han_attention.training.distribution.processes import check_same_settings
from han_attention.training.distribution.processes import check_same_weights
from han_attention.training.distribution.processes import gather
from han_attention.training.distribution.processes import own_run_folder
from han_attention.training.history import History
from han_attention.training.history import find_kept_epoch
from han_attention.training.loop import run_epochs
from han_attention.training.model import build_model
from han_attention.training.model import compile_model
from han_attention.training.model import make_optimizer
from han_attention.training.ngrams import TrainedNGrams
from han_attention.training.ngrams import choose_num_buckets
from han_attention.training.ngrams import train_ngrams
from han_attention.training.run_folder import RunFolder
from han_attention.training.run_folder import check_tensorboard
from han_attention.training.sources.base import TrainingData
from han_attention.training.summary import summarize_training
from han_attention.training.vectors import make_vectors

_MEASURED = ("validation_accuracy", "attention_share")  # for `metrics.json`


@dataclass(frozen=True)
class Trained:
    """What a training leaves behind.

    Attributes:
        predictor: The trained model with its preprocessor and class names.
        history: A dictionary of numbers for each epoch.
        settings: All settings, with the seed that was used.
        metrics: What `metrics.json` of a run folder holds.
    """

    predictor: Predictor
    history: History
    settings: Settings
    metrics: dict[str, Any]


def train_in_folder(
    settings: Settings,
    prepare: Callable[[Settings], TrainingData],
    folder: tuple[str | Path | None, bool, bool],
    **options: Any,
) -> Trained:
    """As `train_model`, in a run folder that no one else trains in meanwhile.

    Args:
        settings: All settings.
        prepare: As `train_model` has it, in every process with the same data.
        folder: The arguments of `RunFolder.open`, whose errors are raised; no
            folder, unless to resume: nothing is written.
        **options: Others of `train_model`.
    """
    with own_run_folder(*folder) as (run_dir, resume, overwrite):
        if run_dir is None and not resume:
            return train_model(settings, prepare, **options)
        run = RunFolder.open(run_dir, resume, overwrite)
        with run.lock():
            return train_model(settings, prepare, run=run, **options)


def train_model(
    settings: Settings,
    prepare: Callable[[Settings], TrainingData],
    *,
    run: RunFolder | None = None,
    callbacks: Sequence[keras.callbacks.Callback] = (),
    start: Predictor | None = None,
) -> Trained:
    """Train a model, in a run folder if there is one.

    Args:
        settings: All settings.
        prepare: Makes the data ready, given the settings with their seed.
        run: Where to write metrics, checkpoints, logs and the model. Defaults
            to None: nothing is written.
        callbacks: Of Keras. Defaults to ().
        start: The predictor to go on with. Its model stays as it is: a copy
            is trained. Defaults to None: a new model.

    Raises:
        TypeError: if a callback is none of Keras.
        ValueError: for a setting or data of no use.
    """
    check_not_forked()
    callbacks = check_callbacks(callbacks)
    check_tensorboard(settings, run)
    settings = settings.checked()
    make_optimizer(settings, steps_per_epoch=1)  # an unknown one is named now
    choose_policy(settings.precision)
    devices = choose_devices(settings)
    if run is not None:
        settings = run.choose_settings(settings)
    several = devices.processes.number > 1  # they must draw alike
    seeded = settings.seed is not None or run is not None or several
    settings = _choose_seed(settings)
    data = prepare(settings)
    check_same("data", data.fingerprint)
    if seeded:
        make_repeatable(settings.seed or 0)
    resume = run is not None and run.resume and has_checkpoint(run.checkpoint)
    if run is not None and settings.verbose:
        with dtype_policy(choose_policy(settings.precision)):
            print(describe_device(devices.number), file=sys.stderr)
        callbacks = [*callbacks, EpochLog()]
    with devices.scope():
        model = _make_model(settings, data, start, resume)
    ngrams = None if start else train_ngrams(model, settings, data, callbacks)
    predictor = _make_predictor(model, data)
    if run is None:
        history = _run_without_folder(model, settings, data, callbacks, devices)
        predictor = _finish(devices, predictor, settings, data, history, ngrams)
        return Trained(predictor, history, settings, {})
    run.start(settings, data.fingerprint)
    metrics = {
        "train_examples": len(data.train),
        "parameters": model.count_params(),
        "backend": keras.backend.backend(),
    }
    if data.validation is not None:
        metrics[f"{data.validation_name}_examples"] = len(data.validation)
    tensorboard = run.tensorboard if settings.tensorboard else None
    explained = None
    if tensorboard is not None and data.examples[0]:
        folder = tensorboard / data.validation_name
        explained = ExplainedTexts(folder, predictor, *data.examples)

    def write_epoch(history: History) -> None:
        run.write_results(metrics, history)
        if explained is not None:
            explained.write(len(history))

    history = run_epochs(
        model,
        settings,
        data,
        run.checkpoint,
        resume=resume,
        tensorboard=tensorboard,
        callbacks=callbacks,
        devices=devices,
        on_epoch_end=write_epoch,
    )
    run.draw(history)
    predictor = _finish(devices, predictor, settings, data, history, ngrams)
    metrics |= {k: v for k, v in predictor.training.items() if k in _MEASURED}
    run.write_results(metrics, history)
    predictor.save(run.model, settings.to_dict())
    return Trained(predictor, history, settings, metrics | {"epochs": history})


def _choose_seed(settings: Settings) -> Settings:
    """The settings with a seed: if none is given, one that is drawn."""
    if settings.seed is None:
        seed = gather(secrets.randbelow(2**31))[0]
        settings = replace(settings, seed=seed)
    check_same_settings(settings)
    return settings


def _finish(
    devices: Devices,
    predictor: Predictor,
    settings: Settings,
    data: TrainingData,
    history: History,
    ngrams: TrainedNGrams | None,
) -> Predictor:
    """Make of a trained model what is given away."""
    predictor = _leave(devices, predictor, settings, data)
    measured = calibrate(predictor, data, ngrams, settings.verbose)
    predictor.training = summarize_training(settings, data, history)
    if ngrams is None and "val_accuracy" in history[-1]:
        kept = history[find_kept_epoch(history, settings)]
        measured["validation_accuracy"] = kept["val_accuracy"]
    predictor.training |= measured
    return predictor


def _run_without_folder(
    model: keras.Model,
    settings: Settings,
    data: TrainingData,
    callbacks: Sequence[keras.callbacks.Callback],
    devices: Devices,
) -> History:
    """Train a model of which nothing is to be written."""
    with tempfile.TemporaryDirectory() as checkpoint:
        return run_epochs(
            model,
            settings,
            data,
            Path(checkpoint),
            resumable=False,
            callbacks=callbacks,
            devices=devices,
        )


def _make_predictor(model: keras.Model, data: TrainingData) -> Predictor:
    task = data.task
    predictor = Predictor(
        model, data.preprocessor, task.class_names, task.multi_label
    )
    predictor.columns = data.columns
    return predictor


def _leave(
    devices: Devices,
    predictor: Predictor,
    settings: Settings,
    data: TrainingData,
) -> Predictor:
    """A predictor whose model is bound to no device."""
    if devices is ONE_DEVICE:
        return predictor
    trained = predictor.model
    model = type(trained).from_config(trained.get_config())
    model.set_weights(trained.get_weights())
    compile_model(model, settings, data.task, 1, settings.epochs)
    return _make_predictor(model, data)


def _make_model(
    settings: Settings,
    data: TrainingData,
    start: Predictor | None,
    resume: bool,
) -> keras.Model:
    if start is not None:
        model = keras.models.clone_model(start.model)
        model.set_weights(start.model.get_weights())
    else:
        vectors = make_vectors(settings, data, resume)
        with dtype_policy(choose_policy(settings.precision)):
            model = build_model(
                settings,
                data.task,
                len(data.preprocessor.tokenizer),
                vectors,
                choose_num_buckets(settings, data),
            )
    check_same_weights(model)
    return model
