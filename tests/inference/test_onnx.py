"""Prediction with an exported model, where Keras is not there."""

import json
import subprocess
import sys
from functools import cache
from hashlib import sha256

import numpy as np
import pytest
from cpu_time import cpu_time

from han_attention import TextPreprocessor
from han_attention import Tokenizer
from han_attention import build_classifier
from han_attention import make_demo_reviews
from han_attention.export.onnx import write
from han_attention.inference.keras import Predictor
from han_attention.inference.onnx import OnnxPredictor
from han_attention.inference.saved_model import write_saved_model

REVIEWS = make_demo_reviews(30, 2).train.texts
TEXTS = [*REVIEWS, "", "Superb!", "xyzzy " * 3 + "dull", REVIEWS[0] * 40]
# What the README shows: these packages alone, without ours.
EXAMPLE = """\
import json
import numpy as np
import onnxruntime
import tokenizers

config = json.load(open("model_onnx/config.json", encoding="utf-8"))
tokenizer = tokenizers.Tokenizer.from_file("model_onnx/tokenizer.json")
session = onnxruntime.InferenceSession("model_onnx/model.onnx")

for text in ["What superb work from the director!", "The plot is dull.", ""]:
    ids = tokenizer.encode(text).ids[: config["max_tokens"]] or [0]
    logits = session.run(None, {"ids": np.array([ids], "int32")})[0][0]
    if len(logits) == 1:  # of two classes, the logit of the second
        logits = np.append(0, logits)
    probabilities = np.exp(logits) / np.exp(logits).sum()
    best = probabilities.argmax()
    print(config["class_names"][best], f"{probabilities[best]:.2f}", text)
"""
# Put before a program: these cannot be imported, as if not installed.
BLOCKED = """\
import sys
for name in {names!r}:
    sys.modules[name] = None
"""


@cache
def make_predictor(class_names=("bad", "good"), **options):
    tokenizer = Tokenizer.train(TEXTS)
    num_classes = len(class_names)
    multi_label = options.get("multi_label", False)
    model = build_classifier(
        len(tokenizer),
        num_classes=num_classes,
        multi_label=multi_label,
        embedding_dim=8,
        rnn_units=6,
        embeddings_initializer="normal",
        logits_initializer="normal",
    )
    generator = np.random.default_rng(1)
    model.set_weights(
        [generator.normal(scale=0.6, size=w.shape) for w in model.weights]
    )
    options = {"max_tokens": 50} | options
    options.pop("multi_label", None)
    preprocessor = TextPreprocessor(tokenizer, **options)
    return Predictor(model, preprocessor, class_names, multi_label)


def save(predictor, folder):
    folder.mkdir()
    write(predictor.model, folder / "model.onnx")
    write_saved_model(
        folder,
        predictor.preprocessor,
        predictor.class_names,
        predictor.multi_label,
    )
    return folder


def run_in_fresh_process(code, folder, blocked=()):
    return subprocess.run(
        [sys.executable, "-c", BLOCKED.format(names=blocked) + code],
        capture_output=True,
        text=True,
        cwd=folder,
    )


@pytest.mark.parametrize(
    ("class_names", "options"),
    [
        (("bad", "good"), {}),
        ((0, 1, 2), {"truncation": "both", "max_tokens": None}),
        (("x", "y", "z"), {"multi_label": True}),
    ],
)
def test_numbers_are_those_of_the_predictor(class_names, options, tmp_path):
    predictor = make_predictor(class_names, **options)
    loaded = OnnxPredictor.load(save(predictor, tmp_path / "model_onnx"))
    assert loaded.preprocessor == predictor.preprocessor
    assert loaded.multi_label == predictor.multi_label
    with pytest.warns(UserWarning, match="no word"):
        received = loaded.predict_proba(TEXTS, batch_size=7)
    with pytest.warns(UserWarning, match="no word"):
        expected = predictor.predict_proba(TEXTS)
    assert np.ptp(expected[:, 0]) > 0.1
    np.testing.assert_allclose(received, expected, atol=2e-6)
    assert loaded.predict(REVIEWS) == predictor.predict(REVIEWS)
    assert loaded.predict_proba([]).shape == (0, len(class_names))


def test_imports_neither_keras_nor_a_backend_and_starts_fast(tmp_path):
    save(make_predictor(), tmp_path / "model_onnx")
    code = (
        "from han_attention import OnnxPredictor\n"
        "predictor = OnnxPredictor.load('model_onnx')\n"
        "print(predictor.predict(['The plot is dull.'])[0])\n"
    )
    with cpu_time() as spent:
        process = run_in_fresh_process(
            code, tmp_path, ("keras", "tensorflow", "jax", "torch", "onnx")
        )
    assert process.stdout.strip() in ("bad", "good"), process.stderr
    assert spent.seconds < 1.5


