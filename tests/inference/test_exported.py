"""A folder that was exported does what a trained one does, without Keras."""

import json
import os
import subprocess
import sys

import numpy as np
import onnx
import pytest
from onnx import TensorProto
from onnx import helper
from onnx import numpy_helper
from predictor_cases import DOCUMENTS
from predictor_cases import NAMES
from predictor_cases import TEXTS
from predictor_cases import make_flat
from predictor_cases import make_hierarchical

from han_attention import TextClassifier
from han_attention import TextPreprocessor
from han_attention import Tokenizer
from han_attention.explain.explainer import Explainer
from han_attention.export.exporter import export_model
from han_attention.inference.onnx import OnnxPredictor
from han_attention.inference.saved_model import write_saved_model

WITHOUT_KERAS = """\
import sys
for name in ("keras", "tensorflow", "jax", "torch", "onnx"):
    sys.modules[name] = None
import os
from han_attention import TextClassifier
from han_attention import TextPreprocessor
from han_attention import Tokenizer
classifier = TextClassifier.load("out")
texts = ["a fine film", "a dull day", "fine"]
before = classifier.predict_proba(texts).tolist()
(explanation,) = classifier.explain(texts[:1])
print(explanation.to_json())
if not (child := os.fork()):  # its parent had threads
    os._exit(0 if classifier.predict_proba(texts).tolist() == before else 1)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
print(classifier.predict_proba(texts).tolist() == before)
for method in (
    lambda: classifier.save("again"),
    lambda: classifier.export("again"),
    lambda: classifier.explain(texts, methods=["gradient_x_input"]),
):
    try:
        method()
    except ValueError as error:
        print(error)
"""


@pytest.mark.parametrize(
    ("make", "texts", "options"),
    [
        (make_flat, TEXTS, {"num_heads": 2}),
        (make_flat, TEXTS, {"ngram_range": (2, 3)}),
        (make_hierarchical, DOCUMENTS, {}),
    ],
)
def test_explanations_are_those_of_the_trained_model(
    make, texts, options, tmp_path
):
    predictor = make(**options)
    if "ngram_range" in options:
        table = predictor.model.get_layer("ngrams").embeddings
        table.assign(np.random.default_rng(0).normal(size=table.shape))
    folder = export_model(predictor, tmp_path / "out", texts=texts)
    explainers = [
        Explainer(each) for each in (predictor, OnnxPredictor.load(folder))
    ]
    methods = explainers[1].methods
    assert methods == ["attention", "contribution", "occlusion"]
    wanted, received = (each(texts, methods=methods) for each in explainers)
    for a, b in zip(wanted, received, strict=True):
        assert a.prediction == b.prediction
        assert [w.text for w in a.words] == [w.text for w in b.words]
        for method in methods:
            scores = [
                each.scores(method, "good" if method != "attention" else None)
                for each in (a, b)
            ]
            np.testing.assert_allclose(*scores, atol=1e-4)


def test_without_keras_and_in_a_forked_process(tmp_path):
    predictor = make_flat()
    classifier = TextClassifier()._set(predictor, [])
    classifier.export(tmp_path / "out")
    process = subprocess.run(
        [sys.executable, "-c", WITHOUT_KERAS],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        timeout=60,
        env=os.environ | {"PYTHONWARNINGS": "ignore"},
    )
    assert process.returncode == 0, process.stderr
    explanation, child, same, *errors = process.stdout.splitlines()
    (expected,) = Explainer(predictor)(["a fine film"])
    words = json.loads(explanation)["words"]
    assert [word["text"] for word in words] == ["a", "fine", "film"]
    assert (child, same) == ("0", "True")
    assert json.loads(explanation)["prediction"] == expected.prediction
    assert len(errors) == 3
    assert "is neither trained, saved nor" in errors[0] == errors[1]
    assert "'gradient_x_input'" in errors[2]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["out"]


def test_ids_without_rows_and_without_steps(tmp_path):
    folder = export_model(
        make_flat(num_classes=3, class_names=list("xyz")), tmp_path / "out"
    )
    loaded = OnnxPredictor.load(folder)
    assert loaded.run(np.zeros((0, 4), "int32")).shape == (0, 3)
    assert loaded.run(np.zeros((2, 0), "int64")).shape == (2, 3)
    values = loaded.run_outputs(np.zeros((0, 4)), loaded.output_names)
    assert [v.shape for v in values] == [(0, 3), (0, 4), (0, 4, 3)]


def write_foreign(folder, dtype="int32", num_logits=1, name="logits", rank=2):
    """A graph that sums up ids, in a folder that looks like an export."""
    axes = [*range(1, rank)]
    shape = ["batch", "sentences", "length"][:rank]
    nodes = [
        helper.make_node("Cast", ["ids"], ["numbers"], to=TensorProto.FLOAT),
        helper.make_node("ReduceMax", ["numbers"], ["sums"], axes=axes),
        helper.make_node("Reshape", ["sums", "column"], ["one"]),
        helper.make_node("Tile", ["one", "times"], [name]),
    ]
    constants = [
        numpy_helper.from_array(np.array(value), constant)
        for constant, value in (("column", [-1, 1]), ("times", [1, num_logits]))
    ]
    of_ids = helper.np_dtype_to_tensor_dtype(np.dtype(dtype))
    graph = helper.make_graph(
        nodes,
        "foreign",
        [helper.make_tensor_value_info("ids", of_ids, shape)],
        [
            helper.make_tensor_value_info(
                name, TensorProto.FLOAT, ["batch", num_logits]
            )
        ],
        constants,
    )
    opset = [helper.make_opsetid("", 17)]
    folder.mkdir()
    onnx.save(
        helper.make_model(graph, opset_imports=opset, ir_version=8),
        folder / "model.onnx",
    )
    preprocessor = TextPreprocessor(Tokenizer.train(TEXTS))
    write_saved_model(folder, preprocessor, NAMES)
    return folder


def test_a_model_from_elsewhere_that_fits_is_run(tmp_path):
    for dtype in ("int32", "int64"):
        loaded = OnnxPredictor.load(write_foreign(tmp_path / dtype, dtype))
        assert loaded.predict(["fine"]) == ["good"]
        assert Explainer(loaded).methods == ["occlusion"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"dtype": "float32"}, "input, `ids`, of int32 or int64[.] Received"),
        ({"rank": 3}, "Invalid rank"),
        ({"num_logits": 3}, "shape .1, 1., since class_names=.'bad', 'good'"),
        ({"name": "output"}, "Invalid output name:logits"),
    ],
)
def test_a_model_that_does_not_fit_its_folder(options, message, tmp_path):
    folder = write_foreign(tmp_path / "foreign", **options)
    with pytest.raises(ValueError, match=f"^[^\n]*{message}[^\n]*$"):
        OnnxPredictor.load(folder)


def test_a_file_that_is_no_model(tmp_path):
    folder = write_foreign(tmp_path / "foreign")
    (folder / "model.onnx").write_bytes(b"no model")
    write_saved_model(folder, TextPreprocessor(Tokenizer.train(TEXTS)), NAMES)
    with pytest.raises(ValueError, match=r"^Damaged model: .*Protobuf"):
        OnnxPredictor.load(folder)
