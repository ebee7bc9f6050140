"""Every method through `explain_texts`: its numbers, at the right words."""

import numpy as np
import pytest
from layer_checks import to_numpy
from predictor_cases import DOCUMENTS
from predictor_cases import TEXTS
from predictor_cases import get_explainer
from predictor_cases import make_flat
from predictor_cases import make_hierarchical

from han_attention.explain.explainer import explain_attention
from han_attention.explain.explainer import explain_texts
from han_attention.explain.methods import METHODS as REGISTRY
from han_attention.inference import model_reader

METHODS = list(REGISTRY)


def logits_less_bias(predictor, text):
    model = predictor.model
    logits = to_numpy(model(predictor.encode([text]).padded()))[0]
    return logits - to_numpy(model.get_layer("logits").bias)


@pytest.mark.parametrize("num_heads", [1, 2])
def test_contributions_sum_to_the_logits(num_heads):
    predictor = make_flat(num_heads, num_classes=3, class_names=["x", "y", "z"])
    predictor.model.get_layer("logits").bias.assign([0.0, 1.0, 2.0])
    for explanation in explain_texts(predictor, TEXTS, batch_size=2):
        expected = logits_less_bias(predictor, explanation.text)
        for name, value in zip("xyz", expected, strict=True):
            total = sum(explanation.scores("contribution", name))
            assert total == pytest.approx(value, abs=1e-5)


def test_of_two_classes_one_has_the_other_sign():
    predictor = make_flat()
    (explanation,) = explain_texts(predictor, TEXTS[:1], methods=METHODS)
    for method in METHODS[1:]:
        bad, good = (explanation.scores(method, c) for c in ("bad", "good"))
        assert bad == [-score for score in good]
    value = logits_less_bias(predictor, TEXTS[0])[0]
    total = sum(explanation.scores("contribution", "good"))
    assert total == pytest.approx(value, abs=1e-5)


def test_of_several_labels_each_has_a_logit():
    """One label alone has one logit too, and no other side."""
    predictor = make_flat(num_classes=3, class_names=["x", "y", "z"])
    predictor.multi_label = True
    (explanation,) = explain_texts(predictor, TEXTS[:1])
    assert len(explanation.words[0].contributions) == 3


def test_scores_are_those_of_the_text_alone():
    """Neither batches nor padding nor order change a word's score."""
    explainer = get_explainer(make_flat())
    together = explainer(TEXTS[:4], methods=METHODS)
    (alone,) = explainer(TEXTS[1:2], methods=METHODS)
    for method in METHODS:
        np.testing.assert_allclose(
            together[1].scores(method), alone.scores(method), atol=1e-5
        )


def test_start_token_and_texts_without_words():
    predictor = make_flat(start_token=True)
    with pytest.warns(UserWarning, match="1 of 2 texts have no word"):
        explanations = explain_texts(predictor, [TEXTS[2], ""], methods=METHODS)
    for method in METHODS:
        scores = explanations[0].scores(method)
        assert len(scores) == len(TEXTS[2].split())  # not the start
        assert all(scores)
    assert explanations[1].words == []


def test_a_document_has_the_contributions_of_its_sentences():
    predictor = make_hierarchical()
    texts = DOCUMENTS
    for explanation in explain_texts(predictor, texts):
        (expected,) = logits_less_bias(predictor, explanation.text)
        sentences = explanation.sentence_scores("contribution", "good")
        assert sum(sentences) == pytest.approx(expected, abs=1e-4)
        np.testing.assert_allclose(
            sentences,
            [s.contributions[1] for s in explanation.sentences],
            atol=1e-5,
        )


def test_a_document_has_a_score_for_each_word():
    predictor = make_hierarchical()
    explainer = get_explainer(predictor)
    (explanation,) = explainer(DOCUMENTS[:1], methods=METHODS)
    ids = predictor.encode(DOCUMENTS[:1]).padded()
    scores = explainer.score(ids, METHODS)
    for method in METHODS:
        expected = scores[method].select(np.array([1]))[ids != 0]
        np.testing.assert_allclose(
            explanation.scores(method, "good"), expected, atol=1e-5
        )


def test_a_model_that_has_no_contributions():
    predictor = make_hierarchical(pooling="max")
    texts = DOCUMENTS
    assert explain_texts(predictor, texts)[0].methods == ["attention"]
    with pytest.raises(ValueError, match="linear function of a weighted sum"):
        explain_texts(predictor, texts, methods=["contribution"])


def test_a_text_too_long_to_be_read_as_a_whole(monkeypatch):
    predictor = make_hierarchical()
    texts = DOCUMENTS[:1]
    monkeypatch.setattr(model_reader, "MAX_BATCH_TOKENS", 5)
    assert explain_texts(predictor, texts)[0].methods == ["attention"]
    with pytest.raises(ValueError, match="too long to be read as a whole"):
        explain_texts(predictor, texts, methods=["occlusion"])


def test_an_unknown_method():
    predictor = make_flat()
    with pytest.raises(ValueError, match="`methods`.*'attention'.*'magic'"):
        explain_texts(predictor, TEXTS, methods=["magic"])


def test_explain_attention_gives_the_attention_alone():
    predictor = make_flat()
    (explanation,) = explain_attention(predictor, TEXTS[:1])
    assert explanation.methods == ["attention"]
