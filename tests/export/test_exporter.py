"""Export into every format, as a user does it."""

import importlib.util
import json
import sys

import keras
import numpy as np
import pytest
from predictor_cases import without_tracing

from han_attention import TextPreprocessor
from han_attention import Tokenizer
from han_attention import build_classifier
from han_attention import make_demo_reviews
from han_attention.export.exporter import export_model
from han_attention.export.formats import FORMATS
from han_attention.export.litert import run as run_litert
from han_attention.inference.keras import Predictor
from han_attention.inference.onnx import OnnxPredictor

REVIEWS = make_demo_reviews(60, 2).train.texts
TEXTS = [*REVIEWS, "", "Superb!", "nothing known here", REVIEWS[0] * 20]


@pytest.fixture(scope="module")
def predictor():
    return make_predictor()


def make_predictor(max_tokens=40, model=None, **options):
    tokenizer = Tokenizer.train(REVIEWS)
    model = model or build_classifier(
        len(tokenizer),
        embedding_dim=8,
        rnn_units=6,
        attention_units=5,
        embeddings_initializer="normal",
        logits_initializer="normal",
        **options,
    )
    names = ["bad", "good"] if model.output.shape[-1] == 1 else ["x", "y", "z"]
    preprocessor = TextPreprocessor(tokenizer, max_tokens=max_tokens)
    return Predictor(without_tracing(model), preprocessor, names)


def read_config(folder):
    return json.loads((folder / "config.json").read_text(encoding="utf-8"))


def an_older_export(folder):
    folder.mkdir()
    for name in ("model.onnx", "left.txt"):
        (folder / name).write_text("of an older version")
    config = {"sha256": {"model.onnx": "", "left.txt": ""}}  # all that it wrote
    (folder / "config.json").write_text(json.dumps(config))
    return folder


FILES = ["config.json", "model_card.md", "tokenizer.json"]


def names_in(folder):
    return sorted(path.name for path in folder.iterdir())


def test_onnx_takes_the_place_of_an_older_export(predictor, tmp_path):
    folder = an_older_export(tmp_path / "out")
    assert export_model(predictor, folder, "onnx", TEXTS) == folder
    assert names_in(folder) == [*FILES[:1], "model.onnx", *FILES[1:]]
    assert names_in(tmp_path) == ["out"]
    parity = read_config(folder)["parity"]
    assert parity["num_texts"] == len(TEXTS) + 6
    assert 0 <= parity["largest_difference"] <= parity["tolerance"] == 1e-5
    np.testing.assert_allclose(
        OnnxPredictor.load(folder).predict_proba(REVIEWS),
        predictor.predict_proba(REVIEWS),
        atol=2e-6,
    )


def test_predictions_that_differ_leave_what_was_there(tmp_path):
    """Large weights make of a difference in rounding a large one."""
    predictor = make_predictor()
    for name, scale in (("embedding", 30), ("bigru", 10), ("logits", 3)):
        layer = predictor.model.get_layer(name)
        layer.set_weights([scale * weight for weight in layer.get_weights()])
    folder = an_older_export(tmp_path / "out")
    with pytest.raises(ValueError, match="tolerance=1e-10. Nothing was"):
        export_model(predictor, folder, texts=TEXTS, tolerance=1e-10)
    assert names_in(folder) == ["config.json", "left.txt", "model.onnx"]
    assert names_in(tmp_path) == ["out"]


def test_saved_model(tmp_path):
    """With every choice of the architecture that is not the usual one."""
    predictor = make_predictor(
        num_classes=3,
        num_heads=2,
        normalizer="sparsemax",
        num_layers=2,
        cell="lstm",
        include_embedding=True,
    )
    tf = pytest.importorskip("tensorflow")
    folder = export_model(predictor, tmp_path / "out", "saved_model", TEXTS)
    assert names_in(folder) == [*FILES[:2], "saved_model", *FILES[2:]]
    assert "saved_model/saved_model.pb" in read_config(folder)["sha256"]
    ids = predictor.encode(TEXTS).padded()
    model = tf.saved_model.load(str(folder / "saved_model"))
    logits = model.signatures["serving_default"](ids=tf.constant(ids))
    np.testing.assert_allclose(
        next(iter(logits.values())).numpy(),
        predictor.model.predict_on_batch(ids),
        atol=1e-5,
    )


def test_litert_cuts_texts_to_its_length(predictor, tmp_path):
    folder = export_model(
        predictor, tmp_path / "out", "litert", TEXTS, length=12, batch_size=4
    )
    assert names_in(folder) == [*FILES[:1], "model.tflite", *FILES[1:]]
    assert read_config(folder)["max_tokens"] == 12
    assert read_config(folder)["parity"]["num_texts"] == len(TEXTS) + 6
    # Only the operations that every interpreter has.
    assert b"Flex" not in (folder / "model.tflite").read_bytes()


