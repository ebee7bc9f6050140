"""A training as one file, by which it can be run again."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from han_attention.atomic import replace_when_written
from han_attention.inference.upgrading import upgrade_settings
from han_attention.settings import SETTINGS
from han_attention.settings import Settings

RUN_CONFIG = "run.json"


@dataclass(frozen=True)
class RunConfig:
    """What a training was like.

    Attributes:
        settings: All settings, with the seed.
        command: Flags of the command line by their names, the files among
            them. Empty of a training in Python.
    """

    settings: Settings
    command: dict[str, Any]

    def save(self, path: str | Path) -> None:
        """Write the file.

        Example:
        >>> RunConfig(Settings(seed=1), {"data": ["a.csv"]}).save("run.json")
        >>> read_run_config("run.json").settings.seed
        1
        """
        content = {"settings": self.settings.to_dict(), "command": self.command}
        text = json.dumps(content, indent=2, ensure_ascii=False, default=float)
        with replace_when_written(path) as temporary:
            temporary.write_text(text, encoding="utf-8")


def read_run_config(path: str | Path) -> RunConfig:
    """Read `run.json`, or `config.json` of a run folder or a saved model.

    Raises:
        OSError: if the file cannot be read.
        ValueError: if it holds no settings of a training, or wrong ones.

    Example:
    >>> from han_attention import TextClassifier
    >>> RunConfig(Settings(epochs=3), {}).save("run.json")
    >>> settings = read_run_config("run.json").settings
    >>> TextClassifier.from_dict(settings.to_dict()).epochs
    3
    """
    try:
        content = json.loads(Path(path).read_text(encoding="utf-8"))
        settings = content.get("settings", content)
        known = {
            name: value
            for name, value in upgrade_settings(settings).items()
            if name in SETTINGS
        }
        if not known:
            raise ValueError("no settings in it")
        command = content.get("command", {})
        if not isinstance(command, Mapping):
            raise ValueError("`command` is no JSON object")
        checked = Settings.from_dict(known).checked()
    except (ValueError, AttributeError, TypeError) as error:
        raise ValueError(
            f"Expected the configuration of a training in {path}: {error}"
        ) from None
    return RunConfig(checked, dict(command))
