"""TextClassifier with sentences: fitted, explained, saved, exported."""

import numpy as np
import pytest

from han_attention import TextClassifier
from han_attention.inference.keras import Predictor
from han_attention.inference.onnx import OnnxPredictor

TEXTS = [
    "I saw it. A fine film.",
    "A dull film. It is long. And then?",
    "A fine day! We went there.",
    "It is dull.",
] * 12
LABELS = ["good", "bad"] * 24


def make(**settings):
    return TextClassifier(
        architecture="hierarchical",
        rnn_units=6,
        embedding_dim=8,
        attention_units=6,
        learning_rate=0.05,
        embedding_dropout=0.0,
        dropout=0.2,
        batch_size=48,
        seed=1,
        verbose=False,
        **settings,
    )


@pytest.fixture(scope="module")
def classifier():
    return make(epochs=8, max_sentences=2, patience=8).fit(TEXTS, LABELS)


def test_learns_which_word_decides(classifier):
    assert classifier.score(TEXTS, LABELS) > 0.9
    assert classifier.classes_.tolist() == ["bad", "good"]
    config = classifier.predictor_.preprocessor
    assert config.hierarchical
    assert (config.max_sentences, config.max_sentence_tokens) == (2, 50)


def test_explains_words_and_sentences(classifier):
    explanation = classifier.explain(TEXTS[:2], LABELS[:2])[1]
    assert explanation.label == "bad"
    assert [s.text for s in explanation.sentences] == [
        "A dull film.",
        "It is long.",
    ]
    for parts in (explanation.words, explanation.sentences):
        assert sum(p.weight for p in parts) == pytest.approx(1, abs=1e-5)


def test_saved_and_loaded(classifier, tmp_path):
    classifier.save(tmp_path / "model")
    loaded = TextClassifier.load(tmp_path / "model")
    assert loaded.get_params() == classifier.get_params()
    expected = classifier.predict_proba(TEXTS[:4])
    for again in (loaded, Predictor.load(tmp_path / "model")):
        received = again.predict_proba(TEXTS[:4])
        np.testing.assert_allclose(received, expected, atol=1e-6)


def test_exported(classifier, tmp_path):
    pytest.importorskip("onnxruntime")
    folder = classifier.export(tmp_path / "onnx", texts=TEXTS[:4])
    np.testing.assert_allclose(
        OnnxPredictor.load(folder).predict_proba(TEXTS[:4]),
        classifier.predict_proba(TEXTS[:4]),
        atol=1e-5,
    )


@pytest.mark.parametrize("pooling", ["mean", "max"])
def test_other_poolings(pooling):
    fitted = make(epochs=1, pooling=pooling).fit(TEXTS, LABELS)
    layer = fitted.predictor_.model.get_layer("sentence_attention")
    assert layer.mode == pooling
    assert fitted.predict_proba(TEXTS[:3]).shape == (3, 2)


@pytest.mark.parametrize("pooling", ["mean", "max"])
def test_one_sequence_has_attention_only(pooling):
    with pytest.raises(ValueError, match="`pooling`.*architecture='flat'"):
        TextClassifier(pooling=pooling).fit(TEXTS, LABELS)


def test_unknown_architecture():
    with pytest.raises(ValueError, match="`architecture`.*'deep'"):
        TextClassifier(architecture="deep").fit(TEXTS, LABELS)
