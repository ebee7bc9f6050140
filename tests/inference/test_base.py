"""What every predictor shares, on a model that is one line of NumPy."""

import numpy as np
import pytest

from han_attention.inference.base import TextPredictor
from han_attention.inference.base import probabilities
from han_attention.text.preprocessor import TextPreprocessor
from han_attention.text.tokenizer import Tokenizer

VALUES = {"awful": -2.0, "dull": -1.0, "fine": 1.0, "superb": 2.0}


class Adding(TextPredictor):
    """Logit n of a text is n + 1 times the sum of the values of its words."""

    pad_to_multiple_of = 1

    def __init__(self, names=("bad", "good"), multi_label=False, **limits):
        tokenizer = Tokenizer.from_vocabulary(list(VALUES))
        preprocessor = TextPreprocessor(tokenizer, **limits)
        super().__init__(preprocessor, names, multi_label)
        self.shapes = []

    def run(self, ids):
        self.shapes.append(ids.shape)
        values = np.array([0, 0, 0, *VALUES.values()])[ids].sum(axis=1)
        return values[:, None] * np.arange(1, self.num_logits + 1)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def test_two_classes_by_hand():
    predicted = Adding().predict_proba(["fine", "dull awful", "superb dull"])
    good = [sigmoid(1.0), sigmoid(-3.0), sigmoid(1.0)]
    np.testing.assert_allclose(predicted[:, 1], good, rtol=1e-6)
    np.testing.assert_allclose(predicted[:, 0], 1 - np.array(good), rtol=1e-6)
    assert predicted.dtype == np.float32


def test_three_classes_by_hand():
    predicted = Adding("xyz").predict_proba(["fine"])
    expected = np.exp([1, 2, 3]) / np.exp([1, 2, 3]).sum()
    np.testing.assert_allclose(predicted, [expected], rtol=1e-6)


def test_several_labels_by_hand():
    predictor = Adding("xyz", multi_label=True)
    predicted = predictor.predict_proba(["fine", "dull"])
    np.testing.assert_allclose(
        predicted, sigmoid(np.array([[1, 2, 3], [-1, -2, -3]])), rtol=1e-6
    )
    assert predictor.predict(["fine", "dull"]) == [["x", "y", "z"], []]


def test_a_half_is_enough_for_a_label_of_several():
    predictor = Adding("xy", multi_label=True)
    assert predictor.predict(["fine dull"]) == [["x", "y"]]  # logits 0


def test_the_first_of_equally_probable_classes():
    assert Adding([7, 8]).predict(["fine dull"]) == [7]


def test_probabilities_of_huge_logits():
    for logits, multi_label in (
        (np.array([[1e6], [-1e6]]), False),
        (np.array([[1e6, -1e6]]), False),
        (np.array([[1e6, -1e6]]), True),
    ):
        predicted = probabilities(logits, multi_label)
        assert np.isfinite(predicted).all()
        assert set(predicted.ravel().tolist()) == {0, 1}


def test_batches_hold_texts_of_like_length():
    predictor = Adding()
    texts = ["fine " * n for n in (9, 1, 5, 2, 8, 3, 4)]
    logits = predictor.predict_proba(texts, batch_size=3)[:, 1]
    assert predictor.shapes == [(3, 3), (3, 8), (1, 9)]
    np.testing.assert_allclose(
        logits, sigmoid(np.array([9.0, 1, 5, 2, 8, 3, 4])), rtol=1e-6
    )


def test_lengths_are_rounded_up():
    predictor = Adding()
    predictor.pad_to_multiple_of = 32
    predictor.predict_proba(["fine " * 33, "fine"], batch_size=1)
    assert predictor.shapes == [(1, 32), (1, 64)]


@pytest.mark.parametrize(
    ("truncation", "logit"), [("start", 2), ("end", -3), ("both", -1)]
)
def test_what_a_cut_leaves(truncation, logit):
    predictor = Adding(max_tokens=2, truncation=truncation)
    predicted = predictor.predict_proba(["fine fine dull awful"])
    np.testing.assert_allclose(predicted[0, 1], sigmoid(logit), rtol=1e-6)
    assert predictor.encode(["fine fine dull awful"]).lengths.tolist() == [2]


