"""`han-attention evaluate`: the report, its file and its pictures."""

import json

import pytest

from han_attention import Predictor
from han_attention import evaluate
from han_attention import load_csv


def test_report_is_printed_and_written(cli, data, model, tmp_path):
    done = cli("evaluate", model, data / "test.csv")
    assert done.errors == []
    texts, labels = load_csv(data / "test.csv")
    predictor = Predictor.load(model)
    report = evaluate(
        predictor.predict_proba(texts), labels, predictor.class_names
    )
    assert done.output.startswith(str(report))
    assert done.output.splitlines()[-1] == "Written  report.json"
    written = json.loads((tmp_path / "report.json").read_text())
    assert written["accuracy"] == report.accuracy
    assert written["confusion"] == report.confusion.tolist()
    assert len(list(tmp_path.iterdir())) == 1


def test_json_plots_and_an_onnx_model(cli, data, onnx_model, tmp_path):
    pytest.importorskip("matplotlib")
    done = cli(
        *("evaluate", onnx_model, data / "test.csv", "--json"),
        *("--report", "new/scores.json", "--plot", "plots"),
    )
    assert done.errors == []
    (printed,) = done.records
    assert printed == json.loads((tmp_path / "new/scores.json").read_text())
    for name in ("confusion.png", "reliability.png"):
        content = (tmp_path / "plots" / name).read_bytes()
        assert content.startswith(b"\x89PNG")
    assert not (tmp_path / "report.json").exists()


def test_several_labels(cli, data, tag_model):
    done = cli(
        *("evaluate", tag_model, data / "test.jsonl", "--json"),
        *("--label-column", "tags"),
    )
    (report,) = done.records
    assert report["confusion"] is None
    assert [scores["name"] for scores in report["classes"]] == [
        "bad",
        "film",
        "good",
    ]
    assert report["classes"][1]["support"] == 40


def test_labels_never_seen_are_counted_and_named(cli, model, tmp_path):
    labels = ["positive", "mixed", "negative", "mixed", "?"]
    rows = [f"the film,{label}" for label in labels]
    (tmp_path / "a.csv").write_text("\n".join(["review,sentiment", *rows]))
    done = cli("evaluate", model, "a.csv")
    assert done.code == 0
    assert "mixed (2), ? (1)" in done.output


def test_labels_match_across_csv_and_json(cli, data, number_model, tmp_path):
    """A CSV has "1" for what is 1 in JSON lines."""
    rows = map(json.loads, (data / "test.jsonl").read_text().splitlines())
    (tmp_path / "a.csv").write_text(
        "text,label\n" + "".join(f'"{r["text"]}",{r["label"]}\n' for r in rows)
    )
    of_csv = cli("evaluate", number_model, "a.csv", "--json").records
    of_json = cli(
        "evaluate", number_model, data / "test.jsonl", "--json"
    ).records
    assert of_csv == of_json
    assert of_csv[0]["unseen_labels"] == []


def test_bad_rows_are_counted(cli, model, tmp_path):
    rows = ["the film,positive", ",negative", "the,negative", "a,b,c"]
    (tmp_path / "a.csv").write_text("\n".join(["review,sentiment", *rows]))
    done = cli("evaluate", model, "a.csv", "--skip-bad-rows", "--json")
    assert done.records[0]["num_texts"] == 2
    assert done.records[0]["num_bad_rows"] == 2
    assert done.errors == ["han-attention evaluate: bad rows skipped: 2"]


def test_mistakes(data, model, refused, tmp_path):
    (tmp_path / "a.csv").write_text("review,sentiment\nfine,\n")
    (tmp_path / "b.csv").write_text("review,sentiment\nthe film,other\n")
    (tmp_path / "texts.csv").write_text("text\nfine\n")
    before = sorted(tmp_path.iterdir())
    file = data / "test.csv"
    assert "a.csv:2" in refused("evaluate", model, "a.csv")
    assert "seen in training" in refused("evaluate", model, "b.csv")
    message = refused("evaluate", model, "texts.csv")
    assert "--label-column, or with --label-columns the columns" in message
    assert "nowhere" in refused("evaluate", model, "nowhere")
    assert "nowhere" in refused("evaluate", "nowhere", file)
    assert "folder" in refused("evaluate", model, file, "--report", ".")
    assert "a.csv" in refused("evaluate", model, file, "--plot", "a.csv")
    assert sorted(tmp_path.iterdir()) == before


def test_nothing_is_taken_away(cli, refused, data, onnx_model, tmp_path):
    file, mine = data / "test.csv", tmp_path / "report.json"
    mine.write_text('{"mine": 1}')
    message = refused("evaluate", onnx_model, file)
    assert "report.json is no report" in message
    assert mine.read_text() == '{"mine": 1}'
    flags = ("--output", "r.json")  # as the other commands say it
    assert "Written  r.json" in cli("evaluate", onnx_model, file, *flags).output
    again = cli("evaluate", onnx_model, file, *flags)
    assert "Replaced r.json" in again.output
    errors = cli("evaluate", onnx_model, file, *flags, "--json").errors
    assert errors == ["han-attention evaluate: replaced r.json"]
    (tmp_path / "a.csv").write_text("review\nfine\n")
    for flag in ("--output", "--bad-rows"):
        message = refused("predict", onnx_model, "a.csv", flag, "a.csv")
        assert (
            f"a.csv is read, and cannot be written too. Choose another {flag}"
            in message
        )
    assert (tmp_path / "a.csv").read_text() == "review\nfine\n"


@pytest.mark.parametrize("command", [["evaluate"], ["tune", "--recall", "1"]])
def test_a_label_without_a_column(command, refused, tag_model, tmp_path):
    (tmp_path / "a.csv").write_text("text,bad,film\nfine,0,1\n")
    columns = ("--label-columns", "bad,film")
    name, *flags = command
    error = refused(name, tag_model, "a.csv", *columns, *flags)
    assert "Missing: good" in error


def test_texts_of_the_training_are_said_to_be_such(cli, data, model, tag_model):
    warning = "trained on these very texts"
    done = cli("evaluate", model, data / "train.csv")
    assert [warning in line for line in done.errors] == [True]
    assert cli("evaluate", model, data / "test.csv").errors == []
    tags = ("--label-column", "tags")
    done = cli("evaluate", tag_model, data / "train.jsonl", *tags)
    assert warning in done.errors[-1]
