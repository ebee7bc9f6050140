"""Flags of the command line, made from the fields of `TrainConfig`."""

import argparse
import dataclasses
from typing import Any

from han_attention.presets import PRESETS
from han_attention.settings import TrainConfig


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Give a parser `--preset` and a flag for every setting."""
    parser.add_argument(
        "--preset",
        choices=sorted(PRESETS),
        default="imdb",
        help="settings to start from (default: %(default)s)",
    )
    for setting in dataclasses.fields(TrainConfig):
        flag = "--" + setting.name.replace("_", "-")
        description = str(setting.metadata["help"])
        if setting.type is bool:
            parser.add_argument(
                flag,
                action="store_true",
                default=argparse.SUPPRESS,
                help=description,
            )
            continue
        if setting.default is not None:
            description += f" (default: {setting.default})"
        parser.add_argument(
            flag,
            type=_argument_type(setting),
            default=argparse.SUPPRESS,
            metavar=setting.name.upper(),
            help=description,
        )


def config_from_flags(flags: argparse.Namespace) -> TrainConfig:
    """The configuration that parsed flags ask for."""
    names = {setting.name for setting in dataclasses.fields(TrainConfig)}
    given = {k: v for k, v in vars(flags).items() if k in names}
    return TrainConfig.preset(flags.preset, **given)


def _argument_type(setting: dataclasses.Field[Any]) -> type:
    for kind in (int, float):
        if setting.type in (kind, kind | None):
            return kind
    return str
