"""Epoch by epoch: the best one, frozen vectors, schedules, exact resume."""

import dataclasses

import keras
import numpy as np
import pytest
from training_cases import TASK
from training_cases import drop_times
from training_cases import fit_ids
from training_cases import make_id_split
from training_cases import published
from training_cases import tiny_settings

from han_attention.training import loop
from han_attention.training.history import find_best_epoch
from han_attention.training.history import find_kept_epoch
from han_attention.training.history import is_finished
from han_attention.training.model import build_model
from han_attention.training.run_folder import RunFolder
from han_attention.training.sources.batches import InMemorySplit

CONFIG = tiny_settings(
    learning_rate_schedule="cosine",
    epochs=4,
    frozen_epochs=2,
    validation_fraction=0.5,
    patience=3,
)


class Crash(Exception):
    pass


TRAIN, VALIDATION = make_id_split(64, 0), make_id_split(40, 1)


def fit(
    folder,
    config=CONFIG,
    train=TRAIN,
    validation=VALIDATION,
    on_epoch_end=None,
    **options,
):
    return fit_ids(
        folder, config, train, validation, look=on_epoch_end, **options
    )


@pytest.fixture(scope="module")
def straight(tmp_path_factory):
    """A run to its end; what the model was like after each epoch."""
    seen, modes = [], []

    def look(model, epochs):
        rate = keras.ops.convert_to_numpy(model.optimizer.learning_rate)
        modes.append(model.run_eagerly)
        seen.append((model.get_weights(), float(rate)))

    model, epochs = fit(tmp_path_factory.mktemp("straight"), on_epoch_end=look)
    return model.get_weights(), epochs, seen, modes


def assert_equal(one, other):
    for a, b in zip(one, other, strict=True):
        np.testing.assert_array_equal(a, b)


def differ(one, other):
    return any((a != b).any() for a, b in zip(one, other, strict=True))


def test_numbers_of_each_epoch(straight):
    epochs = straight[1]
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

    for resume in (False, True, True):
        with pytest.raises(Crash):
            fit(tmp_path, on_epoch_end=crash, resume=resume)
    model, epochs = fit(tmp_path, resume=True)
    assert_equal(model.get_weights(), straight[0])
    assert drop_times(epochs) == drop_times(straight[1])


def test_without_patience_the_last_epoch_stays(tmp_path):
    seen = []
    config = dataclasses.replace(
        CONFIG, patience=None, frozen_epochs=0, batch_size=64
    )
    model, epochs = fit(
        tmp_path,
        config,
        on_epoch_end=lambda model, _: seen.append(model.get_weights()),
    )
    assert len(epochs) == 4
    assert_equal(model.get_weights(), seen[-1])
    assert not (tmp_path / "best.weights.h5").exists()


def test_the_best_epoch_may_be_one_of_frozen_vectors(tmp_path):
    """Its optimizer has fewer variables: what is learnt is wrong here."""
    config = dataclasses.replace(
        CONFIG, frozen_epochs=1, epochs=3, patience=3, learning_rate=0.1
    )
    wrong = dataclasses.replace(VALIDATION, labels=1 - VALIDATION.labels)
    seen = []
    model, epochs = fit(
        tmp_path,
        config,
        validation=wrong,
        on_epoch_end=lambda model, _: seen.append(model.get_weights()),
    )
    assert best_of(epochs) == 0
    assert_equal(model.get_weights(), seen[0])


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
        train=make_id_split(64, 0, noise=0.5),
        validation=make_id_split(40, 1, noise=0.5),
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
    longer = dataclasses.replace(config, epochs=50)
    model, again = fit(folder, longer, resume=True)
    assert again == epochs
    assert_equal(model.get_weights(), weights)


def test_the_scores_are_those_of_the_weights(stopped):
    _, config, weights, epochs, _ = stopped
    model = build_model(config, TASK, 9)
    model.set_weights(weights)
    validation = make_id_split(40, 1, noise=0.5)
    logits = model.predict_on_batch(validation.texts.padded())
    accuracy = ((logits > 0) == validation.labels).mean()
    np.testing.assert_allclose(
        max(e["val_accuracy"] for e in epochs), accuracy, rtol=1e-6
    )


