"""`han-attention demo`: what it shows, writes, and says to try next.

How well it learns, and in what time, `.ci/run` asks.
"""

import json
import re
import shlex
from functools import partial

from han_attention import make_demo_reviews


def test_shows_writes_and_says_what_to_try_next(cli, monkeypatch, tmp_path):
    """Once, on so few reviews that nothing is traced, as all that follows."""
    few = partial(make_demo_reviews, 34, 24)
    monkeypatch.setattr("han_attention.cli.demo.make_demo_reviews", few)
    folder = tmp_path / "a demo"
    folder.mkdir()
    (folder / "notes.txt").write_text("mine")
    done = cli("demo", "--output", "a demo", "--overwrite", "--quiet")
    assert (done.code, done.errors) == (0, [])
    lines = done.output.splitlines()
    assert lines[0] == "Generated film reviews: 34 to train on, 24 to test with"
    assert [line.split()[0] for line in lines[2:7]] == list("12345")
    assert re.fullmatch(r"Test accuracy [01]\.\d{4}", lines[7])
    assert done.output.count("Prediction: ") == 5
    assert done.output.count("contribution for ") == 5

    assert sorted(x.name for x in folder.iterdir()) == (
        ["attention.html", "model", "notes.txt", "reviews.csv", "test.csv"]
    )
    assert (folder / "notes.txt").read_text() == "mine"
    page = (folder / "attention.html").read_text(encoding="utf-8")
    data = re.search(r'id="data">(.*?)</script>', page, flags=re.S)[1]
    assert len(json.loads(data)["texts"]) == 24
    rows = (folder / "reviews.csv").read_text().splitlines()
    assert rows[0] == "text,label"
    labels = {row.rpartition(",")[2] for row in rows[1:]}
    assert labels == {"negative", "positive"}

    commands = re.findall(r"^(?:Try)? +(han-attention .*)$", done.output, re.M)
    assert len(commands) == 3
    for command in commands:
        _, name, *arguments = shlex.split(command)
        quick = ["--epochs", "1"] if name == "train" else []
        assert cli(name, *arguments, *quick).code == 0, command
    assert len((tmp_path / "labels.csv").read_text().splitlines()) == 25
    assert (tmp_path / "my-model" / "config.json").is_file()


def test_replaces_nothing_but_an_earlier_demo(refused, tmp_path):
    folder = tmp_path / "demo"
    (folder / "model").mkdir(parents=True)
    mine = folder / "model" / "notes.txt"
    mine.write_text("mine")
    assert "not empty" in refused("demo")
    assert "else than a saved model" in refused("demo", "--overwrite")
    mine.unlink()
    (folder / "test.csv").mkdir()
    assert "test.csv is a folder" in refused("demo", "--overwrite")
    assert sorted(x.name for x in folder.iterdir()) == ["model", "test.csv"]
