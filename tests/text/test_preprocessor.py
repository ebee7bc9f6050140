"""TextPreprocessor: limits, padded ids, saving, and what it refuses."""

import dataclasses
import json
import pickle

import numpy as np
import pytest

from han_attention.text.encoding import encode_documents
from han_attention.text.encoding import encode_texts
from han_attention.text.preprocessor import TextPreprocessor
from han_attention.text.tokenizer import Tokenizer

TEXTS = ["A fine film. A dull day and a long one!", "Dull.", ""]
TOKENIZER = Tokenizer.train(TEXTS)
FLAT = TextPreprocessor(TOKENIZER, max_tokens=4, truncation="both")
DOCUMENTS = TextPreprocessor(
    TOKENIZER,
    "hierarchical",
    max_sentences=3,
    max_sentence_tokens=5,
    long_sentences="split",
    truncation="end",
)


def test_flat_texts_are_encoded_with_its_limits():
    encoded = FLAT.encode(TEXTS)
    expected = encode_texts(TOKENIZER, TEXTS, 4, "both")
    np.testing.assert_array_equal(encoded.ids, expected.ids)
    assert encoded.lengths.tolist() == [4, 2, 0]
    assert encoded.spans is None


def test_documents_are_encoded_with_its_limits():
    encoded = DOCUMENTS.encode(TEXTS)
    expected = encode_documents(TOKENIZER, TEXTS, 3, 5, "end", False, "split")
    np.testing.assert_array_equal(encoded.ids, expected.ids)
    assert encoded.sizes.tolist() == [3, 1, 0]


@pytest.mark.parametrize("preprocessor", [FLAT, DOCUMENTS])
def test_spans_are_those_of_the_words(preprocessor):
    spans = preprocessor.encode(["Dull."], return_spans=True).get_spans(0)
    words = spans[0] if preprocessor.hierarchical else spans
    assert words == [(0, 4), (4, 5)]


def test_called_it_gives_padded_ids():
    ids = FLAT(TEXTS)
    assert (ids.shape, ids.dtype) == ((3, 4), np.int32)
    assert ids.tolist() == FLAT.encode(TEXTS).padded().tolist()
    assert FLAT(TEXTS, pad_to_multiple_of=8).shape == (3, 8)
    assert DOCUMENTS(TEXTS).shape == (3, 3, 4)


@pytest.mark.parametrize("preprocessor", [FLAT, DOCUMENTS])
def test_save_and_load(preprocessor, tmp_path):
    folder = tmp_path / "new" / "folder"
    preprocessor.save(folder)
    loaded = TextPreprocessor.load(folder)
    assert loaded == preprocessor
    assert loaded(TEXTS).tolist() == preprocessor(TEXTS).tolist()
    assert sorted(
        path.name for path in (tmp_path / "new" / "folder").iterdir()
    ) == [
        "config.json",
        "tokenizer.json",
    ]


def test_equality_is_of_limits_and_vocabulary():
    assert FLAT != DOCUMENTS
    assert dataclasses.replace(FLAT, max_tokens=5) != FLAT
    same = Tokenizer.train(TEXTS)
    other = Tokenizer.train(TEXTS, start_token=True)
    assert dataclasses.replace(FLAT, tokenizer=same) == FLAT
    assert hash(dataclasses.replace(FLAT, tokenizer=same)) == hash(FLAT)
    assert dataclasses.replace(FLAT, tokenizer=other) != FLAT
    assert pickle.loads(pickle.dumps(FLAT)) == FLAT
    assert repr(FLAT).startswith(
        "TextPreprocessor(tokenizer=<Tokenizer of 13 ids>, architecture='flat'"
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("architecture", "deep"),
        ("max_tokens", 0),
        ("max_tokens", 2.5),
        ("max_sentences", 0),
        ("max_sentence_tokens", 0),
        ("long_sentences", "keep"),
        ("truncation", "x"),
    ],
)
def test_values_out_of_range(name, value):
    with pytest.raises(ValueError, match=f"`{name}`"):
        TextPreprocessor(TOKENIZER, **{name: value})


def test_no_tokenizer():
    with pytest.raises(TypeError, match="`tokenizer`.*Received: .*'words'"):
        TextPreprocessor("words")


def test_one_text_instead_of_a_list():
    with pytest.raises(TypeError, match="put it in a list"):
        FLAT("a fine film")


def test_damaged_and_missing_files(tmp_path):
    with pytest.raises(FileNotFoundError, match="config.json is missing"):
        TextPreprocessor.load(tmp_path)
    FLAT.save(tmp_path)
    path = tmp_path / "config.json"
    for content in ("{", "[]", "{}", json.dumps({"max_tokens": 3})):
        path.write_text(content)
        with pytest.raises(ValueError, match="Damaged preprocessor: .*config"):
            TextPreprocessor.load(tmp_path)
    (tmp_path / "tokenizer.json").unlink()
    with pytest.raises(FileNotFoundError, match="tokenizer.json"):
        TextPreprocessor.load(tmp_path)
