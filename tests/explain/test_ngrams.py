"""Contributions stay exact with n-grams, for texts and for documents."""

import numpy as np
import pytest
from layer_checks import to_numpy
from predictor_cases import DOCUMENTS
from predictor_cases import TEXTS
from predictor_cases import make_flat
from predictor_cases import make_hierarchical

from han_attention.explain.explainer import Explainer
from han_attention.explain.methods import METHODS
from han_attention.inference import model_reader

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
    assert explanation.scores("contribution", "good") == [0.5, 1.0, 0.5]
    assert explanation.scores("contribution", "bad") == [-0.5, -1.0, -0.5]


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
