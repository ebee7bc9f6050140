"""Every block of README.md and docs/ runs, each page as a reader would."""

import importlib.util
import json
import os
import re
import runpy
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from docs_cases import DOCS
from docs_cases import PAGES
from docs_cases import README
from docs_cases import ROOT
from docs_cases import TRAIN
from docs_cases import find_blocks
from docs_cases import make_quicker
from docs_cases import name_page
from docs_cases import split_commands
from docs_cases import train_sample
from shared_models import build_once

import han_attention
from han_attention.cli import _parse
from han_attention.cli import main

EXTRAS = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"][
    "optional-dependencies"
]
# These are run by tests of their own, or only after an installation.
NOT_HERE = {"curl", "jupyter", "mkdocs", "pytest", "ruff", "tensorboard"}
SCRIPT = runpy.run_path(str(ROOT / "train_imdb.py"))


@pytest.fixture
def sample(tmp_path_factory, tmp_path, monkeypatch):
    """A folder of one's own with `reviews.csv`, `test.csv` and `model`."""
    shared = build_once(tmp_path_factory, "docs", train_sample)
    folder = tmp_path / "here"
    shutil.copytree(shared, folder)
    monkeypatch.chdir(folder)
    return folder


def run_commands(block):
    for program, *arguments in split_commands(block):
        line = " ".join([program, *arguments])
        if program == "han-attention":
            if arguments[0] == "serve":  # would not end
                _parse(arguments)
            elif line != TRAIN:  # made once for all pages
                main(arguments)  # a mistake would be a SystemExit
        elif program == "python":
            check_script(*arguments)
        elif program == "pip":
            check_installation(arguments)
        elif Path(program).suffix == ".sh" or "/" in program:
            assert (ROOT / program).exists(), line
        else:
            assert program in NOT_HERE, line


def check_script(path, *arguments):
    if path == "train_imdb.py":
        SCRIPT["make_parser"]().parse_args(arguments)
    elif path == "-m":
        assert importlib.util.find_spec(arguments[0])
    else:
        assert (ROOT / path).exists(), path


def check_installation(arguments):
    for extras in re.findall(r"\[([\w,-]+)\]", " ".join(arguments)):
        if "han-attention" in " ".join(arguments) or "." in arguments[-1][0]:
            assert set(extras.split(",")) <= set(EXTRAS), extras


def needed_libraries(page):
    """Named in a comment at its top: `<!-- needs: polars, mlflow -->`."""
    first = page.read_text(encoding="utf-8").splitlines()[0]
    found = re.fullmatch(r"<!-- needs: (.+) -->", first)
    return found[1].split(", ") if found else []


def has_blocks(page):
    return bool({name for name, _ in find_blocks(page)} & {"python", "sh"})


@pytest.mark.parametrize(
    "quicker", [True, pytest.param(False, marks=pytest.mark.slow)]
)
@pytest.mark.parametrize(
    "page", [page for page in PAGES if has_blocks(page)], ids=name_page
)
def test_blocks_run(page, quicker, sample):
    """One after the other, in one namespace."""
    for needed in needed_libraries(page):
        variable, _, value = needed.partition("=")
        if not value:
            pytest.importorskip(needed)
        elif os.environ.get(variable) != value:
            pytest.skip(f"needs {needed}")
    namespace = {"__name__": "page"}
    for language, block in find_blocks(page):
        block = make_quicker(block) if quicker else block
        if language == "sh" and (page != README or TRAIN not in block):
            run_commands(block)  # those of the README below
        elif language == "python" and "onnxruntime" not in block:
            exec(compile(block, f"<{name_page(page)}>", "exec"), namespace)


@pytest.mark.filterwarnings("ignore:.*no word of the vocabulary")
@pytest.mark.parametrize(
    "suffix", ["csv", pytest.param("jsonl", marks=pytest.mark.slow)]
)
def test_commands_for_own_data_do_what_they_say(
    suffix, sample, tmp_path, monkeypatch
):
    """From a file to an ONNX model in five commands, and to its numbers."""
    section = README.read_text().partition("### Your own texts")[2]
    commands = re.search(r"```sh\n(.*?)```", section, flags=re.S)[1]
    commands = commands.replace(".csv", f".{suffix}")
    if suffix != "csv":
        train_sample(tmp_path / suffix, suffix)
        monkeypatch.chdir(tmp_path / suffix)
    assert len(commands.splitlines()) == 5
    for line in commands.splitlines():
        if not line.startswith("han-attention train"):
            run_commands(line)
    reviews = han_attention.make_demo_reviews(400, 40)
    report = json.loads(Path("report.json").read_text())
    assert report["accuracy"] > 0.6
    lines = Path("predictions.jsonl").read_text().splitlines()
    predicted = [json.loads(line) for line in lines]
    assert [x["text"] for x in predicted] == reviews.test.texts
    assert Path("plots/confusion.png").stat().st_size
    assert "dull" in Path("why.html").read_text()
    check_example_without_keras()


def check_example_without_keras():
    example, of_labels = find_examples_without_keras()
    assert len(example.split("\n\n", 1)[1].splitlines()) <= 16
    lines = run_python(example)
    assert len(lines) == 3
    assert lines[2].startswith("no answer")
    texts = ["A fine film", "a dull book", ""]
    labels = [["film", "fine"], ["book"], []] * 10
    classifier = han_attention.TextClassifier(
        multi_label=True, cell="none", epochs=3, seed=1, verbose=False
    )
    classifier.fit(texts * 10, labels)
    names = classifier.classes_.tolist()
    found = classifier.predict_proba(texts)
    # Others than 0.5: one between both texts, one that is never reached.
    limits = dict.fromkeys(names, float(found[:2, 0].mean())) | {"fine": None}
    classifier.predictor_.set_thresholds(limits)
    classifier.export("labels-onnx")
    lines = run_python(of_labels)
    expected = classifier.predict(texts)
    assert [line.partition(" | ")[0] for line in lines] == [
        ", ".join(one) or "no label" for one in expected
    ]
    assert expected[2] == [] and len(set(map(str, expected))) > 1


def run_python(code):
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def find_examples_without_keras():
    page = ROOT / "docs" / "guides" / "deploying.md"
    return [x for _, x in find_blocks(page) if "onnxruntime" in x]


def test_files_that_pages_name_are_there():
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        targets = re.findall(r"\]\((?!http|#|mailto)([^)]+)\)", text)
        targets += re.findall(r'src(?:set)?="(?!http)([^"]+)"', text)
        for target in targets:
            file = target.partition("#")[0]
            assert (page.parent / file).exists(), (name_page(page), target)


def test_readme_decides_on_one_screen():
    lines = README.read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 180


def test_version_is_in_the_changelog():
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"## [{han_attention.__version__}]" in changelog


@pytest.mark.parametrize("page", [README, *DOCS.rglob("*.md")], ids=name_page)
def test_no_folder_of_a_machine(page):
    """What `--docs` of a benchmark writes holds the command line."""
    found = re.findall(r"\S*/(?:tmp|work|home|root)/\S*", page.read_text())
    assert not found
