"""Words, ids and offsets, and the file they are kept in."""

import random
import unicodedata

import pytest
from tokenizer_texts import ODD_TEXTS

from han_attention.text.tokenizer import Tokenizer

FILTERS = '!"#$%&()*+,-./:;<=>?@[\\]^_`{|}~\t\n'


def keras_words(text):
    """Keras' `text_to_word_sequence`: lower, filters to spaces, split."""
    text = text.lower().translate(str.maketrans(FILTERS, " " * len(FILTERS)))
    return [word for word in text.split(" ") if word]


def get_words(tokenizer, text):
    return [text[start:end] for start, end in tokenizer.encode(text).spans]


def test_ids_are_special_then_words_by_frequency():
    tokenizer = Tokenizer.train(["b b b a a c", "b a"])
    # b 4 times, a 3 times, c once
    assert tokenizer.vocabulary == ["[PAD]", "[START]", "[UNK]", "b", "a", "c"]
    assert len(tokenizer) == 6
    assert tokenizer.encode("c a new b").ids == [5, 4, 2, 3]


def test_the_vocabulary_size_counts_the_special_ids():
    tokenizer = Tokenizer.train(["a a a b b c"], vocabulary_size=5)
    assert len(tokenizer) == 5
    assert tokenizer.encode("a b c").ids == [3, 4, 2]


@pytest.mark.parametrize(
    ("min_count", "words"),
    [(1, ["b", "a", "c"]), (2, ["b", "a"]), (3, ["b", "a"]), (4, ["b"])],
)
@pytest.mark.parametrize("normalization", ["keras", "words"])
def test_rare_words_have_no_id(min_count, words, normalization):
    texts = ["b b b a a c", "B a"]  # b 4 times, a 3 times, c once
    tokenizer = Tokenizer.train(
        texts, normalization=normalization, min_count=min_count
    )
    assert tokenizer.vocabulary[3:] == words
    assert (tokenizer.encode("c").ids == [2]) is ("c" not in words)


def test_no_word_is_frequent_enough():
    with pytest.raises(ValueError):
        Tokenizer.train(["b a"], min_count=2)


def test_ties_are_broken_by_the_alphabet_whatever_the_order():
    words = [f"w{n:03}" for n in range(200)]
    orders = []
    for seed in range(3):
        random.Random(seed).shuffle(words)
        tokenizer = Tokenizer.train(words, vocabulary_size=53)
        orders.append(tokenizer.vocabulary[3:])
    assert orders[0] == orders[1] == orders[2] == sorted(words)[:50]


def test_words_punctuation_and_apostrophes():
    text = "Don't panic: it's O’Brien, 'quoted' and well-known_word 3.5!"
    tokenizer = Tokenizer.train([text])
    assert get_words(tokenizer, text) == [
        *("Don't", "panic", ":", "it's", "O’Brien", ",", "'", "quoted", "'"),
        *("and", "well", "-", "known_word", "3", ".", "5", "!"),
    ]
    assert "don't" in tokenizer.vocabulary
    assert "Don't" not in tokenizer.vocabulary


@pytest.mark.parametrize("normalization", ["words", "keras"])
@pytest.mark.parametrize("text", ODD_TEXTS)
def test_spans_point_at_the_words_of_the_original(normalization, text):
    tokenizer = Tokenizer.train([*ODD_TEXTS], 10_000, normalization)
    encoding = tokenizer.encode(text)
    assert len(encoding.ids) == len(encoding.spans)
    done = 0
    readable = text.encode(errors="replace").decode()
    for word_id, (start, end) in zip(encoding.ids, encoding.spans, strict=True):
        assert done <= start < end <= len(text)
        done = end
        word = tokenizer.vocabulary[word_id]
        assert readable[start:end].lower() == word
    # Whatever lies between the words is white space or filtered.
    inside = {n for span in encoding.spans for n in range(*span)}
    gaps = {readable[n] for n in range(len(text)) if n not in inside}
    assert all(
        gap.isspace() or (normalization == "keras" and gap in FILTERS)
        for gap in gaps
    )


def test_spans_after_a_letter_that_grows_in_lower_case():
    text = "İİ İzmir 😀 e\u0301t x"
    assert len("İ".lower()) == 2
    tokenizer = Tokenizer.train([text])
    assert tokenizer.encode(text).spans == [
        (0, 2),
        (3, 8),
        (9, 10),
        (11, 14),
        (15, 16),
    ]
    assert get_words(tokenizer, text) == ["İİ", "İzmir", "😀", "e\u0301t", "x"]


@pytest.mark.parametrize("text", ODD_TEXTS)
def test_keras_words_are_those_of_keras(text):
    # A lone surrogate is read as "?", a filter character.
    text = text.encode(errors="replace").decode()
    tokenizer = Tokenizer.train([*ODD_TEXTS], normalization="keras")
    ids = tokenizer.encode(text).ids
    assert [tokenizer.vocabulary[n] for n in ids] == keras_words(text)


