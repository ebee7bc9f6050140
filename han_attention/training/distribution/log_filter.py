"""What JAX writes while several processes train, said in one line.

Run as a program, with the log on stdin: JAX ends a process whose fellows are
gone by itself, with a stack trace, and leaves Python no time to say anything.
"""

import os
import re
import signal
import subprocess
import sys
from typing import TextIO

_FATAL = "Terminating process because the JAX distributed service"
_NOISE = re.compile(r"\[Gloo\] |\b(coordination_service|preemption)\w*\.cc:")
_NOT_ALL_CAME = "RegisterTask"
_CODE = 1  # what a process exits with where Python can choose


def filter_own_log(program: str, seconds: int) -> None:
    """Send what is not written by Python through the filter.

    Args:
        program: Whose name stands before the line.
        seconds: In which all processes must have come.
    """
    command = [sys.executable, "-IS", __file__, program, str(seconds)]
    # Python's own streams go where they went.
    sys.stdout, sys.stderr = _keep(sys.stdout), _keep(sys.stderr)
    log = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=2).stdin
    if log is not None:
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)


def end_alone() -> None:
    """End the process, and let the filter say that another one is gone."""
    os.write(2, f"{_FATAL}\n".encode())
    os._exit(_CODE)


def _keep(stream: TextIO) -> TextIO:
    """A stream that goes where one went, whatever becomes of its number."""
    stream.flush()
    return open(
        os.dup(stream.fileno()),
        "w",
        buffering=1,
        encoding=stream.encoding,
        errors=stream.errors,
    )


def main(program: str, seconds: str) -> None:
    """Pass on what is of interest until the log ends."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)  # the log has an end
    lost = ""
    for line in sys.stdin:
        if _FATAL in line or lost:
            lost += line
        elif not _NOISE.search(line):
            print(line, end="", flush=True)
    if _NOT_ALL_CAME in lost:
        print(
            f"{program}: error: Not all processes came within {seconds} "
            "seconds."
        )
    elif lost:
        print(
            f"{program}: error: Another process of the training has ended. "
            "Start all of them anew; with a --run-dir, go on with --resume."
        )


if __name__ == "__main__":
    main(*sys.argv[1:])
