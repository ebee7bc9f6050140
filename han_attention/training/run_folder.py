"""The folder a training writes its results to; nothing in it is half done."""

import csv
import dataclasses
import io
import json
import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack
from contextlib import contextmanager
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from han_attention.atomic import is_leftover
from han_attention.atomic import remove_leftovers
from han_attention.atomic import replace_when_written
from han_attention.evaluation.training_plot import save_training_plot
from han_attention.json_text import read_json
from han_attention.json_text import replace_non_finite
from han_attention.settings import SETTINGS
from han_attention.settings import Settings
from han_attention.training.folder_lock import lock_folder
from han_attention.training.run_config import RUN_CONFIG
from han_attention.validation import check_boolean

CONFIG = "config.json"
METRICS = "metrics.json"
HISTORY = "history.csv"
MODEL = "model"
CHECKPOINT = "checkpoint"
TENSORBOARD = "tensorboard"
ATTENTION = "attention.html"
PLOT = "training.png"
_ALL = (
    CONFIG,
    METRICS,
    HISTORY,
    MODEL,
    CHECKPOINT,
    TENSORBOARD,
    ATTENTION,
    PLOT,
    RUN_CONFIG,
)

# Settings that do not change what is learned up to the same epoch.
_FREE_ON_RESUME = frozenset(
    "epochs verbose seed tensorboard distribute checkpoint_minutes".split()
)


