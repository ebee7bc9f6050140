"""Epoch by epoch: the best one, frozen vectors, schedules, exact resume."""

import dataclasses

import keras
import numpy as np
import pytest

from han_attention.settings import TrainConfig
from han_attention.text.encoding import EncodedTexts
from han_attention.training.loop import fit_epochs
from han_attention.training.model import Task
from han_attention.training.model import build_model
from han_attention.training.run_folder import resumed_config
from han_attention.training.run_folder import start_run
from han_attention.training.sources.batches import Split

TASK = Task(["a", "b"])

CONFIG = TrainConfig(
    embedding_dim=6,
    rnn_units=4,
    attention_units=3,
    embedding_range=0.1,
    learning_rate=0.05,
    learning_rate_schedule="cosine",
    dropout=0.3,
    batch_size=16,
    epochs=4,
    frozen_epochs=2,
    validation_fraction=0.5,
    patience=3,
    seed=1,
    quiet=True,
)


class Crash(Exception):
    pass


def make_split(size, seed, noise=0.0):
    """A text of class 1 holds more of the ids 3 and 4 than of 5 and 6."""
    rng = np.random.default_rng(seed)
    texts = [
        rng.integers(3, 9, size=length) for length in rng.integers(3, 9, size)
    ]
    surplus = [np.sum(t < 5) - np.sum((t == 5) | (t == 6)) for t in texts]
    labels = np.array(surplus) > 0
    labels ^= rng.random(size) < noise
    return Split(
        EncodedTexts.from_ids(texts), TASK.label_array(labels.astype(int))
    )


TRAIN, JUDGED = make_split(64, 0), make_split(40, 1)


def fit(folder, config=CONFIG, train=TRAIN, judged=JUDGED, on_epoch_end=None):
    keras.utils.set_random_seed(0)
    model = build_model(config, TASK, 9)
    epochs = fit_epochs(
        model,
        config,
        TASK,
        train,
        judged,
        folder,
        on_epoch_end=None
        if on_epoch_end is None
        else lambda epochs: on_epoch_end(model, epochs),
    )
    return model, epochs


@pytest.fixture(scope="module")
def straight(tmp_path_factory):
    """A run to its end; what the model was like after each epoch."""
    seen = []

    def look(model, epochs):
        rate = keras.ops.convert_to_numpy(model.optimizer.learning_rate)
        seen.append((model.get_weights(), float(rate)))

    model, epochs = fit(tmp_path_factory.mktemp("straight"), on_epoch_end=look)
    return model.get_weights(), epochs, seen


def assert_equal(one, other):
    for a, b in zip(one, other, strict=True):
        np.testing.assert_array_equal(a, b)


def differ(one, other):
    return any((a != b).any() for a, b in zip(one, other, strict=True))


def untimed(epochs):
    timed = ("seconds", "examples_per_second")
    return [
        {k: v for k, v in epoch.items() if k not in timed} for epoch in epochs
    ]


def test_numbers_of_each_epoch(straight):
    _, epochs, _ = straight
    assert [epoch["epoch"] for epoch in epochs] == [1, 2, 3, 4]
    for epoch in epochs:
        assert sorted(epoch) == [
            "accuracy",
            "epoch",
            "examples_per_second",
            "loss",
            "seconds",
            "val_accuracy",
            "val_loss",
        ]


def test_vectors_stay_in_the_frozen_epochs_and_change_then(straight):
    keras.utils.set_random_seed(0)
    at_start = build_model(CONFIG, TASK, 9).get_layer("embedding").get_weights()
    embeddings = [weights[0] for weights, _ in straight[2]]
    assert_equal([embeddings[0]], at_start)
    assert_equal([embeddings[1]], at_start)
    for before, after in zip(embeddings[1:], embeddings[2:], strict=False):
        # Every word occurs, and padding has no gradient.
        assert (before[3:] != after[3:]).any(axis=1).all()
    # The other weights move from the first epoch on.
    assert differ(straight[2][0][0][1:], straight[2][1][0][1:])


def test_the_rate_falls_to_0_over_all_epochs(straight):
    rates = [rate for _, rate in straight[2]]
    expected = [(1 + np.cos(np.pi * n / 4)) / 2 * 0.05 for n in (1, 2, 3, 4)]
    np.testing.assert_allclose(rates, expected, atol=1e-8)
    assert rates[-1] < 1e-8