@pytest.mark.parametrize("class_names", [("bad", "good"), ("a", "b", "c")])
def test_the_example_needs_nothing_of_ours(class_names, tmp_path):
    predictor = make_predictor(class_names)
    save(predictor, tmp_path / "model_onnx")
    blocked = ("han_attention", "keras", "tensorflow", "jax", "torch")
    process = run_in_fresh_process(EXAMPLE, tmp_path, blocked)
    assert process.returncode == 0, process.stderr
    texts = ["What superb work from the director!", "The plot is dull.", ""]
    with pytest.warns(UserWarning, match="no word"):
        predicted = predictor.predict_proba(texts)
    assert process.stdout.splitlines() == [
        f"{class_names[row.argmax()]} {row.max():.2f} {text}"
        for text, row in zip(texts, predicted, strict=True)
    ]


def test_without_onnxruntime_one_line_says_what_to_install(tmp_path):
    save(make_predictor(), tmp_path / "model_onnx")
    code = (
        "from han_attention import OnnxPredictor\n"
        "try:\n    OnnxPredictor.load('model_onnx')\n"
        "except ImportError as error:\n    print(error)\n"
    )
    process = run_in_fresh_process(code, tmp_path, ("onnxruntime",))
    assert process.stdout.splitlines() == [
        'An ONNX model needs onnxruntime: pip install "han-attention[export]"'
    ]


@pytest.mark.parametrize(
    "name", ["config.json", "model.onnx", "tokenizer.json"]
)
def test_missing_file(name, tmp_path):
    folder = save(make_predictor(), tmp_path / "model_onnx")
    (folder / name).unlink()
    with pytest.raises(FileNotFoundError, match=name):
        OnnxPredictor.load(folder)


def test_altered_file(tmp_path):
    folder = save(make_predictor(), tmp_path / "model_onnx")
    with (folder / "model.onnx").open("ab") as file:
        file.write(b"\0")
    with pytest.raises(ValueError, match="Altered model"):
        OnnxPredictor.load(folder)


def change(folder, name, edit):
    """Change a JSON file of a saved model, and its checksum with it."""
    path, config = folder / name, folder / "config.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    edit(content)
    path.write_text(json.dumps(content), encoding="utf-8")
    if path != config:
        seal(folder)


def seal(folder):
    """Note the checksums of the files as they are now."""
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    for name in config["sha256"]:
        content = (folder / name).read_bytes()
        config["sha256"][name] = sha256(content).hexdigest()
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")


def add_words(tokenizer):
    words = tokenizer["model"]["vocab"]
    words.update({f"new{n}": len(words) + n for n in range(9)})


@pytest.mark.parametrize(
    ("name", "edit", "expected"),
    [
        (
            "config.json",
            lambda config: config.update(class_names=["a", "b", "c"]),
            "Expected logits of shape .1, 3.",
        ),
        (
            "config.json",
            lambda config: config.update(multi_label=True),
            "Expected logits of shape .1, 2.",
        ),
        (
            "config.json",
            lambda config: config.update(architecture="hierarchical"),
            "Invalid rank",
        ),
        ("tokenizer.json", add_words, "out of data bounds"),
    ],
    ids=["names", "multi_label", "architecture", "words"],
)
def test_what_contradicts_the_model_is_refused_on_loading(
    name, edit, expected, tmp_path, capfd
):
    folder = save(make_predictor(), tmp_path / "model_onnx")
    change(folder, name, edit)
    with pytest.raises(ValueError, match=f"Damaged model: .*{expected}") as e:
        OnnxPredictor.load(folder)
    assert "\n" not in str(e.value)
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("content", [b"", b"\0" * 999, b"PK\3\4"])
def test_a_damaged_model_is_one_line(content, tmp_path, capfd):
    folder = save(make_predictor(), tmp_path / "model_onnx")
    whole = (folder / "model.onnx").read_bytes()
    for damaged in (content, whole[:-200], whole.replace(b"ids", b"\xffds")):
        (folder / "model.onnx").write_bytes(damaged)
        seal(folder)
        with pytest.raises(ValueError, match="Damaged model: .*onnx") as e:
            OnnxPredictor.load(folder)
        assert "\n" not in str(e.value)
    assert capfd.readouterr() == ("", "")
