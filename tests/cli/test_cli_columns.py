"""A model remembers the columns it was trained on, in every command."""

import csv
import json
import shutil

import pytest

from han_attention import OnnxPredictor
from han_attention import TextClassifier
from han_attention import TextFiles
from han_attention.data import TrainedColumns

# By its name "text" would be taken, and it says the contrary.
HEADER = ["id", "text", "subject", "body", "queue", "label"]
TRAINED = TrainedColumns(("subject", "body"), "queue")


def write(path, header=HEADER, number=40):
    """Tickets whose texts and labels are in `subject`, `body`, `queue`."""
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        for n in range(number):
            good = n % 2
            row = {"id": n, "text": "dull film" if good else "fine film"}
            row["subject"] = "fine" if good else "dull"
            row["body"] = "superb" if good else "tedious"
            row["queue"] = row["label"] = "praise" if good else "blame"
            row["label"] = "other"
            writer.writerow([row[name] for name in header])
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("columns")


@pytest.fixture(scope="module")
def model(folder, train_once):
    write(folder / "a.csv")
    flags = ("--text-column", "subject,body", "--label-column", "queue")
    quick = ("--cell", "none", "--learning-rate", "0.1")
    return train_once("columns", folder / "a.csv", *flags, *quick)


@pytest.fixture(scope="module")
def exported(model, folder):
    pytest.importorskip("onnxruntime")
    return TextClassifier.load(model).export(folder / "onnx")


def test_the_folder_and_its_card_say_them(model, exported):
    for one in (model, exported):
        content = json.loads((one / "config.json").read_text())
        assert content["columns"] == TRAINED.to_dict()
        assert content["columns"]["text_separator"] == "\n"
        card = (one / "model_card.md").read_text()
        assert "- texts: columns subject, body, joined by line ends" in card
        assert "- labels: column queue" in card
    assert TextClassifier.load(model).predictor_.columns == TRAINED
    assert OnnxPredictor.load(exported).columns == TRAINED


def test_every_command_reads_them(cli, model, exported, folder, tmp_path):
    file = folder / "a.csv"
    for one in (model, exported):
        done = cli("evaluate", one, file, "--json")
        assert done.records[0]["unseen_labels"] == []
    texts = [record["text"] for record in cli("predict", one, file).records]
    assert texts[:2] == ["dull\ntedious", "fine\nsuperb"]
    explained = cli("explain", exported, file, "--json", "--limit", "2")
    assert [record["text"] for record in explained.records] == texts[:2]
    copied = shutil.copytree(exported, tmp_path / "tuned")
    done = cli("tune", copied, file, "--recall", "1", "--json")
    assert sum(one["answers"] for one in done.records[0]) == 40
    done = cli("explain", model, file, "--mistakes", "--folds", "2")
    assert done.code == 0, done.errors


def test_a_file_without_them(refused, exported, folder, tmp_path):
    write(tmp_path / "b.csv", ["id", "text", "body", "label"])
    for command in (["predict"], ["explain"], ["evaluate"], ["tune"]):
        name, *flags = command
        flags = ["--recall", "1"] if name == "tune" else flags
        error = refused(name, exported, "b.csv", *flags)
        assert "subject" in error and "body" in error and "'text'" in error
        assert "--text-column" in error
    assert "labels of column 'queue'" in error and "--label-column" in error
    rows = [{"id": 1, "text": "fine"}, {"id": 2, "text": "dull"}]
    (tmp_path / "b.jsonl").write_text("\n".join(map(json.dumps, rows)))
    error = refused("predict", exported, "b.jsonl")
    assert error.count("The training has") == 1


def test_a_flag_always_wins_and_what_has_no_other_texts(
    cli, exported, tmp_path
):
    write(tmp_path / "b.csv", ["id", "text", "label"], 2)
    done = cli("predict", exported, "b.csv", "--text-column", "text")
    assert [r["text"] for r in done.records] == ["fine film", "dull film"]
    assert done.errors == []
    (tmp_path / "c.csv").write_text("comment\nA fine film\n")
    done = cli("predict", exported, "c.csv")
    assert done.records[0]["text"] == "A fine film"
    assert "texts: comment; the model was trained on texts" in done.errors[0]
    (tmp_path / "d.csv").write_text("7,A fine film\n")
    done = cli("predict", exported, "d.csv", "--columns", "id,text")
    assert done.records[0]["text"] == "A fine film"
    (tmp_path / "e.txt").write_text("A fine film\n")
    assert cli("predict", exported, "e.txt").errors == []


def test_python_reads_them(model, folder):
    predictor = TextClassifier.load(model).predictor_
    files = TextFiles(folder / "a.csv", trained_columns=predictor.columns)
    row = next(iter(files))
    assert (row.text, row.label) == ("dull\ntedious", "blame")
    assert files.trained_columns == TRAINED
    plain = TextFiles(folder / "a.csv")
    assert next(iter(plain)).text == "fine film"
    assert plain.with_columns(TRAINED).find_columns() == TRAINED
    with pytest.raises(TypeError, match="trained_columns"):
        TextFiles(folder / "a.csv", trained_columns=["subject"])
    marks = TrainedColumns(("text",), ("good", "bad"), ";")
    with pytest.raises(ValueError, match="multi_label"):
        TextFiles(folder / "a.csv", trained_columns=marks)
    assert TrainedColumns.from_dict(marks.to_dict()) == marks


def test_python_keeps_them_and_reads_validation_alike(folder, tmp_path):
    files = TextFiles(folder / "a.csv", ["subject", "body"], "queue")
    settings = {"cell": "none", "epochs": 1, "max_tokens": 5, "verbose": False}
    classifier = TextClassifier(**settings)
    with pytest.warns(UserWarning, match="also training texts"):
        classifier.fit_files(files, validation_data=TextFiles(folder / "a.csv"))
    classifier.save(tmp_path / "m")
    again = TextClassifier.load(tmp_path / "m").predictor_
    assert again.columns == TRAINED
    rows = list(files)
    texts = [row.text for row in rows]
    labels = [row.label for row in rows]
    classifier.fit(texts, labels, columns=files.trained_columns)
    assert classifier.predictor_.columns == TRAINED
    assert classifier.fit(texts, labels).predictor_.columns is None


@pytest.mark.parametrize(
    "columns",
    [[], {}, "text", {"text": [], "text_separator": "\n"}]
    + [TRAINED.to_dict() | {"text": ["subject", 3]}]
    + [TRAINED.to_dict() | {"text_separator": " "}]
    + [TRAINED.to_dict() | {"label": 3}],
)
def test_a_folder_is_read_without_trust(columns, refused, exported, tmp_path):
    copied = shutil.copytree(exported, tmp_path / "m")
    content = json.loads((copied / "config.json").read_text())
    (copied / "config.json").write_text(
        json.dumps(content | {"columns": columns})
    )
    assert "Damaged model" in refused("evaluate", copied, "a.csv")


def test_a_renamed_column_of_a_label_is_to_be_named_as_the_label(tmp_path):
    """Other columns cannot be given: each is a label by its name."""
    path = tmp_path / "a.csv"
    path.write_text("text,good,tune\nfine,1,0\n")
    marks = TrainedColumns(("text",), ("good", "music"))
    files = TextFiles(path, multi_label=True, trained_columns=marks)
    message = "No column 'music'.*give the columns of the file these names"
    with pytest.raises(ValueError, match=message):
        next(iter(files))
