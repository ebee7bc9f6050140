"""Importing Keras without the noise of the backend below it."""

import importlib
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from han_attention.progress import announce


def import_keras(quiet: bool = False) -> None:
    """Import Keras, and with it the backend, silently.

    On a terminal one line says so, unless `quiet`.

    TensorFlow says what CPU it was built for before it can be told not to.
    An error is raised as ever.
    """
    announce("loading Keras", not quiet and "keras" not in sys.modules)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    with _nothing_on_stderr():
        importlib.import_module("han_attention.inference.keras")


@contextmanager
def _nothing_on_stderr() -> Iterator[None]:
    """Not even from C++, which knows the file, and not `sys.stderr`."""
    sys.stderr.flush()
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        sys.stderr.flush()
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
