"""Flags of the command line, made from the fields of `Settings`."""

import argparse
from collections.abc import Callable
from collections.abc import Collection
from types import NoneType
from typing import Any
from typing import get_args
from typing import get_origin

from han_attention.presets import PRESETS
from han_attention.settings import SETTINGS
from han_attention.settings import Settings
from han_attention.settings import check_setting
from han_attention.settings import list_choices

# What `--quiet` says, what only makes sense in Python.
_NO_FLAGS = ("verbose", "warm_start")


def add_preset_flag(parser: Any, default: str | None = None) -> None:
    """Give a parser `--preset`."""
    shown = "none: the defaults below" if default is None else default
    parser.add_argument(
        "--preset",
        choices=sorted(PRESETS),
        default=default,
        help=f"settings to start from (default: {shown})",
    )


def add_run_flags(
    parser: Any,
    run_dir: str,
    overwrite: str = "replace the run in --run-dir",
) -> None:
    """Give a parser `--run-dir` and its kin, and `--mixed-precision`.

    Args:
        parser: Of argparse.
        run_dir: What the help says of `--run-dir`.
        overwrite: What it says of `--overwrite`.
    """
    parser.add_argument("--run-dir", metavar="FOLDER", help=run_dir)
    parser.add_argument(
        "--resume",
        action="store_true",
        help="go on with the run in --run-dir",
    )
    parser.add_argument("--overwrite", action="store_true", help=overwrite)
    parser.add_argument(
        "--mixed-precision",
        dest="precision",
        action="store_const",
        const="float16",
        default=argparse.SUPPRESS,
        help="the same as --precision float16",
    )


def add_setting_flags(
    parser: Any, defaults: Settings | None = None, skip: Collection[str] = ()
) -> None:
    """Give a parser a flag for every setting.

    Args:
        parser: Of argparse, or a group of one.
        defaults: What the help says they are. Defaults to None: those of
            `Settings`.
        skip: Settings without a flag. Defaults to ().
    """
    defaults = defaults or Settings()
    for name in SETTINGS:
        if name not in (*_NO_FLAGS, *skip):
            _add_flag(parser, name, getattr(defaults, name))


def read_settings(flags: argparse.Namespace) -> dict[str, Any]:
    """The settings that were given as flags, checked one by one.

    Raises:
        ValueError: for a value out of range.
    """
    given = {k: v for k, v in vars(flags).items() if k in SETTINGS}
    for name, value in given.items():
        check_setting(name, value)
    if flags.quiet:
        given["verbose"] = False
    return given


def _add_flag(parser: Any, name: str, default: Any) -> None:
    flag, description = "--" + name.replace("_", "-"), SETTINGS[name].metadata
    options: dict[str, Any] = {"default": argparse.SUPPRESS}
    if isinstance(default, bool):
        options["action"] = argparse.BooleanOptionalAction
        shown: Any = "yes" if default else "no"
    else:
        shown = "none" if default is None else default
        options |= _reading(name)
    parser.add_argument(
        flag, help=f"{description['help']} (default: {shown})", **options
    )


def _reading(name: str) -> dict[str, Any]:
    """How argparse reads a setting: its words, or the type of its value."""
    kinds = get_args(SETTINGS[name].type)
    optional = NoneType in kinds
    if choices := list_choices(name):
        words = (*choices, "none") if optional else choices
        shown = "{" + ",".join(words) + "}"
        return {"type": _reader(str, optional, words), "metavar": shown}
    kind = kinds[0] if kinds else SETTINGS[name].type
    if get_origin(kind) is tuple:
        return {"type": _reader(_read_integers, optional), "metavar": "N,N"}
    kind = kind if kind in (int, float) else str
    return {"type": _reader(kind, optional), "metavar": name.upper()}


def _read_integers(text: str) -> tuple[int, ...]:
    return tuple(map(int, text.split(",")))


def _reader(
    kind: Callable[[str], Any], optional: bool, words: Collection[str] = ()
) -> Callable[[str], Any]:
    """From the text of a flag to its value; "none" is None if that can be."""

    def read(text: str) -> Any:
        if words and text not in words:
            raise argparse.ArgumentTypeError(
                f"invalid choice: {text!r} (choose from {', '.join(words)})"
            )
        return None if optional and text.lower() == "none" else kind(text)

    # argparse says it: "invalid int value".
    read.__name__ = "N,N" if kind is _read_integers else kind.__name__
    return read
