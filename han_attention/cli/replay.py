"""`han-attention train --config`: a training once more, from its file."""

import argparse
from pathlib import Path
from typing import Any

from han_attention.json_text import read_json
from han_attention.settings import Settings
from han_attention.text.preprocessor import CONFIG as MODEL_CONFIG
from han_attention.training.run_config import RUN_CONFIG
from han_attention.training.run_config import RunConfig
from han_attention.training.run_config import read_run_config
from han_attention.training.run_folder import CONFIG
from han_attention.training.run_folder import MODEL

# What a training takes beside its settings.
_FLAGS = (
    "data",
    "validation",
    "unlabelled",
    "stream",
    "multi_label",
    "text_column",
    "label_column",
    "label_columns",
    "label_separator",
    "columns",
    "raw_quotes",
    "skip_bad_rows",
    "max_row_bytes",
    "encoding",
)


def read_config(arguments: argparse.Namespace) -> Settings | None:
    """The settings of `--config`; its flags go where none were given.

    The classes of its model become `arguments.earlier_classes`.

    Raises:
        OSError: if the file cannot be read.
        ValueError: if it is none of a training, or `--preset` is given too.
    """
    if arguments.config is None:
        return None
    if arguments.preset is not None:
        raise ValueError("Expected --config or --preset. Received: both")
    config = read_run_config(arguments.config)
    arguments.earlier_classes = _read_classes(Path(arguments.config))
    for name in _FLAGS:
        given = getattr(arguments, name)
        if name in config.command and given in _defaults(arguments, name):
            setattr(arguments, name, config.command[name])
    return config.settings


def _read_classes(path: Path) -> list[Any]:
    """Those of the model beside a configuration, or of which it is."""
    for place in (path, path.parent / MODEL / MODEL_CONFIG):
        try:
            names = read_json(place).get("class_names")
        except (OSError, ValueError):
            continue
        if isinstance(names, list):
            return names
    return []


def save_config(arguments: argparse.Namespace) -> None:
    """Write `run.json` into the run folder, if there is one."""
    if arguments.run_dir is None:
        return
    folder = Path(arguments.run_dir)
    settings = read_run_config(folder / CONFIG).settings
    command = {
        name: getattr(arguments, name)
        for name in _FLAGS
        if getattr(arguments, name) not in _defaults(arguments, name)
    }
    RunConfig(settings, command).save(folder / RUN_CONFIG)


def _defaults(arguments: argparse.Namespace, name: str) -> tuple[Any, ...]:
    """What stands where a flag was not given."""
    return (arguments.parser.get_default(name), [])
