"""`han-attention explain`: text, JSON lines and a page."""

import sys
from io import StringIO

import pytest

from han_attention import TextClassifier


def test_words_that_weigh_most(cli, model):
    text = "A fine film, but what a dull and tedious ending it has, I say"
    done = cli("explain", model, text, "no words")
    assert done.code == 0
    (explanation,) = TextClassifier.load(model).explain([text])
    first, second = done.output.split("\n\n")
    heading, *words = first.splitlines()
    share = explanation.probabilities[explanation.prediction]
    assert heading.startswith(f"{explanation.prediction} ({share:.1%})  A fine")
    heaviest = sorted(explanation.words, key=lambda word: -word.weight)[:10]
    assert words == [
        f"  {word.weight:.4f}  {word.text}"
        for word in heaviest
        if word.weight > 0
    ]
    assert "no words" in second


def test_json_lines(cli, data, model):
    done = cli("explain", model, "--data", data / "test.csv", "--json")
    assert len(done.records) == 40
    first = done.records[0]
    assert set(first) >= {"text", "prediction", "probabilities", "words"}
    for word in first["words"]:
        assert first["text"][word["start"] : word["end"]] == word["text"]
    assert first["label"] is None


def test_page_with_labels(cli, data, model, tmp_path):
    done = cli(
        *("explain", model, "--data", data / "test.csv", "--html", "a.html"),
        *("--label-column", "sentiment", "--limit", "5"),
    )
    assert done.output == "Written  a.html\n"
    assert done.errors == [
        "han-attention explain: only the first 5 texts are explained; "
        "--limit takes more"
    ]
    page = (tmp_path / "a.html").read_text(encoding="utf-8")
    assert page.count("<article>") == 5
    assert page.count("labelled") == 5


def test_numbers_as_labels(cli, data, number_model, tmp_path):
    (tmp_path / "a.csv").write_text("text,label\na fine film,1\ndull,0\n")
    done = cli(
        *("explain", number_model, "--data", "a.csv"),
        *("--label-column", "label", "--json"),
    )
    assert [record["label"] for record in done.records] == [1, 0]


def test_several_labels(cli, data, tag_model):
    done = cli(
        *("explain", tag_model, "--data", data / "test.jsonl", "--json"),
        *("--label-column", "tags", "--limit", "40"),
    )
    assert done.errors == []
    assert done.records[0]["label"] == ["film", "bad"]
    assert isinstance(done.records[0]["prediction"], list)
    assert "film (" in cli("explain", tag_model, "a fine film").output


def test_stdin(cli, model, monkeypatch):
    monkeypatch.setattr(sys, "stdin", StringIO("a fine film\nfine\n"))
    done = cli("explain", model, "--json")
    assert [r["text"] for r in done.records] == ["a fine film", "fine"]


def test_what_a_terminal_would_obey_is_escaped(cli, model):
    done = cli("explain", model, "film \x1b[31m film\r")
    assert "\x1b" not in done.output
    assert "\r" not in done.output


def test_mistakes(data, model, onnx_model, refused, monkeypatch, tmp_path):
    file = data / "test.csv"
    assert "both" in refused("explain", model, "a film", "--data", file)
    assert "--limit" in refused("explain", model, "a film", "--limit", "0")
    assert "nowhere" in refused("explain", model, "--data", "nowhere")
    assert "nowhere" in refused("explain", "nowhere", "a film")
    assert "is a folder" in refused("explain", model, "a", "--html", ".")
    assert "exported model" in refused("explain", onnx_model, "a film")
    monkeypatch.setattr(sys, "stdin", StringIO(""))
    assert "empty" in refused("explain", model)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("text", ["", " ", "\x00"])
def test_a_text_without_words(text, cli, model):
    done = cli("explain", model, text)
    assert done.code == 0
    assert "%" in done.output
