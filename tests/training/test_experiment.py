"""A whole training: the run folder, repeatability, resume, accuracy."""

import csv
import json
import shutil

import numpy as np
import pytest
from shared_models import train_demo
from tensorboard.backend.event_processing.event_accumulator import (
    EventAccumulator,
)

from han_attention import Settings
from han_attention import train
from han_attention.data.demo import LABEL_WORDS
from han_attention.explain.explainer import explain_attention
from han_attention.inference.keras import Predictor


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    """A finished run, read again: there is no epoch to go on with."""
    folder = tmp_path_factory.mktemp("runs") / "demo"
    shutil.copytree(train_demo(tmp_path_factory) / "here", folder)
    (folder / "attention.html").unlink()  # of the script, not of `train`
    settings = Settings.from_preset("demo", seed=1, verbose=False)
    return train(settings, "demo", run_dir=folder, resume=True)


def train_small(folder, data="demo", resume=False, overwrite=False, **settings):
    settings = {"seed": 1, "epochs": 2, "rnn_units": 4} | settings
    settings = Settings.from_preset(
        "demo",
        verbose=False,
        embedding_dim=4,
        attention_units=3,
        batch_size=1000,
        **{"max_tokens": 8} | settings,
    )
    return train(
        settings, data, run_dir=folder, resume=resume, overwrite=overwrite
    )


def test_accuracy(result):
    assert result.metrics["test_accuracy"] >= 0.95


def test_run_folder(result):
    assert sorted(path.name for path in result.run_dir.iterdir()) == [
        "checkpoint",
        "config.json",
        "history.csv",
        "metrics.json",
        "model",
        "tensorboard",
        "training.png",
    ]
    config = json.loads((result.run_dir / "config.json").read_text())
    assert config.pop("data")
    assert config == result.settings.to_dict()


def test_metrics(result):
    metrics = json.loads((result.run_dir / "metrics.json").read_text())
    assert metrics == result.metrics
    assert metrics["dataset"] == "demo"
    assert metrics["train_examples"] == 2000
    assert metrics["test_examples"] == 500
    assert metrics["parameters"] == result.predictor.model.count_params()
    assert [epoch["epoch"] for epoch in metrics["epochs"]] == list(range(1, 9))
    for epoch in metrics["epochs"]:
        np.testing.assert_allclose(
            epoch["examples_per_second"], 2000 / epoch["seconds"], rtol=0.01
        )
    last = metrics["epochs"][-1]
    assert metrics["test_accuracy"] == last["val_accuracy"]
    with open(result.run_dir / "history.csv") as file:
        rows = list(csv.DictReader(file))
    assert [float(row["val_loss"]) for row in rows] == [
        epoch["val_loss"] for epoch in metrics["epochs"]
    ]


def test_summary(result):
    summary = result.summary()
    assert f"{result.metrics['test_accuracy']:.4f}" in summary
    assert str(result.run_dir) in summary
    assert len(summary.splitlines()) == 1 + 8 + 2


def test_the_saved_model_has_the_reported_accuracy(result):
    predictor = Predictor.load(result.run_dir / "model")
    test = result.dataset.test
    predicted = predictor.predict_proba(test.texts).argmax(axis=-1)
    accuracy = (predicted == np.array(test.labels)).mean()
    np.testing.assert_allclose(accuracy, result.metrics["test_accuracy"])


def test_attention_finds_the_words_that_carry_the_label(result):
    texts = result.dataset.test.texts[:200]
    found = [
        max(explanation.words, key=lambda word: word.weight).text.lower()
        in LABEL_WORDS
        for explanation in explain_attention(result.predictor, texts)
    ]
    # By chance it would be about one text in twenty.
    assert np.mean(found) >= 0.95


