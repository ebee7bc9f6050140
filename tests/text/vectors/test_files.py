"""Every format of word vectors, whole and damaged."""

import gzip
import struct
import tracemalloc

import numpy as np
import pytest

from han_attention.text.tokenizer import Tokenizer
from han_attention.text.vectors.files import VectorFile
from han_attention.text.vectors.word_vectors import load_word_vectors

WORDS = ["film", "fine", "naïve", "电影", "unseen"]
# Numbers that float32 holds exactly.
VECTORS = np.arange(20, dtype="float32").reshape(5, 4) / 8 - 1


@pytest.fixture
def tokenizer():
    return Tokenizer.from_vocabulary(["fine", "电影", "other", "film", "naïve"])


def text_rows(ending="\n"):
    return "".join(
        f"{word} {' '.join(map(str, row))}{ending}"
        for word, row in zip(WORDS, VECTORS.tolist(), strict=True)
    ).encode()


def binary_rows(ending=b""):
    return b"".join(
        word.encode() + b" " + struct.pack("<4f", *row) + ending
        for word, row in zip(WORDS, VECTORS, strict=True)
    )


HEADER = b"5 4\n"
FILES = {
    "glove": text_rows(),
    "glove without a last line break": text_rows()[:-1],
    "glove with carriage returns": text_rows("\r\n"),
    "word2vec text": HEADER + text_rows(),
    "fasttext": HEADER + text_rows(" \n"),
    "word2vec binary": HEADER + binary_rows(),
    "word2vec binary with line breaks": HEADER + binary_rows(b"\n"),
}


def gensim_file(path, binary):
    models = pytest.importorskip("gensim.models")
    vectors = models.KeyedVectors(4)
    vectors.add_vectors(WORDS, VECTORS)
    vectors.save_word2vec_format(str(path), binary=binary)


def check(path, tokenizer):
    vectors = load_word_vectors(path, tokenizer)
    assert vectors.matrix.shape == (8, 4)
    assert vectors.matrix.dtype == np.float32
    assert np.flatnonzero(vectors.found).tolist() == [3, 4, 6, 7]
    expected = VECTORS[[1, 3, 0, 2]]
    np.testing.assert_array_equal(vectors.matrix[[3, 4, 6, 7]], expected)


@pytest.mark.parametrize("compressed", [False, True])
@pytest.mark.parametrize("name", FILES)
def test_every_format(tmp_path, tokenizer, name, compressed):
    content = FILES[name]
    path = tmp_path / "vectors"  # the content tells, not the name
    path.write_bytes(gzip.compress(content) if compressed else content)
    assert VectorFile(path).dimension == 4
    check(path, tokenizer)


@pytest.mark.parametrize("binary", [False, True])
@pytest.mark.parametrize("suffix", ["", ".gz"])
def test_files_that_gensim_writes(tmp_path, tokenizer, binary, suffix):
    path = tmp_path / f"vectors.txt{suffix}"
    gensim_file(path, binary)
    check(path, tokenizer)


def test_binary_vectors_larger_than_a_block(tmp_path):
    rng = np.random.default_rng(0)
    rows = rng.standard_normal((500, 1_000), "float32")
    content = b"500 1000\n" + b"".join(
        b"w%d " % n + row.tobytes() for n, row in enumerate(rows)
    )
    (tmp_path / "big.bin").write_bytes(content)
    tokenizer = Tokenizer.from_vocabulary([f"w{n}" for n in range(500)])
    vectors = load_word_vectors(tmp_path / "big.bin", tokenizer)
    np.testing.assert_array_equal(vectors.matrix[3:], rows)


@pytest.mark.parametrize("seed", range(20))
def test_binary_is_never_taken_for_text(tmp_path, seed):
    # Zeros, line breaks and spaces among the bytes of the numbers.
    rng = np.random.default_rng(seed)
    rows = rng.standard_normal((30, 5), "float32")
    rows[0, :2] = np.frombuffer(b"\n\n \n 123", "<f4")
    rows[1] = 0
    content = b"30 5\n" + b"".join(
        b"w%d " % n + row.tobytes() for n, row in enumerate(rows)
    )
    (tmp_path / "small.bin").write_bytes(content)
    tokenizer = Tokenizer.from_vocabulary([f"w{n}" for n in range(30)])
    vectors = load_word_vectors(tmp_path / "small.bin", tokenizer)
    np.testing.assert_array_equal(vectors.matrix[3:], rows)


def test_words_with_spaces_inside(tmp_path):
    (tmp_path / "glove.txt").write_text(
        ", 0.5 1\nat name@domain.com 2 3\n. . . 4 5\nfilm 6 7\n"
    )
    rows = list(VectorFile(tmp_path / "glove.txt").rows())
    words = [b",", b"at name@domain.com", b". . .", b"film"]
    assert [word for _, word, _ in rows] == words
    vectors = load_word_vectors(
        tmp_path / "glove.txt", Tokenizer.from_vocabulary(["film"])
    )
    assert vectors.matrix[3].tolist() == [6, 7]


@pytest.mark.parametrize("first", [b"7 0.5 1\n", b"\xc2\xa0 0.5 1\n"])
def test_a_first_word_that_is_a_number_or_odd(tmp_path, first):
    (tmp_path / "glove.txt").write_bytes(first + b"film 2 3\n")
    assert VectorFile(tmp_path / "glove.txt").dimension == 2


