"""`han-attention explain --global` and `--mistakes`."""

import csv

import pytest

from han_attention import Explainer
from han_attention import Predictor
from han_attention import load_csv
from han_attention.explain import explain_globally


def test_words_of_all_texts(cli, data, model, tmp_path):
    pytest.importorskip("matplotlib")
    done = cli(
        *("explain", model, data / "test.csv", "--global"),
        *("--plot", "w.png", "--html", "a.html", "--limit", "3", "--json"),
    )
    assert done.code == 0, done.errors
    texts, _ = load_csv(data / "test.csv")
    found = explain_globally(Explainer(Predictor.load(model)), texts)
    (printed,) = done.records
    assert printed["num_texts"] == 40
    expected = found.to_dict()["classes"]
    for one, other in zip(printed["classes"], expected, strict=True):
        assert [w["text"] for w in one["words"]] == [
            w["text"] for w in other["words"]
        ]
    assert (tmp_path / "w.png").read_bytes().startswith(b"\x89PNG")
    page = (tmp_path / "a.html").read_text(encoding="utf-8")
    assert '<details id="words">' in page
    assert "trained on" in page and "on 12 held-out texts" in page


def test_the_table(cli, data, model):
    done = cli("explain", model, data / "test.csv", "--global")
    first, second, *_ = done.output.splitlines()
    assert first.split()[:2] == ["Class", "word"]
    assert second.split()[0] in ("negative", "positive")


def test_labels_that_are_wrong(cli, data, model, tmp_path):
    rows = (data / "train.csv").read_text().splitlines()
    text, _, label = rows[1].rpartition(",")
    other = {"negative": "positive", "positive": "negative"}[label]
    (tmp_path / "a.csv").write_text(
        "\n".join(["id," + rows[0]])
        + "".join(
            f"\nn{n},{row}"
            for n, row in enumerate([*rows[2:], f"{text},{other}"], start=1)
        )
    )
    flags = ("--mistakes", "--folds", "2", "--json", "--output", "m.csv")
    flags += ("--keep", "id")
    done = cli("explain", model, "a.csv", *flags)
    assert done.code == 0, done.errors
    said = [line for line in done.errors if "training model" in line]
    assert ["1 of 2" in said[0], "2 of 2" in said[1]] == [True, True]
    assert {"row", "label", "suggestion", "probability", "text"} <= set(
        done.records[0]
        if done.records
        else {"row", "label", "suggestion", "probability", "text"}
    )
    for record in done.records:
        assert record["label"] != record["suggestion"]
    assert "Written  m.csv" in done.errors[-1]
    with (tmp_path / "m.csv").open(encoding="utf-8-sig", newline="") as file:
        written = list(csv.DictReader(file))
    assert written and [(x["file"], x["id"]) for x in written] == [
        ("a.csv", f"n{record['row']}") for record in done.records
    ]
    assert [x["text"] for x in written] == [x["text"] for x in done.records]


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["--global", "--mistakes"], "one of"),
        (["--mistakes", "--html", "a.html"], "--mistakes or a page"),
        (["--mistakes", "--folds", "1"], "--folds"),
        (["--keep", "review"], "go only with --mistakes"),
        (["--mistakes", "--output", "."], "is a folder"),
    ],
)
def test_mistakes_in_the_flags(flags, message, cli, data, model):
    done = cli("explain", model, data / "test.csv", *flags)
    assert done.code == 2
    assert message in done.errors[-1]
