"""Several devices, and several processes, with JAX."""

import socket
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from contextlib import suppress
from typing import Any

import jax
import keras
import numpy as np
from jax.experimental import multihost_utils

START_SECONDS = 120  # in which all processes must have come
_HEARTBEAT_SECONDS = 30  # one that is silent for so long is given up
_END_SECONDS = 600  # that the first to end waits for the last
_CHUNK = 2**24  # bytes that are exchanged at once
# What JAX says of a process that is gone: Gloo on CPUs, NCCL on GPUs.
_LOST = ("Gloo", "NCCL", "coordination service", "heartbeat")


def initialize(
    coordinator: str | None, number: int, index: int, seconds: int
) -> None:
    """As `keras.distribution.initialize`, which waits for longer.

    Keras has no argument for how long: five minutes for processes that do
    not come, and 100 seconds for one that is silent.

    Args:
        coordinator: Host and port of process 0, or None: as SLURM says.
        number: Of the processes.
        index: Which one this is.
        seconds: In which all must have come; then JAX ends the process.

    Raises:
        ConnectionError: if nothing answers at the coordinator's address.
    """
    # It would take SIGTERM for itself, also where nothing asks it.
    jax.config.update("jax_enable_preemption_service", False)
    if coordinator is not None and index:
        _wait_for(coordinator, seconds)
    jax.distributed.initialize(
        coordinator,
        number,
        index,
        initialization_timeout=seconds,
        heartbeat_timeout_seconds=_HEARTBEAT_SECONDS,
        shutdown_timeout_seconds=_END_SECONDS,
    )


def leave() -> None:
    """End the connection to the other processes, which must do so too."""
    if is_joined():
        jax.distributed.shutdown()


def is_joined() -> bool:
    """Whether the process is one of several."""
    return bool(jax.distributed.is_initialized())


def is_lost(error: BaseException) -> bool:
    """Whether an error says that another process is gone."""
    return any(word in str(error) for word in _LOST)


def count_processes() -> int:
    """The processes that are put together."""
    return int(jax.process_count())


def find_index() -> int:
    """Which of them this is, from 0."""
    return int(jax.process_index())


def gather_bytes(data: bytes) -> list[bytes]:
    """What each process gives, in the order of the processes."""
    size = np.array(divmod(len(data), _CHUNK), "int32")
    rows = multihost_utils.process_allgather(size)
    sizes = [int(whole) * _CHUNK + int(rest) for whole, rest in rows]
    parts = [bytearray() for _ in sizes]
    for start in range(0, max(sizes), _CHUNK):
        rest = min(max(sizes) - start, _CHUNK)
        # A power of two: each size is compiled once.
        chunk = np.zeros(1 << (rest - 1).bit_length(), "uint8")
        own = np.frombuffer(data[start : start + _CHUNK], "uint8")
        chunk[: len(own)] = own
        for part, row in zip(
            parts, multihost_utils.process_allgather(chunk), strict=True
        ):
            part += row.tobytes()[:rest]
    return [bytes(p[:n]) for p, n in zip(parts, sizes, strict=True)]


def find_largest(number: int) -> int:
    """The largest of the numbers that the processes give."""
    own = np.array(number, "int32")
    return int(multihost_utils.process_allgather(own).max())


def count_devices() -> int:
    """The devices of all processes, such as their GPUs."""
    return len(keras.distribution.list_devices())


def count_own_devices() -> int:
    """The devices of this process."""
    return int(jax.local_device_count())


def make_scope() -> Callable[[], AbstractContextManager[Any]]:
    """A copy of every weight on each device, and a part of every batch."""
    parallel: Any = keras.distribution.DataParallel(auto_shard_dataset=False)
    return parallel.scope


def _wait_for(address: str, seconds: int) -> None:
    """Wait until something answers; JAX itself would abort the program."""
    host, _, port = address.rpartition(":")
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with suppress(OSError):
            socket.create_connection((host.strip("[]"), int(port)), 5).close()
            return
        time.sleep(0.2)
    raise ConnectionError(
        f"The coordinator, process 0, does not answer at {address} within "
        f"{seconds} seconds."
    )
