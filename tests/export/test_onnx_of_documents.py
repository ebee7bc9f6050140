"""Hierarchical models in ONNX, against Keras."""

import numpy as np
import pytest
from predictor_cases import without_tracing

from han_attention import build_han
from han_attention.export.onnx import run
from han_attention.export.onnx import to_onnx
from han_attention.export.onnx import write
from han_attention.export.parity import check_parity

MODELS = {
    "attention": {},
    "mean": {"pooling": "mean", "include_embedding": True},
    "max": {"pooling": "max", "num_classes": 4},
    "heads": {"num_heads": 3, "num_classes": 3, "multi_label": True},
    "sparsemax": {"normalizer": "sparsemax", "include_embedding": True},
    "lstm": {
        "cell": "lstm",
        "num_layers": 2,
        "normalizer": "sparsemax",
        "num_heads": 2,
        "dropout": 0.2,
        "embedding_dropout": 0.3,
    },
}


def make_model(**options):
    """Every weight is random, so that a forgotten or swapped one shows."""
    sizes = {"embedding_dim": 8, "rnn_units": 6, "attention_units": 5}
    model = without_tracing(build_han(40, **sizes | options))
    rng = np.random.default_rng(1)
    model.set_weights(
        [rng.normal(scale=0.5, size=w.shape) for w in model.weights]
    )
    return model


def make_batches():
    """Documents together and alone; empty sentences, an empty document."""
    rng = np.random.default_rng(0)
    ids = rng.integers(1, 40, (5, 6, 9), "int32")
    lengths = rng.integers(1, 10, (5, 6))
    lengths[0] = 9
    lengths[3, 4:] = 0
    lengths[1, 1:] = 0
    lengths[2] = 0
    ids *= np.arange(9) < lengths[..., None]
    nothing = np.zeros((2, 3, 4), "int32")
    return [ids, *ids[:, None], nothing, nothing[:1, :1, :1]]


@pytest.mark.parametrize("options", MODELS.values(), ids=MODELS)
def test_logits_are_those_of_keras(options, tmp_path):
    model = make_model(**options)
    write(model, tmp_path / "model.onnx")
    batches = make_batches()
    received = run(tmp_path / "model.onnx", batches)
    expected = [model.predict_on_batch(ids) for ids in batches]
    assert np.ptp(expected[0][:, 0]) > 0.1  # documents do differ
    assert check_parity(expected, received).num_texts == 13


@pytest.mark.parametrize("pooling", ["attention", "mean", "max"])
def test_empty_sentences_and_padding_words_change_nothing(pooling, tmp_path):
    write(make_model(pooling=pooling), tmp_path / "model.onnx")
    ids = make_batches()[0]
    padded = np.pad(ids, [(0, 0), (0, 3), (0, 4)])
    logits = run(tmp_path / "model.onnx", [ids, padded])
    np.testing.assert_allclose(logits[0], logits[1], atol=1e-6)


def test_the_graph_is_native_and_says_its_shapes():
    graph = to_onnx(make_model(num_classes=3)).graph
    operators = [node.op_type for node in graph.node]
    assert operators.count("GRU") == 2
    assert not {"Loop", "Scan", "If"} & set(operators)
    shapes = [
        [d.dim_param or d.dim_value for d in value.type.tensor_type.shape.dim]
        for value in (*graph.input, *graph.output)
    ]
    assert shapes == [["batch", "sentences", "length"], ["batch", 3]]


def test_the_model_is_left_as_it_was():
    model = make_model(pooling="max")
    before = model.get_config()
    assert to_onnx(model) == to_onnx(model)
    assert model.get_config() == before
