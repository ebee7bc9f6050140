"""Export of a hierarchical predictor into every format."""

import dataclasses
import json

import numpy as np
import pytest
from predictor_cases import without_tracing

from han_attention import TextPreprocessor
from han_attention import Tokenizer
from han_attention import build_han
from han_attention.export.exporter import export_model
from han_attention.export.formats import get_shape
from han_attention.export.formats import limit_length
from han_attention.export.litert import run as run_litert
from han_attention.inference.keras import Predictor
from han_attention.inference.onnx import OnnxPredictor

TEXTS = [
    "A fine film. A dull day! And a fine, long one.",
    "Dull.",
    "A film. " * 12,
    "",
]
# The last text has no known word.
pytestmark = pytest.mark.filterwarnings(r"ignore:\d of \d texts have no word")


def make_predictor(**options):
    tokenizer = Tokenizer.train(TEXTS)
    sizes = {"embedding_dim": 6, "rnn_units": 5, "attention_units": 4}
    model = build_han(len(tokenizer), **sizes | options)
    rng = np.random.default_rng(1)
    model.set_weights(
        [rng.normal(scale=0.7, size=w.shape) for w in model.weights]
    )
    preprocessor = TextPreprocessor(
        tokenizer, "hierarchical", max_sentences=8, max_sentence_tokens=5
    )
    return Predictor(without_tracing(model), preprocessor, ["bad", "good"])


def read_config(folder):
    return json.loads((folder / "config.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("options", [{}, {"pooling": "max"}])
def test_onnx_round_trip(options, tmp_path):
    predictor = make_predictor(**options)
    folder = export_model(predictor, tmp_path / "out", "onnx", TEXTS)
    config = read_config(folder)
    assert config["architecture"] == "hierarchical"
    assert (config["max_sentences"], config["max_sentence_tokens"]) == (8, 5)
    assert config["parity"]["num_texts"] == len(TEXTS) + 6
    loaded = OnnxPredictor.load(folder)
    assert loaded.preprocessor == predictor.preprocessor
    expected = predictor.predict_proba(TEXTS)
    assert np.ptp(expected[:, 0]) > 0.01
    for batch_size in (1, 64):
        received = loaded.predict_proba(TEXTS, batch_size)
        np.testing.assert_allclose(received, expected, atol=2e-6)
    assert loaded.predict(TEXTS) == predictor.predict(TEXTS)
    assert loaded.predict_proba([]).shape == (0, 2)


@pytest.mark.slow
def test_saved_model(tmp_path):
    tf = pytest.importorskip("tensorflow")
    predictor = make_predictor()
    folder = export_model(predictor, tmp_path / "out", "saved_model", TEXTS)
    assert read_config(folder)["architecture"] == "hierarchical"
    model = tf.saved_model.load(str(folder / "saved_model"))
    serve = model.signatures["serving_default"]
    ids = predictor.encode(TEXTS).padded()
    for given in (ids, ids[:1, :2], ids[3:, :1, :1]):
        logits = next(iter(serve(ids=tf.constant(given)).values())).numpy()
        np.testing.assert_allclose(
            logits, predictor.model.predict_on_batch(given), atol=1e-5
        )


def test_litert_of_as_many_sentences_as_the_model_takes(tmp_path):
    pytest.importorskip("tensorflow")
    predictor = make_predictor()
    folder = export_model(predictor, tmp_path / "out", "litert", TEXTS)
    config = read_config(folder)
    assert (config["max_sentences"], config["max_sentence_tokens"]) == (8, 5)
    ids = predictor.encode(TEXTS).padded()
    for given in (ids, ids[1:2, :1], ids[:, :2, :3]):
        (logits,) = run_litert(folder / "model.tflite", [given])
        expected = predictor.model.predict_on_batch(given)
        np.testing.assert_allclose(logits, expected, atol=1e-5)


@pytest.mark.parametrize(("length", "limit"), [(None, 5), (3, 3), (9, 5)])
def test_a_fixed_length_is_that_of_a_sentence(length, limit):
    preprocessor = make_predictor().preprocessor
    assert get_shape("litert", 2, length, preprocessor) == (2, 8, length)
    cut = limit_length(preprocessor, length)
    assert (cut.max_sentence_tokens, cut.max_sentences) == (limit, 8)


def test_litert_of_any_number_of_sentences_is_refused(tmp_path):
    predictor = make_predictor()
    predictor.preprocessor = dataclasses.replace(
        predictor.preprocessor, max_sentences=None
    )
    with pytest.raises(ValueError, match="`format`.* without `max_sentences`"):
        export_model(predictor, tmp_path / "out", "litert")
    assert list(tmp_path.iterdir()) == []