def test_litert_takes_texts_of_any_length(predictor, tmp_path):
    """By the interpreter and by what follows it, `CompiledModel`."""
    folder = export_model(predictor, tmp_path / "out", "litert", TEXTS)
    assert read_config(folder)["max_tokens"] == 40  # as the predictor cuts
    path = folder / "model.tflite"
    assert b"Flex" not in path.read_bytes()
    lengths = (1, 5, 40, 90)
    batches = [predictor.encode(TEXTS[:1]).padded()[:, :n] for n in lengths]
    batches = [
        np.pad(ids, ((0, 0), (0, n - ids.shape[1])))
        for ids, n in zip(batches, lengths, strict=True)
    ]
    expected = [predictor.model.predict_on_batch(ids) for ids in batches]
    runners = [lambda: run_litert(path, batches)]
    if importlib.util.find_spec("ai_edge_litert"):
        runners.append(lambda: run_compiled(path, batches))
    for run in runners:
        for logits, wanted in zip(run(), expected, strict=True):
            np.testing.assert_allclose(logits, wanted, atol=1e-6)


def run_compiled(path, batches):
    from ai_edge_litert.compiled_model import CompiledModel

    model = CompiledModel.from_file(str(path))
    for ids in batches:
        model.resize_input_tensor(0, ids.shape)
        (ids_buffer,) = model.create_input_buffers(0)
        (logits,) = model.create_output_buffers(0)
        ids_buffer.write(ids)
        model.run_by_index(0, [ids_buffer], [logits])
        yield logits.read(1, np.float32)[None]


def test_a_model_of_mixed_precision_computes_in_float32(tmp_path):
    keras.config.set_dtype_policy("mixed_float16")
    predictor = make_predictor(num_classes=3)
    folder = export_model(predictor, tmp_path / "out")
    parity = read_config(folder)["parity"]
    assert parity["largest_difference"] < 1e-5
    np.testing.assert_allclose(
        OnnxPredictor.load(folder).predict_proba(REVIEWS),
        predictor.predict_proba(REVIEWS),
        atol=0.01,
    )


def test_a_model_of_other_layers(tmp_path):
    ids = keras.Input((None,), dtype="int32")
    words = keras.layers.Embedding(500, 4, name="embedding")(ids)
    pooled = keras.layers.GlobalMaxPooling1D(name="highest")(words)
    model = keras.Model(ids, keras.layers.Dense(1)(pooled))
    predictor = make_predictor(model=model)
    with pytest.raises(ValueError, match="(?m)^Cannot .* 'highest'.*[.]$"):
        export_model(predictor, tmp_path / "out")
    assert names_in(tmp_path) == []


def test_unknown_format(predictor, tmp_path):
    with pytest.raises(ValueError, match=r"`format`.*\['litert', 'onnx'"):
        export_model(predictor, tmp_path / "out", "pickle")


@pytest.mark.parametrize(
    ("format", "length", "message"),
    [
        ("litert", 0, "a positive integer"),
        ("onnx", 10, "onnx takes texts of any length"),
        ("litert", -1, "a positive integer"),
        ("saved_model", 10, "saved_model takes texts of any length"),
    ],
)
def test_length_that_does_not_fit(format, length, message, tmp_path):
    predictor = make_predictor(max_tokens=None)
    with pytest.raises(ValueError, match=f"`length`.*{message}"):
        export_model(predictor, tmp_path / "out", format, length=length)


@pytest.mark.parametrize("tolerance", [0, -1, float("nan"), "much"])
def test_tolerance_that_does_not_fit(tolerance, predictor, tmp_path):
    with pytest.raises(ValueError, match="`tolerance`"):
        export_model(predictor, tmp_path / "out", tolerance=tolerance)


def test_one_text_instead_of_a_list(predictor, tmp_path):
    with pytest.raises(TypeError, match="list of texts"):
        export_model(predictor, tmp_path / "out", texts="a fine film")


@pytest.mark.parametrize("package", FORMATS["onnx"].packages)
def test_missing_extra(package, predictor, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(ImportError) as caught:
        export_model(predictor, tmp_path / "out")
    assert str(caught.value) == (
        f'Export to onnx needs {package}: pip install "han-attention[export]"'
    )
    assert names_in(tmp_path) == []


def test_a_folder_of_something_else_is_not_deleted(predictor, tmp_path):
    predictor.save(tmp_path / "model")
    (tmp_path / "file").write_text("a file")
    for name in ("model", "file", "."):
        with pytest.raises(ValueError, match="`folder`.*earlier export"):
            export_model(predictor, tmp_path / name)
    assert names_in(tmp_path) == ["file", "model"]


def test_other_files_beside_an_export_are_not_deleted(predictor, tmp_path):
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "model.onnx").write_bytes(b"of another project")
    (folder / "thesis.txt").write_text("years of work")
    with pytest.raises(FileExistsError, match="holds something else"):
        export_model(predictor, folder)
    assert names_in(folder) == ["model.onnx", "thesis.txt"]
