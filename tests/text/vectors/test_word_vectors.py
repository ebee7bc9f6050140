"""Which row a word gets, and how much of the texts is covered."""

import numpy as np
import pytest

from han_attention.text.encoding import encode_texts
from han_attention.text.ragged import EncodedTexts
from han_attention.text.tokenizer import Tokenizer
from han_attention.text.vectors.word_vectors import Coverage
from han_attention.text.vectors.word_vectors import WordVectors
from han_attention.text.vectors.word_vectors import load_word_vectors


def load(tmp_path, text, words, seed=0):
    path = tmp_path / "vectors.txt"
    path.write_text(text, encoding="utf-8")
    return load_word_vectors(path, Tokenizer.from_vocabulary(words), seed)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ("Film 1 1\n", 1),  # in lower case
        ("FILM 1 1\nFilm 2 2\n", 1),  # the first
        ("FILM 1 1\nfilm 2 2\n", 2),  # as written, though later
        ("film 1 1\nFILM 2 2\n", 1),
        ("film 1 1\nfilm 2 2\n", 1),  # the first
        ("Film 1 1\nfilm 2 2\nfilm 3 3\nFILM 4 4\n", 2),
    ],
)
def test_which_row_a_word_gets(tmp_path, rows, expected):
    vectors = load(tmp_path, rows + "x 9 9\n", ["film", "x"])
    assert vectors.matrix[3].tolist() == [expected, expected]


def test_lower_case_beyond_ascii(tmp_path):
    vectors = load(tmp_path, "ÉTÉ 1 1\nКино 2 2\n", ["кино", "été"])
    assert vectors.matrix[3:].tolist() == [[2, 2], [1, 1]]


def test_special_ids_are_no_words_of_a_file(tmp_path):
    vectors = load(tmp_path, "[PAD] 5 5\n[UNK] 6 6\nfilm 1 2\n", ["film"])
    assert vectors.found.tolist() == [False, False, False, True]
    assert vectors.matrix[0].tolist() == [0, 0]


def test_rows_not_found_are_as_spread_as_the_others(tmp_path):
    rng = np.random.default_rng(0)
    rows = rng.standard_normal((300, 40)) * 0.3 + 0.1
    text = "".join(
        f"w{n} {' '.join(map(str, row))}\n" for n, row in enumerate(rows)
    )
    words = [f"{kind}{n}" for n in range(300) for kind in "wx"]
    vectors = load(tmp_path, text, words)
    assert vectors.found.sum() == 300
    known, random = vectors.matrix[3::2], vectors.matrix[4::2]
    np.testing.assert_allclose(known, rows, rtol=1e-6)
    assert random.std() == pytest.approx(rows.std(), rel=0.03)
    assert abs(random.mean()) < 0.01
    assert (vectors.matrix[0] == 0).all()
    assert (vectors.matrix[1:3] != 0).all()
    assert len(np.unique(random)) > 11_900


def test_the_seed_draws_the_rows_not_found(tmp_path):
    first, same, other = (
        load(tmp_path, "film 1 2 3\n", ["film", "x"], seed).matrix
        for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(first, same)
    assert (first[3] == other[3]).all()
    assert (first[4] != other[4]).all()


def test_coverage_by_hand(tmp_path):
    # film and fine have vectors, dull has none.
    vectors = load(tmp_path, "film 1 2\nFine 3 4\n", ["film", "fine", "dull"])
    tokenizer = Tokenizer.from_vocabulary(
        ["film", "fine", "dull"], start_token=True
    )
    texts = ["fine film", "a dull, dull film", ""]
    encoded = encode_texts(tokenizer, texts)
    # Tokens: fine film + a dull , dull film = 7; found: fine film film.
    coverage = vectors.coverage(encoded)
    assert coverage == Coverage(2, 3, 3, 7)
    assert coverage.types_fraction == pytest.approx(2 / 3)
    assert coverage.tokens_fraction == pytest.approx(3 / 7)
    assert str(coverage) == (
        "Word vectors: 2 of 3 words (66.7 %), 3 of 7 tokens (42.9 %)"
    )


def test_coverage_counts_no_padding():
    vectors = WordVectors(np.ones((5, 2), "float32"), np.arange(5) == 3)
    encoded = EncodedTexts.from_ids([[1, 3, 4, 2, 0, 0]])
    assert vectors.coverage(encoded) == Coverage(1, 2, 1, 3)


def test_coverage_of_no_tokens():
    vectors = WordVectors(np.ones((5, 2), "float32"), np.ones(5, "bool"))
    coverage = vectors.coverage(EncodedTexts.from_ids([[], []]))
    assert coverage == Coverage(2, 2, 0, 0)
    assert coverage.tokens_fraction == 0


def test_coverage_of_texts_of_another_vocabulary():
    vectors = WordVectors(np.ones((5, 2), "float32"), np.ones(5, "bool"))
    with pytest.raises(ValueError, match="Invalid ids. Expected 0 to 4"):
        vectors.coverage(EncodedTexts.from_ids([[5]]))
