"""Examples and defaults in docstrings, and the blocks of the README."""

import csv
import doctest
import importlib
import inspect
import json
import pkgutil
import re
import shlex
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest

import han_attention
from han_attention.cli import main

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(
        han_attention.__path__, "han_attention."
    )
    # Of another backend, which may not be installed.
    if not module.name.endswith(("._jax", "._torch"))
)
FACES = [importlib.import_module(name) for name in MODULES if "." in name]
# Every public name, of the top and of the faces of the sub-packages.
PUBLIC = sorted(
    {
        (name, value)
        for face in (han_attention, *FACES)
        if hasattr(face, "__path__")
        for name, value in (
            (name, getattr(face, name)) for name in getattr(face, "__all__", ())
        )
        if callable(value)
    },
    key=lambda pair: pair[0],
)
# Without an example: what a user is given, and never makes.
PLAIN_DATA = """DocumentSentence EncodedDocuments EncodedTexts Encoding
    Explanation Generated SentenceWeight TextDataset TextPredictor
    TrainResult Translation WordVectors WordWeight""".split()


@pytest.fixture
def in_empty_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def _small_predictor():
    tokenizer = han_attention.Tokenizer.train(["A fine film."])
    model = han_attention.build_classifier(len(tokenizer), rnn_units=4)
    return importlib.import_module("han_attention.inference.keras").Predictor(
        model, tokenizer, ["bad", "good"]
    )


@pytest.mark.parametrize("name", MODULES)
def test_docstring_examples_run(name, in_empty_folder):
    module = importlib.import_module(name)
    given = {}
    if "predictor" in inspect.getsource(module):
        given["predictor"] = _small_predictor()
    failed, _ = doctest.testmod(
        module, extraglobs=given, optionflags=doctest.ELLIPSIS
    )
    assert failed == 0


def get_parameters(value):
    """Of a class those of its `__init__`: Python 3.11.2 says of layers that
    inherit it what Keras' `Layer.__new__` takes."""
    if not inspect.isclass(value):
        return inspect.signature(value).parameters
    parameters = dict(inspect.signature(value.__init__).parameters)
    parameters.pop("self", None)
    return parameters


@pytest.mark.parametrize(("name", "value"), PUBLIC)
def test_public_names_are_documented_with_an_example(name, value):
    documentation = inspect.getdoc(value)
    assert documentation
    if name not in PLAIN_DATA:
        assert ">>> " in documentation


@pytest.mark.parametrize(("name", "value"), PUBLIC)
def test_documented_defaults_are_the_defaults(name, value):
    """Each "Defaults to x" in `Args` stands in the signature."""
    documentation = inspect.getdoc(value)
    parameters = get_parameters(value)
    entries = re.findall(
        r"^    (\w+): (.*?)(?=^    [\w*]+: |^\S|\Z)",
        documentation.partition("Args:\n")[2].partition("\n\n")[0],
        flags=re.M | re.S,
    )
    for argument, text in entries:
        default = parameters[argument].default
        match = re.search(
            r"Defaults\s+to\s+(`[^`]+`|[^:\s]+?)[.:]?(\s|$)", text
        )
        if match is None:
            assert default is inspect.Parameter.empty, argument
            continue
        written = match[1].strip("`").replace(",", "")
        expected = str(default).replace(",", "")  # of a pair, too
        assert written in (expected, f'"{expected}"'), argument


def test_every_argument_of_a_layer_is_documented():
    for name, value in PUBLIC:
        if inspect.isclass(value) and issubclass(value, keras.layers.Layer):
            for argument in get_parameters(value):
                if argument != "kwargs":
                    assert f"\n    {argument}: " in inspect.getdoc(value), name


