"""Attention weights of the words: those of the model, at the right place."""

import dataclasses
from copy import copy
from functools import cache

import keras
import numpy as np
import pytest
from layer_checks import to_numpy
from predictor_cases import NAMES
from predictor_cases import TEXTS
from predictor_cases import get_explainer
from predictor_cases import make_flat

from han_attention.explain.methods import METHODS
from han_attention.explain.methods.base import Scores
from han_attention.explain.render.terminal import to_ansi

make_predictor = cache(make_flat)


def explain_attention(predictor, texts, labels=None, batch_size=64):
    explainer = get_explainer(predictor)
    return explainer(texts, labels, ("attention",), batch_size)


def model_outputs(predictor, texts):
    """Logits and weights of the model called on each text alone."""
    reader = keras.Model(
        predictor.model.input,
        [
            predictor.model.output,
            predictor.model.get_layer("attention").output[1],
        ],
    )
    outputs = [
        to_numpy(reader(predictor.encode([text]).padded())) for text in texts
    ]
    return [(logits[0], weights[0]) for logits, weights in outputs]


def weights_of(explanation):
    return [word.weight for word in explanation.words]


@pytest.fixture(scope="module")
def predictor():
    return make_predictor()


def test_weights_of_a_text_sum_to_one(predictor):
    for explanation in explain_attention(predictor, TEXTS, batch_size=2):
        assert sum(weights_of(explanation)) == pytest.approx(1, abs=1e-5)
        assert all(0 <= weight <= 1 for weight in weights_of(explanation))


def test_weights_are_not_all_the_same(predictor):
    """Else the tests here could not tell one word from another."""
    weights = weights_of(explain_attention(predictor, TEXTS)[0])
    assert max(weights) > 1.5 * min(weights)


@pytest.mark.parametrize("batch_size", [1, 2, 64])
def test_weights_and_order_are_those_of_the_model_on_each_text(
    batch_size, predictor
):
    explanations = explain_attention(predictor, TEXTS, batch_size=batch_size)
    assert [explanation.text for explanation in explanations] == TEXTS
    for explanation, (_, weights) in zip(
        explanations, model_outputs(predictor, TEXTS), strict=True
    ):
        np.testing.assert_allclose(
            weights_of(explanation), weights, rtol=1e-4, atol=1e-6
        )


def test_weights_are_those_of_the_model_on_padded_ids(predictor):
    reader = keras.Model(
        predictor.model.input, predictor.model.get_layer("attention").output[1]
    )
    encoded = predictor.encode(TEXTS)
    weights = to_numpy(reader(encoded.padded(pad_to_multiple_of=16)))
    for n, explanation in enumerate(explain_attention(predictor, TEXTS)):
        length = encoded.lengths[n]
        np.testing.assert_allclose(
            weights_of(explanation), weights[n, :length], rtol=1e-4, atol=1e-6
        )
        assert not weights[n, length:].any()


def test_spans_are_those_of_the_words_in_the_original(predictor):
    explanation = explain_attention(predictor, TEXTS)[4]
    assert [(w.text, w.start, w.end) for w in explanation.words] == [
        ("A", 2, 3),
        ("FINE", 5, 9),
        ("day", 10, 13),
    ]


def test_spans_are_characters_and_not_bytes(predictor):
    text = "\U0001f600 fine é film"
    words = explain_attention(predictor, [text])[0].words
    assert [text[w.start : w.end] for w in words] == [w.text for w in words]
    assert [w.text for w in words] == ["\U0001f600", "fine", "é", "film"]


def test_spans_with_a_lone_surrogate(predictor):
    text = "fine \ud800 film"
    (explanation,) = explain_attention(predictor, [text])
    assert explanation.text == text
    assert [w.text for w in explanation.words] == ["fine", "\ud800", "film"]


def test_prediction_and_probabilities_are_those_of_the_predictor(predictor):
    explanations = explain_attention(predictor, TEXTS, batch_size=2)
    assert [e.prediction for e in explanations] == predictor.predict(TEXTS)
    for explanation, shares in zip(
        explanations, predictor.predict_proba(TEXTS), strict=True
    ):
        assert list(explanation.probabilities) == NAMES
        np.testing.assert_allclose(
            list(explanation.probabilities.values()), shares, atol=1e-6
        )


def test_three_classes():
    predictor = make_flat(num_classes=3, class_names=["x", "y", "z"])
    predictor.model.get_layer("logits").bias.assign([0.0, 1.0, 0.0])
    for explanation in explain_attention(predictor, TEXTS):
        assert explanation.prediction == "y"
        assert list(explanation.probabilities) == ["x", "y", "z"]
        assert sum(explanation.probabilities.values()) == pytest.approx(1)


def test_weight_of_a_word_is_the_mean_of_the_heads():
    predictor = make_predictor(num_heads=3)
    explanations = explain_attention(predictor, TEXTS, batch_size=2)
    for explanation, (_, weights) in zip(
        explanations, model_outputs(predictor, TEXTS), strict=True
    ):
        assert weights.shape == (3, len(explanation.words))
        np.testing.assert_allclose(
            weights_of(explanation), weights.mean(axis=0), rtol=1e-4, atol=1e-6
        )
        assert sum(weights_of(explanation)) == pytest.approx(1, abs=1e-5)


