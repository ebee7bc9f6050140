"""Importing Keras, which is said, for it takes seconds."""

import importlib
import sys

from han_attention.progress import announce


def import_keras(quiet: bool = False) -> None:
    """Import Keras, and with it the backend, without their log lines.

    On a terminal one line says so, unless `quiet`. An error is raised as ever.
    """
    announce("loading Keras", not quiet and "keras" not in sys.modules)
    importlib.import_module("han_attention.inference.keras")
