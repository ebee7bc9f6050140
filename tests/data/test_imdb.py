"""IMDB from archives and folders: whole, and in order."""

import pytest
from imdb_cases import OTHERS
from imdb_cases import REVIEWS
from imdb_cases import write_archive
from imdb_cases import write_folder

from han_attention.data.imdb import load_imdb


@pytest.fixture
def archive(tmp_path):
    return write_archive(tmp_path / "small.tar.gz", REVIEWS | OTHERS)


def test_reviews_are_ordered_by_class_and_number(archive):
    dataset = load_imdb(archive)
    assert dataset.name == "imdb"
    assert tuple(dataset.class_names) == ("negative", "positive")
    assert dataset.train.texts == [
        *("zeroth neg", "ninth \ufffd neg", ""),
        *("deux\u00e9 <br />pos", "tenth pos"),
    ]
    assert dataset.train.labels == [0, 0, 0, 1, 1]
    assert dataset.test.texts == ["test neg", "test pos"]
    assert dataset.test.labels == [0, 1]
    assert list(dataset.unlabelled) == []


def test_unlabelled_reviews_only_if_asked(archive):
    dataset = load_imdb(archive, unlabelled=True)
    assert dataset.unlabelled == ["zeroth unsup", "first unsup"]
    assert dataset.train == load_imdb(archive).train


def test_ratings_are_in_the_names(archive):
    dataset = load_imdb(archive, labels="rating")
    assert dataset.name == "imdb-ratings"
    names = dataset.class_names
    assert tuple(names) == ("1", "2", "3", "4", "7", "8", "9", "10")
    assert [names[n] for n in dataset.train.labels] == ["3", "2", "1", "9", "7"]
    assert [names[n] for n in dataset.test.labels] == ["1", "10"]
    # The order is that of the sentiments.
    assert dataset.train.texts == load_imdb(archive).train.texts


@pytest.mark.parametrize("rating", [0, 5, 6, 11])
def test_a_strange_rating(tmp_path, rating):
    files = REVIEWS | {f"aclImdb/train/pos/77_{rating}.txt": b"so so"}
    path = write_archive(tmp_path / "strange.tar.gz", files)
    assert len(load_imdb(path).train) == 6
    with pytest.raises(ValueError, match=f"ratings 1, 2.*Received: {rating}$"):
        load_imdb(path, labels="rating")


def test_unlabelled_reviews_need_no_rating(archive):
    dataset = load_imdb(archive, unlabelled=True, labels="rating")
    assert len(dataset.unlabelled) == 2


def test_unknown_labels(archive):
    with pytest.raises(ValueError, match="`labels`.*'stars'"):
        load_imdb(archive, labels="stars")


@pytest.mark.parametrize("unlabelled", [False, True])
def test_a_folder_gives_the_same_as_the_archive(tmp_path, archive, unlabelled):
    write_folder(tmp_path / "unpacked", REVIEWS | OTHERS)
    expected = load_imdb(archive, unlabelled)
    for folder in ("unpacked", "unpacked/aclImdb"):
        assert load_imdb(tmp_path / folder, unlabelled) == expected
        assert load_imdb(str(tmp_path / folder), unlabelled) == expected


@pytest.mark.parametrize("mode", ["w", "w:bz2", "w:xz"])
def test_the_compression_does_not_matter(tmp_path, archive, mode):
    other = write_archive(tmp_path / "other", REVIEWS, mode)
    assert load_imdb(other) == load_imdb(archive)


def test_names_may_start_with_a_dot(tmp_path, archive):
    # As `tar -c ./aclImdb` writes them.
    files = {f"./{name}": content for name, content in REVIEWS.items()}
    other = write_archive(tmp_path / "dots.tar.gz", files)
    assert load_imdb(other) == load_imdb(archive)


def test_an_archive_without_reviews_is_refused(tmp_path):
    path = write_archive(tmp_path / "others.tar.gz", OTHERS)
    with pytest.raises(ValueError, match="No reviews in .*others.tar.gz"):
        load_imdb(path)


def test_a_folder_without_reviews_is_refused(tmp_path):
    write_folder(tmp_path / "others", OTHERS)
    with pytest.raises(ValueError, match="No reviews in .*others"):
        load_imdb(tmp_path / "others")


def test_a_folder_without_a_split_is_refused(tmp_path):
    half = {name: REVIEWS[name] for name in REVIEWS if "test" not in name}
    write_folder(tmp_path / "half", half)
    with pytest.raises(ValueError, match="test split.*empty"):
        load_imdb(tmp_path / "half")


@pytest.mark.parametrize("name", ["nowhere", "nowhere.tar.gz"])
def test_a_path_to_nothing(tmp_path, name):
    with pytest.raises(FileNotFoundError, match=f"{name}$"):
        load_imdb(tmp_path / name)
