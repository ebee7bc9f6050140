"""Numbers for TensorBoard and bars for people."""

import os
import pty
import subprocess
import sys
import termios

import keras
import numpy as np
import pytest
from layer_checks import to_numpy

from han_attention import build_classifier
from han_attention import build_han
from han_attention.training.callbacks.attention_histograms import (
    AttentionHistograms,
)
from han_attention.training.callbacks.attention_histograms import mean_entropy
from han_attention.training.callbacks.epoch_log import EpochLog
from han_attention.training.callbacks.progress_bar import ProgressBar
from han_attention.training.callbacks.step_scalars import StepScalars

SMALL = {"embedding_dim": 6, "rnn_units": 5, "attention_units": 4}


class Recorder:
    """Takes the place of a TensorBoardWriter: keeps what it is given."""

    def __init__(self):
        self.scalars = []
        self.histograms = {}

    def scalar(self, tag, value, step):
        self.scalars.append((tag, value, step))

    def histogram(self, tag, values, step):
        self.histograms[tag, step] = values


def test_mean_entropy():
    # A uniform row of 4 has log 4 nats, a row of one weight none.
    weights = np.array([[0.25] * 4, [1.0, 0, 0, 0]])
    np.testing.assert_allclose(mean_entropy(weights), np.log(4) / 2)


def test_step_scalars_are_those_of_each_batch_alone():
    """Beside the loss of every batch, computed one by one."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(22, 3)).astype("float32")
    y = rng.normal(size=(22, 1)).astype("float32")
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse", metrics=["mae"])
    recorder = Recorder()
    steps = StepScalars(recorder, sizes=[8, 8, 6], first_step=100)
    model.evaluate(x, y, batch_size=8, verbose=0, callbacks=[steps])
    predicted = to_numpy(model(x))
    expected = {}
    for n, first in enumerate((0, 8, 16)):
        error = (predicted - y)[first : first + 8]
        expected["loss", 100 + n] = (error**2).mean()
        expected["mae", 100 + n] = np.abs(error).mean()
    received = {(tag, step): v for tag, v, step in recorder.scalars}
    assert received.keys() == expected.keys()
    for key, value in expected.items():
        np.testing.assert_allclose(received[key], value, rtol=1e-4)


@pytest.mark.parametrize("num_heads", [1, 2])
def test_histograms_hold_real_positions_only(num_heads):
    model = build_classifier(20, **SMALL, num_heads=num_heads)
    ids = np.array([[3, 9, 4, 12, 5], [7, 2, 0, 0, 0]], "int32")
    recorder = Recorder()
    AttentionHistograms(model, ids).write(recorder, step=7)
    sizes = {tag: v.size for (tag, _), v in recorder.histograms.items()}
    assert sizes == {
        "embeddings": 20 * 6,
        "rnn_outputs": 7 * 10,
        "attention_weights": 7 * num_heads,
        "output_weights": 10 * num_heads,
    }
    scalars = {tag: (value, step) for tag, value, step in recorder.scalars}
    assert scalars["attention_on_padding"] == (0.0, 7)
    entropy, _ = scalars["attention_entropy"]
    assert 0 < entropy < np.log(5)


def test_without_recurrence_there_are_no_outputs_of_it():
    model = build_classifier(20, **SMALL, cell="none")
    recorder = Recorder()
    AttentionHistograms(model, np.array([[3, 9, 0]], "int32")).write(
        recorder, 0
    )
    tags = {tag for tag, _ in recorder.histograms}
    assert tags == {"embeddings", "attention_weights", "output_weights"}


def test_histograms_of_documents_are_of_both_levels():
    model = build_han(20, **SMALL, num_heads=2)
    ids = np.zeros((3, 3, 4), "int32")
    ids[0, :2] = [[3, 9, 4, 12], [7, 2, 0, 0]]
    ids[1, 0, 0] = 5  # and the third document is empty
    recorder = Recorder()
    AttentionHistograms(model, ids).write(recorder, step=3)
    sizes = {tag: v.size for (tag, _), v in recorder.histograms.items()}
    assert sizes == {
        "embeddings": 20 * 6,
        "word_rnn_outputs": 7 * 10,
        "word_attention_weights": 7 * 2,
        "sentence_rnn_outputs": 3 * 10,
        "sentence_attention_weights": 3 * 2,
        "output_weights": 20,
    }
    assert {step for _, _, step in recorder.scalars} == {3}
    scalars = {tag: value for tag, value, _ in recorder.scalars}
    assert scalars["word_attention_on_padding"] == 0
    assert scalars["sentence_attention_on_padding"] == 0


def test_padding_sentences_do_not_lower_the_entropy():
    """With the mean every step has 1 / n: the entropy is log n, by hand."""
    model = build_han(20, **SMALL, pooling="mean")
    ids = np.zeros((2, 5, 4), "int32")
    ids[0, 0] = [3, 4, 5, 6]
    ids[0, 1, :2] = [3, 4]
    ids[1, 0, :2] = [7, 8]
    recorder = Recorder()
    AttentionHistograms(model, ids).write(recorder, step=0)
    scalars = {tag: value for tag, value, _ in recorder.scalars}
    np.testing.assert_allclose(
        scalars["word_attention_entropy"],
        (np.log(4) + np.log(2) + np.log(2)) / 3,
        rtol=1e-5,
    )
    np.testing.assert_allclose(
        scalars["sentence_attention_entropy"], np.log(2) / 2, rtol=1e-5
    )


BARS = """
import sys
from han_attention.training.callbacks.progress_bar import ProgressBar
for verbose in (True, False):
    bar = ProgressBar("Epoch 1/2 train", 5, [3, 2], verbose=verbose)
    bar.on_train_batch_end(0, {"loss": 0.5, "accuracy": 0.75})
    bar.on_train_batch_end(1, {"loss": 0.25, "accuracy": 0.875})
    bar.close()
    print("end of this bar", file=sys.stderr)
