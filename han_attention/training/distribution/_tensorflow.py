"""Several devices with TensorFlow: `tf.distribute.MirroredStrategy`."""

import json
import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import tensorflow as tf


def count_processes() -> int:
    """The workers that `TF_CONFIG` names, which other launchers set."""
    try:
        cluster = json.loads(os.environ.get("TF_CONFIG", "{}"))["cluster"]
        return sum(len(cluster.get(job, ())) for job in ("chief", "worker"))
    except (ValueError, KeyError, TypeError, AttributeError):
        return 1


def count_devices() -> int:
    """The GPUs of this machine; without one, its CPU devices."""
    return len(_list_devices())


def make_scope() -> Callable[[], AbstractContextManager[Any]]:
    """A copy of every weight on each device, and the sum of the gradients."""
    devices, operations = _list_devices(), None
    if "GPU" not in devices[0]:
        # The others of CPUs stay confused by a training that was ended.
        operations = tf.distribute.ReductionToOneDevice()
    strategy: Any = tf.distribute.MirroredStrategy(devices, operations)
    return strategy.scope


def _list_devices() -> list[str]:
    devices = tf.config.list_logical_devices("GPU")
    devices = devices or tf.config.list_logical_devices("CPU")
    return [device.name for device in devices]
