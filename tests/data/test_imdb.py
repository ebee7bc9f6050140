"""IMDB from archives and folders: whole, in order, and nothing unpacked."""

import io
import json
import random
import tarfile

import numpy as np
import pytest

from han_attention.data.imdb import load_imdb
from han_attention.text.tokenizer import Tokenizer

REVIEWS = {
    "aclImdb/train/pos/10_7.txt": b"tenth pos",
    "aclImdb/train/pos/2_9.txt": "deux\u00e9 <br />pos".encode(),
    "aclImdb/train/neg/0_3.txt": b"zeroth neg",
    "aclImdb/train/neg/11_1.txt": b"",
    "aclImdb/train/neg/9_2.txt": b"ninth \xff neg",
    "aclImdb/train/unsup/1_0.txt": b"first unsup",
    "aclImdb/train/unsup/0_0.txt": b"zeroth unsup",
    "aclImdb/test/pos/0_10.txt": b"test pos",
    "aclImdb/test/neg/0_1.txt": b"test neg",
}
# What the public archive holds besides, and what systems add to folders.
OTHERS = {
    "aclImdb/README": b"not a review",
    "aclImdb/imdb.vocab": b"the and a",
    "aclImdb/train/urls_pos.txt": b"http://example.com",
    "aclImdb/train/pos/._2_9.txt": b"a resource fork",
    "aclImdb/train/pos/2_9.txt.orig": b"a copy",
    "aclImdb/train/other/2_9.txt": b"no class",
    "aclImdb/dev/pos/3_9.txt": b"no split",
}
# Characters that hardly compress.
TEXTURE = random.Random(0).choices([chr(n) for n in range(32, 127)], k=250_000)
LONG = {
    name: "".join(TEXTURE[n * 5_000 : (n + 1) * 5_000]).encode()
    for n, name in enumerate(REVIEWS)
}


def write_folder(folder, files):
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)


def add_file(archive, name, content):
    member = tarfile.TarInfo(name)
    member.size = len(content)
    archive.addfile(member, io.BytesIO(content))


def write_archive(path, files, mode="w:gz"):
    with tarfile.open(path, mode) as archive:
        for name, content in files.items():
            add_file(archive, name, content)
    return path


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


def link(name, target, kind=tarfile.SYMTYPE):
    member = tarfile.TarInfo(name)
    member.type = kind
    member.linkname = target
    return member


def test_evil_members_are_neither_written_nor_read(tmp_path, archive):
    (tmp_path / "secret.txt").write_text("secret")
    folder = tmp_path / "one" / "two"
    folder.mkdir(parents=True)
    evil = folder / "evil.tar.gz"
    secret = str(tmp_path / "secret.txt")
    pos = "aclImdb/train/pos"
    with tarfile.open(evil, "w:gz") as writer:
        for name, content in REVIEWS.items():
            add_file(writer, name, content)
        add_file(writer, "../../evil.txt", b"evil")
        add_file(writer, str(tmp_path / "absolute.txt"), b"evil")
        add_file(writer, "aclImdb/train/pos/../../../../evil.txt", b"evil")
        writer.addfile(link(f"{pos}/90_9.txt", secret))
        writer.addfile(link(f"{pos}/91_9.txt", "../../../../../secret.txt"))
        writer.addfile(link(f"{pos}/92_9.txt", secret, tarfile.LNKTYPE))
        writer.addfile(link(f"{pos}/93_9.txt", f"{pos}/2_9.txt"))
        writer.addfile(link(f"{pos}/94_9.txt", "", tarfile.FIFOTYPE))
        writer.addfile(link(f"{pos}/95_9.txt", "", tarfile.DIRTYPE))
    before = sorted(tmp_path.rglob("*"))
    assert load_imdb(evil, unlabelled=True) == load_imdb(archive, True)
    assert sorted(tmp_path.rglob("*")) == before


