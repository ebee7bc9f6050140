"""Nothing but what was asked for is on the screen, from Python too."""

import logging
import os
import subprocess
import sys

import pytest

CODE = """
import han_attention
from han_attention import Tokenizer, TextPreprocessor, build_classifier
from han_attention.inference import Predictor
tokenizer = Tokenizer.train(["a fine film"])
for _ in range(6):  # as many models as TensorFlow would warn of
    model = build_classifier(len(tokenizer), rnn_units=1, embedding_dim=2)
    predictor = Predictor(model, tokenizer, ["bad", "good"])
    predictor.predict(["a fine film " * 40])
"""


def run(**environment):
    clean = {k: v for k, v in os.environ.items() if not k.startswith("TF_")}
    done = subprocess.run(
        [sys.executable, "-c", CODE],
        env=clean | environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stderr


def test_no_log_lines_and_no_warnings_of_tracing():
    assert run() == ""


def test_an_error_while_importing_keras_is_raised_as_ever():
    done = subprocess.run(
        [sys.executable, "-c", "from han_attention import BiGRU"],
        env=os.environ | {"KERAS_BACKEND": "none"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert "none" in done.stderr.splitlines()[-1]


def test_other_warnings_of_tracing_stay():
    pytest.importorskip("tensorflow")
    from han_attention.inference._tensorflow import make_function

    assert make_function
    logger = logging.getLogger("tensorflow")
    make = logging.LogRecord
    for name, kept in (("mine", True), ("make_function.<locals>.run", False)):
        text = f"5 calls to <function {name}> triggered retracing"
        record = make("tensorflow", logging.WARNING, "", 0, text, (), None)
        assert bool(logger.filter(record)) is kept