def test_keras_words_of_random_characters():
    rng = random.Random(0)
    characters = FILTERS + " aAbÉéİß'’\r\x0b\x00\xa0\u20030١9😀中\u0301"
    texts = ["".join(rng.choices(characters, k=30)) for _ in range(500)]
    tokenizer = Tokenizer.train(texts, 100_000, "keras")
    for text, ids in zip(texts, tokenizer.encode_ids(texts), strict=True):
        words = [tokenizer.vocabulary[n] for n in ids]
        assert words == keras_words(text), ascii(text)


@pytest.mark.parametrize("normalization", ["words", "keras"])
@pytest.mark.parametrize("start_token", [False, True])
def test_a_text_cannot_name_a_special_id(normalization, start_token):
    texts = ["[PAD] [UNK] [START]", "[pad]", "x[START]x [ PAD ]", "PAD START"]
    tokenizer = Tokenizer.train(
        texts, normalization=normalization, start_token=start_token
    )
    for encode in (
        lambda text: tokenizer.encode(text).ids,
        lambda text: tokenizer.encode_ids([text])[0],
    ):
        for text in texts:
            ids = encode(text)[1:] if start_token else encode(text)
            assert ids
            assert min(ids) >= 3


def test_the_start_token_comes_first_with_an_empty_span():
    tokenizer = Tokenizer.train(["a b"], start_token=True)
    encoding = tokenizer.encode("b a")
    assert encoding.ids == [1, 4, 3]
    assert encoding.spans == [(0, 0), (0, 1), (2, 3)]
    assert tokenizer.encode("").ids == [1]


def test_lone_surrogates_keep_the_offsets():
    tokenizer = Tokenizer.train(["good film"])
    text = "\ud800\udfff good \udc00film"
    assert text[3:7] == "good"
    encoding = tokenizer.encode(text)
    words = dict(zip(encoding.spans, encoding.ids, strict=True))
    assert words[(3, 7)] == tokenizer.vocabulary.index("good")
    assert words[(9, 13)] == tokenizer.vocabulary.index("film")


def test_encode_ids_and_encode_batch_agree():
    tokenizer = Tokenizer.train(ODD_TEXTS[:8], start_token=True)
    both = zip(
        tokenizer.encode_ids(ODD_TEXTS),
        tokenizer.encode_batch(ODD_TEXTS),
        strict=True,
    )
    for ids, encoding in both:
        assert ids == encoding.ids


def test_from_vocabulary_keeps_the_order():
    tokenizer = Tokenizer.from_vocabulary(["z", "y", "x"])
    assert tokenizer.encode("x y z w").ids == [5, 4, 3, 2]


def test_decode_joins_words_and_leaves_out_padding():
    tokenizer = Tokenizer.train(["a fine film"])
    ids = tokenizer.encode("a film fine new").ids
    assert tokenizer.decode([*ids, 0, 0]) == "a film fine [UNK]"
    assert tokenizer.decode([]) == ""


@pytest.mark.parametrize("word_id", [6, 2**31, -1, 2**40])
def test_decode_refuses_ids_of_no_word(word_id):
    tokenizer = Tokenizer.train(["a fine film"])
    with pytest.raises(ValueError, match=f"No word has the id {word_id}"):
        tokenizer.decode([3, word_id])


@pytest.mark.parametrize("texts", [[], [""], [" \n"], iter([])])
def test_texts_without_words_are_refused(texts):
    with pytest.raises(ValueError, match="vocabulary is empty"):
        Tokenizer.train(texts)


@pytest.mark.parametrize("size", [0, -1, 2.5, True])
def test_a_vocabulary_size_that_is_no_positive_integer(size):
    with pytest.raises(ValueError, match="`vocabulary_size`"):
        Tokenizer.train(["a"], vocabulary_size=size)


@pytest.mark.parametrize("size", [1, 2, 3])
def test_a_vocabulary_size_with_no_room_for_words(size):
    with pytest.raises(ValueError):
        Tokenizer.train(["a b"], vocabulary_size=size)


def test_an_unknown_normalization_is_refused():
    with pytest.raises(ValueError, match="one of .'keras', 'words'."):
        Tokenizer.train(["a"], normalization="bert")


@pytest.mark.parametrize("words", [["a", "b", "a"], ["a", "[PAD]"]])
def test_a_word_twice_is_refused(words):
    with pytest.raises(ValueError, match="twice"):
        Tokenizer.from_vocabulary(words)


@pytest.mark.parametrize("text", [None, 3, b"bytes", ["a"]])
def test_a_text_that_is_no_string_is_refused(text):
    tokenizer = Tokenizer.train(["a"])
    for use in (
        lambda: Tokenizer.train(["a", text]),
        lambda: tokenizer.encode(text),
        lambda: tokenizer.encode_ids(["a", text]),
    ):
        with pytest.raises(TypeError, match="Expected a text. Received"):
            use()


def test_composed_and_decomposed_letters_are_not_merged():
    # No Unicode normalization: the two spellings are two words.
    composed = "café"
    decomposed = unicodedata.normalize("NFD", composed)
    tokenizer = Tokenizer.train([composed, decomposed])
    assert len(tokenizer) == 5
