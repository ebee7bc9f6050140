"""Settings: checked, kept as JSON, and given as flags."""

import argparse
import dataclasses
import json

import numpy as np
import pytest

from han_attention.cli.flags import add_flags
from han_attention.cli.flags import config_from_flags
from han_attention.presets import PRESETS
from han_attention.settings import TrainConfig

FIELDS = {f.name: f for f in dataclasses.fields(TrainConfig)}

# One value for each setting that is not the default of any preset.
OTHER = {
    "data": "keras-imdb",
    "architecture": "hierarchical",
    "vocabulary_size": 500,
    "min_word_count": 6,
    "max_tokens": 40,
    "max_sentences": 41,
    "max_sentence_tokens": 42,
    "long_sentences": "split",
    "normalization": "words",
    "unit": "pieces",
    "keep": "both",
    "validation_fraction": 0.25,
    "embedding_dim": 7,
    "rnn_units": 8,
    "attention_units": 9,
    "num_layers": 2,
    "cell": "lstm",
    "pooling": "max",
    "num_heads": 3,
    "normalizer": "sparsemax",
    "attention_dropout": 0.125,
    "include_embedding": True,
    "embedding_dropout": 0.25,
    "dropout": 0.5,
    "embedding_range": 0.75,
    "attention_stddev": 0.3,
    "output_stddev": 0.4,
    "word_vectors": "vectors.txt",
    "pretrain_vectors": True,
    "frozen_epochs": 2,
    "optimizer": "sgd",
    "learning_rate": 0.01,
    "learning_rate_schedule": "cosine",
    "class_weight": "balanced",
    "batch_size": 11,
    "epochs": 12,
    "patience": 3,
    "seed": 13,
    "mixed_precision": True,
    "run_dir": "here",
    "overwrite": True,
    "resume": True,
    "quiet": True,
}
BOOLEANS = [name for name, value in OTHER.items() if value is True]
COUNTS = [
    "vocabulary_size",
    "min_word_count",
    "max_tokens",
    "max_sentences",
    "max_sentence_tokens",
    "embedding_dim",
    "rnn_units",
    "attention_units",
    "num_layers",
    "num_heads",
    "batch_size",
    "epochs",
]
AMOUNTS = [
    "embedding_range",
    "attention_stddev",
    "output_stddev",
    "learning_rate",
]


def from_flags(*arguments):
    parser = argparse.ArgumentParser(exit_on_error=False)
    add_flags(parser)
    return config_from_flags(parser.parse_args(arguments))


def flag_of(name):
    return "--" + name.replace("_", "-")


def assert_refused(name, value):
    with pytest.raises(ValueError, match=f"`{name}`") as error:
        TrainConfig(**{name: value})
    assert f"{name}={value!r}" in str(error.value)


@pytest.mark.parametrize("name", COUNTS)
@pytest.mark.parametrize("value", [0, -1, 1.5, "2", True, None])
def test_counts_are_positive_integers(name, value):
    assert_refused(name, value)


@pytest.mark.parametrize("value", [3, 1])
def test_vocabulary_holds_more_than_the_special_ids(value):
    assert_refused("vocabulary_size", value)
    assert TrainConfig(vocabulary_size=4).vocabulary_size == 4


@pytest.mark.parametrize("value", [-1, 1.5, "1", True])
def test_seed_is_an_integer_of_at_least_0(value):
    assert_refused("seed", value)
    assert TrainConfig(seed=0).seed == 0


@pytest.mark.parametrize("name", ["dropout", "validation_fraction"])
@pytest.mark.parametrize("value", [-0.1, 1.0, 2, float("nan"), "0.1", None])
def test_shares_are_in_0_to_1(name, value):
    assert_refused(name, value)


@pytest.mark.parametrize("name", AMOUNTS)
@pytest.mark.parametrize(
    "value", [0, 0.0, -1e-3, float("inf"), float("-inf"), float("nan"), True]
)
def test_amounts_are_positive_and_finite(name, value):
    assert_refused(name, value)


