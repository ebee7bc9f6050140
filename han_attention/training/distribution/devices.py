"""The devices of this machine that a training runs on, each with a part."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from typing import Any

import keras

from han_attention.settings import Settings
from han_attention.training.distribution.packed_rows import Batch
from han_attention.training.distribution.packed_rows import pack_rows

_WAYS = {"tensorflow": "mirrored", "jax": "data-parallel"}


@dataclass(frozen=True)
class Devices:
    """On how many devices a model is trained, and how it gets there.

    Attributes:
        number: Of the devices. Defaults to 1.
        scope: In it a model is built, compiled and trained. Defaults to one
            that does nothing.
    """

    number: int = 1
    scope: Callable[[], AbstractContextManager[object]] = nullcontext

    @property
    def transform(self) -> Callable[[Batch], Batch] | None:
        """What makes a batch one that can be divided among them, or None."""
        if self.number == 1:
            return None
        return partial(pack_rows, multiple=self.number)


ONE_DEVICE = Devices()


def choose_devices(settings: Settings) -> Devices:
    """The devices that `distribute` asks for.

    With one device there is nothing to divide, whatever is asked for.

    Raises:
        ValueError: where Keras cannot train on several devices or machines.
    """
    asked, backend = settings.distribute, keras.backend.backend()
    if asked is None:
        return ONE_DEVICE
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

        way: Any = _tensorflow
    else:
        from han_attention.training.distribution import _jax

        way = _jax
    if (number := way.count_processes()) > 1:
        raise _refuse(
            asked,
            "one process, since the order of batches is that of all texts, "
            f"which each of the {number} processes would need",
        )
    number = way.count_devices()
    return ONE_DEVICE if number == 1 else Devices(number, way.make_scope())


def _refuse(asked: str, expected: str) -> ValueError:
    return ValueError(
        f"Invalid value for argument `distribute`. Expected {expected}. "
        f"Received: distribute={asked!r}"
    )
