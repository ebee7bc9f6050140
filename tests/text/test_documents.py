"""Documents as sentences of ids: worked numbers, limits, spans, batches."""

import numpy as np
import pytest

from han_attention import Tokenizer
from han_attention.text.encoding import encode_documents
from han_attention.text.ragged import EncodedDocuments

WORDS = "one two three four five six seven eight nine".split()
# Ids 3 to 11 for the words, then 12 for the full stop.
TOKENIZER = Tokenizer.from_vocabulary([*WORDS, "."], "words")
STARTING = Tokenizer.from_vocabulary([*WORDS, "."], "words", start_token=True)
FIVE = "One. Two two. Three three three. Four. Five five."


def encode(*texts, **options):
    return encode_documents(TOKENIZER, list(texts), **options)


def lists(documents):
    """The ids of each document, sentence by sentence, without padding."""
    return [
        [[n for n in sentence if n] for sentence in document if any(sentence)]
        for document in documents.padded().tolist()
    ]


def test_worked_ids():
    documents = encode("One two. Three!", "", "Four")
    assert documents.padded().tolist() == [
        [[3, 4, 12], [5, 2, 0]],
        [[0, 0, 0], [0, 0, 0]],
        [[6, 0, 0], [0, 0, 0]],
    ]
    assert documents.padded().dtype == np.int32
    assert documents.sizes.tolist() == [2, 0, 1]
    assert documents.sentences.lengths.tolist() == [3, 2, 1]
    assert documents.lengths.tolist() == [5, 0, 1]
    assert documents.starts.tolist() == [0, 5, 5]
    assert documents.ids.tolist() == [3, 4, 12, 5, 2, 6]
    assert len(documents) == 3
    assert documents.cut_report() == ""


@pytest.mark.parametrize("text", ["", "   ", "\n\n \t", "<br /><br />"])
@pytest.mark.parametrize("tokenizer", [TOKENIZER, STARTING])
def test_texts_without_words(text, tokenizer):
    documents = encode_documents(
        tokenizer, [text, "One."], return_spans=True, max_sentences=2
    )
    assert documents.sizes.tolist() == [0, 1]
    assert documents.lengths[0] == 0
    assert not documents.padded()[0].any()
    assert documents.get_spans(0) == documents.get_sentence_spans(0) == []
    alone = encode_documents(tokenizer, [text])
    assert alone.padded().tolist() == [[[0]]]
    assert [rows.tolist() for rows in alone.batches(4)] == [[0]]


def test_no_texts():
    documents = encode()
    assert len(documents) == len(documents.ids) == 0
    assert documents.padded().shape == (0, 1, 1)
    assert documents.batches(4) == []
    assert documents.cut_report() == ""


@pytest.mark.parametrize(
    ("truncation", "expected", "cut_tokens"),
    [
        ("start", [[3, 12], [4, 4, 12], [5, 5, 5, 12]], 5),
        ("end", [[5, 5, 5, 12], [6, 12], [7, 7, 12]], 5),
        ("both", [[3, 12], [4, 4, 12], [7, 7, 12]], 6),
    ],
)
def test_sentences_over_the_limit(truncation, expected, cut_tokens):
    documents = encode(FIVE, "Nine.", max_sentences=3, truncation=truncation)
    assert lists(documents) == [expected, [[11, 12]]]
    assert documents.cut_sentences.tolist() == [2, 0]
    assert documents.cut_tokens.tolist() == [cut_tokens, 0]
    assert documents.cut_report() == (
        "Documents over the limits: 1 of 2; left out: 2 sentences, "
        f"{cut_tokens / 16:.1%} of all words"
    )


@pytest.mark.parametrize(
    ("truncation", "expected"),
    [
        ("start", [[3, 4, 5], [8]]),
        ("end", [[6, 7, 12], [8]]),
        ("both", [[3, 4, 12], [8]]),
    ],
)
def test_tokens_over_the_limit(truncation, expected):
    text = "One two three four five. Six"
    documents = encode(text, max_sentence_tokens=3, truncation=truncation)
    assert lists(documents) == [expected]
    assert documents.cut_sentences.tolist() == [0]
    assert documents.cut_tokens.tolist() == [3]
    assert "0 sentences, 42.9% of all words" in documents.cut_report()


def test_both_limits_at_once():
    documents = encode(FIVE, max_sentences=3, max_sentence_tokens=2)
    assert lists(documents) == [[[3, 12], [4, 4], [5, 5]]]
    assert documents.cut_sentences.tolist() == [2]
    # 3 of the sentences that are there, and the 5 of the last two.
    assert documents.cut_tokens.tolist() == [8]
    assert documents.lengths.tolist() == [6]


def test_limits_that_are_just_kept():
    documents = encode(FIVE, max_sentences=5, max_sentence_tokens=4)
    assert documents.padded().tolist() == encode(FIVE).padded().tolist()
    assert documents.cut_report() == ""


TRICKY = [
    "One two.<br /><br />Three? Four five!",
    "  One.\n\nTwo   three.  ",
    "\U0001f600 One! \U0001f44d\U0001f3fd Two \ud800 three.",
    "\u4e00\u4e8c\u3002One two\u3002",
    "",
    "Caf\u00e9 one. Nai\u0308ve two... three.",
]