def test_tensorboard(result):
    for split, steps in (("train", 63), ("test", 16)):
        events = EventAccumulator(
            str(result.run_dir / "tensorboard" / split),
            size_guidance={"tensors": 0},
        ).Reload()
        tags = events.Tags()["tensors"]
        assert {
            "loss",
            "accuracy",
            "embeddings",
            "rnn_outputs",
            "attention_weights",
            "output_weights",
            "attention_entropy",
            "attention_on_padding",
            "config",
        } <= set(tags)
        losses = events.Tensors("loss")
        assert [event.step for event in losses] == list(range(1, 9))
        name = {"train": "loss", "test": "val_loss"}[split]
        np.testing.assert_allclose(
            [event.tensor_proto.float_val[0] for event in losses],
            [epoch[name] for epoch in result.metrics["epochs"]],
            rtol=1e-6,
        )
        of_batches = "batch_loss" in tags
        assert of_batches == (split == "train")
        if of_batches:
            batches = events.Tensors("batch_loss")
            assert [e.step for e in batches] == list(range(8 * steps))
        for event in events.Tensors("attention_on_padding"):
            assert event.tensor_proto.float_val[0] == 0
        assert [e.step for e in events.Tensors("embeddings")] == [
            n * steps for n in range(9)
        ]


def _weights(result):
    return result.predictor.model.get_weights()


@pytest.fixture(scope="module")
def straight(tmp_path_factory):
    return train_small(tmp_path_factory.mktemp("runs") / "straight")


def test_a_seed_repeats_a_run_bit_for_bit(straight, tmp_path):
    again = train_small(tmp_path / "2")
    other = train_small(tmp_path / "3", seed=2)
    for a, b in zip(_weights(straight), _weights(again), strict=True):
        np.testing.assert_array_equal(a, b)
    assert any(
        (a != b).any()
        for a, b in zip(_weights(straight), _weights(other), strict=True)
    )


def test_without_a_seed_one_is_drawn_and_noted(tmp_path):
    result = train_small(tmp_path / "1", seed=None, epochs=1)
    noted = json.loads((tmp_path / "1" / "config.json").read_text())
    assert noted["seed"] == result.settings.seed is not None


def test_resume_ends_where_a_straight_run_ends(straight, tmp_path):
    train_small(tmp_path / "2", epochs=1)
    resumed = train_small(tmp_path / "2", resume=True, seed=None)
    for a, b in zip(_weights(straight), _weights(resumed), strict=True):
        np.testing.assert_array_equal(a, b)
    for a, b in zip(
        straight.metrics["epochs"], resumed.metrics["epochs"], strict=True
    ):
        assert a["loss"] == b["loss"]
        assert a["val_loss"] == b["val_loss"]


def test_held_out_texts_validate_instead_of_the_test(tmp_path):
    result = train_small(tmp_path / "1", validation_fraction=0.25, epochs=1)
    assert result.metrics["train_examples"] == 1500
    tensorboard = tmp_path / "1" / "tensorboard"
    assert sorted(path.name for path in tensorboard.iterdir()) == [
        "test",
        "train",
        "validation",
    ]
    probabilities = result.predictor.predict_proba(result.dataset.test.texts)
    labels = np.array(result.dataset.test.labels)
    np.testing.assert_allclose(
        (probabilities.argmax(axis=-1) == labels).mean(),
        result.metrics["test_accuracy"],
    )


@pytest.mark.parametrize(
    "settings",
    [
        {
            "precision": "float16",
            "class_weight": "balanced",
            "learning_rate_schedule": "cosine",
        },
        {
            "cell": "lstm",
            "num_layers": 2,
            "unit": "characters",
            "truncation": "both",
            "max_tokens": 20,
        },
        {
            "num_heads": 2,
            "normalizer": "sparsemax",
            "embedding_dropout": 0.3,
            "include_embedding": True,
        },
    ],
)
def test_other_settings_train(settings, tmp_path):
    result = train_small(tmp_path / "1", epochs=1, **settings)
    assert np.isfinite(result.metrics["epochs"][0]["loss"])
    assert result.settings.epochs == 1


def test_a_full_run_folder_is_refused_and_untouched(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    for settings in ({}, {"overwrite": True}):
        with pytest.raises(FileExistsError, match="not"):
            train_small(tmp_path, **settings)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_nothing_is_written_when_the_data_is_missing(tmp_path):
    with pytest.raises(FileNotFoundError, match="nowhere"):
        train_small(tmp_path / "1", data="nowhere")
    assert not (tmp_path / "1").exists()