def test_start_token_is_left_out():
    predictor = make_predictor(start_token=True)
    explanations = explain_attention(predictor, TEXTS, batch_size=2)
    for explanation, (_, weights) in zip(
        explanations, model_outputs(predictor, TEXTS), strict=True
    ):
        assert len(weights) == len(explanation.words) + 1
        np.testing.assert_allclose(
            weights_of(explanation), weights[1:], rtol=1e-4, atol=1e-6
        )
        assert all(word.text for word in explanation.words)


@pytest.mark.parametrize("start_token", [False, True])
@pytest.mark.parametrize("text", ["", " \n "])
def test_text_without_words(text, start_token):
    predictor = make_predictor(start_token=start_token)
    with pytest.warns(UserWarning, match="1 of 2 texts have no word"):
        explanations = explain_attention(predictor, ["fine", text], None, 2)
    assert explanations[1].text == text
    assert list(explanations[1].words) == []
    assert explanations[1].prediction is None
    assert "no class (an empty text)" in to_ansi(explanations[1], color=False)
    assert sum(explanations[1].probabilities.values()) == pytest.approx(1)
    assert [word.text for word in explanations[0].words] == ["fine"]


def test_what_is_needed_for_an_answer(predictor):
    predictor = copy(predictor)
    predictor.set_thresholds(1.0)
    (explanation,) = explain_attention(predictor, TEXTS[:1])
    assert (explanation.prediction, explanation.threshold) == (None, 1.0)
    predictor.set_thresholds(0.0)
    (explanation,) = explain_attention(predictor, TEXTS[:1])
    assert explanation.prediction is not None and explanation.threshold is None


def test_text_of_one_word_gives_no_warning(predictor):
    """Warnings are errors here: Keras warns of a softmax over one step."""
    (explanation,) = explain_attention(predictor, ["fine"])
    assert weights_of(explanation) == [1.0]


def test_unknown_words_have_weights_too(predictor):
    with pytest.warns(UserWarning, match="1 of 1 texts have no word"):
        (explanation,) = explain_attention(predictor, ["Xyz qqq zzz"])
    assert [word.text for word in explanation.words] == ["Xyz", "qqq", "zzz"]
    assert sum(weights_of(explanation)) == pytest.approx(1, abs=1e-5)


def test_labels_stay_with_their_texts(predictor):
    labels = [f"label {n}" for n in range(len(TEXTS))]
    explanations = explain_attention(predictor, TEXTS, labels, batch_size=2)
    assert [explanation.label for explanation in explanations] == labels


def test_without_labels(predictor):
    explanations = explain_attention(predictor, TEXTS)
    assert {explanation.label for explanation in explanations} == {None}


def test_words_beyond_max_tokens_are_left_out():
    predictor = make_predictor(max_tokens=3)
    (explanation,) = explain_attention(predictor, [TEXTS[2]])
    assert explanation.text == TEXTS[2]
    assert [w.text for w in explanation.words] == ["a", "dull", "film"]
    assert sum(weights_of(explanation)) == pytest.approx(1, abs=1e-5)


def test_explanations_are_plain_numbers(predictor):
    """NumPy's could not be written as JSON."""
    (explanation,) = explain_attention(predictor, ["a fine film"])
    for word in explanation.words:
        assert type(word.weight) is float
        assert type(word.start) is type(word.end) is int
    for share in explanation.probabilities.values():
        assert type(share) is float


def test_no_texts(predictor):
    assert explain_attention(predictor, []) == []


def test_one_text_instead_of_a_list(predictor):
    with pytest.raises(TypeError, match="put it in a list"):
        explain_attention(predictor, "a fine film")


@pytest.mark.parametrize("batch_size", [0, -1, 1.5])
def test_bad_batch_size(batch_size, predictor):
    with pytest.raises(ValueError, match="`batch_size`"):
        explain_attention(predictor, TEXTS, batch_size=batch_size)


def test_explaining_leaves_the_predictor_as_it_was(predictor):
    before = predictor.predict_proba(TEXTS)
    explain_attention(predictor, TEXTS)
    np.testing.assert_array_equal(predictor.predict_proba(TEXTS), before)


def test_what_was_asked_for_is_there_without_words(predictor):
    with pytest.warns(UserWarning, match="no word"):
        empty, _ = get_explainer(predictor)(
            ["", "fine"], methods=["contribution", "occlusion"]
        )
    assert empty.methods == ["attention", "contribution", "occlusion"]
    assert empty.scores("contribution") == empty.scores("occlusion") == []


def test_scores_that_are_no_numbers_are_an_error(predictor, monkeypatch):
    explainer = get_explainer(predictor)

    def score(reader, reading):
        values = np.full((*reading.ids.shape, 1), np.nan)
        return Scores(np.where(reading.ids[..., None] == 0, 0.0, values))

    broken = dataclasses.replace(METHODS["occlusion"], score=score)
    monkeypatch.setitem(METHODS, "occlusion", broken)
    with pytest.raises(ValueError, match="infinite scores of 'occlusion'"):
        explainer(["fine"], methods=["occlusion"])