@dataclass(frozen=True)
class RunFolder:
    """Where a training writes to, chosen before it starts.

    Args:
        path: The folder.
        resume: Whether to go on with the run in it. Defaults to `False`.
        replaces: Whether there is a run in it that is to be replaced.
            Defaults to `False`.
    """

    path: Path
    resume: bool = False
    replaces: bool = False

    @classmethod
    def open(
        cls,
        run_dir: str | Path | None,
        resume: bool = False,
        overwrite: bool = False,
    ) -> "RunFolder":
        """Choose the folder; writes nothing.

        Args:
            run_dir: The folder, or None: one named by the time, in `runs`.
            resume: Whether to go on with the run in it. Defaults to `False`.
            overwrite: Whether a run in it may be replaced. Defaults to
                `False`.

        Raises:
            FileExistsError: if it holds something that must not be replaced.
            FileNotFoundError: if there is no run to resume.
            ValueError: for arguments that exclude each other.
        """
        check_boolean("resume", resume)
        check_boolean("overwrite", overwrite)
        if resume and (overwrite or run_dir is None):
            raise ValueError(
                "Invalid value for argument `resume`. Expected a `run_dir` "
                "with it and no `overwrite`. Received: "
                f"run_dir={run_dir}, overwrite={overwrite}"
            )
        if run_dir is None:
            name = time.strftime("%Y-%m-%d-%H%M%S")
            names = (name, *(f"{name}-{n}" for n in range(2, 100)))
            paths = (Path("runs") / each for each in names)
            return cls(next(path for path in paths if not path.exists()))
        if not isinstance(run_dir, (str, Path)) or not str(run_dir):
            raise ValueError(
                "Invalid value for argument `run_dir`. Expected a folder. "
                f"Received: run_dir={run_dir!r}"
            )
        folder = Path(run_dir)
        if folder.exists() and not folder.is_dir():
            raise FileExistsError(f"The run folder {folder} is a file.")
        if resume and not (folder / CONFIG).is_file():
            raise FileNotFoundError(
                f"No run to resume: {folder / CONFIG}. It had not begun: start "
                "it without `resume`."
            )
        if resume or not folder.exists() or _is_empty(folder):
            return cls(folder, resume)
        if overwrite and _is_run(folder):
            return cls(folder, replaces=True)
        if overwrite:
            raise FileExistsError(
                f"The folder {folder} holds something else than a run, and is "
                "not overwritten. Choose another --run-dir."
            )
        raise FileExistsError(
            f"The run folder {folder} exists and is not empty. Choose another "
            "--run-dir, or replace it with --overwrite, or go on with "
            "--resume."
        )

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Keep others from training in the folder, which is made if need be.

        The lock is the operating system's, so that of a dead process is none.
        Where there are no such locks (Windows) nothing is kept from anyone.

        Raises:
            FileExistsError: if another training runs in it, or ran since it
                was opened.
        """
        new = not self.path.exists()
        self.path.mkdir(parents=True, exist_ok=True)
        with ExitStack() as leaving:
            leaving.enter_context(lock_folder(self.path))
            if new:  # nothing is left of a run that wrote nothing
                leaving.callback(_remove_if_empty, self.path)
            remove_leftovers(self.path)
            if not self.resume and not self._is_as_opened():
                raise FileExistsError(
                    f"Another run has begun in {self.path} meanwhile. Choose "
                    "another --run-dir."
                )
            yield

    @property
    def model(self) -> Path:
        """The folder of the trained model."""
        return self.path / MODEL

    @property
    def checkpoint(self) -> Path:
        """The folder of the state after each epoch."""
        return self.path / CHECKPOINT

    @property
    def tensorboard(self) -> Path:
        """The folder of TensorBoard."""
        return self.path / TENSORBOARD

    def choose_settings(self, settings: Settings) -> Settings:
        """The settings to train with: of a run to resume its own.

        Raises:
            ValueError: if a setting differs from that of the run to resume.
        """
        if not self.resume:
            return settings
        before = self._read()[0]
        # As a file has them: an optimizer is an object only in Python.
        now = Settings.from_dict(json.loads(settings.to_json()))
        for name in SETTINGS:
            old, new = getattr(before, name), getattr(now, name)
            free = name in _FREE_ON_RESUME
            if name == "epochs":  # a schedule is stretched over them
                free = before.learning_rate_schedule == "constant"
            if not free and old != new:
                raise ValueError(
                    f"Invalid value for argument `{name}`. Expected that of "
                    f"the run to resume, {old!r}. Received: {name}={new!r}"
                )
        if settings.seed not in (None, before.seed):
            raise ValueError(
                "Invalid value for argument `seed`. Expected that of the run "
                f"to resume, {before.seed}. Received: seed={settings.seed}"
            )
        return dataclasses.replace(settings, seed=before.seed)

    def start(self, settings: Settings, fingerprint: str) -> None:
        """Make the folder, without what an earlier run left, and note how.

        Only files that a run writes are removed.

        Args:
            settings: Of the training.
            fingerprint: Of its data.

        Raises:
            ValueError: if the data are not those of the run to resume.
        """
        if self.resume and self._read()[1] != fingerprint:
            raise ValueError(
                f"The run in {self.path} was trained on other texts or labels "
                "than these, and cannot go on with them."
            )
        if not self.resume:
            # The configuration last: until then it is known for a run.
            for path in (self.path / name for name in reversed(_ALL)):
                if path.is_dir() and not path.is_symlink():
                    shutil.rmtree(path)
                else:
                    path.unlink(missing_ok=True)
        content = settings.to_dict() | {"data": fingerprint}
        text = json.dumps(content, indent=2, default=float)
        _write(self.path / CONFIG, text)

    def write_results(
        self, metrics: dict[str, Any], history: list[dict[str, Any]]
    ) -> None:
        """Write `metrics.json` and `history.csv`, one row for each epoch."""
        content = replace_non_finite(metrics | {"epochs": history})
        _write(self.path / METRICS, json.dumps(content, indent=2))
        table = io.StringIO()
        writer = csv.DictWriter(table, fieldnames=list(history[0]))
        writer.writeheader()
        writer.writerows(history)
        _write(self.path / HISTORY, table.getvalue())

    def draw(self, history: list[dict[str, Any]]) -> None:
        """Draw `training.png`, where matplotlib is installed."""
        try:
            save_training_plot(history, self.path / PLOT)
        except ImportError:
            return

    def _is_as_opened(self) -> bool:
        return self.replaces or _is_empty(self.path)

    def _read(self) -> tuple[Settings, str]:
        try:
            return _read_config(self.path)
        except ValueError as error:
            raise ValueError(
                f"Damaged run: {self.path / CONFIG} ({error})"
            ) from error


def check_tensorboard(settings: Settings, run_dir: Any) -> None:
    """Raise a ValueError for logs of TensorBoard without a run folder."""
    if settings.tensorboard and run_dir is None:
        raise ValueError(
            "Invalid value for argument `tensorboard`. Expected a `run_dir` "
            "with it. Received: tensorboard=True, run_dir=None"
        )


def _is_empty(folder: Path) -> bool:
    """Whether there is nothing but what a killed process had begun to write."""
    return all(map(is_leftover, folder.iterdir()))


def _read_config(folder: Path) -> tuple[Settings, str]:
    """The settings of a run, and the fingerprint of its data."""
    content = read_json(folder / CONFIG)
    fingerprint = content.pop("data", "")
    return Settings.from_dict(content).checked(), fingerprint


def _is_run(folder: Path) -> bool:
    """Whether the folder's `config.json` is that of a training."""
    try:
        content = read_json(folder / CONFIG)
    except (OSError, ValueError):
        return False
    # What every version wrote.
    said = {"data", "vocabulary_size", "rnn_units", "epochs", "seed"}
    return said <= content.keys()


def _write(path: Path, text: str) -> None:
    with replace_when_written(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def _remove_if_empty(folder: Path) -> None:
    with suppress(OSError):
        folder.rmdir()
