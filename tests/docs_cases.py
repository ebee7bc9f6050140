"""The blocks of README.md and docs/, and a folder in which they run."""

import csv
import json
import re
import shlex
from pathlib import Path

import han_attention
from han_attention.cli import main

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
DOCS = ROOT / "docs"
# Where the blocks are: the pages of the API have none, and these are run by
# test_migration.py and inference/test_scorer.py.
ELSEWHERE = {"migration.md", "scale.md"}
PAGES = [README] + sorted(
    page
    for page in DOCS.rglob("*.md")
    if page.parent.name != "api" and page.name not in ELSEWHERE
)
TRAIN = "han-attention train reviews.csv --model model"
# Nothing depends on how well the models of pages and docstrings are trained.
# Without recurrence, which TensorFlow takes seconds to trace.
QUICK_FLAGS = (
    "--seed 1 --cell none --embedding-dim 16 --batch-size 40 --epochs 6 "
    "--learning-rate 0.03"
)
FEWER = [
    (r"\bepochs=\d+", "epochs=1"),
    (r"\bnum_train=\d+", "num_train=40"),
    (r"--limit \d+", "--limit 1"),
    (r"(--model \w+ --epochs \d+)", r"\1 --cell none"),
]
UNTRACED = [
    (
        r"from_preset\(\"demo\"(, epochs=\d+)?",
        'from_preset("demo", epochs=1, cell="none", max_tokens=15',
    ),
    (
        r"TextClassifier\((?=\s*(epochs|multi_label))",
        'TextClassifier(max_tokens=20, cell="none", ',
    ),
    (r"SequenceLoss\(\)\)", "SequenceLoss(), run_eagerly=True)"),
    (r'compile\("adam", loss', 'compile("adam", run_eagerly=True, loss=loss'),
]


def name_page(page):
    """Such as `docs-guides-layer`, which `pytest -k` takes."""
    return page.relative_to(ROOT).with_suffix("").as_posix().replace("/", "-")


def find_blocks(page):
    """Of each fenced block its language and its text."""
    text = page.read_text(encoding="utf-8")
    return re.findall(r"^```(\w*)[^\n]*\n(.*?)^```", text, flags=re.S | re.M)


def split_commands(block):
    """The commands of a block for the shell, without variables before them."""
    lines = re.sub(r"\\\n\s*", "", block).splitlines()
    for line in lines:
        for command in line.split("&&"):
            words = shlex.split(command, comments=True)
            while words and re.fullmatch(r"[A-Z_]+=\S*", words[0]):
                words.pop(0)
            if words:
                yield words


def make_quicker(block, rules=(*FEWER, *UNTRACED)):
    for written, quick in rules:
        block = re.sub(written, quick, block)
    return block


def write_samples(folder, suffix="csv"):
    """Files of texts and labels, as the pages name them."""
    reviews = han_attention.make_demo_reviews(400, 40)
    for name, examples in (
        ("reviews", reviews.train),
        ("test", reviews.test),
        ("held-out", reviews.test),
        ("new", reviews.test),
    ):
        _write(folder / f"{name}.{suffix}", examples, reviews.class_names)


def train_sample(folder, suffix="csv"):
    """What the first command of the README makes, with a smaller model."""
    folder.mkdir()
    write_samples(folder, suffix)
    _, *arguments = shlex.split(TRAIN)
    arguments = [
        str(folder / x) if x in ("reviews.csv", "model") else x
        for x in arguments
    ]
    arguments = [x.replace(".csv", f".{suffix}") for x in arguments]
    main([*arguments, *shlex.split(QUICK_FLAGS)])
    # Fewer for the pages that train in Python.
    few = han_attention.make_demo_reviews(40, 2)
    _write(folder / f"reviews.{suffix}", few.train, few.class_names)


def _write(path, examples, class_names):
    pairs = zip(examples.texts, examples.labels, strict=True)
    rows = [
        {"text": text, "label": class_names[label], "id": n, "date": "2026"}
        for n, (text, label) in enumerate(pairs)
    ]
    if path.stem != "new":
        rows = [{k: row[k] for k in ("text", "label")} for row in rows]
    with path.open("w", newline="") as file:
        if path.suffix == ".csv":
            writer = csv.DictWriter(file, rows[0])
            writer.writeheader()
            writer.writerows(rows)
        else:
            file.writelines(json.dumps(row) + "\n" for row in rows)
