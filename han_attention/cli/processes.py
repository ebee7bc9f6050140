"""`han-attention train` in several processes: who they are, and their end."""

import argparse
import atexit
import os
import re
import sys
from collections.abc import Iterator
from collections.abc import Sequence
from contextlib import contextmanager
from typing import Any

from han_attention.cli.common import INTERRUPTED
from han_attention.cli.common import MISTAKES
from han_attention.cli.keras_import import import_keras

_AUTO = "auto"
# Where a flag is not given: what Keras names, SLURM, indexed jobs of
# Kubernetes.
_COORDINATOR = ("KERAS_DISTRIBUTION_JOB_ADDRESSES",)
_NUMBER = ("KERAS_DISTRIBUTION_NUM_PROCESSES", "SLURM_NTASKS")
_INDEX = (
    "KERAS_DISTRIBUTION_PROCESS_ID",
    "SLURM_PROCID",
    "JOB_COMPLETION_INDEX",
)


def add_process_flags(parser: argparse.ArgumentParser) -> None:
    """Add the flags of a training in several processes."""
    group = parser.add_argument_group("several processes (JAX)")
    group.add_argument(
        "--coordinator",
        metavar="HOST:PORT",
        help="where process 0 listens for the others; auto: as SLURM says "
        f"(default: ${_COORDINATOR[0]}, else one process)",
    )
    group.add_argument(
        "--num-processes",
        metavar="N",
        help=f"how many there are (default: {_name(_NUMBER)})",
    )
    group.add_argument(
        "--process-index",
        metavar="I",
        help=f"which this is, from 0 (default: {_name(_INDEX)})",
    )


class OwnProcess:
    """Which of several processes this is, by flags and the environment.

    Args:
        arguments: With the flags of `add_process_flags`.

    Attributes:
        number: Of the processes.
        index: From 0; the first one writes and speaks for all.

    Raises:
        ValueError: for what cannot be, or is not said.
    """

    def __init__(self, arguments: argparse.Namespace) -> None:
        self.number, self.index = 1, 0
        self._arguments = arguments
        self._coordinator = _find(arguments.coordinator, _COORDINATOR)
        given = arguments.num_processes, arguments.process_index
        if self._coordinator is None:
            if given != (None, None):
                raise ValueError(
                    "Expected --coordinator with --num-processes and "
                    "--process-index. Received: none"
                )
            return
        self.number = _read("--num-processes", given[0], _NUMBER, 1)
        self.index = _read("--process-index", given[1], _INDEX, 0)
        if self.index >= self.number:
            raise ValueError(
                "Invalid value for argument --process-index. Expected less "
                f"than --num-processes {self.number}. Received: {self.index}"
            )
        self._coordinator = _check_address(self._coordinator)
        if self.number > 1 and arguments.bad_rows:
            raise ValueError(
                "Expected --skip-bad-rows with several processes, each of "
                "which reads a part of the files. Received: --bad-rows"
            )
        if self.index:
            arguments.quiet = True

    def choose_part(self, items: Sequence[Any]) -> list[Any]:
        """The part of some files that this process reads.

        Parts follow one another, so that all texts have the order that they
        have in one process.
        """
        start = self.index * len(items) // self.number
        end = (self.index + 1) * len(items) // self.number
        return list(items[start:end])

    def share(self, rows: Sequence[Any]) -> list[Any]:
        """The rows that each process has read, in the order of the files."""
        if self.number == 1:
            return list(rows)
        from han_attention.training.distribution.processes import gather

        return [row for part in gather(list(rows)) for row in part]

    def check_same(self, name: str, value: Any) -> None:
        """Raise a ValueError if the processes do not give the same."""
        if self.number > 1:
            from han_attention.training.distribution import processes

            processes.check_same(name, value)

    @contextmanager
    def joined(self) -> Iterator[None]:
        """Put the processes together; what ends one of them ends all.

        Raises:
            ConnectionError: if process 0 does not answer.
            ValueError: on TensorFlow and PyTorch.
        """
        if self.number == 1:
            yield
            return
        import_keras(self._arguments.quiet)
        _check_backend()
        from han_attention.training.distribution import _jax
        from han_attention.training.distribution import log_filter

        program = self._arguments.parser.prog
        seconds = _jax.START_SECONDS
        log_filter.filter_own_log(program, seconds)
        try:
            _jax.initialize(self._coordinator, self.number, self.index, seconds)
            yield
            self.share([])  # each waits for the last
            _jax.leave()
        except BaseException as error:
            if _jax.is_lost(error):
                log_filter.end_alone()
            if _jax.is_joined():
                # At its end JAX would wait for those that wait for this one.
                atexit.register(_end_at_once, _choose_code(error))
            raise


def _end_at_once(code: int) -> None:
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _choose_code(error: BaseException) -> int:
    """What the program exits with after an error, as `main` has it."""
    if isinstance(error, SystemExit) and isinstance(error.code, int):
        return error.code
    if isinstance(error, KeyboardInterrupt):
        return INTERRUPTED
    return 2 if isinstance(error, MISTAKES) else 1


def _check_backend() -> None:
    import keras

    reasons = {
        "tensorflow": "TensorFlow's strategy for several workers does not run "
        "with Keras 3",
        "torch": "Keras trains on one device with PyTorch",
    }
    backend = keras.backend.backend()
    if backend != "jax":
        reason = reasons.get(backend, "of the backends it alone can")
        raise ValueError(
            f"Expected JAX (KERAS_BACKEND=jax) with --coordinator: {reason}. "
            f"Received: {backend}"
        )


def _check_address(address: str) -> str | None:
    """The coordinator: of several addresses the first; None for "auto"."""
    if address == _AUTO:
        if "SLURM_STEP_NODELIST" not in os.environ:
            raise ValueError(
                "Expected --coordinator HOST:PORT where SLURM did not start "
                "the processes (srun). Received: auto"
            )
        return None
    first = address.split(",")[0]
    port = re.fullmatch(r".+:(\d{1,5})", first)
    if port is None or not 0 < int(port[1]) < 2**16:
        raise ValueError(
            "Invalid value for argument --coordinator. Expected HOST:PORT. "
            f"Received: {address!r}"
        )
    return first


def _find(given: str | None, variables: Sequence[str]) -> str | None:
    """What a flag says, else the first variable that is set."""
    values = [given, *map(os.environ.get, variables)]
    return next((value for value in values if value), None)


def _read(
    flag: str, given: str | None, variables: Sequence[str], least: int
) -> int:
    value = _find(given, variables)
    if value is None or not value.isdecimal() or int(value) < least:
        raise ValueError(
            f"Invalid value for argument {flag}. Expected an integer of at "
            f"least {least}, by the flag or by {_name(variables)}. Received: "
            f"{value}"
        )
    return int(value)


def _name(variables: Sequence[str]) -> str:
    return ", ".join(f"${name}" for name in variables)
