"""`han-attention predict`: output that can be joined to its input."""

import csv
import json
import shutil
from datetime import date

import pytest
from shared_models import build_once

from han_attention import OnnxPredictor
from han_attention import TextFiles
from han_attention.inference import predict_records
from han_attention.inference import write_predictions

TICKETS = """id,date,text,label
a1,May,A fine film,x
a2,May,   ,x
a3,June,=HYPERLINK("http://a"),x
a4,-3,"a dull
film",x
"""


@pytest.fixture(scope="session")
def onnx_model(tmp_path_factory, onnx_model):
    """The same, from before models kept the columns of their training."""

    def forget(folder):
        shutil.copytree(onnx_model, folder)
        config = json.loads((folder / "config.json").read_text())
        del config["columns"]
        (folder / "config.json").write_text(json.dumps(config))

    return build_once(tmp_path_factory, "cli/old", forget)


@pytest.fixture
def tickets(tmp_path):
    path = tmp_path / "tickets.csv"
    path.write_text(TICKETS.replace('=HYPERLINK("http://a")', "=1+1 film"))
    return path


def read_table(path, encoding="utf-8-sig"):
    with path.open(encoding=encoding, newline="") as file:
        return list(csv.DictReader(file))


def test_a_row_for_each_row(cli, onnx_model, tickets, tmp_path):
    done = cli(
        "predict", onnx_model, tickets, "--keep", "id,date", "--output", "o.csv"
    )
    assert done.code == 0, done.errors
    rows = read_table(tmp_path / "o.csv")
    assert [row["id"] for row in rows] == ["a1", "a2", "a3", "a4"]
    assert [row["row"] for row in rows] == ["1", "2", "3", "4"]
    assert {row["file"] for row in rows} == {str(tickets)}
    assert list(rows[0]) == [
        *("file", "row", "id", "date", "text", "label"),
        *("probability_negative", "probability_positive", "error"),
    ]
    assert rows[1]["label"] == "" and rows[1]["error"] == "The text is empty."
    assert rows[3]["text"] == "a dull\nfilm"
    shares = [
        float(rows[0][f"probability_{n}"]) for n in ("negative", "positive")
    ]
    assert sum(shares) == pytest.approx(1, abs=2e-6)


def test_python_gives_what_the_command_line_does(cli, onnx_model, tickets):
    files = TextFiles(tickets, need_labels=False, keep=["id"])
    predictor = OnnxPredictor.load(onnx_model)
    rows = list(predict_records(predictor, files.records()))
    done = cli("predict", onnx_model, tickets, "--keep", "id")
    assert json.loads(json.dumps(rows)) == done.records
    number = write_predictions("o.csv", rows, predictor.class_names)
    assert number == 4
    cli("predict", onnx_model, tickets, "--keep", "id", "--output", "p.csv")
    with open("o.csv") as ours, open("p.csv") as theirs:
        assert ours.read() == theirs.read()


def test_cells_that_a_spreadsheet_would_run(cli, onnx_model, tickets, tmp_path):
    flags = ("--keep", "date", "--output", "o.csv")
    cli("predict", onnx_model, tickets, *flags)
    rows = read_table(tmp_path / "o.csv")
    assert rows[2]["text"] == "'=1+1 film"
    assert rows[3]["date"] == "-3"  # a number is none
    cli("predict", onnx_model, tickets, *flags, "--raw")
    assert (tmp_path / "o.csv").read_bytes().startswith(b"file,")
    rows = read_table(tmp_path / "o.csv", "utf-8")
    assert rows[2]["text"] == "=1+1 film"


def test_all_columns_and_names_like_ours(cli, onnx_model, tickets):
    done = cli("predict", onnx_model, tickets, "--keep", "all")
    first = done.records[0]
    assert first["input_label"] == "x" and first["label"] != "x"
    assert first["input_text"] == first["text"] == "A fine film"


def test_parquet_in_and_out(cli, onnx_model, tmp_path):
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    table = pyarrow.table({"id": [7, 8], "text": ["a fine film", None]})
    parquet.write_table(table, tmp_path / "a.parquet")
    done = cli(
        *("predict", onnx_model, "a.parquet", "--keep", "id"),
        *("--output", "o.parquet"),
    )
    assert done.code == 0, done.errors
    rows = parquet.read_table(tmp_path / "o.parquet").to_pylist()
    assert [(row["id"], row["row"]) for row in rows] == [(7, 1), (8, 2)]
    assert rows[1]["label"] is None and rows[1]["error"]
    assert isinstance(rows[0]["probability_negative"], float)
    odd = {"n": [float("nan"), 0.5], "text": ["fine", "dull"]}
    odd["day"] = [date(2026, 1, 2)] * 2
    parquet.write_table(pyarrow.table(odd), tmp_path / "a.parquet")
    done = cli("predict", onnx_model, "a.parquet", "--keep", "n,day")
    assert [(row["n"], row["day"]) for row in done.records] == [
        (None, "2026-01-02"),
        (0.5, "2026-01-02"),
    ]


def test_bad_rows_are_written(cli, onnx_model, tickets, tmp_path):
    tickets.write_text(TICKETS + "a5,July\n")
    flags = ("--bad-rows", "bad.csv", "--output", "o.tsv")
    done = cli("predict", onnx_model, tickets, *flags)
    assert done.errors == [
        "han-attention predict: written o.tsv, 3 rows",
        "han-attention predict: bad rows skipped: 2, see bad.csv",
    ]
    with (tmp_path / "o.tsv").open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    assert [row["row"] for row in rows] == ["1", "3", "4"]
    bad = read_table(tmp_path / "bad.csv")
    assert [row["row"] for row in bad] == ["2", "5"]
    assert bad[1]["problem"].startswith("Expected 4 fields")


def test_several_labels_in_a_cell(cli, data, tag_model, tmp_path):
    file = data / "test.jsonl"
    cli("predict", tag_model, file, "--output", "o.csv", "--keep", "tags")
    rows = read_table(tmp_path / "o.csv")
    lines = cli("predict", tag_model, file).records
    assert [row["labels"] for row in rows] == [
        "|".join(line["labels"]) for line in lines
    ]


def test_flags_of_ray_that_cannot_be(refused, data, onnx_model):
    ray = ("predict", onnx_model, data / "test.csv", "--engine", "ray")
    assert "Expected --output, a folder" in refused(*ray)
    assert "no --skip-bad-rows" in refused(
        *ray, "--output", "out", "--skip-bad-rows"
    )
    assert "--num-workers" in refused(
        *ray, "--output", "out", "--num-workers", "0"
    )
    assert "Expected files" in refused(
        "predict", onnx_model, "--engine", "ray", "--output", "out"
    )


def test_a_column_that_was_not_taken_is_named(cli, tmp_path, onnx_model):
    (tmp_path / "a.csv").write_text("subject,body\nfine,a dull film\n")
    done = cli("predict", onnx_model, "a.csv")
    assert done.records[0]["text"] == "a dull film"
    (line,) = done.errors
    assert "texts: body; not taken: subject; --text-column chooses" in line
    both = cli("predict", onnx_model, "a.csv", "--text-column", "subject,body")
    assert both.errors == []