def test_memory_does_not_grow_with_the_file(tmp_path, tokenizer):
    row = " 0.125" * 50
    path = tmp_path / "big.txt.gz"
    with gzip.open(path, "wt", compresslevel=1) as file:
        file.writelines(f"w{n}{row}\n" for n in range(30_000))
        file.write(f"film{row}\n")
    tracemalloc.start()
    vectors = load_word_vectors(path, tokenizer)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert vectors.found.sum() == 1
    assert peak < 1_000_000  # bytes; the numbers unpacked are 10 million


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "vectors.x"),
        (b"film\n", "line 1: expected a word and its numbers.*'film'"),
        (b"film a b\n", "line 1"),
        (b"5 0\n", "1: expected a word and its numbers.*5 0"),
        (b"film 1 2\nfine 1\n", "line 2: expected a word and 2 numbers.*fine"),
        (b"film 1 2\nfine 1 2 3\n", "line 2: expected a word and 2"),
        (b"2 2\nfilm 1 2\nfine 1\n", "line 3: expected a word and 2"),
        (b"x 1 2\nfilm 1 b\n", "line 2: expected 2 finite numbers.*1 b"),
        (b"x 1 2\nfilm 1 nan\n", "line 2: expected 2 finite.*nan"),
        (b"x 1 2\nfilm inf 1\n", "line 2: expected 2 finite"),
        (b"x 1 2\nfilm 1e39 1\n", "line 2: expected 2 finite"),
        (b"x 1 2\nfilm 3e38 1\n", "line 2: expected 2 finite .*below 1e.09"),
        (b"x 1 2\nfilm 1 -2e9\n", "line 2: expected 2 finite"),
        (b"x" * 9_999 + b" 1 2\n" + b"x" * 9_999, "line 1: expected at most"),
        (b"1 999999\nfilm" + b" 1" * 999_999, "at most 8,192 numbers"),
        (b"x" + b" 1" * 9_000, "line 1: expected at most 8,192 numbers"),
        (b"2 1\n" + b"x" * 2_000_000, "row 1: expected a word"),
        (b"3 2\nfilm 1 2\nfine 1 2\n", "cut short: 2 rows of 3"),
        (b"3 2\n", "cut short: 0 rows of 3"),
        (HEADER + binary_rows()[:-1], "cut short: 4 rows of 5"),
        (HEADER + binary_rows()[:2], "cut short: 0 rows of 5"),
        (b"1 2\nfilm " + struct.pack("<2f", 1, np.nan), "row 1: expected 2 f"),
        (b"0 4\n", "No word of the tokenizer is in.*'fine'"),
        (b"x 1 2\ny 1 2\n", "No word of the tokenizer is in"),
        (b"PK\x03\x04...", "Unpack the zip archive first"),
        (b"\xba\x16\x4f\x2f\x0c\0\0\0", "fastText model.*vec"),
        (b"\x80\x04\x95\x10", "line 1: expected a word and its numbers"),
    ],
)
@pytest.mark.parametrize("compressed", [False, True])
def test_bad_files_are_named(tmp_path, tokenizer, content, message, compressed):
    path = tmp_path / "vectors.x"
    path.write_bytes(gzip.compress(content) if compressed else content)
    if compressed and content[:2] in (b"PK", b"\xba\x16"):
        message = "line 1"  # nobody packs these twice
    with pytest.raises(ValueError, match=message) as caught:
        load_word_vectors(path, tokenizer)
    assert "vectors.x" in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["glove", "word2vec text", "word2vec binary"])
@pytest.mark.parametrize("kept", [3, 12, 40, -9, -1])
def test_a_truncated_gzip_file(tmp_path, tokenizer, name, kept):
    path = tmp_path / "vectors.gz"
    path.write_bytes(gzip.compress(FILES[name])[:kept])
    with pytest.raises(ValueError, match="truncated gzip.*vectors.gz"):
        load_word_vectors(path, tokenizer)


def test_a_damaged_gzip_file(tmp_path, tokenizer):
    packed = bytearray(gzip.compress(text_rows() * 50))
    packed[len(packed) // 2] ^= 255
    (tmp_path / "vectors.gz").write_bytes(packed)
    with pytest.raises(ValueError, match="vectors.gz"):
        load_word_vectors(tmp_path / "vectors.gz", tokenizer)


def test_a_missing_file(tmp_path, tokenizer):
    for path in (tmp_path / "nowhere.txt", tmp_path):
        with pytest.raises(FileNotFoundError, match="No file of word vectors"):
            load_word_vectors(path, tokenizer)


def test_large_vectors_do_not_make_the_others_infinite(tmp_path, tokenizer):
    """The mean of a thousand of them is more than float32 can hold."""
    path = tmp_path / "large.txt"
    row = " 9e8 -9e8" * 500
    path.write_text(f"fine{row}\nfilm{row}\n")
    vectors = load_word_vectors(path, tokenizer)
    assert np.isfinite(vectors.matrix).all()
    assert 1e8 < vectors.matrix[~vectors.found].std() < 1e10


def test_a_gzip_file_that_becomes_too_large(tmp_path, tokenizer, monkeypatch):
    monkeypatch.setattr("han_attention.unpacking.FREE_BYTES", 10_000)
    path = tmp_path / "zeros.gz"
    path.write_bytes(gzip.compress(b"film" + b" 0" * 20 + b"\n" * 10**6))
    with pytest.raises(ValueError, match="zeros.gz .* 200 times its size"):
        load_word_vectors(path, tokenizer)
