"""Weights of words and sentences: those of the hierarchical model."""

from functools import cache

import keras
import numpy as np
import pytest
from layer_checks import to_numpy
from predictor_cases import DOCUMENTS as TEXTS
from predictor_cases import get_explainer
from predictor_cases import make_hierarchical

make_predictor = cache(make_hierarchical)


def explain_attention(predictor, texts, labels=None, batch_size=64):
    explainer = get_explainer(predictor)
    return explainer(texts, labels, ("attention",), batch_size)


def scores_of(predictor, text):
    """The outputs of both attentions for one text, its heads first."""
    model = predictor.model
    layers = map(model.get_layer, ("word_attention", "sentence_attention"))
    reader = keras.Model(model.input, [layer.output[1] for layer in layers])
    ids = predictor.encode([text]).padded()
    words, sentences = (x[0] for x in to_numpy(reader(ids)))
    if sentences.ndim == 1:
        return words[None], sentences[None], ids[0] != 0
    return words.swapaxes(0, 1), sentences, ids[0] != 0


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"num_heads": 3},
        {"normalizer": "sparsemax"},
        {"pooling": "mean"},
        {"pooling": "max"},
    ],
)
@pytest.mark.parametrize("batch_size", [2, 64])
def test_weights_are_those_of_the_model(options, batch_size):
    predictor = make_predictor(**options)
    explanations = explain_attention(predictor, TEXTS, batch_size=batch_size)
    for text, explanation in zip(TEXTS, explanations, strict=True):
        words, sentences, real = scores_of(predictor, text)
        shares = sentences.mean(axis=0)
        within = words.mean(axis=0)
        np.testing.assert_allclose(
            [s.weight for s in explanation.sentences], shares, atol=1e-5
        )
        np.testing.assert_allclose(
            [w.weight_in_sentence for w in explanation.words],
            within[real],
            atol=1e-5,
        )
        np.testing.assert_allclose(
            [w.weight for w in explanation.words],
            (within * shares[:, None])[real],
            atol=1e-5,
        )
        total = sum(w.weight for w in explanation.words)
        assert total == pytest.approx(1, abs=1e-5)
        total = sum(s.weight for s in explanation.sentences)
        assert total == pytest.approx(1, abs=1e-5)


def test_words_of_a_sentence_have_its_weight_together():
    explanation = explain_attention(make_predictor(), TEXTS)[0]
    assert len({round(s.weight, 4) for s in explanation.sentences}) == 3
    for sentence in explanation.sentences:
        inside = [
            w
            for w in explanation.words
            if sentence.start <= w.start < sentence.end
        ]
        total = sum(w.weight for w in inside)
        assert total == pytest.approx(sentence.weight, abs=1e-5)
        total = sum(w.weight_in_sentence for w in inside)
        assert total == pytest.approx(1, abs=1e-5)


def test_spans_point_into_the_original_text():
    explanations = explain_attention(make_predictor(), TEXTS)
    for text, explanation in zip(TEXTS, explanations, strict=True):
        for part in (*explanation.words, *explanation.sentences):
            assert text[part.start : part.end] == part.text
    assert [s.text for s in explanations[2].sentences] == [
        "A film.",
        "A FINE film, and a day?",
        "Fine.",
    ]
    assert [w.text for w in explanations[2].words][:5] == [
        *("A", "film", ".", "A", "FINE"),
    ]


def test_what_the_limits_cut_is_left_out():
    predictor = make_predictor(limits=(2, 3))
    explanation = explain_attention(predictor, TEXTS)[0]
    assert [s.text for s in explanation.sentences] == [
        "A fine film.",
        "A dull day!",
    ]
    words = [w.text for w in explanation.words]
    assert words == ["A", "fine", "film", "A", "dull", "day"]
    total = sum(w.weight for w in explanation.words)
    assert total == pytest.approx(1, abs=1e-5)


def test_start_tokens_are_left_out():
    predictor = make_predictor(start_token=True)
    explanation = explain_attention(predictor, TEXTS)[1]
    assert [w.text for w in explanation.words] == ["Dull", "."]
    words, sentences, _ = scores_of(predictor, TEXTS[1])
    np.testing.assert_allclose(
        [w.weight for w in explanation.words], words[0, 0, 1:], atol=1e-5
    )
    assert explanation.sentences[0].weight == pytest.approx(1)
    assert sentences.shape == (1, 1)


@pytest.mark.parametrize("text", ["", " \n "])
def test_text_without_words(text):
    with pytest.warns(UserWarning, match="1 of 2 texts have no word"):
        explanations = explain_attention(make_predictor(), ["Fine.", text])
    assert explanations[1].text == text
    assert list(explanations[1].words) == []
    assert list(explanations[1].sentences) == []
    assert sum(explanations[1].probabilities.values()) == pytest.approx(1)


def test_predictions_are_those_of_the_predictor():
    predictor = make_predictor()
    explanations = explain_attention(predictor, TEXTS, batch_size=2)
    assert [e.prediction for e in explanations] == predictor.predict(TEXTS)
    for explanation, shares in zip(
        explanations, predictor.predict_proba(TEXTS), strict=True
    ):
        np.testing.assert_allclose(
            list(explanation.probabilities.values()), shares, atol=1e-6
        )


def test_numbers_are_plain():
    explanation = explain_attention(make_predictor(), TEXTS)[0]
    for word in explanation.words:
        assert type(word.weight) is type(word.weight_in_sentence) is float
    for sentence in explanation.sentences:
        assert type(sentence.weight) is float
        assert type(sentence.start) is type(sentence.end) is int
