"""Trainings for the tests: the published settings, texts and files."""

import keras
import numpy as np

from han_attention.settings import Settings
from han_attention.text.ragged import EncodedTexts
from han_attention.training.loop import run_epochs
from han_attention.training.model import build_model
from han_attention.training.sources.base import TrainingData
from han_attention.training.sources.batches import InMemorySplit
from han_attention.training.sources.memory import prepare_texts
from han_attention.training.sources.stream import prepare_files
from han_attention.training.task import Task
from han_attention.training.trainer import train_model


def published(**settings):
    """The settings of the published program, some changed, all checked."""
    return Settings.from_preset("imdb", **settings).checked()


def fit_texts(settings, texts, labels, unlabelled=(), **options):
    """Train on texts in memory."""
    return train_model(
        settings,
        lambda settings: prepare_texts(
            settings, texts, labels, unlabelled=unlabelled
        ),
        **options,
    )


def fit_files(settings, files, unlabelled=(), **options):
    """Train on a stream of files."""
    return train_model(
        settings,
        lambda settings: prepare_files(settings, files, unlabelled=unlabelled),
        **options,
    )


# The smallest training there is, of ids: no text, no vocabulary.
TASK = Task(["a", "b"])


def tiny_settings(**settings):
    """4 batches of 16 texts of up to 8 ids."""
    sizes = {"embedding_dim": 6, "rnn_units": 4, "attention_units": 3}
    others = {
        "embedding_range": 0.1,
        "learning_rate": 0.05,
        "dropout": 0.3,
        "batch_size": 16,
        "seed": 1,
        "verbose": False,
    }
    return published(**sizes | others | settings)


def make_id_split(size, seed, noise=0.0):
    """A text of class 1 holds more of the ids 3 and 4 than of 5 and 6."""
    rng = np.random.default_rng(seed)
    texts = [
        rng.integers(3, 9, size=length) for length in rng.integers(3, 9, size)
    ]
    surplus = [np.sum(t < 5) - np.sum((t == 5) | (t == 6)) for t in texts]
    labels = np.array(surplus) > 0
    labels ^= rng.random(size) < noise
    return InMemorySplit(
        EncodedTexts.from_ids(texts), TASK.label_array(labels.astype(int))
    )


def fit_ids(folder, settings, train, validation, look=None, **options):
    """Train on ids; the model, and a row for each epoch.

    `look` is called after each with the model and the rows so far.
    """
    keras.utils.set_random_seed(0)
    model = build_model(settings, TASK, 9)
    data = TrainingData(TASK, None, train, validation, (), "these")
    if look is not None:
        options["on_epoch_end"] = lambda history: look(model, history)
    return model, run_epochs(model, settings, data, folder, **options)


class AfterStep(keras.callbacks.Callback):
    """Does something once, when as many steps were made in all."""

    def __init__(self, step, action):
        super().__init__()
        self.step, self.action = step, action

    def on_train_batch_end(self, batch, logs=None):
        done = int(keras.ops.convert_to_numpy(self.model.optimizer.iterations))
        if done == self.step:
            self.action()


def drop_times(history):
    """The numbers of each epoch that repeat."""
    timed = ("seconds", "examples_per_second")
    return [{k: v for k, v in row.items() if k not in timed} for row in history]
