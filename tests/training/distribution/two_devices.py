"""Trains on one device and on two virtual ones; prints what came of it.

KERAS_BACKEND=jax PYTHONPATH=tests \\
    python tests/training/distribution/two_devices.py FOLDER
"""

import json
import math
import os
import sys
from functools import partial
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

import numpy as np  # noqa: E402
from distribution_cases import interrupt  # noqa: E402
from distribution_cases import make_text  # noqa: E402
from distribution_cases import train  # noqa: E402
from training_cases import AfterStep  # noqa: E402

from han_attention.training.callbacks import keep_state  # noqa: E402

# 27 to train on, so that the last batch cannot be halved, and 3 held out.
TEXTS = [make_text(n) for n in range(30)]
LABELS = [n % 3 if n % 5 else 0 for n in range(30)]
learn = partial(
    train,
    texts=TEXTS,
    labels=LABELS,
    cell="gru",
    rnn_units=2,
    tensorboard=True,
)


def largest_difference(one, other):
    """Between the weights of two trainings."""
    pairs = zip(one, other, strict=True)
    return max(float(np.abs(a - b).max()) for a, b in pairs)


def main(folder):
    """Train three times."""
    one, of_one = learn(folder / "one", distribute=None)
    two, of_two = learn(folder / "two", distribute="auto")
    keep_state._COST = math.inf
    try:
        learn(
            folder / "ended",
            distribute="auto",
            callbacks=[AfterStep(6, interrupt)],
        )
    except InterruptedError:
        resumed, of_resumed = learn(
            folder / "ended", distribute="auto", resume=True
        )
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