@pytest.mark.parametrize("name", AMOUNTS)
@pytest.mark.parametrize("value", ["0.1", None])
def test_amounts_are_numbers(name, value):
    """A hand-edited JSON file can hold such a value."""
    assert_refused(name, value)


@pytest.mark.parametrize(
    "name",
    [
        "architecture",
        "normalization",
        "cell",
        "pooling",
        "normalizer",
        "optimizer",
    ],
)
@pytest.mark.parametrize("value", ["", "other", "GRU"])
def test_choices(name, value):
    assert_refused(name, value)


@pytest.mark.parametrize("value", [0.0, 0.999])
def test_ends_of_a_share_are_allowed(value):
    assert TrainConfig(dropout=value).dropout == value


@pytest.mark.parametrize(
    "settings",
    [
        {"resume": True},
        {"resume": True, "run_dir": "here", "overwrite": True},
        {"resume": True, "overwrite": True},
    ],
)
def test_resume_needs_a_run_and_no_overwrite(settings):
    with pytest.raises(ValueError, match="`resume`"):
        TrainConfig(**settings)


def test_resume_with_a_run_folder():
    config = TrainConfig(resume=True, run_dir="here")
    assert config.resume


def test_settings_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        TrainConfig().epochs = 5


def test_defaults_are_the_published_settings():
    config = TrainConfig()
    assert config == TrainConfig.preset("imdb")
    received = {
        name: getattr(config, name)
        for name in (
            "vocabulary_size",
            "max_tokens",
            "embedding_dim",
            "rnn_units",
            "attention_units",
            "architecture",
            "pooling",
            "optimizer",
            "min_word_count",
            "learning_rate",
            "batch_size",
            "epochs",
        )
    }
    assert received == {
        "vocabulary_size": 10_000,
        "max_tokens": 250,
        "embedding_dim": 100,
        "rnn_units": 150,
        "attention_units": 50,
        "architecture": "flat",
        "pooling": "attention",
        "optimizer": "adam",
        "min_word_count": 1,
        "learning_rate": 1e-3,
        "batch_size": 256,
        "epochs": 3,
    }


@pytest.mark.parametrize("preset", PRESETS)
def test_presets_are_valid_and_list_only_what_differs(preset):
    config = TrainConfig.preset(preset)
    for name, value in PRESETS[preset].items():
        assert getattr(config, name) == value
        assert value != FIELDS[name].default
    for name in set(FIELDS) - set(PRESETS[preset]):
        assert getattr(config, name) == FIELDS[name].default


def test_settings_of_a_preset_can_be_changed():
    config = TrainConfig.preset("demo", batch_size=3, seed=1)
    assert (config.data, config.batch_size, config.seed) == ("demo", 3, 1)
    assert "seed" not in PRESETS["demo"]
    assert PRESETS["demo"]["batch_size"] == 32


def test_numbers_of_numpy_become_plain_and_can_be_written():
    config = TrainConfig(epochs=np.int64(3), dropout=np.float32(0.5))
    assert type(config.epochs) is int
    assert type(config.dropout) is float
    assert TrainConfig.from_json(config.to_json()) == config


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("data", ""),
        ("data", 5),
        ("run_dir", ""),
        ("run_dir", 5),
        ("quiet", "no"),
        ("mixed_precision", 1),
    ],
)
def test_texts_and_booleans_are_such(name, value):
    with pytest.raises(ValueError, match=f"`{name}`"):
        TrainConfig(**{name: value})


@pytest.mark.parametrize("text", ["[]", "3", "null", '"epochs"'])
def test_settings_are_a_json_object(text):
    with pytest.raises(ValueError, match="JSON object"):
        TrainConfig.from_json(text)