def test_texts_of_every_length_at_once():
    texts = ["", "fine", "x" * 1_000_000, "fine " * 200_000, "\0", "\ud800"]
    with pytest.warns(UserWarning, match="4 of 6 texts have no word"):
        predicted = Adding(max_tokens=10).predict_proba(texts)
    np.testing.assert_allclose(
        predicted[:, 1], sigmoid(np.array([0, 1, 0, 10, 0, 0])), rtol=1e-6
    )


def test_nul_bytes_and_lone_surrogates_part_words():
    predicted = Adding().predict_proba(["fine\0fine", "fine\ud800fine"])
    np.testing.assert_allclose(predicted[:, 1], sigmoid(2.0), rtol=1e-6)


def test_a_word_beyond_the_cut_does_not_make_a_text_known():
    with pytest.warns(UserWarning, match="1 of 2 texts have no word"):
        Adding(max_tokens=1).predict_proba(["nothing fine", "fine"])


def test_no_texts():
    predictor = Adding("xyz")
    assert predictor.predict_proba([]).shape == (0, 3)
    assert predictor.predict([]) == []
    assert list(predictor.predict_stream([])) == []
    assert predictor.shapes == []


def test_a_stream_is_read_as_it_is_used():
    read = []

    def texts():
        for n in range(20_000):
            read.append(n)
            yield "fine" if n % 2 else "dull"

    stream = Adding().predict_stream(texts(), batch_size=512)
    for n, (text, predicted) in zip(range(6_000), stream, strict=False):
        assert text == ("fine" if n % 2 else "dull")
        np.testing.assert_allclose(
            predicted[1], sigmoid(1.0 if n % 2 else -1.0), rtol=1e-6
        )
    assert len(read) < 10_000


@pytest.mark.parametrize("text", [None, 3, float("nan"), b"fine"])
def test_what_is_no_text(text):
    with pytest.raises(TypeError, match="Expected a text"):
        Adding().predict_proba(["fine", text])


@pytest.mark.parametrize(
    ("names", "multi_label", "logits"),
    [
        (["a", "b"], False, 1),
        (["a", "b", "c"], False, 3),
        (["a", "b"], True, 2),
        (["a"], True, 1),
    ],
)
def test_number_of_logits(names, multi_label, logits):
    assert Adding(names, multi_label).num_logits == logits


def test_multi_label_that_is_no_boolean():
    with pytest.raises(ValueError, match="`multi_label`"):
        Adding(multi_label=1)


def test_logits_of_another_number_than_the_classes(monkeypatch):
    predictor = Adding("xyz")
    monkeypatch.setattr(predictor, "run", lambda ids: np.zeros((len(ids), 1)))
    with pytest.raises(ValueError, match=r"shape \(2, 3\).*shape \(2, 1\)"):
        predictor.predict_proba(["fine", "dull"])


@pytest.mark.parametrize("batch_size", [0, -1, 2.5])
def test_bad_batch_size(batch_size):
    with pytest.raises(ValueError, match="`batch_size`"):
        Adding().predict_proba(["fine"], batch_size)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("names", ["ab", "xyz"])
def test_logits_that_are_no_numbers_are_an_error(names, value, monkeypatch):
    predictor = Adding(names)
    right = predictor.run

    def run(ids):
        return np.where(ids[:, :1] == 3, value, right(ids))  # of "awful"

    monkeypatch.setattr(predictor, "run", run)
    predictor.predict_proba(["fine", "dull"])
    with pytest.raises(ValueError, match="for 1 of .* such as .* index 2: "):
        predictor.predict_proba(["fine", "dull", "awful"])


@pytest.mark.parametrize(
    ("names", "multi_label"),
    [([], False), (["a"], False), ([], True), ([1, "1"], False), ("aa", False)],
)
def test_class_names_that_are_too_few_or_alike(names, multi_label):
    with pytest.raises(ValueError, match="`class_names`"):
        Adding(names, multi_label)
