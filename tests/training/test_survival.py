"""Whatever ends a training: what was learnt is there, and goes on exactly."""

import dataclasses
import math
import os
import signal
import threading

import keras
import numpy as np
import pytest
from tensorboard.backend.event_processing.plugin_event_accumulator import (
    EventAccumulator,
)
from training_cases import AfterStep
from training_cases import drop_times
from training_cases import fit_ids
from training_cases import make_id_split
from training_cases import tiny_settings

from han_attention.training.callbacks import keep_state
from han_attention.training.checkpoint import load_progress
from han_attention.training.sources.batches import InMemorySplit

TRAIN, VALIDATION = make_id_split(64, 0), make_id_split(40, 1)
SETTINGS = tiny_settings(
    epochs=3, frozen_epochs=1, validation_fraction=0.5, patience=3
)
STEPS = 4  # in an epoch


class Crash(Exception):
    pass


@pytest.fixture(autouse=True)
def interrupts():
    """Ctrl-C raises, also where the shell ignores it: in the background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


class InValidation(keras.callbacks.Callback):
    """Does something while the first epoch is validated."""

    def __init__(self, action):
        super().__init__()
        self.on_test_batch_begin = lambda batch, logs=None: action()


def fit(folder, callbacks=(), resume=False, train=TRAIN, **options):
    options = {"settings": SETTINGS} | options
    return fit_ids(
        folder,
        options.pop("settings"),
        train,
        VALIDATION,
        callbacks=callbacks,
        resume=resume,
        **options,
    )


def crash():
    raise Crash


def send(number):
    return lambda: os.kill(os.getpid(), number)


@pytest.fixture(scope="module")
def straight(tmp_path_factory):
    model, history = fit(tmp_path_factory.mktemp("straight"))
    return model.get_weights(), drop_times(history)


@pytest.fixture
def at_every_step(monkeypatch):
    """A checkpoint after each step, whatever it costs."""
    monkeypatch.setattr(SETTINGS, "checkpoint_minutes", 1e-9)
    monkeypatch.setattr(keep_state, "_COST", math.inf)


def check_same(found, straight):
    model, history = found
    for a, b in zip(model.get_weights(), straight[0], strict=True):
        np.testing.assert_array_equal(a, b)
    assert drop_times(history) == straight[1]


def test_it_goes_on_exactly_from_any_step(
    straight, tmp_path, at_every_step, capsys
):
    """Each fit makes one step, and is killed; a finished one says so."""
    with pytest.raises(Crash):
        fit(tmp_path, [AfterStep(2, crash)])
    for step in range(3, 3 * STEPS):
        history, place = load_progress(tmp_path)
        assert len(history) * STEPS + place.batch == step - 1
        with pytest.raises(Crash):
            fit(tmp_path, [AfterStep(step, crash)], resume=True)
    check_same(fit(tmp_path, resume=True), straight)
    assert "finished" not in capsys.readouterr().err
    told = dataclasses.replace(SETTINGS, verbose=True)
    check_same(fit(tmp_path, resume=True, settings=told), straight)
    said = capsys.readouterr().err
    assert "The run was finished: epoch" in said and "more `epochs`" in said


@pytest.mark.parametrize(
    ("number", "error", "code"),
    [
        (signal.SIGTERM, SystemExit, 143),
        (signal.SIGINT, KeyboardInterrupt, None),
    ],
)
@pytest.mark.parametrize("step", [1, 6])
def test_signals_finish_the_step_and_save(
    number, error, code, step, straight, tmp_path, capsys
):
    before = signal.getsignal(number)
    with pytest.raises(error) as caught:
        fit(tmp_path, [AfterStep(step, send(number))])
    assert signal.getsignal(number) is before
    said = capsys.readouterr().err if code else str(caught.value)
    epoch, batch = divmod(step, STEPS)  # the one that is being made
    assert f"in epoch {epoch + 1} after {batch + 1} of 4 steps" in said
    assert "--resume" in said
    assert code is None or caught.value.code == code
    history, place = load_progress(tmp_path)
    assert (len(history), place.batch) == (epoch, batch + 1)
    check_same(fit(tmp_path, resume=True), straight)


def test_a_signal_while_validating(straight, tmp_path):
    with pytest.raises(KeyboardInterrupt, match="after 4 of 4 steps"):
        fit(tmp_path, [InValidation(send(signal.SIGINT))])
    check_same(fit(tmp_path, resume=True), straight)


def test_a_second_signal_ends_it_at_once(tmp_path):
    def twice():
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGINT)

    with pytest.raises(KeyboardInterrupt, match="at once"):
        fit(tmp_path, [AfterStep(2, twice)])
    assert load_progress(tmp_path)[1].batch == 0


def test_in_another_thread_signals_are_not_ours(straight, tmp_path):
    found = []
    thread = threading.Thread(target=lambda: found.append(fit(tmp_path)))
    thread.start()
    thread.join()
    check_same(found[0], straight)


def test_a_damaged_checkpoint_falls_back_to_the_one_before(
    straight, tmp_path, at_every_step
):
    with pytest.raises(Crash):
        fit(tmp_path, [AfterStep(6, crash)])
    path = tmp_path / "state.npz"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 255
    path.write_bytes(content)
    with pytest.warns(UserWarning, match="Damaged checkpoint: .*state.npz"):
        found = fit(tmp_path, resume=True)
    check_same(found, straight)


def test_a_kill_between_two_checkpoints_leaves_one(tmp_path, at_every_step):
    with pytest.raises(Crash):
        fit(tmp_path, [AfterStep(3, crash)])
    (tmp_path / "state.npz").unlink()
    assert load_progress(tmp_path)[1].batch == 2
    (tmp_path / "previous.npz").write_bytes(b"PK")
    with pytest.raises(ValueError, match="Damaged checkpoint: .*previous"):
        fit(tmp_path, resume=True)


@pytest.mark.parametrize(
    ("weight", "said"),
    [(np.nan, "The loss is nan"), (1e17, r"The loss is .*e")],
)
def test_a_loss_that_is_no_loss_stops_it(weight, said, tmp_path):
    weights = np.ones(64, "float32")
    weights[5] = weight
    bad = InMemorySplit(TRAIN.texts, TRAIN.labels, weights)
    with pytest.raises(ValueError, match=said) as caught:
        fit(tmp_path, train=bad)
    for part in ("in epoch 1 at step ", " of 4", "`learning_rate`", "0.05"):
        assert part in str(caught.value)
    assert load_progress(tmp_path)[0] == []
    with np.load(tmp_path / "state.npz") as state:
        numbers = [state[name] for name in state.files if "var" in name]
    assert all(np.isfinite(x).all() for x in numbers)


def test_weights_that_are_no_numbers_are_not_saved(tmp_path):
    def spoil(model, history):
        if len(history) == 1:
            logits = model.get_layer("logits")
            logits.set_weights([w * np.nan for w in logits.get_weights()])

    with pytest.raises(ValueError, match="nan in epoch 2 at step 1 of 4"):
        fit(tmp_path, look=spoil)
    history, place = load_progress(tmp_path)
    assert (len(history), place.batch) == (1, 0)


def test_what_is_logged_again_is_shown_once(tmp_path, at_every_step):
    """Its last checkpoint is older than what it has logged."""
    log = tmp_path / "log"

    def lose():
        keep_state._COST = 1e-12

    def run(callbacks, resume):
        return fit(tmp_path / "run", callbacks, resume=resume, tensorboard=log)

    with pytest.raises(Crash):
        run([AfterStep(6, lose), AfterStep(8, crash)], resume=False)
    run([], resume=True)
    train, validation = (
        read_steps(log / "train"),
        read_steps(log / "validation"),
    )
    assert train["batch_loss"] == list(range(3 * STEPS))
    assert train["loss"] == validation["loss"] == [1, 2, 3]
    assert train["attention_entropy"] == [0, 4, 8, 12]


@pytest.mark.parametrize("step", [1, 3])
def test_of_epochs_of_one_batch_too(step, tmp_path):
    """There the step of a batch is that of the epoch before it."""
    log = tmp_path / "log"
    settings = tiny_settings(epochs=3, batch_size=64, patience=3)
    options = {"settings": settings, "tensorboard": log}
    with pytest.raises(Crash):
        fit(tmp_path / "run", [AfterStep(step, crash)], **options)
    fit(tmp_path / "run", resume=True, **options)
    for steps in map(read_steps, (log / "train", log / "validation")):
        assert steps["loss"] == steps["accuracy"] == [1, 2, 3]
        assert steps["attention_entropy"] == [0, 1, 2, 3]
        assert steps["config"] == [0]


def read_steps(folder):
    """At which steps TensorBoard shows something, by its name."""
    events = EventAccumulator(str(folder), {"tensors": 0}).Reload()
    return {
        name: [event.step for event in events.Tensors(name)]
        for name in events.Tags()["tensors"]
    }


@pytest.mark.skipif(
    keras.backend.backend() != "tensorflow", reason="an error of TensorFlow"
)
def test_too_little_memory_is_one_line_with_the_size(tmp_path):
    import tensorflow as tf

    def fill():
        said = "OOM when allocating tensor with shape[16,8,99]\n[[line 2]]"
        raise tf.errors.ResourceExhaustedError(None, None, said)

    with pytest.raises(MemoryError, match=r"16 x [3-8] ids.*`batch_size`") as e:
        fit(tmp_path, [AfterStep(2, fill)])
    assert "\n" not in str(e.value)
