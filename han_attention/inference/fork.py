"""A process that was forked from one with threads, which it does not have."""

import os

_first_process: int | None = None


def check_not_forked() -> None:
    """Raise if a model was used in the process that this one is a fork of.

    TensorFlow, JAX and PyTorch compute in threads. A fork has none of them,
    and would wait for ever for an answer.

    Raises:
        RuntimeError: in such a process.
    """
    global _first_process
    if _first_process is None:
        _first_process = os.getpid()
    elif _first_process != os.getpid():
        raise RuntimeError(
            "A Keras model cannot run in a process that was forked from one "
            "that used Keras: its threads are not there. Start it by "
            'multiprocessing.get_context("spawn"), or use an exported model '
            "with OnnxPredictor."
        )
