"""Fixtures of the tests that read files."""

import gzip

import pytest


@pytest.fixture
def empty_folder(tmp_path, monkeypatch):
    """The current folder of the test, which is empty."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def write(empty_folder):
    """A function that writes a file, gzip if its name says so."""

    def write_file(name, content, encoding="utf-8"):
        path = empty_folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, str):
            content = content.encode(encoding)
        if name.endswith(".gz"):
            content = gzip.compress(content)
        path.write_bytes(content)
        return name

    return write_file
