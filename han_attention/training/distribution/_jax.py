"""Several devices with JAX: `keras.distribution.DataParallel`."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import jax
import keras


def count_processes() -> int:
    """The processes that `keras.distribution.initialize` put together."""
    return int(jax.process_count())


def count_devices() -> int:
    """The devices of this machine, such as its GPUs."""
    return len(keras.distribution.list_devices())


def make_scope() -> Callable[[], AbstractContextManager[Any]]:
    """A copy of every weight on each device, and a part of every batch."""
    parallel: Any = keras.distribution.DataParallel()
    return parallel.scope
