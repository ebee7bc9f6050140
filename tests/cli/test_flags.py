"""Flags beside those of other kinds, and what a person types wrong."""

import argparse

import pytest

from han_attention.cli.flags import add_flags
from han_attention.cli.flags import config_from_flags
from han_attention.settings import TrainConfig


@pytest.fixture
def parser():
    parser = argparse.ArgumentParser()
    add_flags(parser)
    return parser


def test_flags_of_the_caller_are_no_settings(parser):
    parser.add_argument("--plot", action="store_true")
    flags = parser.parse_args(["--plot", "--epochs", "2"])
    assert flags.plot
    assert config_from_flags(flags) == TrainConfig(epochs=2)


def test_settings_that_may_be_none_have_the_type_they_have_else(parser):
    config = config_from_flags(
        parser.parse_args(
            "--patience 2 --validation-fraction 0.5 --seed 7 "
            "--class-weight balanced --word-vectors v.txt".split()
        )
    )
    assert (config.patience, config.seed) == (2, 7)
    assert (config.class_weight, config.word_vectors) == ("balanced", "v.txt")


def test_help_shows_no_default_where_there_is_none(parser):
    text = " ".join(parser.format_help().split())
    assert "(default: None)" not in text
    assert "(default: False)" not in text


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--preset", "huge"], "invalid choice: 'huge'"),
        (["--layers", "2"], "unrecognized arguments: --layers 2"),
        (["--epochs"], "argument --epochs: expected one argument"),
        (["--quiet", "yes"], "unrecognized arguments: yes"),
    ],
)
def test_what_cannot_be_read_exits_with_2(arguments, message, parser, capsys):
    with pytest.raises(SystemExit) as exit_info:
        parser.parse_args(arguments)
    assert exit_info.value.code == 2
    assert message in capsys.readouterr().err


def test_settings_that_exclude_each_other(parser):
    flags = parser.parse_args(["--word-vectors", "v", "--pretrain-vectors"])
    with pytest.raises(ValueError, match="`pretrain_vectors`"):
        config_from_flags(flags)
