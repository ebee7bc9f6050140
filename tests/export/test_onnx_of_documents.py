"""Hierarchical models in ONNX, against Keras."""

from functools import cache

import numpy as np
import pytest
from export_cases import make_document_batches
from export_cases import make_document_model
from onnx_runtimes import RUNTIMES
from onnx_runtimes import run_everywhere

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


@cache
def export(name):
    """A model in ONNX, and the logits that it has to give."""
    model = make_document_model(**MODELS[name])
    expected = [model.predict_on_batch(ids) for ids in make_document_batches()]
    assert np.ptp(expected[0][:, 0]) > 0.1  # documents do differ
    return to_onnx(model), expected


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("runtime", RUNTIMES)
def test_logits_are_those_of_keras(runtime, name, tmp_path):
    graph, expected = export(name)
    received = run_everywhere(runtime, graph, make_document_batches(), tmp_path)
    assert check_parity(expected, received).num_texts == 13


@pytest.mark.parametrize("pooling", ["attention", "mean", "max"])
def test_empty_sentences_and_padding_words_change_nothing(pooling, tmp_path):
    write(make_document_model(pooling=pooling), tmp_path / "model.onnx")
    ids = make_document_batches()[0]
    padded = np.pad(ids, [(0, 0), (0, 3), (0, 4)])
    logits = run(tmp_path / "model.onnx", [ids, padded])
    np.testing.assert_allclose(logits[0], logits[1], atol=1e-6)


def test_the_graph_is_native_and_says_its_shapes():
    graph = to_onnx(make_document_model(num_classes=3)).graph
    operators = [node.op_type for node in graph.node]
    assert operators.count("GRU") == 4
    assert not {"Loop", "Scan", "If"} & set(operators)
    shapes = [
        [d.dim_param or d.dim_value for d in value.type.tensor_type.shape.dim]
        for value in (*graph.input, *graph.output)
    ]
    steps = ["batch", "sentences", "length"]
    assert shapes == [steps, ["batch", 3], steps, steps[:2], [*steps[:2], 3]]


def test_the_model_is_left_as_it_was():
    model = make_document_model(pooling="max")
    before = model.get_config()
    assert to_onnx(model) == to_onnx(model)
    assert model.get_config() == before
