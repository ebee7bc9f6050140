"""Contributions stay exact with n-grams, for texts and for documents."""

import json

import numpy as np
import pytest
from layer_checks import to_numpy
from predictor_cases import DOCUMENTS
from predictor_cases import TEXTS
from predictor_cases import make_flat
from predictor_cases import make_hierarchical

from han_attention.explain.explainer import Explainer
from han_attention.explain.methods import METHODS
from han_attention.explain.render.markdown import to_markdown
from han_attention.explain.render.terminal import to_ansi
from han_attention.inference import model_reader
from han_attention.models.contribution import ContributionModel

NAMES = ["x", "y", "z"]
NGRAMS = {
    "ngram_range": (1, 3),
    "num_ngram_buckets": 999,
    "ngram_initializer": "random_normal",
}


def logits_less_bias(predictor, text):
    model = predictor.model
    logits = to_numpy(model(predictor.encode([text]).padded()))[0]
    return logits - to_numpy(model.get_layer("logits").bias)


def add_alone(predictor, text):
    """What the words add by the attention, for each class."""
    run = ContributionModel(predictor.model)
    return to_numpy(run(predictor.encode([text]).padded())[-2])[0].T


@pytest.mark.parametrize("multi_label", [False, True])
@pytest.mark.parametrize(
    ("make", "texts"), [(make_flat, TEXTS), (make_hierarchical, DOCUMENTS)]
)
def test_contributions_sum_to_the_logits(make, texts, multi_label):
    options = {"num_classes": 3, "class_names": NAMES, "num_heads": 2}
    predictor = make(**options, **NGRAMS)
    predictor.multi_label = multi_label
    predictor.model.get_layer("ngrams").embeddings.assign(
        np.random.default_rng(0).normal(size=(999, 3))
    )
    predictor.model.get_layer("logits").bias.assign([0.0, 1.0, 2.0])
    for explanation in Explainer(predictor)(texts, batch_size=2):
        expected = logits_less_bias(predictor, explanation.text)
        for name, value in zip(NAMES, expected, strict=True):
            total = sum(explanation.scores("contribution", name))
            assert total == pytest.approx(value, abs=1e-4)
            # What the attention's words add is the rest of theirs.
            number = NAMES.index(name)
            of_ngrams = sum(
                ngram.contributions[number] for ngram in explanation.ngrams
            )
            alone = sum(add_alone(predictor, explanation.text)[number])
            assert alone + of_ngrams == pytest.approx(value, abs=1e-4)
            if explanation.sentences:
                sentences = explanation.sentence_scores("contribution", name)
                assert sum(sentences) == pytest.approx(value, abs=1e-4)


def test_a_phrase_is_shared_by_its_words():
    """Of a text that the attention says nothing of."""
    predictor = make_flat(**NGRAMS | {"ngram_range": (2, 2)})
    kernel = predictor.model.get_layer("logits").kernel
    kernel.assign(np.zeros(kernel.shape))
    predictor.model.get_layer("ngrams").embeddings.assign(np.ones((999, 1)))
    (explanation,) = Explainer(predictor)(["a fine day"])
    scores = np.array(explanation.scores("contribution", "good"))
    half = 0.5**0.5 / 2  # of one of two
    np.testing.assert_allclose(scores, [half, 2 * half, half], atol=1e-6)
    against = explanation.scores("contribution", "bad")
    np.testing.assert_array_equal(against, -scores)
    first, second = explanation.ngrams
    assert (first.text, first.start, first.end) == ("a fine", 0, 6)
    assert (second.text, second.start, second.end) == ("fine day", 2, 10)
    assert first.size == 2
    np.testing.assert_allclose(first.contributions, [-2 * half, 2 * half])
    assert "Phrases: a fine +0.707; fine day +0.707" in to_ansi(
        explanation, "contribution", "good", color=False
    )
    assert "| fine day | -0.707 |" in to_markdown(
        explanation, "contribution", "bad"
    )
    assert "Phrases" not in to_ansi(explanation, "attention")
    assert json.loads(explanation.to_json())["ngrams"][0]["text"] == "a fine"


@pytest.mark.parametrize(
    ("make", "texts"), [(make_flat, TEXTS), (make_hierarchical, DOCUMENTS)]
)
def test_every_method_explains(make, texts):
    (explanation,) = Explainer(make(**NGRAMS))(texts[:1], methods=[*METHODS])
    for method in METHODS:
        assert np.isfinite(explanation.scores(method)).all()


def test_documents_read_in_parts_have_their_ngrams(monkeypatch):
    predictor = make_hierarchical(**NGRAMS)
    table = predictor.model.get_layer("ngrams").embeddings
    table.assign(np.random.default_rng(0).normal(size=table.shape))
    expected = predictor.predict_proba(DOCUMENTS)
    monkeypatch.setattr(model_reader, "MAX_BATCH_TOKENS", 5)
    received = predictor.predict_proba(DOCUMENTS)
    np.testing.assert_allclose(received, expected, atol=1e-6)


@pytest.mark.parametrize("method", ["gradient_x_input", "integrated_gradients"])
def test_gradients_leave_no_ngram_out(method):
    """Of a model whose n-grams decide all, they would say nothing."""
    predictor = make_flat(**NGRAMS)
    table = np.random.default_rng(0).normal(size=(999, 1))
    predictor.model.get_layer("ngrams").embeddings.assign(table)
    logits = predictor.model.get_layer("logits")
    logits.set_weights([0 * weight for weight in logits.get_weights()])
    for explanation in Explainer(predictor)(
        TEXTS[:2], methods=["contribution", method]
    ):
        expected = list(explanation.scores("contribution"))
        assert np.abs(expected).max() > 0.1
        assert list(explanation.scores(method)) == pytest.approx(expected)
