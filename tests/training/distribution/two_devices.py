"""Trains on one device and on two virtual ones; prints what came of it.

KERAS_BACKEND=jax python tests/training/distribution/two_devices.py FOLDER
"""

import json
import math
import os
import sys
from dataclasses import replace
from pathlib import Path

BACKEND = os.environ["KERAS_BACKEND"]
if BACKEND == "jax":
    os.environ["XLA_FLAGS"] = "--xla_force_host_platform_device_count=2"
else:
    import tensorflow as tf

    tf.config.set_logical_device_configuration(
        tf.config.list_physical_devices("CPU")[0],
        [tf.config.LogicalDeviceConfiguration()] * 2,
    )

import keras  # noqa: E402
import numpy as np  # noqa: E402

from han_attention.settings import Settings  # noqa: E402
from han_attention.training.callbacks import keep_state  # noqa: E402
from han_attention.training.sources.memory import prepare_texts  # noqa: E402
from han_attention.training.trainer import train_in_folder  # noqa: E402

WORDS = "fine dull odd".split()
# 27 to train on, so that the last batch cannot be halved, and 3 held out.
TEXTS = [f"a {WORDS[n % 3]} film {'and long ' * (n % 4)}" for n in range(30)]
LABELS = [n % 3 if n % 5 else 0 for n in range(30)]
SETTINGS = Settings(
    epochs=2,
    batch_size=8,
    seed=1,
    embedding_dim=3,
    rnn_units=2,
    attention_units=2,
    embedding_dropout=0.0,
    dropout=0.0,
    class_weight="balanced",
    learning_rate=0.02,
    num_ngram_buckets=64,
    tensorboard=True,
    checkpoint_minutes=1e-9,
    verbose=False,
)


class CrashAtStep(keras.callbacks.Callback):
    """Ends a training after the second step of the second epoch."""

    def on_train_batch_end(self, batch, logs=None):
        steps = int(keras.ops.convert_to_numpy(self.model.optimizer.iterations))
        if steps == 6:
            raise InterruptedError


def train(folder, distribute, resume=False, callbacks=()):
    """The weights and the history of a training in a folder."""
    trained = train_in_folder(
        replace(SETTINGS, distribute=distribute),
        lambda settings: prepare_texts(settings, TEXTS, LABELS),
        (folder, resume, False),
        callbacks=callbacks,
    )
    weights = trained.predictor.model.get_weights()
    scores = [
        {k: v for k, v in row.items() if "second" not in k}
        for row in trained.history
    ]
    return weights, scores


def largest_difference(one, other):
    """Between the weights of two trainings."""
    pairs = zip(one, other, strict=True)
    return max(float(np.abs(a - b).max()) for a, b in pairs)


def main(folder):
    """Train three times."""
    one, of_one = train(folder / "one", None)
    two, of_two = train(folder / "two", "auto")
    keep_state._COST = math.inf
    try:
        train(folder / "ended", "auto", callbacks=[CrashAtStep()])
    except InterruptedError:
        resumed, of_resumed = train(folder / "ended", "auto", resume=True)
    found = {
        "one": of_one,
        "two": of_two,
        "resumed": of_resumed,
        "difference": largest_difference(one, two),
        "difference_resumed": largest_difference(two, resumed),
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
