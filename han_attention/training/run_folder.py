"""The folder a training writes its results to; nothing in it is half done."""

import csv
import dataclasses
import io
import json
import shutil
import time
from pathlib import Path
from typing import Any

from han_attention.atomic import replace_when_written
from han_attention.settings import TrainConfig

CONFIG = "config.json"
METRICS = "metrics.json"
HISTORY = "history.csv"
MODEL = "model"
CHECKPOINT = "checkpoint"
TENSORBOARD = "tensorboard"
ATTENTION = "attention.html"
_ALL = (CONFIG, METRICS, HISTORY, MODEL, CHECKPOINT, TENSORBOARD, ATTENTION)

# Settings that do not change what is learned up to the same epoch.
_FREE_ON_RESUME = ("epochs", "run_dir", "overwrite", "resume", "quiet", "seed")


def choose_run_folder(config: TrainConfig) -> Path:
    """The run folder that a configuration asks for; writes nothing.

    Raises:
        FileExistsError: if it holds something that must not be replaced.
        FileNotFoundError: if there is no run to resume.
    """
    if config.run_dir is None:
        name = time.strftime("%Y-%m-%d-%H%M%S")
        names = (name, *(f"{name}-{n}" for n in range(2, 100)))
        return next(p for n in names if not (p := Path("runs") / n).exists())
    folder = Path(config.run_dir)
    if folder.exists() and not folder.is_dir():
        raise FileExistsError(f"The run folder {folder} is a file.")
    if config.resume and not (folder / CONFIG).is_file():
        raise FileNotFoundError(f"No run to resume: {folder / CONFIG}")
    if config.resume or not folder.exists() or not any(folder.iterdir()):
        return folder
    if config.overwrite and _is_run(folder):
        return folder
    if config.overwrite:
        raise FileExistsError(
            f"The folder {folder} holds something else than a run, and is "
            "not overwritten. Choose another --run-dir."
        )
    raise FileExistsError(
        f"The run folder {folder} exists and is not empty. Choose another "
        "--run-dir, or replace it with --overwrite, or go on with --resume."
    )


def start_run(folder: Path, config: TrainConfig) -> None:
    """Make the folder, without what an earlier run left, and note the config.

    Only files that a run writes are removed.
    """
    text = config.to_json()
    if not config.resume:
        for path in (folder / name for name in _ALL):
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
    _write(folder / CONFIG, text)


def resumed_config(folder: Path, config: TrainConfig) -> TrainConfig:
    """The configuration to go on with: the run's own, up to `epochs`.

    Raises:
        ValueError: if another setting differs from the run's.
    """
    try:
        before = _read_config(folder)
    except ValueError as error:
        raise ValueError(f"Damaged run: {folder / CONFIG} ({error})") from error
    for setting in dataclasses.fields(TrainConfig):
        old, new = getattr(before, setting.name), getattr(config, setting.name)
        free = setting.name in _FREE_ON_RESUME
        if setting.name == "epochs":  # a schedule is stretched over them
            free = before.learning_rate_schedule == "constant"
        if not free and old != new:
            raise ValueError(
                f"Invalid value for argument `{setting.name}`. Expected "
                f"that of the run to resume, {old!r}. "
                f"Received: {setting.name}={new!r}"
            )
    if config.seed not in (None, before.seed):
        raise ValueError(
            "Invalid value for argument `seed`. Expected that of the run to "
            f"resume, {before.seed}. Received: seed={config.seed}"
        )
    return dataclasses.replace(config, seed=before.seed)


def _read_config(folder: Path) -> TrainConfig:
    return TrainConfig.from_json((folder / CONFIG).read_text(encoding="utf-8"))


def _is_run(folder: Path) -> bool:
    """Whether the folder's `config.json` is that of a training."""
    try:
        _read_config(folder)
    except (OSError, ValueError):
        return False
    return True


def write_results(
    folder: Path, metrics: dict[str, Any], epochs: list[dict[str, Any]]
) -> None:
    """Write `metrics.json` and `history.csv`, one row for each epoch."""
    _write(folder / METRICS, json.dumps(metrics | {"epochs": epochs}, indent=2))
    table = io.StringIO()
    writer = csv.DictWriter(table, fieldnames=list(epochs[0]))
    writer.writeheader()
    writer.writerows(epochs)
    _write(folder / HISTORY, table.getvalue())


def _write(path: Path, text: str) -> None:
    with replace_when_written(path) as temporary:
        temporary.write_text(text, encoding="utf-8")
