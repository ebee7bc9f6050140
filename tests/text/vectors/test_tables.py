"""Word vectors of every kind that people have."""

import gzip

import numpy as np
import pytest

from han_attention import TextClassifier
from han_attention import Tokenizer
from han_attention.text.vectors.word_vectors import load_word_vectors

WORDS = ["fine", "film", "dull", "day"]
VECTORS = np.arange(12, dtype="float32").reshape(4, 3) / 4 - 1


@pytest.fixture
def tokenizer():
    return Tokenizer.train(["a fine film, a dull day"])


def check(source, tokenizer, **options):
    loaded = load_word_vectors(source, tokenizer, **options)
    for word, vector in zip(WORDS, VECTORS, strict=True):
        (number,) = tokenizer.encode(word).ids
        np.testing.assert_array_equal(loaded.matrix[number], vector)
        assert loaded.found[number]
    assert loaded.found.sum() == 4


def as_text(words=WORDS, vectors=VECTORS, header=True):
    lines = [f"{len(words)} 3"] if header else []
    lines += [
        f"{word} {' '.join(map(str, row))}"
        for word, row in zip(words, vectors, strict=True)
    ]
    return "\n".join(lines) + "\n"


def test_keyed_vectors_and_a_model_that_has_them(tokenizer):
    gensim = pytest.importorskip("gensim.models")
    vectors = gensim.KeyedVectors(3)
    vectors.add_vectors(WORDS, VECTORS)
    check(vectors, tokenizer)
    model = gensim.Word2Vec(vector_size=3, min_count=1)
    model.wv = vectors
    check(model, tokenizer)


def test_a_dictionary(tokenizer):
    check(dict(zip(WORDS, VECTORS, strict=True)), tokenizer)


def test_an_npz_file(tokenizer, tmp_path):
    path = tmp_path / "a.npz"
    np.savez(path, words=WORDS, vectors=VECTORS)
    check(path, tokenizer)
    np.savez(path, words=np.array(WORDS, object), vectors=VECTORS)
    with pytest.raises(ValueError, match=r"numpy.savez\("):
        load_word_vectors(path, tokenizer)
    np.savez(path, vectors=VECTORS)
    with pytest.raises(ValueError, match="`words`"):
        load_word_vectors(path, tokenizer)
    np.savez(path, words=WORDS[:3], vectors=VECTORS)
    with pytest.raises(ValueError, match="3 words and vectors of shape"):
        load_word_vectors(path, tokenizer)
    broken = np.where(VECTORS > 1, np.nan, VECTORS)
    np.savez(path, words=WORDS, vectors=broken)
    with pytest.raises(ValueError, match="finite"):
        load_word_vectors(path, tokenizer)


@pytest.mark.parametrize("header", [True, False])
@pytest.mark.parametrize("name", ["a.txt", "a.txt.gz"])
def test_a_byte_order_mark_costs_no_word(tokenizer, tmp_path, name, header):
    content = b"\xef\xbb\xbf" + as_text(header=header).encode()
    if name.endswith("gz"):
        content = gzip.compress(content)
    (tmp_path / name).write_bytes(content)
    check(tmp_path / name, tokenizer)


def test_a_header_larger_than_the_file(tokenizer, tmp_path):
    path = tmp_path / "a.txt"
    path.write_text(as_text().replace("4 3", "9 3"))
    with pytest.raises(ValueError, match="`allow_truncated`"):
        load_word_vectors(path, tokenizer)
    check(path, tokenizer, allow_truncated=True)
    rows = b"".join(
        word.encode() + b" " + row.astype("<f4").tobytes()
        for word, row in zip(WORDS, VECTORS, strict=True)
    )
    path.write_bytes(b"9 3\n" + rows)
    check(path, tokenizer, allow_truncated=True)


@pytest.mark.parametrize(
    ("content", "call"),
    [
        (b"\x80\x04\x95", r"KeyedVectors.load\(path\)"),
        (b"\xba\x16\x4f\x2f\x0c", r"load_facebook_vectors\(path\)"),
        (b"\x93NUMPY", r"numpy.savez\("),
    ],
)
def test_what_is_not_read_says_how_to_convert_it(
    content, call, tokenizer, tmp_path
):
    (tmp_path / "a.kv").write_bytes(content + bytes(50))
    with pytest.raises(ValueError, match=call):
        load_word_vectors(tmp_path / "a.kv", tokenizer)


def test_what_holds_no_vectors(tokenizer):
    with pytest.raises(TypeError, match="KeyedVectors"):
        load_word_vectors(3, tokenizer)


def test_a_floret_table_beside_floret_itself(tokenizer, tmp_path):
    """Where floret is installed: every word, also one it has never seen."""
    pytest.importorskip("mmh3")
    floret = pytest.importorskip("floret")
    (tmp_path / "texts").write_text("a fine film and a dull day\n" * 50)
    model = floret.train_unsupervised(
        str(tmp_path / "texts"),
        mode="floret",
        hashCount=2,
        bucket=50,
        dim=4,
        minn=2,
        maxn=3,
        minCount=1,
        thread=1,
    )
    model.save_floret_vectors(str(tmp_path / "a.floret"))
    loaded = load_word_vectors(tmp_path / "a.floret", tokenizer)
    for word in WORDS:  # of "a" floret says what is not in its own table
        (number,) = tokenizer.encode(word).ids
        np.testing.assert_allclose(
            loaded.matrix[number], model.get_word_vector(word), atol=1e-4
        )


def test_a_floret_table_by_hand(tokenizer, tmp_path):
    """Each row has its number as a vector: a mean of the rows that are hit."""
    mmh3 = pytest.importorskip("mmh3")
    size = 8
    rows = "".join(f"{n} {n} {-n}\n" for n in range(size))
    path = tmp_path / "a.floret"
    path.write_text(f"{size} 2 3 3 1 7 < >\n" + rows)
    loaded = load_word_vectors(path, tokenizer)
    (number,) = tokenizer.encode("day").ids
    parts = [b"<day>", b"<da", b"day", b"ay>"]
    hit = [
        (mmh3.hash64(part, 7, signed=False)[0] & 0xFFFFFFFF) % size
        for part in parts
    ]
    expected = [np.mean(hit), -np.mean(hit)]
    np.testing.assert_allclose(loaded.matrix[number], expected, rtol=1e-6)
    path.write_text(f"{size + 1} 2 3 3 1 7 < >\n" + rows)
    with pytest.raises(ValueError, match="cut short: 8 rows of 9"):
        load_word_vectors(path, tokenizer)
    path.write_text("no table\n")
    with pytest.raises(ValueError, match="Damaged floret table"):
        load_word_vectors(path, tokenizer)


def test_through_a_classifier(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text(as_text().replace("4 3", "9 3"))
    texts = ["a fine film", "a dull day"] * 5
    settings = {"rnn_units": 2, "attention_units": 2, "epochs": 1}
    settings |= {"embedding_dim": 3, "verbose": False, "seed": 1}
    classifier = TextClassifier(
        word_vectors=str(path),
        allow_truncated=True,
        frozen_epochs=1,
        **settings,
    )
    classifier.fit(texts, ["good", "bad"] * 5)
    embedding = classifier.predictor_.model.get_layer("embedding")
    (number,) = classifier.predictor_.tokenizer.encode("film").ids
    np.testing.assert_array_equal(
        np.asarray(embedding.get_weights()[0])[number], VECTORS[1]
    )
