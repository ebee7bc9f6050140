"""Ctrl-C and SIGTERM, as a shell and a scheduler send them."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import han_attention
from han_attention import make_demo_reviews

ENVIRONMENT = os.environ | {
    "PYTHONPATH": str(Path(han_attention.__file__).parents[1])
}


@pytest.fixture
def reviews(tmp_path):
    train = make_demo_reviews(200, 2).train
    rows = zip(train.texts, train.labels, strict=True)
    path = tmp_path / "reviews.csv"
    lines = [f'"{text}",{label}\n' for text, label in rows]
    path.write_text("text,label\n" + "".join(lines))
    return path


@pytest.fixture(autouse=True)
def interruptible():
    """Ctrl-C is heard by what is started, which a shell's background hides."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def wait_for(path, process):
    """Wait until a process has written a file, newly."""
    began = time.time()
    while not path.exists() or path.stat().st_mtime < began:
        assert process.poll() is None, process.stderr.read()
        time.sleep(0.05)


def test_both_save_say_how_to_go_on_and_have_their_code(reviews, tmp_path):
    run = tmp_path / "run"
    command = [sys.executable, "-m", "han_attention", "train", str(reviews)]
    command += ["--run-dir", str(run), "--epochs", "1000", "--patience", "none"]
    command += ["--rnn-units", "2", "--embedding-dim", "4", "--seed", "1"]
    for number, code, more in (
        (signal.SIGTERM, 143, []),
        (signal.SIGINT, 130, ["--resume"]),
    ):
        process = subprocess.Popen(
            command + more,
            stderr=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            text=True,
            env=ENVIRONMENT,
        )
        with process:
            wait_for(run / "checkpoint" / "state.npz", process)
            process.send_signal(number)
            said = process.stderr.read()
        assert process.returncode == code, said
        *_, line = said.splitlines()
        assert "All is saved: go on with --resume" in line
        assert "Traceback" not in said
