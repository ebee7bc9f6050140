"""The comparison of an exported model with the Keras model."""

import dataclasses

import numpy as np
import pytest

from han_attention.export.parity import Parity
from han_attention.export.parity import check_parity
from han_attention.export.parity import parity_batches
from han_attention.text.preprocessor import TextPreprocessor
from han_attention.text.tokenizer import Tokenizer

TOKENIZER = Tokenizer.train(["a fine film!", "a dull film!"])
FLAT = TextPreprocessor(TOKENIZER)
DOCUMENTS = TextPreprocessor(TOKENIZER, "hierarchical")


def get_lengths(ids):
    return (ids != 0).sum(axis=1).tolist()


def test_worked_numbers():
    expected = [np.array([[1.0], [2.0]]), np.array([[-4.0]])]
    received = [np.array([[1.0], [2.25]]), np.array([[-4.5]])]
    assert check_parity(expected, received, 0.5) == Parity(3, 0.5, 0.5)


@pytest.mark.parametrize("altered", [0.25001, -0.3, np.nan, np.inf])
def test_one_logit_that_differs(altered):
    expected = [np.zeros((2, 3)), np.zeros((1, 3))]
    received = [np.zeros((2, 3)), np.array([[0, 0, altered]])]
    with pytest.raises(ValueError, match="over 3 texts .* tolerance=0.25"):
        check_parity(expected, received, 0.25)


def test_not_a_number_in_the_first_batch():
    """`max` alone would pass over it."""
    expected = [np.zeros((1, 1)), np.zeros((1, 1))]
    received = [np.array([[np.nan]]), np.zeros((1, 1))]
    with pytest.raises(ValueError, match="differ"):
        check_parity(expected, received)
    with pytest.raises(ValueError, match="differ"):
        check_parity(expected[::-1], received[::-1])


def test_logits_of_another_shape():
    with pytest.raises(ValueError, match="differ"):
        check_parity([np.zeros((2, 1))], [np.zeros((2, 2))])


def test_every_text_is_in_a_batch_after_the_made_up_ones():
    texts = [" ".join(["fine"] * n) for n in range(1, 40)]
    made_up, *batches = parity_batches(FLAT, texts)
    assert get_lengths(made_up) == [0, 1, 2, 3, 17, 50]
    assert made_up.max() == len(TOKENIZER) - 1
    lengths = [n for ids in batches for n in get_lengths(ids)]
    assert sorted(lengths) == list(range(1, 40))


def test_made_up_texts_are_cut_and_the_same_each_time():
    preprocessor = dataclasses.replace(FLAT, max_tokens=10)
    (first,) = parity_batches(preprocessor)
    (second,) = parity_batches(preprocessor)
    assert get_lengths(first) == [0, 1, 2, 3, 10, 10]
    np.testing.assert_array_equal(first, second)


def test_documents():
    texts = ["Fine! " * n for n in range(1, 40)]
    made_up, *batches = parity_batches(DOCUMENTS, texts)
    assert made_up.ndim == 3
    sizes = [0, 1, 2, 3, 17, 50]
    assert made_up.any(axis=2).sum(axis=1).tolist() == sizes
    # The sentences have 1, 2 ... 40, 1, 2 ... words.
    assert get_lengths(made_up[-1]) == [n % 40 + 1 for n in range(50)]
    received = [n for ids in batches for n in ids.any(axis=2).sum(axis=1)]
    assert sorted(received) == list(range(1, 40))


def test_documents_are_cut_as_the_model_takes_them():
    preprocessor = dataclasses.replace(
        DOCUMENTS, max_sentences=5, max_sentence_tokens=4
    )
    made_up, ids = parity_batches(preprocessor, ["Fine! " * 9, "a " * 9])
    assert made_up.shape == (6, 5, 4)
    assert get_lengths(made_up[-1]) == [1, 2, 3, 4, 4]
    assert ids.any(axis=2).sum(axis=1).tolist() == [1, 5]