def test_a_run_that_crashes_goes_on_exactly(straight, tmp_path):
    """After every epoch: frozen, thawing, thawed, on a schedule."""

    def crash(model, epochs):
        raise Crash

    resumed = dataclasses.replace(CONFIG, resume=True, run_dir="x")
    for config in (CONFIG, resumed, resumed):
        with pytest.raises(Crash):
            fit(tmp_path, config, on_epoch_end=crash)
    model, epochs = fit(tmp_path, resumed)
    assert_equal(model.get_weights(), straight[0])
    assert untimed(epochs) == untimed(straight[1])


def test_without_patience_the_last_epoch_stays(tmp_path):
    seen = []
    config = dataclasses.replace(CONFIG, patience=None, frozen_epochs=0)
    model, epochs = fit(
        tmp_path,
        config,
        on_epoch_end=lambda model, _: seen.append(model.get_weights()),
    )
    assert len(epochs) == 4
    assert_equal(model.get_weights(), seen[-1])
    assert not (tmp_path / "best.weights.h5").exists()


@pytest.fixture(scope="module")
def stopped(tmp_path_factory):
    """Labels by chance: nothing to learn, so it stops early."""
    folder = tmp_path_factory.mktemp("stopped")
    seen = []
    config = dataclasses.replace(
        CONFIG,
        epochs=40,
        patience=2,
        frozen_epochs=0,
        learning_rate_schedule="constant",
    )
    model, epochs = fit(
        folder,
        config,
        train=make_split(64, 0, noise=0.5),
        judged=make_split(40, 1, noise=0.5),
        on_epoch_end=lambda model, _: seen.append(model.get_weights()),
    )
    return folder, config, model.get_weights(), epochs, seen


def best_of(epochs):
    """The first of the best, by accuracy and then by loss."""
    keys = [(e["val_accuracy"], -e["val_loss"]) for e in epochs]
    return keys.index(max(keys))


def test_it_stops_when_patience_is_out(stopped):
    _, _, _, epochs, _ = stopped
    assert len(epochs) < 40
    assert len(epochs) == best_of(epochs) + 1 + 2
    # And not before: two in a row without a better one come only at the end.
    for n in range(1, len(epochs)):
        assert n - 1 - best_of(epochs[:n]) < 2


def test_it_ends_with_the_best_weights_and_not_the_last(stopped):
    _, _, weights, epochs, seen = stopped
    assert_equal(weights, seen[best_of(epochs)])
    assert differ(weights, seen[-1])


def test_a_run_that_stopped_does_not_go_on(stopped):
    folder, config, weights, epochs, _ = stopped
    resumed = dataclasses.replace(config, resume=True, run_dir="x", epochs=50)
    model, again = fit(folder, resumed)
    assert again == epochs
    assert_equal(model.get_weights(), weights)


def test_the_scores_are_those_of_the_weights(stopped):
    _, config, weights, epochs, _ = stopped
    model = build_model(config, TASK, 9)
    model.set_weights(weights)
    judged = make_split(40, 1, noise=0.5)
    logits = model.predict_on_batch(judged.texts.padded())
    accuracy = ((logits > 0) == judged.labels).mean()
    np.testing.assert_allclose(
        max(e["val_accuracy"] for e in epochs), accuracy, rtol=1e-6
    )


def test_with_nothing_to_judge_by_all_epochs_are_run(tmp_path):
    """And with weights of 0 none of them teaches anything."""
    config = dataclasses.replace(CONFIG, patience=1, frozen_epochs=0)
    keras.utils.set_random_seed(0)
    at_start = build_model(config, TASK, 9).get_weights()
    weights = np.zeros(64, "float32")
    train = Split(TRAIN.texts, TRAIN.labels, weights)
    model, epochs = fit(tmp_path, config, train, judged=None)
    assert [epoch["epoch"] for epoch in epochs] == [1, 2, 3, 4]
    assert [epoch["loss"] for epoch in epochs] == [0, 0, 0, 0]
    assert not any("val_accuracy" in epoch for epoch in epochs)
    assert_equal(model.get_weights(), at_start)


def test_a_schedule_cannot_be_stretched_on_resume(tmp_path):
    start_run(tmp_path, CONFIG)
    resumed = dataclasses.replace(CONFIG, resume=True, run_dir=str(tmp_path))
    assert resumed_config(tmp_path, resumed).epochs == 4
    with pytest.raises(ValueError, match="`epochs`.*run to resume, 4.*=8"):
        resumed_config(tmp_path, dataclasses.replace(resumed, epochs=8))
    constant = dataclasses.replace(CONFIG, learning_rate_schedule="constant")
    start_run(tmp_path, constant)
    resumed = dataclasses.replace(constant, resume=True, run_dir=str(tmp_path))
    longer = dataclasses.replace(resumed, epochs=8)
    assert resumed_config(tmp_path, longer).epochs == 8
