"""Long sentences split into shorter ones: no word is lost."""

import numpy as np
import pytest

from han_attention import Tokenizer
from han_attention import encode_documents

WORDS = "one two three four five six seven eight nine ten".split()
TOKENIZER = Tokenizer.from_vocabulary([*WORDS, "."], "words")
TEXT = "One two three four five six seven. Eight. Nine ten nine ten nine."


def split(texts, limit, **options):
    return encode_documents(
        TOKENIZER,
        texts,
        max_sentence_tokens=limit,
        long_sentences="split",
        **options,
    )


def get_sentences(text, documents):
    return [text[a:b] for a, b in documents.get_sentence_spans(0)]


def test_parts_are_few_and_of_about_the_same_length():
    documents = split([TEXT], 3, return_spans=True)
    # 8 tokens in 3 parts, 2 in one, 6 in 2.
    assert documents.sentences.lengths.tolist() == [3, 3, 2, 2, 3, 3]
    assert documents.sizes.tolist() == [6]
    assert get_sentences(TEXT, documents) == [
        "One two three",
        "four five six",
        "seven.",
        "Eight.",
        "Nine ten nine",
        "ten nine.",
    ]
    words = [[TEXT[a:b] for a, b in part] for part in documents.get_spans(0)]
    assert words[2] == ["seven", "."]


@pytest.mark.parametrize("limit", [1, 2, 5, 7, 8, 100])
def test_no_word_is_lost_and_none_is_moved(limit):
    texts = [TEXT, "", "Ten. " * 3, "one " * 1_000]
    whole = encode_documents(TOKENIZER, texts, return_spans=True)
    documents = split(texts, limit, return_spans=True)
    np.testing.assert_array_equal(documents.ids, whole.ids)
    np.testing.assert_array_equal(documents.lengths, whole.lengths)
    np.testing.assert_array_equal(
        documents.sentences.spans, whole.sentences.spans
    )
    assert documents.sentences.lengths.max() <= limit
    assert documents.sentences.lengths.min() >= 1
    assert not documents.cut_tokens.any()


def test_the_limit_of_sentences_counts_the_parts():
    documents = split([TEXT], 3, max_sentences=4, truncation="end")
    assert documents.cut_sentences.tolist() == [2]
    assert documents.cut_tokens.tolist() == [6]
    assert documents.ids.tolist()[0] == 9  # "seven"


def test_without_a_limit_nothing_is_split():
    documents = split([TEXT], None)
    assert documents.sizes.tolist() == [3]


def test_cut_is_the_default():
    cut = encode_documents(TOKENIZER, [TEXT], max_sentence_tokens=3)
    assert cut.sizes.tolist() == [3]
    assert cut.cut_tokens.tolist() == [8]


def test_another_way_is_an_error():
    with pytest.raises(ValueError, match="`long_sentences`.*'cut', 'split'"):
        encode_documents(TOKENIZER, [TEXT], long_sentences="fold")