@pytest.mark.parametrize("tokenizer", [TOKENIZER, STARTING])
@pytest.mark.parametrize("truncation", ["start", "end", "both"])
@pytest.mark.parametrize("limits", [(None, None), (1, None), (2, 2)])
def test_spans_point_into_the_original_text(tokenizer, truncation, limits):
    documents = encode_documents(
        tokenizer, TRICKY, *limits, truncation, return_spans=True
    )
    for row, text in enumerate(TRICKY):
        ids = documents.padded(np.array([row]))[0]
        sentences = documents.get_sentence_spans(row)
        words = documents.get_spans(row)
        assert len(sentences) == len(words) == documents.sizes[row]
        for (start, end), spans, encoded in zip(
            sentences, words, ids, strict=False
        ):
            assert text[start:end] == text[start:end].strip()
            assert len(spans) == np.count_nonzero(encoded)
            for (first, last), word_id in zip(spans, encoded, strict=False):
                if last > first:
                    assert start <= first < last <= end
                    word = text[first:last]
                    # The word alone has that very id.
                    assert tokenizer.encode_ids([word])[0][-1] == word_id
                else:
                    assert word_id == 1  # the start token


def test_worked_spans():
    text = TRICKY[0]
    documents = encode(text, return_spans=True)
    assert [text[a:b] for a, b in documents.get_sentence_spans(0)] == [
        "One two.",
        "Three?",
        "Four five!",
    ]
    assert documents.get_spans(0)[1:] == [
        [(20, 25), (25, 26)],
        [(27, 31), (32, 36), (36, 37)],
    ]


def test_without_spans():
    documents = encode("One.")
    with pytest.raises(ValueError, match="without spans"):
        documents.get_spans(0)
    with pytest.raises(ValueError, match="without spans"):
        documents.get_sentence_spans(0)


def test_the_start_token_is_in_every_sentence():
    documents = encode_documents(STARTING, ["One. Two.", ""])
    assert lists(documents) == [[[1, 3, 12], [1, 4, 12]], []]


def test_some_of_the_documents():
    texts = [FIVE, "", "Six. Seven.", "Eight nine."]
    documents = encode(*texts, max_sentences=4, return_spans=True)
    rows = np.array([3, 0, 1, 0])
    taken = documents.take(rows)
    expected = encode(
        *(texts[n] for n in rows), max_sentences=4, return_spans=True
    )
    for name in ("sizes", "cut_sentences", "cut_tokens", "sentence_spans"):
        received = getattr(taken, name)
        np.testing.assert_array_equal(received, getattr(expected, name))
    np.testing.assert_array_equal(taken.padded(), expected.padded())
    np.testing.assert_array_equal(taken.padded(), documents.padded(rows))
    assert [taken.get_spans(n) for n in range(4)] == [
        documents.get_spans(n) for n in rows
    ]
    nothing = documents.take(np.array([], "int64"))
    assert nothing.padded().shape == (0, 1, 1)


@pytest.mark.parametrize(
    ("multiple", "shape"),
    [(1, (5, 4)), (4, (5, 4)), (12, (6, 6)), (32, (8, 8))],
)
def test_padded_sizes_are_multiples(multiple, shape):
    documents = encode(FIVE, "Six.")
    ids = documents.padded(pad_to_multiple_of=multiple)
    assert ids.shape == (2, *shape)
    np.testing.assert_array_equal(ids[:, :5, :4], documents.padded())
    assert not ids[:, 5:].any() and not ids[:, :, 4:].any()


def test_from_ids():
    documents = EncodedDocuments.from_ids([[[3, 4], [5]], [], [[], [6, 7, 8]]])
    assert documents.padded().tolist() == [
        [[3, 4, 0], [5, 0, 0]],
        [[0, 0, 0], [0, 0, 0]],
        [[6, 7, 8], [0, 0, 0]],  # none is empty before a real one
    ]
    assert documents.lengths.tolist() == [3, 0, 3]
    assert documents.cut_report() == ""
    assert len(EncodedDocuments.from_ids([])) == 0


def test_one_sentence_of_ten_thousand_words():
    text = "one " * 10_000
    whole = encode(text, "Two.", return_spans=True)
    assert whole.sizes.tolist() == [1, 1]
    assert whole.padded().shape == (2, 1, 10_000)
    assert whole.get_sentence_spans(0) == [(0, len(text) - 1)]
    assert whole.get_spans(0)[0][-1] == (39_996, 39_999)
    cut = encode(text, max_sentence_tokens=50)
    assert cut.cut_tokens.tolist() == [9_950]
    assert cut.padded().shape == (1, 1, 50)


@pytest.mark.parametrize("number", [1_000, 2_001])
def test_more_documents_than_are_read_at_once(number):
    texts = [
        " ".join(f"{WORDS[k]}." for k in range(n % 10)) for n in range(number)
    ]
    documents = encode(*texts, max_sentences=8, return_spans=True)
    expected = [[[3 + k, 12] for k in range(min(n % 10, 8))] for n in range(10)]
    assert lists(documents) == [expected[n % 10] for n in range(number)]
    nines = sum(n % 10 == 9 for n in range(number))
    assert documents.cut_sentences.sum() == nines
    last = number - 1
    assert len(documents.get_sentence_spans(last)) == min(last % 10, 8)


# --- Wrong input ---


@pytest.mark.parametrize("name", ["max_sentences", "max_sentence_tokens"])
@pytest.mark.parametrize("limit", [0, -1, 1.5, "2"])
def test_wrong_limits(name, limit):
    with pytest.raises(ValueError, match=f"`{name}`.*positive integer"):
        encode("One.", **{name: limit})


def test_wrong_truncation():
    with pytest.raises(ValueError, match="`truncation`.*'middle'"):
        encode("One.", truncation="middle")


@pytest.mark.parametrize("text", [None, 5, b"one"])
def test_a_text_that_is_none(text):
    with pytest.raises(TypeError):
        encode("One.", text)
