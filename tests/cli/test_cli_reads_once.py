"""What a command opens and hashes: a folder and a file of texts, once each."""

import hashlib
import sys
from collections import Counter
from pathlib import Path

import pytest

_COUNTS = []  # of the test that runs; a hook of Python stays for ever


def _count(event, arguments):
    if event == "open" and _COUNTS and isinstance(arguments[0], str | Path):
        _COUNTS[-1][Path(arguments[0]).resolve()] += 1


sys.addaudithook(_count)


@pytest.fixture
def opened():
    """How often each file is opened."""
    _COUNTS.append(Counter())
    yield _COUNTS[-1]
    _COUNTS.clear()


@pytest.fixture
def hashed(monkeypatch):
    """How often each file is hashed."""
    counts = Counter()
    digest = hashlib.file_digest

    def count(file, name):
        counts[Path(file.name).name] += 1
        return digest(file, name)

    monkeypatch.setattr(hashlib, "file_digest", count)
    return counts


COMMANDS = {
    "predict": ["test.csv"],
    "evaluate": ["test.csv"],
    "explain": ["--data", "test.csv", "--method", "attention"],
    "explain with labels": ["--data", "test.csv", "--label-column", "sentiment"]
    + ["--method", "attention"],
}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_trained_model_and_its_texts(name, cli, data, model, opened, hashed):
    flags = [data / x if x == "test.csv" else x for x in COMMANDS[name]]
    opened.clear()
    done = cli(name.split()[0], model, *flags)
    assert done.code == 0, done.errors
    assert hashed == {"model.keras": 1, "tokenizer.json": 1}
    assert opened[(data / "test.csv").resolve()] == 1
    assert opened[(model / "config.json").resolve()] == 1


def test_an_exported_model(cli, data, onnx_model, opened, hashed):
    opened.clear()
    done = cli("predict", onnx_model, data / "texts.txt")
    assert done.code == 0, done.errors
    assert len(done.records) == 40
    assert hashed == {"model.onnx": 1, "tokenizer.json": 1}
    assert opened[(data / "texts.txt").resolve()] == 1
    assert opened[(onnx_model / "config.json").resolve()] == 1
