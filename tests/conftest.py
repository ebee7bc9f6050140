"""Fixtures shared by all tests."""

from pathlib import Path

from han_attention.cli.keras_import import import_keras

import_keras()  # without the lines that TensorFlow prints

import keras  # noqa: E402
import pytest  # noqa: E402

# These take longest: started last, one process would run while others wait.
LONGEST = (
    "test_notebooks.py",
    "test_docs.py",
    "test_train_imdb.py",
    "test_loop.py",
    "test_attention_decoder_contract.py",
    "test_hierarchical.py",
    "test_cli_train.py",
    "test_exporter.py",
)
SHARED_DATA = Path(__file__).parents[2] / "shared" / "data"


def pytest_collection_modifyitems(items):
    """Start with the longest files; the others keep their order."""
    items.sort(key=lambda item: item.path.name not in LONGEST)


@pytest.fixture(autouse=True)
def _fresh_keras():
    """Every test starts from the same seed and float32."""
    keras.utils.set_random_seed(0)
    keras.config.set_dtype_policy("float32")
    yield
    keras.config.set_dtype_policy("float32")
    keras.utils.clear_session(free_memory=False)


@pytest.fixture
def shared_data():
    """A function from the name of a real data file to its path."""

    def find(name):
        path = SHARED_DATA / name
        if not path.exists():
            pytest.skip(f"needs the real data file {name}")
        return path

    return find
