"""Callbacks of Keras: to them all epochs are one `fit`."""

import keras
import numpy as np
import pytest
from layer_checks import to_numpy
from training_cases import TASK
from training_cases import drop_times
from training_cases import fit_ids
from training_cases import make_id_split
from training_cases import tiny_settings

from han_attention.training.callbacks.within_epoch import check_callbacks
from han_attention.training.sources.batches import InMemorySplit

TRAIN, VALIDATION = make_id_split(64, 0), make_id_split(40, 1)
HOOKS = [
    "on_train_begin",
    "on_epoch_begin",
    "on_train_batch_begin",
    "on_train_batch_end",
    "on_test_begin",
    "on_test_batch_begin",
    "on_test_batch_end",
    "on_test_end",
    "on_epoch_end",
    "on_train_end",
]


class Crash(Exception):
    pass


class Hooks(keras.callbacks.Callback):
    """Notes which hooks are called, and raises in one if it is to."""

    def __init__(self, raise_in=None):
        super().__init__()
        self.calls = []
        for name in HOOKS:
            setattr(self, name, self._make(name, name == raise_in))

    def _make(self, name, raises):
        def hook(*arguments, logs=None):
            if arguments and not isinstance(arguments[-1], int):
                *arguments, logs = arguments
            self.calls.append((name, *arguments, *sorted(logs or ())))
            if raises:
                raise Crash(name)

        return hook


def fit(folder, callbacks=(), train=TRAIN, resume=False, **settings):
    config = tiny_settings(**{"epochs": 2} | settings)
    return fit_ids(
        folder, config, train, VALIDATION, callbacks=callbacks, resume=resume
    )


def test_hooks_are_called_as_in_one_fit_of_keras(tmp_path):
    ours, theirs = Hooks(), Hooks()
    model, _ = fit(tmp_path, [ours])
    assert ours.model is model
    plain = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    plain.compile("sgd", "mse", metrics=["accuracy"])
    ones = np.ones((64, 1), "float32")
    plain.fit(
        ones,
        ones,
        batch_size=16,
        epochs=2,
        validation_data=(ones[:40], ones[:40]),
        verbose=0,
        callbacks=[theirs],
    )
    assert ours.calls == theirs.calls
    assert {name for name, *_ in ours.calls} == set(HOOKS)
    assert ours.params == theirs.params


def test_a_callback_that_raises_leaves_a_run_to_resume(tmp_path):
    """In whichever hook: it goes on, again and again, as if nothing was."""
    fast = {"batch_size": 64}
    for n, hook in enumerate(HOOKS):
        with pytest.raises(Crash, match=hook):
            fit(tmp_path / "1", [Hooks(raise_in=hook)], resume=n > 0, **fast)
    model, history = fit(tmp_path / "1", resume=True, **fast)
    straight, expected = fit(tmp_path / "2", **fast)
    assert drop_times(history) == drop_times(expected)
    for a, b in zip(model.get_weights(), straight.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_callbacks_of_keras(tmp_path):
    """They see every epoch, and what they change lasts."""
    seen, rates = [], []

    def look(epoch, logs):
        seen.append((epoch, logs["val_loss"]))
        rates.append(float(to_numpy(model_of.model.optimizer.learning_rate)))

    model_of = keras.callbacks.LambdaCallback(on_epoch_end=look)
    _, history = fit(
        tmp_path / "checkpoint",
        [
            keras.callbacks.ReduceLROnPlateau(
                "val_loss", factor=0.5, patience=1, min_delta=100
            ),
            keras.callbacks.ModelCheckpoint(
                tmp_path / "{epoch}.weights.h5", save_weights_only=True
            ),
            model_of,
        ],
        epochs=3,
        batch_size=64,
    )
    assert seen == [(n, row["val_loss"]) for n, row in enumerate(history)]
    np.testing.assert_allclose(rates, [0.05, 0.025, 0.0125], rtol=1e-6)
    assert sorted(path.name for path in tmp_path.glob("*.h5")) == [
        "1.weights.h5",
        "2.weights.h5",
        "3.weights.h5",
    ]


def test_early_stopping_of_keras(tmp_path):
    weights = []
    stopping = keras.callbacks.EarlyStopping(
        "val_loss", patience=1, min_delta=100, restore_best_weights=True
    )
    look = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda epoch, logs: weights.append(
            stopping.model.get_weights()
        )
    )
    callbacks = [stopping, look]
    model, history = fit(tmp_path, callbacks, epochs=5, batch_size=64)
    assert len(history) == len(weights) == 2
    for a, b in zip(model.get_weights(), weights[0], strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("patience", [None, 1])
def test_a_loss_that_is_no_number(patience, tmp_path):
    """It ends the training, whoever looks for it: nothing is saved of it."""
    bad = InMemorySplit(
        TRAIN.texts, TRAIN.labels, np.full(64, np.nan, "float32")
    )
    hooks = Hooks()
    settings = {"patience": patience, "validation_fraction": 0.5}
    stopping = [keras.callbacks.TerminateOnNaN(), hooks]
    for callbacks in (stopping, ()):
        with pytest.raises(ValueError, match="loss is nan in epoch 1 at step"):
            fit(tmp_path / str(len(callbacks)), callbacks, bad, **settings)
    ends = [n for n, *_ in hooks.calls if n == "on_train_batch_end"]
    assert len(ends) <= 1


def test_without_validation_texts_nothing_is_tested(tmp_path):
    hooks = Hooks()
    fit_ids(tmp_path, tiny_settings(epochs=1), TRAIN, None, callbacks=[hooks])
    assert "on_epoch_end" in {name for name, *_ in hooks.calls}
    assert not any(name.startswith("on_test") for name, *_ in hooks.calls)
    assert TASK.one_logit


@pytest.mark.parametrize(
    "callbacks", [None, 3, "early", [3], [None], {"a": 1}, print, [print]]
)
def test_what_is_no_callback(callbacks):
    with pytest.raises(TypeError, match="`callbacks`.*Received") as error:
        check_callbacks(callbacks)
    assert "\n" not in str(error.value)


def test_one_callback_is_a_list_of_one():
    callback = keras.callbacks.TerminateOnNaN()
    assert check_callbacks(callback) == check_callbacks((callback,))
