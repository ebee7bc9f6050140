"""Data files, and models trained on them through the command line."""

import csv
import json
import os
import subprocess
import sys

import pytest
from shared_models import build_once

from han_attention import make_demo_reviews
from han_attention.cli import main

# One batch an epoch, of short texts: not traced.
TINY = (
    "--embedding-dim 8 --rnn-units 4 --attention-units 4 --epochs 2 --seed 1 "
    "--learning-rate 0.01 --batch-size 128 "
    "--max-tokens 20"
).split()
TAGS = (["film", "bad"], ["film", "good"])


@pytest.fixture(scope="session")
def data(tmp_path_factory):
    """A folder with demo reviews: CSV, JSON lines and plain texts."""
    return build_once(tmp_path_factory, "cli/data", write_reviews)


def write_reviews(folder):
    folder.mkdir()
    dataset = make_demo_reviews(num_train=120, num_test=40)
    names = dataset.class_names
    for name, split in (("train", dataset.train), ("test", dataset.test)):
        rows = list(zip(split.texts, split.labels, strict=True))
        with (folder / f"{name}.csv").open("w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["review", "sentiment"])
            writer.writerows((text, names[n]) for text, n in rows)
        with (folder / f"{name}.jsonl").open("w") as file:
            for text, n in rows:
                record = {"text": text, "label": n, "tags": TAGS[n]}
                file.write(json.dumps(record) + "\n")
    (folder / "texts.txt").write_text("\n".join(dataset.test.texts) + "\n")


@pytest.fixture(scope="session")
def train_once(tmp_path_factory, data):
    """A function from a name, a file and flags to a folder with a model."""

    def train(name, file, *flags):
        return build_once(
            tmp_path_factory,
            f"cli/{name}",
            lambda folder: main(
                ["train", str(data / file), "--model", str(folder)]
                + [*TINY, *flags]
            ),
        )

    return train


@pytest.fixture(scope="session")
def model(train_once):
    """A model with the classes "negative" and "positive"."""
    return train_once("model", "train.csv")


@pytest.fixture(scope="session")
def number_model(train_once):
    """A model with the classes 0 and 1."""
    return train_once("numbers", "train.jsonl")


@pytest.fixture(scope="session")
def tag_model(train_once):
    """A model that gives a text several of "bad", "film" and "good"."""
    flags = ("--multi-label", "--label-column", "tags")
    longer = ("--batch-size", "32", "--max-tokens", "100")  # it must learn
    return train_once("tags", "train.jsonl", *flags, *longer)


@pytest.fixture(scope="session")
def onnx_model(tmp_path_factory, model):
    """The first model, exported."""
    pytest.importorskip("onnxruntime")
    command = ["export", str(model), "--format", "onnx", "--output"]
    return build_once(
        tmp_path_factory,
        "cli/onnx",
        lambda folder: main([*command, str(folder)]),
    )


@pytest.fixture
def tiny():
    """Flags of a training that takes no time."""
    return TINY


@pytest.fixture
def cli(capsys, tmp_path, monkeypatch):
    """Run the command line in this process and an empty folder."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments):
        """Its output, lines of stderr and exit code."""
        capsys.readouterr()
        code = 0
        try:
            main([str(argument) for argument in arguments])
        except SystemExit as stop:
            code = stop.code
        output, errors = capsys.readouterr()
        return Done(output, errors.splitlines(), code)

    return run


@pytest.fixture
def refused(cli):
    """Run what must fail: the one line it says, without program's name."""

    def run(command, *arguments):
        done = cli(command, *arguments)
        assert done.code == 2, done
        assert done.output == ""
        assert len(done.errors) == 1, done.errors
        start = f"han-attention {command}: error: "
        assert done.errors[0].startswith(start)
        return done.errors[0].removeprefix(start)

    return run


@pytest.fixture
def shell(tmp_path):
    """Run the command line in a process of its own, in an empty folder."""

    # Importing JAX, here, sets how much TensorFlow says, there.
    clean = {k: v for k, v in os.environ.items() if not k.startswith("TF_")}

    def run(*arguments, stdin="", **environment):
        return subprocess.run(
            [sys.executable, "-m", "han_attention", *map(str, arguments)],
            input=stdin,
            capture_output=True,
            encoding="utf-8",
            errors="surrogateescape",
            cwd=tmp_path,
            env=clean | environment,
        )

    return run


class Done:
    """What a run has left."""

    def __init__(self, output, errors, code):
        self.output, self.errors, self.code = output, errors, code

    @property
    def records(self):
        """The output as JSON lines."""
        return [json.loads(line) for line in self.output.splitlines()]

    def __repr__(self):
        return f"Done({self.output!r}, {self.errors!r}, {self.code!r})"