"""


def _run_in_terminal(code, columns=120):
    """What the code writes to stderr when that is a terminal."""
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, columns))
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        stderr=theirs,
        env=os.environ | {"COLUMNS": str(columns)},
    )
    process.wait()
    os.close(theirs)
    written = b""
    try:
        while block := os.read(ours, 65536):
            written += block
    except OSError:  # Linux ends a closed terminal so
        pass
    os.close(ours)
    return written.decode()


@pytest.fixture(scope="module")
def bars():
    """What a bar writes to a terminal, and what a quiet one does."""
    shown, quiet, rest = _run_in_terminal(BARS).split("end of this bar")
    assert not rest.strip()
    return shown, quiet


def test_bar_in_a_terminal(bars):
    last = [line for line in bars[0].split("\r") if "Epoch 1/2" in line][-1]
    for part in (
        "Epoch 1/2 train: 100%",
        "5/5",
        "examples/s",
        "loss=0.2500",
        "accuracy=0.8750",
    ):
        assert part in last


NARROW = """
from han_attention.progress import announce
from han_attention.training.callbacks.progress_bar import ProgressBar
announce("reading")
announce("nothing", verbose=False)
bar = ProgressBar("Epoch 10/20 validation", 25_000, [24_000, 1_000])
for n in range(2):
    bar.on_test_batch_end(
        n, {"accuracy": 0.5, "balanced_accuracy": 0.5, "loss": 0.25}
    )
bar.close()
"""


def test_bar_in_80_columns_does_not_lose_the_loss():
    """And a stage is said with its time."""
    written = _run_in_terminal(NARROW, columns=80)
    lines = [line.strip("\n") for line in written.split("\r") if "100%" in line]
    assert "loss=0.2500, accuracy=0.5000 [" in lines[-1]
    assert lines[-1].rstrip().endswith("]")
    assert len(lines[-1].rstrip()) <= 80
    assert "s] reading" in written and "nothing" not in written


def test_quiet_bar_in_a_terminal(bars):
    assert "Epoch" not in bars[1]


def test_no_bar_without_a_terminal(capsys):
    bar = ProgressBar("Epoch 1/2 train", 3, [3])
    bar.on_train_batch_end(0, {"loss": 0.5})
    bar.close()
    assert capsys.readouterr().err == ""


def test_a_log_has_a_line_an_epoch_and_a_terminal_has_none(capsys, monkeypatch):
    log = EpochLog()
    log.set_params({"epochs": 20})
    numbers = {"loss": 0.41, "accuracy": 0.9, "val_accuracy": 0.84}
    log.on_epoch_begin(1)
    log.on_epoch_end(1, numbers)
    log.on_epoch_end(2, {"loss": 0.4, "accuracy": 0.9})
    first, second = capsys.readouterr().err.splitlines()
    assert first.startswith("epoch 2 of 20: loss 0.4100, val_accuracy 0.8400, ")
    assert second.startswith("epoch 3 of 20: loss 0.4000, accuracy 0.9000, ")
    assert second.endswith(" s")
    log.on_epoch_end(1, numbers | {"val_loss": 0.5, "val_binary_accuracy": 1})
    assert "0.4100, val_loss 0.5000, val_binary_acc" in capsys.readouterr().err
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    log.on_epoch_end(3, numbers)
    assert capsys.readouterr().err == ""
