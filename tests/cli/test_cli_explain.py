"""`han-attention explain`: text, JSON lines and a page."""

import json
import sys
from io import StringIO

import pytest

from han_attention import TextClassifier
from han_attention.explain.render.terminal import to_ansi


def test_words_that_count_most(cli, model):
    text = "A fine film, but what a dull and tedious ending it has, I say"
    done = cli("explain", model, "--text", text, "no words")
    assert done.code == 0
    best = "gradient_x_input"
    (explanation,) = TextClassifier.load(model).explain([text], methods=[best])
    first, second = done.output.split("\n\n")
    assert first == to_ansi(explanation, best, color=False)
    assert "[no " in second


def test_a_method_of_choice(cli, model):
    done = cli(
        "explain", model, "--text", "a fine film", "--method", "occlusion"
    )
    methods = ["occlusion"]
    (explanation,) = TextClassifier.load(model).explain(
        ["a fine film"], methods=methods
    )
    assert done.output == to_ansi(explanation, *methods, color=False) + "\n"


def test_a_file_for_neat_vision(cli, model, tmp_path):
    flags = ("--neat-vision", "samples.json")
    done = cli("explain", model, "--text", "a fine film", *flags)
    assert done.output == "Written  samples.json\n"
    (sample,) = json.loads((tmp_path / "samples.json").read_text())
    assert sample["text"] == ["a", "fine", "film"]


def test_json_lines(cli, data, model):
    done = cli("explain", model, "--data", data / "test.csv", "--json")
    assert len(done.records) == 40
    first = done.records[0]
    assert set(first) >= {"text", "prediction", "probabilities", "words"}
    for word in first["words"]:
        assert first["text"][word["start"] : word["end"]] == word["text"]
    assert first["label"] in ("negative", "positive")


def test_more_texts_than_unasked(cli, model, tmp_path):
    path = tmp_path / "many.txt"
    path.write_text("a fine film\n" * 101)
    done = cli("explain", model, path, "--method", "contribution", "--json")
    assert len(done.records) == 100
    assert (
        "han-attention explain: the first 100 texts are explained, and there "
        "are more: --limit says how many"
    ) in done.errors


def test_page_with_labels(cli, data, model, tmp_path):
    done = cli(
        *("explain", model, "--data", data / "test.csv", "--html", "a.html"),
        *("--label-column", "sentiment", "--limit", "5"),
    )
    assert done.output == "Written  a.html\n"
    assert done.errors == [  # not that there are more: that was asked for
        "han-attention explain: The n-grams decide alone: the attention adds "
        "nothing here, and its weights say nothing of the predictions. The "
        "preset faithful trains attention that decides",
    ]
    page = (tmp_path / "a.html").read_text(encoding="utf-8")
    inside = page.partition('<script type="application/json"')[2]
    content = json.loads(inside.partition(">")[2].partition("</script>")[0])
    assert len(content["texts"]) == 5


def test_labels_are_read_where_they_are(cli, data, model, tmp_path):
    """Of each row that has one; a file without any is explained too."""
    rows = ["a fine film,positive", "dull,", "a dull film,negative"]
    content = "\n".join(["review,sentiment", *rows])
    (tmp_path / "a.csv").write_text(content)
    (tmp_path / "b.csv").write_text(content.replace("sentiment", "mood"))
    flags = ("--json", "--method", "attention", "--quiet")
    found = cli("explain", model, "a.csv", *flags).records
    assert [r["label"] for r in found] == ["positive", None, "negative"]
    found = cli("explain", model, "b.csv", *flags).records
    assert [r["label"] for r in found] == [None] * 3
    found = cli("explain", model, data / "texts.txt", *flags).records
    assert {r["label"] for r in found} == {None}
    done = cli("explain", model, "a.csv", "--label-column", "sentiment", *flags)
    assert "The label is empty" in done.errors[0]


def test_a_path_is_a_file_and_no_text(cli, data, model):
    flags = ("--method", "attention", "--json", "--limit", "2")
    done = cli("explain", model, data / "test.csv", *flags)
    named = cli("explain", model, "--data", data / "test.csv", *flags)
    assert done.output == named.output
    texts = (data / "texts.txt").read_text().splitlines()[:2]
    assert [record["text"] for record in done.records] == texts


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
    (line,) = done.errors
    assert "The n-grams decide alone" in line
    assert done.records[0]["label"] == ["film", "bad"]
    assert isinstance(done.records[0]["prediction"], list)
    done = cli("explain", tag_model, "--text", "a fine film")
    assert done.output.startswith("Prediction: film")


def test_stdin(cli, model, monkeypatch):
    monkeypatch.setattr(sys, "stdin", StringIO("a fine film\nfine\n"))
    done = cli("explain", model, "--json")
    assert [r["text"] for r in done.records] == ["a fine film", "fine"]


def test_what_a_terminal_would_obey_is_escaped(cli, model):
    done = cli("explain", model, "--text", "film \x1b[31m film\r")
    assert "\x1b" not in done.output
    assert "\r" not in done.output


def test_mistakes(data, model, onnx_model, refused, monkeypatch, tmp_path):
    file = data / "test.csv"
    assert "both" in refused(
        "explain", model, "--text", "a film", "--data", file
    )
    assert "--limit" in refused(
        "explain", model, "--text", "a film", "--limit", "0"
    )
    assert "nowhere" in refused("explain", model, "--data", "nowhere")
    message = refused("explain", model, "a fine film")  # no file of this name
    assert "a fine film" in message and "--text" in message
    assert "nowhere" in refused("explain", "nowhere", "--text", "a film")
    assert "is a folder" in refused(
        "explain", model, "--text", "a", "--html", "."
    )
    for flag in ("--faithfulness", "--mistakes"):
        assert "exported model" in refused("explain", onnx_model, file, flag)
    exported = ("explain", onnx_model, "--text", "a film")
    exported += ("--method", "gradient_x_input")
    assert "gradient_x_input" in refused(*exported)
    monkeypatch.setattr(sys, "stdin", StringIO(""))
    assert "empty" in refused("explain", model)
    assert list(tmp_path.iterdir()) == []


def test_an_exported_model_says_the_same(cli, model, onnx_model):
    words = ("--text", "a fine film", "--json")
    trained, exported = (
        [
            json.loads(line)
            for line in cli("explain", each, *words).output.split("\n")
            if line
        ]
        for each in (model, onnx_model)
    )
    assert [text["words"] for text in trained][0][0]["text"] == "a"
    assert trained[0]["prediction"] == exported[0]["prediction"]
    assert [w["text"] for w in trained[0]["words"]] == [
        w["text"] for w in exported[0]["words"]
    ]


def test_texts_without_words(cli, model):
    done = cli("explain", model, "--text", "", " ", "\x00")
    assert done.code == 0
    explanations = done.output.split("\n\n")
    assert len(explanations) == 3
    for empty in explanations[:2]:
        assert empty.startswith("Prediction: no class (an empty text)")
        assert "positive" not in empty and "negative" not in empty
    assert "%" in explanations[2]
    (record,) = cli("explain", model, "--text", "", "--json").records
    assert record["prediction"] is None
    classifier = TextClassifier.load(model)
    with pytest.warns(UserWarning, match="no word"):
        assert classifier.predict(["", "film"])[0] is None
        assert classifier.explain([" "])[0].prediction is None
