"""A training for the tests of several devices and of several processes."""

import os
from dataclasses import replace
from pathlib import Path

from training_cases import drop_times

from han_attention.settings import Settings
from han_attention.training.sources.memory import prepare_texts
from han_attention.training.trainer import train_in_folder

SETTINGS = Settings(
    epochs=2,
    batch_size=8,
    seed=1,
    cell="none",
    embedding_dim=3,
    attention_units=2,
    embedding_dropout=0.0,
    dropout=0.0,
    class_weight="balanced",
    learning_rate=0.02,
    num_ngram_buckets=64,
    checkpoint_minutes=1e-9,
    verbose=False,
)


def make_environment(backend):
    """Of a program that imports what stands beside this file."""
    paths = [str(Path(__file__).parent), os.environ.get("PYTHONPATH", "")]
    path = os.pathsep.join(filter(None, paths))
    return os.environ | {"KERAS_BACKEND": backend, "PYTHONPATH": path}


def make_text(number):
    """A short text; by the number it has one of three words, and a length."""
    word = "fine dull odd".split()[number % 3]
    return f"a {word} film {'and long ' * (number % 4)}"


def interrupt():
    raise InterruptedError


def train(folder, texts, labels, resume=False, callbacks=(), **changes):
    """The weights and the history of a training in a folder."""
    trained = train_in_folder(
        replace(SETTINGS, **changes),
        lambda settings: prepare_texts(settings, texts, labels),
        (folder, resume, False),
        callbacks=callbacks,
    )
    return trained.predictor.model.get_weights(), drop_times(trained.history)