def test_settings_that_need_or_exclude_each_other():
    with pytest.raises(ValueError, match="`validation_fraction` above 0"):
        TrainConfig(patience=2)
    with pytest.raises(ValueError, match="`pretrain_vectors`.*Received: both"):
        TrainConfig(word_vectors="v.txt", pretrain_vectors=True)
    with pytest.raises(ValueError, match="`pooling`.*'flat'.*'mean'"):
        TrainConfig(pooling="mean")
    config = TrainConfig(architecture="hierarchical", pooling="mean")
    assert config.pooling == "mean"


def test_unknown_preset():
    with pytest.raises(ValueError, match="`preset`.*demo.*imdb"):
        TrainConfig.preset("other")


def test_other_values_cover_every_setting():
    assert set(OTHER) == set(FIELDS)


@pytest.mark.parametrize(
    "config",
    [
        TrainConfig(),
        TrainConfig.preset("demo"),
        TrainConfig(**OTHER | {"overwrite": False, "word_vectors": None}),
        TrainConfig(data="Ä/\u4e2d \"'\\"),
    ],
)
def test_json_round_trip(config):
    text = config.to_json()
    assert set(json.loads(text)) == set(FIELDS)
    assert TrainConfig.from_json(text) == config


def test_json_may_leave_settings_out():
    assert TrainConfig.from_json('{"epochs": 7}') == TrainConfig(epochs=7)


def test_unknown_settings_in_json():
    with pytest.raises(ValueError, match=r"\['color', 'units'\]"):
        TrainConfig.from_json('{"units": 5, "epochs": 1, "color": "red"}')


def test_bad_value_in_json():
    with pytest.raises(ValueError, match="`epochs`"):
        TrainConfig.from_json('{"epochs": 0}')


def test_no_json():
    with pytest.raises(ValueError, match="Expecting"):
        TrainConfig.from_json("epochs: 3")


def test_every_setting_has_one_flag_and_a_description():
    parser = argparse.ArgumentParser()
    add_flags(parser)
    actions = {a.dest: a for a in parser._actions}
    assert set(actions) == {"help", "preset", *FIELDS}
    for name in FIELDS:
        assert actions[name].option_strings == [flag_of(name)]
        assert len(actions[name].help) > 5


def test_help_names_every_flag_and_the_defaults():
    parser = argparse.ArgumentParser()
    add_flags(parser)
    text = " ".join(parser.format_help().split())
    for name, field in FIELDS.items():
        assert flag_of(name) in text
        if field.default is not None and not isinstance(field.default, bool):
            assert f"(default: {field.default})" in text


@pytest.mark.parametrize("name", FIELDS)
def test_flag_sets_only_its_setting_and_with_the_right_type(name):
    value = OTHER[name]
    arguments = [flag_of(name)]
    expected = {name: value}
    if name not in BOOLEANS:
        arguments.append(str(value))
    if name == "resume":  # not without a run
        arguments += ["--run-dir", "here"]
        expected["run_dir"] = "here"
    if name == "patience":  # not without texts to judge by
        arguments += ["--validation-fraction", "0.25"]
        expected["validation_fraction"] = 0.25
    if name == "pooling":  # not of one sequence
        arguments += ["--architecture", "hierarchical"]
        expected["architecture"] = "hierarchical"
    received = getattr(from_flags(*arguments), name)
    assert type(received) is type(value)
    assert from_flags(*arguments) == TrainConfig(**expected)


@pytest.mark.parametrize("name", BOOLEANS)
def test_boolean_flags_are_off_unless_given(name):
    assert getattr(from_flags(), name) is False


@pytest.mark.parametrize("preset", PRESETS)
def test_flags_not_given_are_those_of_the_preset(preset):
    assert from_flags("--preset", preset) == TrainConfig.preset(preset)


def test_no_flags():
    assert from_flags() == TrainConfig.preset("imdb")


@pytest.mark.parametrize("first", [True, False])
def test_given_flags_override_the_preset_in_any_order(first):
    preset, given = ["--preset", "demo"], ["--batch-size", "9", "--quiet"]
    config = from_flags(*(preset + given if first else given + preset))
    assert config == TrainConfig.preset("demo", batch_size=9, quiet=True)


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
