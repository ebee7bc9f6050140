"""Encoded texts against a plain Python reference, and batches by length."""

import numpy as np
import pytest

from han_attention.text.encoding import check_ids
from han_attention.text.encoding import encode_texts
from han_attention.text.ragged import EncodedTexts
from han_attention.text.tokenizer import Tokenizer

TEXTS = ["a fine film", "", "dull", "a dull dull film , not fine", "😀 new"]


@pytest.fixture(scope="module")
def tokenizer():
    return Tokenizer.train(TEXTS[:-1])


def padded_by_hand(rows, pad_to_multiple_of=1):
    longest = max([len(row) for row in rows] + [1])
    while longest % pad_to_multiple_of:
        longest += 1
    return [list(row) + [0] * (longest - len(row)) for row in rows]


def random_rows(seed=0, size=300, longest=60):
    rng = np.random.default_rng(seed)
    lengths = rng.integers(0, longest, size)
    return [rng.integers(1, 1000, length).tolist() for length in lengths]


def test_ids_and_lengths(tokenizer):
    encoded = encode_texts(tokenizer, TEXTS)
    by_hand = [tokenizer.encode(text).ids for text in TEXTS]
    assert encoded.ids.tolist() == sum(by_hand, [])
    assert encoded.lengths.tolist() == [3, 0, 1, 7, 2]
    assert encoded.starts.tolist() == [0, 3, 3, 4, 11]
    assert encoded.ids.dtype == "int32"
    assert encoded.lengths.dtype == "int64"
    assert encoded.spans is None
    assert len(encoded) == 5


@pytest.mark.parametrize("pad_to_multiple_of", [1, 4, 32])
def test_padded_is_the_naive_matrix(tokenizer, pad_to_multiple_of):
    encoded = encode_texts(tokenizer, TEXTS)
    by_hand = [tokenizer.encode(text).ids for text in TEXTS]
    ids = encoded.padded(pad_to_multiple_of=pad_to_multiple_of)
    assert ids.tolist() == padded_by_hand(by_hand, pad_to_multiple_of)
    assert ids.dtype == "int32"


def test_padded_rows_in_any_order_and_repeated():
    rows = random_rows()
    encoded = EncodedTexts.from_ids(rows)
    rng = np.random.default_rng(1)
    for _ in range(20):
        chosen = rng.integers(0, len(rows), 7)
        received = encoded.padded(chosen, 8).tolist()
        assert received == padded_by_hand([rows[n] for n in chosen], 8)


def test_padded_to_the_multiple_exactly():
    encoded = EncodedTexts.from_ids([[1] * 32, [1] * 33])
    assert encoded.padded(np.array([0]), 32).shape == (1, 32)
    assert encoded.padded(np.array([1]), 32).shape == (1, 64)


def test_texts_without_words_become_one_step_of_padding():
    assert EncodedTexts.from_ids([[], []]).padded().tolist() == [[0], [0]]
    assert EncodedTexts.from_ids([]).padded().shape == (0, 1)


def test_no_texts(tokenizer):
    encoded = encode_texts(tokenizer, [], return_spans=True)
    assert len(encoded) == 0
    assert encoded.ids.shape == (0,)
    assert encoded.spans.shape == (0, 2)
    assert encoded.padded().shape == (0, 1)


def test_take_is_a_list_of_rows():
    rows = random_rows()
    encoded = EncodedTexts.from_ids(rows)
    chosen = np.random.default_rng(2).integers(0, len(rows), 50)
    expected = EncodedTexts.from_ids([rows[n] for n in chosen])
    taken = encoded.take(chosen)
    np.testing.assert_array_equal(taken.ids, expected.ids)
    np.testing.assert_array_equal(taken.lengths, expected.lengths)
    assert len(encoded.take(np.array([], "int64"))) == 0


