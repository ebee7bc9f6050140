"""Fixtures shared by all tests."""

import gc
import os
import random
import sys
from pathlib import Path

import numpy as np
import pytest

from han_attention._import_hook import when_imported

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

# These take longest: started last, one process would run while others wait.
LONGEST = (
    "test_train_imdb.py",
    "test_survival.py",
    "test_exporter.py",
    "test_cli_train.py",
    "test_pages.py",
    "test_cli_signals.py",
    "test_estimator.py",
    "test_experiment.py",
    "test_loop.py",
    "test_import.py",
    "test_travel.py",
    "test_callbacks.py",
    "test_trainer.py",
    "test_cli_replay.py",
    "test_generation.py",
    "test_estimator_runs.py",
    "test_attention_decoder_contract.py",
    "test_train_documents.py",
    "test_hierarchical.py",
    "test_notebooks.py",
    "test_docstrings.py",
)
# With what TensorFlow holds, to look for garbage often takes a twentieth.
gc.set_threshold(50_000, 20, 100)
# Each program that JAX compiles is mapped into memory. Linux has room for
# 65,530 maps, after which compiling ends the process.
MAPS, MOST_MAPS = Path("/proc/self/maps"), 40_000
SHARED_DATA = Path(__file__).parents[2] / "shared" / "data"


def pytest_collection_modifyitems(items):
    """Start with the longest files, then trainings; others keep their order."""
    items.sort(
        key=lambda item: (
            item.path.name not in LONGEST,
            "training" not in item.path.parts,
        )
    )


def _start_anew():
    """Float32, and the names and seeds of a program that starts."""
    if keras := sys.modules.get("keras"):
        keras.utils.clear_session(free_memory=False)
        keras.utils.set_random_seed(0)
        keras.config.set_dtype_policy("float32")


def _leave_graphs_as_traced():
    """To optimize a graph pays after more steps than a test has."""
    sys.modules["tensorflow"].config.optimizer.set_experimental_options(
        {"disable_meta_optimizer": True}
    )


when_imported("keras", _start_anew)
when_imported("tensorflow", _leave_graphs_as_traced)


@pytest.fixture(autouse=True, scope="module")
def _fresh_keras():
    """Only if a test has imported Keras: most need none.

    Once a file: TensorFlow forgets its kernels then, and to find them again
    takes a small model a third of the time that it runs.
    """
    _start_anew()
    jax = sys.modules.get("jax")
    if jax and MAPS.exists() and MAPS.read_bytes().count(b"\n") > MOST_MAPS:
        jax.clear_caches()
        gc.collect()


@pytest.fixture(autouse=True)
def _same_draws():
    """Every test draws the same numbers, of which Keras makes its seeds."""
    random.seed(0)
    np.random.seed(0)
    yield
    if keras := sys.modules.get("keras"):
        keras.config.set_dtype_policy("float32")


@pytest.fixture
def shared_data():
    """A function from the name of a real data file to its path."""

    def find(name):
        path = SHARED_DATA / name
        if not path.exists():
            pytest.skip(f"needs the real data file {name}")
        return path

    return find
