"""What is being done, a line for each stage, on a terminal."""

import sys
import time

_START = time.monotonic()


def announce(stage: str, verbose: bool = True, in_log: bool = False) -> None:
    """Say that a stage begins, and how long the program has run until then.

    Nothing is said where stderr is no terminal, as with progress bars, unless
    a log is kept.

    Args:
        stage: Such as "encoding 2,000 texts".
        verbose: Whether to say it. Defaults to `True`.
        in_log: Whether to say it without a terminal too. Defaults to `False`.

    Example:
    >>> announce("encoding 2,000 texts", verbose=False)
    """
    if verbose and (in_log or sys.stderr.isatty()):
        seconds = time.monotonic() - _START
        print(f"[{seconds:5.1f} s] {stage}", file=sys.stderr, flush=True)