def test_take_keeps_the_spans(tokenizer):
    encoded = encode_texts(tokenizer, TEXTS, return_spans=True)
    taken = encoded.take(np.array([3, 1, 0]))
    for row, source in enumerate([3, 1, 0]):
        assert taken.get_spans(row) == encoded.get_spans(source)


def test_spans_of_are_those_of_the_tokenizer(tokenizer):
    encoded = encode_texts(tokenizer, TEXTS, return_spans=True)
    for row, text in enumerate(TEXTS):
        assert encoded.get_spans(row) == tokenizer.encode(text).spans
    assert encoded.get_spans(4) == [(0, 1), (2, 5)]


def test_spans_that_were_not_kept_are_an_error(tokenizer):
    with pytest.raises(ValueError, match="without spans"):
        encode_texts(tokenizer, TEXTS).get_spans(0)


def test_with_and_without_spans_the_ids_are_the_same(tokenizer):
    plain = encode_texts(tokenizer, TEXTS, 2, "both")
    spans = encode_texts(tokenizer, TEXTS, 2, "both", return_spans=True)
    np.testing.assert_array_equal(plain.ids, spans.ids)
    np.testing.assert_array_equal(plain.lengths, spans.lengths)


def test_more_texts_than_are_encoded_at_once():
    texts = [f"w{n} " * (n % 4) for n in range(4_501)]
    tokenizer = Tokenizer.train(texts)
    encoded = encode_texts(tokenizer, texts, return_spans=True)
    assert encoded.lengths.tolist() == [n % 4 for n in range(4_501)]
    for n in (0, 1_999, 2_000, 2_001, 4_001, 4_499):
        expected = tokenizer.encode(texts[n])
        start = encoded.starts[n]
        ids = encoded.ids[start : start + encoded.lengths[n]]
        assert ids.tolist() == expected.ids
        assert encoded.get_spans(n) == expected.spans


@pytest.mark.parametrize(
    ("truncation", "limit", "expected"),
    [
        ("start", 3, "a b c"),
        ("end", 3, "e f g"),
        ("both", 3, "a b g"),
        ("both", 4, "a b f g"),
        ("both", 1, "a"),
        ("end", 1, "g"),
        ("start", 7, "a b c d e f g"),
        ("end", 8, "a b c d e f g"),
        ("both", 100, "a b c d e f g"),
    ],
)
def test_a_long_text_is_cut(truncation, limit, expected):
    text = "a b c d e f g"
    tokenizer = Tokenizer.train([text])
    encoded = encode_texts(
        tokenizer, [text, "c"], limit, truncation, return_spans=True
    )
    first, second = encoded.padded(np.array([0])), encoded.padded([1])
    assert tokenizer.decode(first[0]) == expected
    assert tokenizer.decode(second[0]) == "c"
    words = [text[start:end] for start, end in encoded.get_spans(0)]
    assert " ".join(words) == expected


@pytest.mark.parametrize("limit", [0, -1, 2.0, True])
def test_a_limit_that_is_no_positive_integer(tokenizer, limit):
    with pytest.raises(ValueError, match="`max_tokens`"):
        encode_texts(tokenizer, TEXTS, max_tokens=limit)


def test_an_unknown_truncation_is_refused(tokenizer):
    with pytest.raises(ValueError, match="`truncation`"):
        encode_texts(tokenizer, TEXTS, truncation="middle")


def test_a_text_that_is_no_string_is_refused(tokenizer):
    with pytest.raises(TypeError, match="Received: nan"):
        encode_texts(tokenizer, ["a", float("nan")])


def test_ids_inside_the_vocabulary_pass():
    check_ids(np.array([0, 9, 3]), 10)
    check_ids(np.array([], "int32"), 10)


@pytest.mark.parametrize("ids", [[0, 10], [-1, 3], [[2], [11]]])
def test_ids_outside_the_vocabulary_are_refused(ids):
    ids = np.array(ids)
    with pytest.raises(ValueError, match="Expected 0 to 9") as error:
        check_ids(ids, 10)
    assert f"{ids.min()} to {ids.max()}" in str(error.value)