def test_without_validation_texts_all_epochs_are_run(tmp_path):
    """And with weights of 0 none of them teaches anything."""
    config = dataclasses.replace(
        CONFIG, patience=1, frozen_epochs=0, batch_size=64
    )
    keras.utils.set_random_seed(0)
    at_start = build_model(config, TASK, 9).get_weights()
    weights = np.zeros(64, "float32")
    train = InMemorySplit(TRAIN.texts, TRAIN.labels, weights)
    model, epochs = fit(tmp_path, config, train, validation=None)
    assert [epoch["epoch"] for epoch in epochs] == [1, 2, 3, 4]
    assert [epoch["loss"] for epoch in epochs] == [0, 0, 0, 0]
    assert not any("val_accuracy" in epoch for epoch in epochs)
    assert_equal(model.get_weights(), at_start)


def test_a_schedule_cannot_be_stretched_on_resume(tmp_path):
    def resumed(**changes):
        run = RunFolder(tmp_path, resume=True)
        return run.choose_settings(dataclasses.replace(CONFIG, **changes))

    RunFolder(tmp_path).start(CONFIG, "these")
    assert resumed().epochs == 4
    with pytest.raises(ValueError, match="`epochs`.*run to resume, 4.*=8"):
        resumed(epochs=8)
    constant = {"learning_rate_schedule": "constant"}
    RunFolder(tmp_path).start(dataclasses.replace(CONFIG, **constant), "these")
    assert resumed(epochs=8, **constant).epochs == 8


# --- Step by step, or traced. ---


def test_a_training_is_traced_once_it_is_not_tiny(straight):
    """After 75 steps over time; a run that crashes goes on across that."""
    assert TRAIN.batches(16, 1).time_steps == 25
    assert straight[3] == [True, True, True, False]


def test_a_long_epoch_is_traced_at_once(tmp_path):
    config = dataclasses.replace(CONFIG, batch_size=2, epochs=1)
    model, _ = fit(tmp_path, config)
    assert model.run_eagerly is False


def test_both_ways_learn_the_same(tmp_path, monkeypatch):
    config = dataclasses.replace(CONFIG, epochs=1, frozen_epochs=0)
    eager, _ = fit(tmp_path / "1", config)
    monkeypatch.setattr(loop, "_EAGER_TIME_STEPS", {})
    traced, _ = fit(tmp_path / "2", config)
    assert (eager.run_eagerly, traced.run_eagerly) == (True, False)
    for a, b in zip(eager.get_weights(), traced.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, atol=1e-5)


# --- Which epoch is the best. ---


def test_without_numbers_an_epoch_is_the_worst():
    nan = float("nan")
    history = [
        {"val_accuracy": nan, "val_loss": nan},
        {"val_accuracy": 0.5, "val_loss": nan},
        {"val_accuracy": 0.5, "val_loss": 2.0},
        {"val_accuracy": nan, "val_loss": nan},
    ]
    config = published(patience=3, validation_fraction=0.5, epochs=9)
    assert find_best_epoch(history, config) == 2
    assert find_best_epoch(history[:2], config) == 1
    assert find_best_epoch(history[:1], config) == 0
    by_loss = dataclasses.replace(config, monitor="val_loss")
    assert find_best_epoch(history, by_loss) == 2
    assert not is_finished(history, config)
    assert is_finished([*history, history[0], history[0]], config)


@pytest.mark.parametrize(
    ("settings", "best"),
    [
        ({}, 0),
        ({"class_weight": "balanced"}, 1),
        ({"class_weight": {"a": 2}}, 1),
        ({"class_weight": "balanced", "monitor": "val_accuracy"}, 0),
        ({"monitor": "val_balanced_accuracy"}, 1),
        ({"monitor": "val_loss"}, 2),
        ({"multi_label": True}, 2),
        ({"multi_label": True, "monitor": "val_accuracy"}, 0),
        ({"multi_label": True, "class_weight": "balanced"}, 1),
        ({"patience": None}, 3),
    ],
)
def test_what_decides_the_best_epoch(settings, best):
    rows = [(0.9, 0.5, 0.6), (0.8, 0.8, 0.7), (0.7, 0.7, 0.1), (0, 0, 0.8)]
    names = ("val_accuracy", "val_balanced_accuracy", "val_loss")
    history = [dict(zip(names, row, strict=True)) for row in rows]
    config = published(**{"patience": 5} | settings)
    assert find_kept_epoch(history, config) == best


def test_it_says_once_that_it_compiles(tmp_path, monkeypatch):
    said = []
    monkeypatch.setattr(
        loop, "announce", lambda what, verbose: said.append(what)
    )
    fit(tmp_path, dataclasses.replace(CONFIG, epochs=1))
    fit(tmp_path, dataclasses.replace(CONFIG, epochs=2), resume=True)
    assert said == ["compiling the model"] * 2
