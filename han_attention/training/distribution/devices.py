"""The devices that a training runs on, each with a part of every batch."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

import keras

from han_attention.settings import Settings
from han_attention.training.distribution.packed_rows import Batch
from han_attention.training.distribution.packed_rows import pack_rows
from han_attention.training.distribution.processes import ONE_PROCESS
from han_attention.training.distribution.processes import Processes
from han_attention.training.distribution.processes import check_same
from han_attention.training.distribution.processes import find_processes

_WAYS = {"tensorflow": "mirrored", "jax": "data-parallel"}


@dataclass(frozen=True)
class Devices:
    """On how many devices a model is trained, and how it gets there.

    Attributes:
        number: Of the devices, those of all processes. Defaults to 1.
        scope: In it a model is built, compiled and trained. Defaults to one
            that does nothing.
        processes: To which they belong. Defaults to one.
    """

    number: int = 1
    scope: Callable[[], AbstractContextManager[object]] = nullcontext
    processes: Processes = ONE_PROCESS

    @property
    def transform(self) -> Callable[[Batch], Batch] | None:
        """What makes of a batch the part that is fed here, or None: all."""
        return None if self.number == 1 else self._take_part

    def _take_part(self, batch: Batch) -> Batch:
        """The part of this process of a batch that can be divided."""
        packed = pack_rows(batch, multiple=self.number)
        size = len(packed[0]) // self.processes.number
        start = self.processes.index * size
        return tuple(array[start : start + size] for array in packed)


ONE_DEVICE = Devices()


def choose_devices(settings: Settings) -> Devices:
    """The devices that `distribute` asks for.

    With one device there is nothing to divide, whatever is asked for.

    Raises:
        ValueError: where Keras cannot train on several devices or machines.
    """
    asked, backend = settings.distribute, keras.backend.backend()
    processes = find_processes()
    if asked is None:
        if processes.number == 1:
            return ONE_DEVICE
        asked = "auto"
    if backend not in _WAYS:
        raise _refuse(
            asked,
            "TensorFlow or JAX, since Keras trains on one device with "
            f"{backend}",
        )
    if asked not in ("auto", _WAYS[backend]):
        raise _refuse(asked, f"'{_WAYS[backend]}' on {backend}")
    if backend == "tensorflow":
        from han_attention.training.distribution import _tensorflow

        if (number := _tensorflow.count_processes()) > 1:
            raise _refuse(
                asked,
                "one process, or JAX, since TensorFlow's strategy for the "
                f"{number} processes of TF_CONFIG does not run with Keras 3",
            )
        way: Any = _tensorflow
    else:
        from han_attention.training.distribution import _jax

        way = _jax
    number = way.count_devices()
    if number == 1:
        return ONE_DEVICE
    if processes.number > 1:
        check_same("number of devices", way.count_own_devices())
    return Devices(number, way.make_scope(), processes)


def _refuse(asked: str, expected: str) -> ValueError:
    return ValueError(
        f"Invalid value for argument `distribute`. Expected {expected}. "
        f"Received: distribute={asked!r}"
    )
