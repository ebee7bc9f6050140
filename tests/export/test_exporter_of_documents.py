"""Export of a hierarchical predictor into every format."""

import json

import numpy as np
import pytest
from predictor_cases import without_tracing

from han_attention import TextPreprocessor
from han_attention import Tokenizer
from han_attention import build_han
from han_attention.export.exporter import export_model
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


@pytest.mark.parametrize("length", [None, 10])
def test_litert_holds_no_documents(length, tmp_path):
    with pytest.raises(ValueError, match="`format`.*'onnx' or 'saved_model'"):
        export_model(
            make_predictor(), tmp_path / "out", "litert", length=length
        )
    assert list(tmp_path.iterdir()) == []
