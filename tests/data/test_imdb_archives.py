"""IMDB archives that are evil or damaged: nothing unpacked, all noticed."""

import tarfile

import pytest
from imdb_cases import LONG
from imdb_cases import OTHERS
from imdb_cases import REVIEWS
from imdb_cases import TEXTURE
from imdb_cases import add_file
from imdb_cases import write_archive

from han_attention.data.imdb import load_imdb


@pytest.fixture
def archive(tmp_path):
    return write_archive(tmp_path / "small.tar.gz", REVIEWS | OTHERS)


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


@pytest.mark.parametrize("fraction", [0.0, 0.0001, 0.25, 0.5, 0.75, 0.9, 0.99])
def test_a_truncated_archive_is_refused(tmp_path, whole, fraction):
    check_damaged(tmp_path, whole[: int(len(whole) * fraction)])


# Gzip ends with 8 bytes, a checksum and a length; before them is the end mark.
@pytest.mark.parametrize("missing", [1, 4, 8, 9, 12, 20, 100, 1_000])
def test_an_archive_without_its_last_bytes_is_refused(tmp_path, whole, missing):
    check_damaged(tmp_path, whole[:-missing])


@pytest.mark.parametrize("mode", ["w", "w:bz2", "w:xz"])
@pytest.mark.parametrize("fraction", [0.1, 0.5, 0.8])
def test_other_truncated_archives_are_refused(tmp_path, mode, fraction):
    content = write_archive(tmp_path / "other", LONG, mode).read_bytes()
    check_damaged(tmp_path, content[: int(len(content) * fraction)])


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


def test_a_review_larger_than_the_archive_is_not_read(tmp_path, monkeypatch):
    """A sparse file has a size, and need not have a single byte."""
    monkeypatch.setattr("han_attention.unpacking.FREE_BYTES", 10_000)
    path = tmp_path / "large.tar.gz"
    with tarfile.open(path, "w:gz") as writer:
        for name, content in REVIEWS.items():
            add_file(writer, name, content)
        add_file(writer, "aclImdb/train/pos/9_9.txt", b"\0" * 2_000_000)
    with pytest.raises(ValueError, match="large.tar.gz .* times its size"):
        load_imdb(path)
    monkeypatch.undo()
    monkeypatch.setattr("han_attention.data.imdb.MAX_ROW_BYTES", 1_000_000)
    with pytest.raises(ValueError, match="9_9.txt .* longer than 1,000,000"):
        load_imdb(path)