# Nothing depends on how well the models of the README are trained.
QUICKER = [
    (r"\bepochs=\d+", "epochs=1"),
    (r"\bnum_train=\d+", "num_train=40"),
    (
        r"from_preset\(\"demo\"",
        'from_preset("demo", epochs=1, batch_size=500, max_tokens=15',
    ),
    # Not traced.
    (
        r"TextClassifier\((?=\s*(epochs|architecture))",
        "TextClassifier(max_tokens=20, ",
    ),
    (r"SequenceLoss\(\)\)", "SequenceLoss(), run_eagerly=True)"),
]
QUICK_FLAGS = (
    "--seed 1 --rnn-units 4 --embedding-dim 16 --batch-size 40 --epochs 6 "
    "--learning-rate 0.03"
)


@pytest.mark.parametrize(
    "quicker",
    [QUICKER, pytest.param([], marks=pytest.mark.slow)],
    ids=["quicker", "as_written"],
)
def test_readme_blocks_run(quicker, in_empty_folder):
    """One after the other, in one namespace, as a reader would."""
    blocks = re.findall(r"```python\n(.*?)```", README, flags=re.S)
    assert len(blocks) >= 3
    namespace = {"np": np}
    for block in blocks:
        if "onnxruntime" in block:  # after the commands, in the test below
            continue
        for written, quick in quicker:
            block = re.sub(written, quick, block)
        exec(compile(block, "README.md", "exec"), namespace)


@pytest.mark.parametrize(
    "suffix", ["csv", pytest.param("jsonl", marks=pytest.mark.slow)]
)
def test_readme_commands_for_own_data_run(suffix, in_empty_folder):
    """From a file to an ONNX model in five commands, and to its numbers."""
    section = README.partition("## Your own data")[2]
    reviews = han_attention.make_demo_reviews(400, 40)
    for name, split in (
        ("reviews", "train"),
        ("test", "test"),
        ("new", "test"),
    ):
        examples = getattr(reviews, split)
        labels = [reviews.class_names[label] for label in examples.labels]
        _write(Path(f"{name}.{suffix}"), examples.texts, labels)
    commands = re.search(r"```sh\n(.*?)```", section, flags=re.S)[1]
    commands = commands.replace(".csv", f".{suffix}")
    commands = commands.replace("train ", f"train {QUICK_FLAGS} ")
    assert len(commands.splitlines()) == 5
    for command in commands.splitlines():
        program, *arguments = shlex.split(command)
        assert program == "han-attention"
        main(arguments)  # a mistake would be a SystemExit
    report = json.loads(Path("report.json").read_text())
    assert report["accuracy"] > 0.6
    lines = Path("predictions.jsonl").read_text().splitlines()
    predicted = [json.loads(line) for line in lines]
    assert [x["text"] for x in predicted] == reviews.test.texts
    assert Path("plots/confusion.png").stat().st_size
    assert "dull" in Path("why.html").read_text()
    example = re.search(r"```python\n(.*?)```", section, flags=re.S)[1]
    assert len(example.split("\n\n", 1)[1].splitlines()) <= 15
    done = subprocess.run(
        [sys.executable, "-c", example], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == 3


def _write(path, texts, labels):
    rows = [
        {"text": text, "label": label}
        for text, label in zip(texts, labels, strict=True)
    ]
    with path.open("w", newline="") as file:
        if path.suffix == ".csv":
            writer = csv.DictWriter(file, ["text", "label"])
            writer.writeheader()
            writer.writerows(rows)
        else:
            file.writelines(json.dumps(row) + "\n" for row in rows)


def test_readme_pictures_and_files_are_there():
    for target in re.findall(r"\]\((?!http|#)([^)]+)\)", README):
        assert (ROOT / target).exists(), target


def test_readme_flags_exist():
    from han_attention.settings import SETTINGS

    known = {*SETTINGS, "demo", "preset", "help", "logdir"}
    known |= {"data", "run_dir", "resume", "overwrite", "quiet"}
    for line in README.splitlines():
        if "train_imdb.py" in line:
            for flag in re.findall(r"--([a-z-]+)", line):
                assert flag.replace("-", "_") in known, flag


def test_version_is_in_the_changelog():
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"## {han_attention.__version__}" in changelog
