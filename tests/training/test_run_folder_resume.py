"""Run folders: which runs can be gone on with."""

import dataclasses

import pytest
from run_folder_cases import make_run
from training_cases import published

from han_attention.training.run_folder import RunFolder


def resume(folder, **settings):
    run = RunFolder.open(folder, resume=True)
    return run.choose_settings(published(**settings))


def test_resumed_configuration_has_the_seed_of_the_run(tmp_path):
    before = make_run(tmp_path, rnn_units=5)
    resumed = resume(tmp_path, rnn_units=5, epochs=9, verbose=False)
    expected = dataclasses.replace(before, epochs=9, verbose=False)
    assert resumed.to_dict() == expected.to_dict()
    assert resumed.seed == 1


def test_resume_with_the_same_seed(tmp_path):
    make_run(tmp_path)
    assert resume(tmp_path, seed=1).seed == 1


def test_resume_with_another_seed(tmp_path):
    make_run(tmp_path)
    with pytest.raises(ValueError, match="`seed`.*resume, 1. .*seed=2"):
        resume(tmp_path, seed=2)


def test_run_folder_may_have_been_moved(tmp_path):
    make_run(tmp_path / "old")
    (tmp_path / "old").rename(tmp_path / "new")
    assert resume(tmp_path / "new").seed == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("architecture", "hierarchical"),
        ("vocabulary_size", 50),
        ("max_tokens", 51),
        ("normalization", "words"),
        ("validation_fraction", 0.5),
        ("embedding_dim", 52),
        ("rnn_units", 53),
        ("attention_units", 54),
        ("num_layers", 2),
        ("cell", "lstm"),
        ("num_heads", 2),
        ("normalizer", "sparsemax"),
        ("dropout", 0.5),
        ("embedding_range", 0.5),
        ("attention_stddev", 0.5),
        ("output_stddev", 0.5),
        ("learning_rate", 0.5),
        ("batch_size", 55),
        ("precision", "float16"),
        ("optimizer", "sgd"),
        ("class_weight", "balanced"),
        ("monitor", "val_loss"),
        ("patience", 2),
        ("multi_label", True),
    ],
)
def test_resume_with_another_setting(name, value, tmp_path):
    make_run(tmp_path)
    with pytest.raises(ValueError, match=f"`{name}`") as error:
        resume(tmp_path, **{name: value})
    default = getattr(published(), name)
    assert f"run to resume, {default!r}." in str(error.value)
    assert f"{name}={value!r}" in str(error.value)


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "3", "null", '{"theme": "dark"}', '{"epochs": 0}']
)
def test_damaged_configuration(text, tmp_path):
    (tmp_path / "config.json").write_text(text)
    with pytest.raises(ValueError, match="Damaged run: .*config.json"):
        resume(tmp_path)


def test_configuration_that_is_no_text(tmp_path):
    (tmp_path / "config.json").write_bytes(b"\xff\xfe\x80")
    with pytest.raises(ValueError, match="Damaged run: .*config.json"):
        resume(tmp_path)


class Optimizer:
    """As much of one of Keras as settings look at."""

    def __init__(self, learning_rate):
        self.learning_rate = learning_rate

    def get_config(self):
        return {"learning_rate": self.learning_rate}

    def apply_gradients(self):
        pass


def test_resume_with_an_optimizer_and_weights_of_classes(tmp_path):
    given = {"class_weight": {1: 2, "a": 1}, "optimizer": Optimizer(0.5)}
    make_run(tmp_path, **given)
    resumed = resume(tmp_path, **given)
    assert resumed.optimizer is given["optimizer"]
    other = {"class_weight": {"a": 1.0, 1: 2}, "optimizer": Optimizer(0.5)}
    assert resume(tmp_path, **other).class_weight == {1: 2, "a": 1}
    for name, value in (
        ("optimizer", Optimizer(0.25)),
        ("class_weight", {1: 2, "a": 3}),
    ):
        with pytest.raises(ValueError, match=f"`{name}`"):
            resume(tmp_path, **given | {name: value})