def test_a_review_name_that_climbs_out_is_not_written(tmp_path):
    folder = tmp_path / "one" / "two"
    folder.mkdir(parents=True)
    climbing = {"../../train/pos/99_9.txt": b"climbs"}
    evil = write_archive(folder / "evil.tar.gz", REVIEWS | climbing)
    before = sorted(tmp_path.rglob("*"))
    load_imdb(evil)
    assert sorted(tmp_path.rglob("*")) == before


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The bytes of an archive too large for one read of its file."""
    text = "".join(TEXTURE).encode()
    step = len(text) // 40
    names = [
        f"aclImdb/{split}/{kind}/{n}_5.txt"
        for split in ("test", "train")
        for kind in ("neg", "pos")
        for n in range(10)
    ]
    files = {
        name: text[n * step : (n + 1) * step] for n, name in enumerate(names)
    }
    folder = tmp_path_factory.mktemp("whole")
    whole = write_archive(folder / "whole.tar.gz", files).read_bytes()
    assert len(whole) > 200_000
    return whole


def check_damaged(tmp_path, content):
    path = tmp_path / "damaged.tar.gz"
    path.write_bytes(content)
    with pytest.raises(ValueError, match="damaged.tar.gz"):
        load_imdb(path)


def test_the_whole_archive_is_fine(tmp_path, whole):
    (tmp_path / "whole.tar.gz").write_bytes(whole)
    dataset = load_imdb(tmp_path / "whole.tar.gz")
    assert len(dataset.train) == len(dataset.test) == 20


@pytest.mark.parametrize("share", [0.0, 0.0001, 0.25, 0.5, 0.75, 0.9, 0.99])
def test_a_truncated_archive_is_refused(tmp_path, whole, share):
    check_damaged(tmp_path, whole[: int(len(whole) * share)])


# Gzip ends with 8 bytes, a checksum and a length; before them is the end mark.
@pytest.mark.parametrize("missing", [1, 4, 8, 9, 12, 20, 100, 1_000])
def test_an_archive_without_its_last_bytes_is_refused(tmp_path, whole, missing):
    check_damaged(tmp_path, whole[:-missing])


@pytest.mark.parametrize("mode", ["w", "w:bz2", "w:xz"])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.8])
def test_other_truncated_archives_are_refused(tmp_path, mode, share):
    content = write_archive(tmp_path / "other", LONG, mode).read_bytes()
    check_damaged(tmp_path, content[: int(len(content) * share)])


@pytest.mark.parametrize("mode", ["w:bz2", "w:xz"])
@pytest.mark.parametrize("where", [0.1, 0.5, 0.9])
def test_a_changed_byte_in_other_archives_is_noticed(tmp_path, mode, where):
    path = write_archive(tmp_path / "other", LONG, mode)
    content = bytearray(path.read_bytes())
    content[int(len(content) * where)] ^= 0xFF
    check_damaged(tmp_path, bytes(content))


@pytest.mark.parametrize("where", [0.2, 0.5, 0.8, 0.99])
def test_a_changed_byte_is_noticed(tmp_path, whole, where):
    content = bytearray(whole)
    content[int(len(whole) * where)] ^= 0xFF
    check_damaged(tmp_path, bytes(content))


@pytest.mark.parametrize("last", [4, 8])
def test_a_wrong_checksum_or_length_is_noticed(tmp_path, whole, last):
    content = bytearray(whole)
    content[-last] ^= 0xFF
    check_damaged(tmp_path, bytes(content))


@pytest.mark.parametrize(
    "content", [b"", b"hello", b"\x1f\x8b", b"PK\x03\x04" + bytes(100)]
)
def test_a_file_that_is_no_archive_is_refused(tmp_path, content):
    check_damaged(tmp_path, content)


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


# --- the real data ---


def test_the_real_archive_holds_as_many_of_each_class(shared_data):
    dataset = load_imdb(shared_data("aclImdb_v1.tar.gz"))
    for examples in (dataset.train, dataset.test):
        assert examples.labels == [0] * 12_500 + [1] * 12_500
        assert len(examples.texts) == 25_000
        assert all(examples.texts)
    assert dataset.train.texts[0].startswith("Story of a man who has unnatural")
    assert dataset.train.texts[-1] != dataset.train.texts[0]
    assert len(dataset.unlabelled) == 0


def test_the_words_are_exactly_those_of_keras(shared_data):
    # Keras lower-cased ASCII letters only: reviews with others differ.
    index = json.loads(shared_data("imdb_word_index.json").read_bytes())
    with np.load(shared_data("imdb_keras_tokens.npz")) as arrays:
        files = arrays["train_file"].tolist()
        tokens = arrays["train_tokens"]
        offsets = arrays["train_offsets"]
    rows = {f"aclImdb/train/{file}": n for n, file in enumerate(files)}
    texts, expected = [], []
    with tarfile.open(shared_data("aclImdb_v1.tar.gz")) as archive:
        for member in archive:
            row = rows.get(member.name)
            if row is None or row % 6:
                continue
            text = archive.extractfile(member).read().decode()
            if text.isascii():
                texts.append(text)
                expected.append(tokens[offsets[row] : offsets[row + 1]])
            if len(texts) == 2_000:
                break
    assert len(texts) == 2_000

    words = sorted(index, key=index.__getitem__)
    tokenizer = Tokenizer.from_vocabulary(words, "keras")
    for text, ids, of_keras in zip(
        texts, tokenizer.encode_ids(texts), expected, strict=True
    ):
        # Ours start at 3, those of the index at 1.
        assert (np.array(ids) - 2).tolist() == of_keras.tolist(), text
