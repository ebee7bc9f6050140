"""Flags beside those of other kinds, and what a person types wrong."""

import subprocess
import sys

import pytest

from han_attention.cli.common import OneLineParser
from han_attention.cli.flags import add_preset_flag
from han_attention.cli.flags import add_setting_flags
from han_attention.cli.flags import read_settings
from han_attention.settings import Settings


@pytest.fixture
def parser():
    parser = OneLineParser(prog="test", allow_abbrev=False)
    parser.add_argument("--quiet", action="store_true")
    add_preset_flag(parser)
    add_setting_flags(parser)
    return parser


def read(parser, *arguments):
    return Settings(**read_settings(parser.parse_args(arguments)))


def test_flags_of_the_caller_are_no_settings(parser):
    parser.add_argument("--plot", action="store_true")
    flags = parser.parse_args(["--plot", "--epochs", "2"])
    assert flags.plot
    assert read_settings(flags) == {"epochs": 2}


def test_settings_that_may_be_none_have_the_type_they_have_else(parser):
    config = read(
        parser,
        *"--patience 2 --validation-fraction 0.5 --seed 7".split(),
        *"--class-weight balanced --word-vectors v.txt".split(),
    )
    assert (config.patience, config.seed) == (2, 7)
    assert (config.class_weight, config.word_vectors) == ("balanced", "v.txt")


def test_none_for_settings_that_may_be_none(parser):
    assert read_settings(
        parser.parse_args(
            "--patience none --seed None --class-weight none".split()
        )
    ) == {"patience": None, "seed": None, "class_weight": None}


def test_none_can_be_a_choice(parser):
    assert read_settings(parser.parse_args(["--cell", "none"])) == {
        "cell": "none"
    }


def test_help_shows_the_choices_and_no_default_of_python(parser):
    text = " ".join(parser.format_help().split())
    for shown in (
        "--architecture {flat,hierarchical} ",
        "--class-weight {balanced,none} ",
        "--unit {auto,words,characters,subwords} ",
        "--monitor {auto,val_accuracy,val_balanced_accuracy,val_loss} ",
    ):
        assert shown in text
    assert "(default: None)" not in text
    assert "(default: False)" not in text
    assert "(default: True)" not in text


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--preset", "huge"], "invalid choice: 'huge'"),
        (["--layers", "2"], "unrecognized arguments: --layers 2"),
        (["--epochs"], "argument --epochs: expected one argument"),
        (["--quiet", "yes"], "unrecognized arguments: yes"),
        (["--epochs", "none"], "invalid int value: 'none'"),
        (
            ["--cell", "rnn"],
            "invalid choice: 'rnn' (choose from gru, lstm, none)",
        ),
        (["--normalizer", "none"], "invalid choice: 'none'"),
    ],
)
def test_what_cannot_be_read_exits_with_2(arguments, message, parser, capsys):
    with pytest.raises(SystemExit) as exit_info:
        parser.parse_args(arguments)
    assert exit_info.value.code == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert message in line


@pytest.mark.parametrize(
    ("arguments", "near"),
    [
        (["--epoch", "3"], "--epochs"),
        (["--rnn_units", "3"], "--rnn-units"),
        (["--zzz", "3"], None),
        (["--architecture", "hierarchic"], "hierarchical"),
        (["--preset", "acurate"], "accurate"),
    ],
)
def test_what_was_meant(arguments, near, parser, capsys):
    with pytest.raises(SystemExit):
        parser.parse_args(arguments)
    (line,) = capsys.readouterr().err.splitlines()
    assert arguments[0] in line
    meant = line.partition("; did you mean ")[2]
    assert meant == ("" if near is None else f"{near}?")


def test_settings_that_exclude_each_other(parser):
    settings = read(parser, "--word-vectors", "v", "--pretrain-vectors")
    with pytest.raises(ValueError, match="`pretrain_vectors`"):
        settings.checked()


def test_values_out_of_range_are_named_before_anything_is_read(parser):
    with pytest.raises(ValueError, match="`epochs`.*Received: epochs=0"):
        read_settings(parser.parse_args(["--epochs", "0"]))


# One more field, and nothing else: it must be everywhere.
ONE_MORE = """
import importlib.util, inspect, sys
import han_attention

spec = importlib.util.find_spec("han_attention.settings")
source = open(spec.origin).read()
field = "    extra_units: int = _size(7, 'as good as any')\\n"
line = "    batch_size: int ="
assert source.count(line) == 1
module = importlib.util.module_from_spec(spec)
sys.modules[spec.name] = module
code = compile(source.replace(line, field + line), spec.origin, "exec")
exec(code, module.__dict__)
sys.path.insert(0, sys.argv[1])

import train_imdb
from han_attention.cli import main
from han_attention.estimator import TextClassifier

assert inspect.signature(TextClassifier).parameters["extra_units"].default == 7
assert TextClassifier(extra_units=8).get_params()["extra_units"] == 8
assert "extra_units: As good as any. Defaults to 7." in TextClassifier.__doc__
assert TextClassifier(extra_units=8).to_dict()["extra_units"] == 8
assert repr(TextClassifier(extra_units=8)) == "TextClassifier(extra_units=8)"
try:
    TextClassifier(extra_units=0).checked()
except ValueError as error:
    assert "`extra_units`. Expected a positive integer" in str(error)
else:
    raise SystemExit("not checked")
text = " ".join(train_imdb.make_parser().format_help().split())
assert "--extra-units EXTRA_UNITS as good as any (default: 7)" in text
main(["train", "--help"])
"""


def test_a_setting_is_said_once(pytestconfig):
    done = subprocess.run(
        [sys.executable, "-c", ONE_MORE, str(pytestconfig.rootpath)],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    text = " ".join(done.stdout.split())
    assert "--extra-units EXTRA_UNITS as good as any (default: 7)" in text
