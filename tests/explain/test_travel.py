"""Explaining leaves the model as it is, and nothing it builds goes along."""

import copy
import pickle

import joblib
import keras
import numpy as np
import pytest
from predictor_cases import DOCUMENTS
from predictor_cases import TEXTS
from predictor_cases import make_flat
from predictor_cases import make_hierarchical

from han_attention import TextClassifier
from han_attention.explain.explainer import Explainer
from han_attention.explain.methods import METHODS
from han_attention.inference import model_reader
from han_attention.inference.keras import Predictor

KINDS = ["flat", "hierarchical", "several labels"]


def make(kind):
    if kind == "hierarchical":
        return make_hierarchical(), DOCUMENTS
    if kind == "flat":
        return make_flat(), TEXTS[:4]
    predictor = make_flat(num_classes=3, class_names=["x", "y", "z"])
    predictor.multi_label = True
    return predictor, TEXTS[:4]


def count_nodes(model):
    return [
        (len(layer._inbound_nodes), len(layer._outbound_nodes))
        for layer in model.operations
    ]


def assert_same(received, expected):
    for one, other in zip(received, expected, strict=True):
        assert one.methods == other.methods == list(METHODS)
        for method in METHODS:
            np.testing.assert_allclose(
                one.scores(method), other.scores(method), atol=1e-5
            )


@pytest.mark.parametrize("kind", KINDS)
def test_after_every_method_the_classifier_is_as_it_was(kind, tmp_path):
    """It can be saved, copied and exported, and explains the same again."""
    predictor, texts = make(kind)
    nodes = count_nodes(predictor.model)
    classifier = TextClassifier(multi_label=predictor.multi_label)
    classifier._set(predictor, [])
    expected = classifier.explain(texts, methods=list(METHODS))
    assert count_nodes(predictor.model) == nodes
    classifier.save(tmp_path / "model")
    joblib.dump(classifier, tmp_path / "model.joblib")
    copies = [
        TextClassifier.load(tmp_path / "model"),
        pickle.loads(pickle.dumps(classifier)),
        copy.deepcopy(classifier),
        joblib.load(tmp_path / "model.joblib"),
    ]
    for other in copies:
        probabilities = other.predict_proba(texts)
        np.testing.assert_allclose(
            probabilities, classifier.predict_proba(texts), atol=1e-6
        )
    methods = list(METHODS)
    assert_same(copies[1].explain(texts, methods=methods), expected)
    cloned = keras.models.clone_model(predictor.model)
    cloned.set_weights(predictor.model.get_weights())
    assert_same(classifier.explain(texts, methods=methods), expected)
    pytest.importorskip("onnx")
    classifier.export(tmp_path / "onnx")


def test_an_explainer_travels_without_what_it_built():
    predictor, texts = make("flat")
    explainer = Explainer(predictor)
    before = len(pickle.dumps(explainer))
    expected = explainer(texts, methods=list(METHODS))
    data = pickle.dumps(explainer)
    assert len(data) < 1.1 * before
    assert_same(pickle.loads(data)(texts, methods=list(METHODS)), expected)


@pytest.mark.parametrize("pooling", ["attention", "mean"])
def test_a_document_read_in_parts_leaves_the_model_as_it_was(
    pooling, monkeypatch, tmp_path
):
    """Prediction of documents too large to be read as a whole, too."""
    predictor = make_hierarchical(pooling=pooling)
    whole = predictor.predict_proba(DOCUMENTS)
    nodes = count_nodes(predictor.model)
    monkeypatch.setattr(model_reader, "MAX_BATCH_TOKENS", 5)
    for _ in range(2):
        parts = predictor.predict_proba(DOCUMENTS)
        np.testing.assert_allclose(parts, whole, atol=1e-6)
    assert count_nodes(predictor.model) == nodes
    predictor.save(tmp_path / "model")
    for other in (
        Predictor.load(tmp_path / "model"),
        copy.deepcopy(predictor),
        pickle.loads(pickle.dumps(predictor)),
    ):
        again = other.predict_proba(DOCUMENTS)
        np.testing.assert_allclose(again, whole, atol=1e-6)


def test_an_explainer_follows_a_model_that_is_trained_on():
    predictor, texts = make("flat")
    explainer = Explainer(predictor)
    explainer(texts, methods=list(METHODS))
    model = predictor.model
    model.set_weights([0.5 * weight for weight in model.get_weights()])
    assert_same(
        explainer(texts, methods=list(METHODS)),
        Explainer(predictor)(texts, methods=list(METHODS)),
    )


def test_a_classifier_that_is_fitted_anew_explains_the_new_model():
    first, texts = make("flat")
    second, _ = make("flat")
    second.model.get_layer("logits").bias.assign([9.0])
    classifier = TextClassifier()._set(first, [])
    before = classifier.explain(texts[:1])[0].probabilities["good"]
    classifier._set(second, [])
    assert classifier.explain(texts[:1])[0].probabilities["good"] > before
