"""Importing Keras without what its backend says on the way."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

_LEVEL = "TF_CPP_MIN_LOG_LEVEL"
_NOTHING = "3"


@contextmanager
def without_log_lines() -> Iterator[None]:
    """Keep the log lines of TensorFlow off the screen while it is imported.

    It says what CPU it was built for before it can be told not to, so stderr
    is nowhere meanwhile: not even C++, which knows the file and not
    `sys.stderr`, says a word. An error is raised as ever. Who sets
    `TF_CPP_MIN_LOG_LEVEL` below 3 wants the lines, and gets them.
    """
    if os.environ.setdefault(_LEVEL, _NOTHING) != _NOTHING:
        yield
        return
    if sys.stderr is not None:
        sys.stderr.flush()
    try:
        kept = os.dup(2)
    except OSError:  # there is no stderr
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        if sys.stderr is not None:
            sys.stderr.flush()
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
