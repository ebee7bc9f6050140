"""Export in fewer bits: what is written, measured and refused."""

import json

import keras
import numpy as np
import pytest
from export_cases import make_document_model
from export_cases import make_model
from predictor_cases import without_tracing

from han_attention import TextPreprocessor
from han_attention import Tokenizer
from han_attention import make_demo_reviews
from han_attention.export.exporter import export_model
from han_attention.export.onnx import to_onnx
from han_attention.inference.keras import Predictor
from han_attention.inference.onnx import OnnxPredictor

TEXTS = make_demo_reviews(40, 2).train.texts
NAMES = ["bad", "fair", "good"]


@pytest.fixture(scope="module")
def predictor():
    return make_predictor(make_model)


def make_predictor(make, **options):
    tokenizer = Tokenizer.train(TEXTS, 40)
    model = make(num_classes=3, embedding_dim=256, **options)
    architecture = "flat" if make is make_model else "hierarchical"
    preprocessor = TextPreprocessor(tokenizer, architecture)
    return Predictor(without_tracing(model), preprocessor, NAMES)


def read_comparison(folder):
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    return config["precision"], config["comparison"]


@pytest.mark.parametrize(
    ("precision", "make", "options"),
    [
        ("int8", make_model, {"num_heads": 2}),
        ("int8", make_document_model, {"cell": "lstm"}),
        ("float16", make_model, {"normalizer": "sparsemax"}),
        ("float16", make_document_model, {"ngram_range": (1, 2)}),
    ],
)
def test_numbers_are_near_and_what_they_cost_is_noted(
    precision, make, options, tmp_path
):
    predictor = make_predictor(make, **options)
    labels = predictor.predict(TEXTS)
    labels[:10] = ["bad"] * 10
    folder = export_model(
        predictor,
        tmp_path / "out",
        texts=TEXTS,
        precision=precision,
        labels=labels,
    )
    assert [p.name for p in tmp_path.iterdir()] == ["out"]
    assert {path.name for path in folder.iterdir()} == {
        "config.json",
        "model.onnx",
        "model_card.md",
        "tokenizer.json",
    }
    noted, found = read_comparison(folder)
    expected = predictor.predict_proba(TEXTS)
    received = OnnxPredictor.load(folder).predict_proba(TEXTS)
    difference = np.abs(received - expected).max()
    assert 1e-6 < difference < {"int8": 0.05, "float16": 2e-3}[precision]
    assert noted == precision
    assert found["num_texts"] == len(TEXTS)
    assert found["largest_difference"] == pytest.approx(difference, abs=1e-5)
    right = expected.argmax(axis=1) == [NAMES.index(name) for name in labels]
    assert found["accuracy"][0] == pytest.approx(right.mean())
    assert found["agreement"] >= 0.9
    assert found["num_bytes"][1] == (folder / "model.onnx").stat().st_size
    assert found["num_bytes"][1] < found["num_bytes"][0]
    assert min(found["texts_per_second"]) > 0


def test_what_differs_by_more_is_refused(predictor, tmp_path):
    with pytest.raises(ValueError, match=r"^In int8 .*=1e-06. Nothing was w"):
        export_model(
            predictor,
            tmp_path / "out",
            texts=TEXTS,
            precision="int8",
            tolerance=1e-6,
        )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"texts": []}, "`texts`.*0 texts without one$"),
        ({"texts": ["xyzzy", ""]}, "`texts`.*2 texts without one$"),
        ({"texts": TEXTS, "labels": ["bad"]}, "`labels`.*Received: 1$"),
        ({"texts": TEXTS, "format": "litert"}, "`precision`.*'float32'"),
        ({"texts": TEXTS, "precision": "int4"}, "`precision`.*'int8'"),
    ],
)
def test_mistakes(options, message, predictor, tmp_path):
    options = {"precision": "int8"} | options
    with pytest.raises(ValueError, match=message):
        export_model(predictor, tmp_path / "out", **options)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.filterwarnings("ignore:Layer InputLayer does not have")
def test_a_quantized_keras_model_is_refused_by_name():
    ids = keras.Input((None,), dtype="int32")
    words = keras.layers.Embedding(9, 8, name="words")(ids)
    model = keras.Model(ids, keras.layers.Dense(2)(words))
    model.quantize("int8")
    with pytest.raises(ValueError, match="int8.*'words'.*precision='int8'"):
        to_onnx(model)
