"""`load_dataset`: a name, an archive, a folder, or a clear error."""

import tarfile
from pathlib import Path

import pytest

from han_attention.data import load_dataset
from han_attention.data.demo import make_demo_reviews


@pytest.fixture
def folder(tmp_path):
    for split in ("train", "test"):
        for kind in ("neg", "pos"):
            file = tmp_path / "aclImdb" / split / kind / "0_5.txt"
            file.parent.mkdir(parents=True)
            file.write_text(f"{split} {kind}")
    return tmp_path / "aclImdb"


def test_a_name():
    assert load_dataset("demo") == make_demo_reviews()


@pytest.mark.parametrize("kind", [str, Path])
def test_a_folder(folder, kind):
    dataset = load_dataset(kind(folder))
    assert dataset.name == "imdb"
    assert dataset.train.texts == ["train neg", "train pos"]
    assert dataset.test.texts == ["test neg", "test pos"]


def test_an_archive(folder, tmp_path):
    with tarfile.open(tmp_path / "reviews.tar.gz", "w:gz") as archive:
        archive.add(folder, "aclImdb")
    from_archive = load_dataset(tmp_path / "reviews.tar.gz")
    assert from_archive == load_dataset(folder)


@pytest.mark.parametrize("name", ["imbd", "IMDB", "no/such/path.tar.gz"])
def test_neither_a_name_nor_a_path(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FileNotFoundError) as error:
        load_dataset(name)
    message = str(error.value)
    assert repr(name) in message
    assert "['demo', 'imdb', 'keras-imdb']" in message


def test_a_name_wins_over_a_file_of_that_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("demo").write_text("not a dataset")
    assert load_dataset("demo").name == "demo"


def test_a_file_that_is_no_dataset(tmp_path):
    (tmp_path / "notes.txt").write_text("hello")
    with pytest.raises(ValueError, match="notes.txt"):
        load_dataset(tmp_path / "notes.txt")
