"""Settings: checked, and kept as JSON."""

import json

import numpy as np
import pytest
from settings_cases import OTHER
from settings_cases import assert_same

from han_attention.presets import PRESETS
from han_attention.settings import SETTINGS
from han_attention.settings import Settings

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
    "num_ngram_buckets",
]
CHOSEN_IF_NONE = {"num_ngram_buckets"}
AMOUNTS = [
    "embedding_range",
    "attention_stddev",
    "output_stddev",
    "learning_rate",
]


def from_json(text):
    return Settings.from_dict(json.loads(text)).checked()


def assert_refused(name, value):
    settings = Settings(**{name: value})
    assert getattr(settings, name) is value  # as scikit-learn asks for
    with pytest.raises(ValueError, match=f"`{name}`") as error:
        settings.checked()
    assert f"{name}={value!r}" in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("name", COUNTS)
@pytest.mark.parametrize("value", [0, -1, 1.5, "2", True, None])
def test_counts_are_positive_integers(name, value):
    if value is None and name in CHOSEN_IF_NONE:
        assert getattr(Settings(**{name: None}).checked(), name) is None
    else:
        assert_refused(name, value)


@pytest.mark.parametrize("value", [(3, 1), (0, 2), (1,), 3, "1,3", (1, 2.0)])
def test_ngram_range_is_a_pair_from_short_to_long(value):
    assert_refused("ngram_range", value)
    assert Settings(ngram_range=[1, 3]).checked().ngram_range == (1, 3)


@pytest.mark.parametrize("value", [3, 1])
def test_vocabulary_holds_more_than_the_special_ids(value):
    assert_refused("vocabulary_size", value)
    assert Settings(vocabulary_size=4).checked().vocabulary_size == 4


@pytest.mark.parametrize("value", [-1, 1.5, "1", True])
def test_seed_is_an_integer_of_at_least_0(value):
    assert_refused("seed", value)
    assert Settings(seed=0).checked().seed == 0


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
        "monitor",
        "learning_rate_schedule",
        "truncation",
        "long_sentences",
        "unit",
        "class_weight",
    ],
)
@pytest.mark.parametrize("value", ["", "other", "GRU"])
def test_choices(name, value):
    assert_refused(name, value)


@pytest.mark.parametrize("value", [0.0, 0.999])
def test_ends_of_a_share_are_allowed(value):
    assert Settings(dropout=value).checked().dropout == value


def test_checked_settings_are_a_copy():
    settings = Settings(epochs=5)
    checked = settings.checked()
    settings.epochs = 6
    assert checked.epochs == 5


def test_published_settings():
    config = Settings.from_preset("imdb").checked()
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
    config = Settings.from_preset(preset).checked()
    for name, value in PRESETS[preset].items():
        assert getattr(config, name) == value
        assert value != SETTINGS[name].default
    for name in set(SETTINGS) - set(PRESETS[preset]):
        assert getattr(config, name) == SETTINGS[name].default


def test_settings_of_a_preset_can_be_changed():
    config = Settings.from_preset("demo", batch_size=3, seed=1)
    assert (config.rnn_units, config.batch_size, config.seed) == (4, 3, 1)
    assert "seed" not in PRESETS["demo"]
    assert Settings.from_preset("demo").batch_size == 32


def test_numbers_of_numpy_become_plain_and_can_be_written():
    config = Settings(epochs=np.int64(3), dropout=np.float32(0.5)).checked()
    assert type(config.epochs) is int
    assert type(config.dropout) is float
    assert_same(from_json(config.to_json()), config)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("word_vectors", ""),
        ("word_vectors", 5),
        ("verbose", "no"),
        ("precision", "double"),
        ("warm_start", None),
        ("optimizer", ""),
        ("optimizer", 5),
        ("optimizer", None),
        ("optimizer", {}),
        ("class_weight", {"good": -1}),
        ("class_weight", {"good": float("nan")}),
        ("class_weight", {"good": "1"}),
        ("class_weight", ["good", 1]),
    ],
)
def test_texts_and_booleans_are_such(name, value):
    with pytest.raises(ValueError, match=f"`{name}`") as error:
        Settings(**{name: value}).checked()
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("text", ["[]", "3", "null", '"epochs"'])
def test_settings_are_a_json_object(text):
    with pytest.raises(ValueError, match="JSON object"):
        from_json(text)


def test_settings_that_need_or_exclude_each_other():
    with pytest.raises(ValueError, match="`pretrain_vectors`.*Received: both"):
        Settings(word_vectors="v.txt", pretrain_vectors=True).checked()
    with pytest.raises(ValueError, match="`pooling`.*'flat'.*'mean'"):
        Settings(pooling="mean").checked()
    config = Settings(architecture="hierarchical", pooling="mean").checked()
    assert config.pooling == "mean"


def test_unknown_preset():
    with pytest.raises(ValueError, match="`preset`.*demo.*imdb"):
        Settings.from_preset("other")


def test_other_values_cover_every_setting():
    assert set(OTHER) == set(SETTINGS)
    for name, value in OTHER.items():
        assert value != getattr(Settings.from_preset("imdb"), name)


@pytest.mark.parametrize(
    "config",
    [
        Settings(),
        Settings.from_preset("demo"),
        Settings(**OTHER | {"word_vectors": None}),
        Settings(word_vectors="Ä/\u4e2d \"'\\"),
        Settings(class_weight={1: 2, 2.5: 1, "1": 3, False: 0.5}),
        Settings(class_weight={np.int64(3): np.float32(2)}),
    ],
)
def test_json_round_trip(config):
    text = config.to_json()
    assert set(json.loads(text)) == set(SETTINGS)
    read, config = from_json(text), config.checked()
    assert_same(read, config)
    assert read.class_weight == config.class_weight


def test_optimizer_as_json():
    class Optimizer:
        def get_config(self):
            return {"learning_rate": 0.5}

        def apply_gradients(self):
            pass

    read = from_json(Settings(optimizer=Optimizer()).checked().to_json())
    assert read.optimizer == {
        "class_name": "Optimizer",
        "config": {"learning_rate": 0.5},
    }


def test_json_may_leave_settings_out():
    assert_same(from_json('{"epochs": 7}'), Settings(epochs=7))


def test_unknown_settings_in_json():
    with pytest.raises(ValueError, match=r"\['color', 'units'\]"):
        from_json('{"units": 5, "epochs": 1, "color": "red"}')


def test_bad_value_in_json():
    with pytest.raises(ValueError, match="`epochs`"):
        from_json('{"epochs": 0}')


def test_no_json():
    with pytest.raises(ValueError, match="Expecting"):
        from_json("epochs: 3")


@pytest.mark.parametrize(
    ("mixed", "precision"), [("true", "float16"), ("false", None)]
)
def test_mixed_precision_of_earlier_runs(mixed, precision):
    assert from_json(f'{{"mixed_precision": {mixed}}}').precision == precision
