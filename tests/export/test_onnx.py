"""Models written in ONNX, layer by layer, against Keras."""

from functools import cache

import keras
import numpy as np
import onnx
import pytest
from export_cases import make_batches
from export_cases import make_model
from onnx_runtimes import RUNTIMES
from onnx_runtimes import run_everywhere

from han_attention import BiGRU
from han_attention.export.onnx import run
from han_attention.export.onnx import to_onnx
from han_attention.export.onnx import write
from han_attention.export.parity import check_parity

MODELS = {
    "binary": {},
    "no RNN": {"cell": "none"},
    "classes": {"num_classes": 4, "num_layers": 2, "include_embedding": True},
    "labels": {"num_classes": 3, "multi_label": True, "num_heads": 2},
    "sparsemax": {"normalizer": "sparsemax", "embedding_dropout": 0.3},
    "lstm": {
        "cell": "lstm",
        "num_layers": 2,
        "normalizer": "sparsemax",
        "num_heads": 2,
    },
}


@cache
def export(name):
    """A model in ONNX, and the logits that it has to give."""
    model = make_model(**MODELS[name])
    expected = [model.predict_on_batch(ids) for ids in make_batches()]
    assert np.ptp(expected[0][:, 0]) > 0.1  # texts do differ
    return to_onnx(model), expected


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("runtime", RUNTIMES)
def test_logits_are_those_of_keras(runtime, name, tmp_path):
    graph, expected = export(name)
    received = run_everywhere(runtime, graph, make_batches(), tmp_path)
    assert check_parity(expected, received).num_texts == 15


@pytest.mark.parametrize("shape", [(0, 4), (2, 0), (0, 0)])
def test_no_texts_and_no_words(shape, tmp_path):
    """A GRU of onnxruntime that gets none would end the program."""
    model = make_model(num_classes=3)
    write(model, tmp_path / "model.onnx")
    (logits,) = run(tmp_path / "model.onnx", [np.zeros(shape, "int32")])
    bias = model.get_layer("logits").bias
    expected = np.tile(keras.ops.convert_to_numpy(bias), (shape[0], 1))
    np.testing.assert_allclose(logits, expected, atol=1e-6)


def test_padding_changes_nothing(tmp_path):
    write(make_model(), tmp_path / "model.onnx")
    ids = make_batches()[0]
    padded = np.pad(ids, ((0, 0), (0, 9)))
    logits = run(tmp_path / "model.onnx", [ids, padded])
    np.testing.assert_allclose(logits[0], logits[1], atol=1e-6)


def test_an_altered_weight_is_noticed(tmp_path):
    model = make_model()
    write(model, tmp_path / "model.onnx")
    weights = model.get_weights()
    weights[-1] += 1e-3
    model.set_weights(weights)
    batches = make_batches()
    with pytest.raises(ValueError, match="differ by up to 0.001"):
        check_parity(
            [model.predict_on_batch(ids) for ids in batches],
            run(tmp_path / "model.onnx", batches),
        )


def test_the_graph_is_native_and_says_its_shapes():
    graph = to_onnx(make_model(num_classes=3)).graph
    operators = [node.op_type for node in graph.node]
    assert operators.count("GRU") == 2
    assert not {"Loop", "Scan", "If"} & set(operators)
    # Some runtimes ignore `sequence_lens`, the fifth input.
    assert all(len(n.input) == 4 for n in graph.node if n.op_type == "GRU")
    assert all(node.domain == "" for node in graph.node)
    shapes = [
        [d.dim_param or d.dim_value for d in value.type.tensor_type.shape.dim]
        for value in (*graph.input, *graph.output)
    ]
    assert shapes == [
        ["batch", "length"],
        ["batch", 3],
        ["batch", "length"],
        ["batch", "length", 3],
    ]
    assert graph.input[0].type.tensor_type.elem_type == onnx.TensorProto.INT32


def test_the_model_is_left_as_it_was():
    model = make_model()
    before = model.get_config()
    weights = model.get_weights()
    assert to_onnx(model) == to_onnx(model)
    assert model.get_config() == before
    for a, b in zip(weights, model.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def functional(layers):
    ids = keras.Input((None,), dtype="int32")
    outputs = keras.layers.Embedding(9, 4)(ids)
    for layer in layers:
        outputs = layer(outputs)
    return keras.Model(ids, outputs)


@pytest.mark.parametrize(
    ("layers", "message"),
    [
        (
            [keras.layers.GlobalMaxPooling1D(name="pooled")],
            r"knows no layer GlobalMaxPooling1D \(named 'pooled'\)",
        ),
        (
            [keras.layers.Dense(2, "selu")],
            "only with activation=.'elu', 'linear'",
        ),
    ],
)
def test_layers_it_does_not_know(layers, message):
    with pytest.raises(ValueError, match=message):
        to_onnx(functional(layers))


def test_models_it_does_not_know():
    sequential = keras.Sequential([keras.layers.Dense(2)])
    sequential.build((None, 3))
    with pytest.raises(ValueError, match="needs a functional model"):
        to_onnx(sequential)


def test_a_model_without_masks(tmp_path):
    pooled = functional(
        [
            BiGRU(3, merge_mode=None),
            keras.layers.Concatenate(),
            keras.layers.Dense(2),
        ]
    )
    # No padding: every step is real, and the outputs are those of each step.
    write(pooled, tmp_path / "model.onnx")
    ids = np.array([[3, 4, 5], [1, 8, 2]], "int32")
    received = run(tmp_path / "model.onnx", [ids])
    check_parity([pooled.predict_on_batch(ids)], received)
