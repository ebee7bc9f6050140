"""Settings as flags: one for each, with its default, its type and its help."""

import argparse

import pytest
from settings_cases import OTHER
from settings_cases import assert_same

from han_attention.cli.flags import add_preset_flag
from han_attention.cli.flags import add_setting_flags
from han_attention.cli.flags import read_settings
from han_attention.presets import PRESETS
from han_attention.settings import SETTINGS
from han_attention.settings import Settings

BOOLEANS = [name for name, value in OTHER.items() if isinstance(value, bool)]


NO_FLAGS = {"verbose", "warm_start"}


FLAGS = [name for name in SETTINGS if name not in NO_FLAGS]


def parser_of_flags(preset=None):
    parser = argparse.ArgumentParser(exit_on_error=False)
    parser.add_argument("--quiet", action="store_true")
    add_preset_flag(parser, preset)
    add_setting_flags(parser, preset and Settings.from_preset(preset))
    return parser


def from_flags(*arguments):
    flags = parser_of_flags("imdb").parse_args(arguments)
    return Settings.from_preset(flags.preset, **read_settings(flags)).checked()


def flag_of(name):
    return "--" + name.replace("_", "-")


def test_every_setting_has_one_flag_and_a_description():
    actions = {a.dest: a for a in parser_of_flags()._actions}
    assert set(actions) == {"help", "preset", "quiet", *FLAGS}
    for name in FLAGS:
        assert actions[name].option_strings[0] == flag_of(name)
        if name not in BOOLEANS:
            assert len(actions[name].option_strings) == 1
        assert len(actions[name].help) > 5


@pytest.mark.parametrize("preset", [None, "imdb", "han"])
def test_help_names_every_flag_and_the_defaults(preset):
    defaults = Settings.from_preset(preset) if preset else Settings()
    text = " ".join(parser_of_flags(preset).format_help().split())
    for name in FLAGS:
        assert flag_of(name) in text
        default = getattr(defaults, name)
        if not isinstance(default, bool):
            shown = "none" if default is None else default
            description = " ".join(SETTINGS[name].metadata["help"].split())
            assert f"{description} (default: {shown})" in text


@pytest.mark.parametrize("name", FLAGS)
def test_flag_sets_only_its_setting_and_with_the_right_type(name):
    value = OTHER[name]
    arguments = [flag_of(name)]
    expected = {name: value}
    if name not in BOOLEANS:
        pair = isinstance(value, tuple)
        arguments.append(",".join(map(str, value)) if pair else str(value))
    elif value is False:
        arguments = ["--no-" + name.replace("_", "-")]
    if name == "pooling":  # not of one sequence
        arguments += ["--architecture", "hierarchical"]
        expected["architecture"] = "hierarchical"
    received = getattr(from_flags(*arguments), name)
    assert type(received) is type(value)
    assert_same(
        from_flags(*arguments), Settings.from_preset("imdb", **expected)
    )


@pytest.mark.parametrize("name", [n for n in FLAGS if n in BOOLEANS])
def test_booleans_can_be_switched_both_ways(name):
    flag = name.replace("_", "-")
    assert getattr(from_flags(f"--{flag}"), name) is True
    assert getattr(from_flags(f"--no-{flag}"), name) is False
    assert getattr(from_flags(), name) is getattr(
        Settings.from_preset("imdb"), name
    )


@pytest.mark.parametrize("preset", PRESETS)
def test_flags_not_given_are_those_of_the_preset(preset):
    assert_same(from_flags("--preset", preset), Settings.from_preset(preset))


def test_no_flags():
    assert_same(from_flags(), Settings.from_preset("imdb"))


@pytest.mark.parametrize("first", [True, False])
def test_given_flags_override_the_preset_in_any_order(first):
    preset, given = ["--preset", "demo"], ["--batch-size", "9", "--quiet"]
    config = from_flags(*(preset + given if first else given + preset))
    assert_same(
        config, Settings.from_preset("demo", batch_size=9, verbose=False)
    )


def test_a_given_flag_with_the_default_value_overrides_the_preset():
    config = from_flags("--preset", "demo", "--batch-size", "256")
    assert config.batch_size == 256


@pytest.mark.parametrize(
    "arguments",
    [
        ["--epochs", "many"],
        ["--epochs", "1.5"],
        ["--dropout", "some"],
        ["--seed", "x"],
        ["--preset", "other"],
    ],
)
def test_flags_of_the_wrong_type_are_refused(arguments):
    with pytest.raises(argparse.ArgumentError) as error:
        from_flags(*arguments)
    assert arguments[0] in str(error.value)


def test_flags_out_of_range_are_refused():
    with pytest.raises(ValueError, match="`epochs`"):
        from_flags("--epochs", "0")
