"""`han-attention train`: what it makes, says and refuses."""

import gzip
import json
import re
import shutil

import numpy as np
import pytest

from han_attention import Predictor
from han_attention import TextClassifier


def test_from_a_csv_to_a_model_in_a_process_of_its_own(
    data, shell, tmp_path, tiny
):
    done = shell("train", data / "train.csv", "--model", "my model", *tiny)
    assert done.returncode == 0, done.stderr
    said = done.stderr.splitlines()
    assert [line.partition(": ")[2].split(":")[0] for line in said[:-3]] == [
        f"reading {data / 'train.csv'}",
        *("texts", "labels", "120 rows", "2 classes", "held out"),
    ]
    assert said[-3].endswith(" s] training the n-grams")
    pattern = (
        r"epoch {} of 2: loss 0\.\d{{4}}, val_accuracy [01]\.\d{{4}}, .* s"
    )
    for n, line in enumerate(said[-2:], start=1):
        assert re.fullmatch(pattern.format(n), line)
    lines = done.stdout.splitlines()
    assert lines[0].split() == (
        "epoch loss accuracy val_loss val_accuracy seconds".split()
    )
    assert [line.split()[0] for line in lines[1:3]] == ["1", "2"]
    assert lines[3].startswith("Validation accuracy ")
    assert lines[3].endswith(", of attention and n-grams")
    assert lines[4].startswith("Attention alone     0.")
    assert "attention" in lines[5]  # how much it says
    assert lines[6] == "Model  my model"
    assert lines[7].endswith("| han-attention predict 'my model'")
    assert sorted(path.name for path in (tmp_path / "my model").iterdir()) == [
        "config.json",
        "model.keras",
        "model_card.md",
        "tokenizer.json",
    ]
    assert len(list(tmp_path.iterdir())) == 1


def test_the_model_is_that_of_the_python_interface(data, model):
    rows = [
        json.loads(line)
        for line in (data / "train.jsonl").read_text().splitlines()
    ]
    classifier = TextClassifier(
        embedding_dim=8,
        rnn_units=4,
        attention_units=4,
        epochs=2,
        learning_rate=0.01,
        batch_size=128,
        max_tokens=20,
        seed=1,
        verbose=False,
    )
    texts = [row["text"] for row in rows]
    labels = [("negative", "positive")[row["label"]] for row in rows]
    classifier.fit(texts, labels)
    np.testing.assert_allclose(
        classifier.predict_proba(texts[:5]),
        Predictor.load(model).predict_proba(texts[:5]),
        atol=1e-6,
    )


def test_json_is_one_object(cli, data, tiny):
    done = cli("train", data / "train.jsonl", "--model", "m", "--json", *tiny)
    assert done.code == 0, done.errors
    (result,) = done.records
    assert result["model"] == "m"
    assert result["classes"] == [0, 1]
    assert len(result["epochs"]) == 2
    assert 0.5 < result["validation_accuracy"] <= 1
    assert 0 <= result["attention_share"] <= 1
    assert result["settings"]["rnn_units"] == 4


def test_flags_become_settings(cli, data, tmp_path, tiny):
    done = cli(
        *("train", data / "train.csv", "--model", "m", "--json", *tiny),
        *(
            "--preset",
            "faithful",
            "--include-embedding",
            "--validation-fraction",
            "0",
        ),
        *("--patience", "none", "--class-weight", "balanced"),
        *("--unit", "characters", "--learning-rate", "0.5", "--epochs", "1"),
        *("--max-tokens", "40"),
    )
    assert done.code == 0, done.errors
    (result,) = done.records
    settings = result["settings"]
    assert settings["embedding_dropout"] == 0.2  # of the preset
    assert settings["include_embedding"] is True
    assert settings["patience"] is None
    assert settings["class_weight"] == "balanced"
    assert settings["learning_rate"] == 0.5
    assert result["validation_accuracy"] is None
    saved = json.loads((tmp_path / "m" / "config.json").read_text())
    assert saved["settings"]["unit"] == "characters"


def test_shards_gzip_and_bad_rows_as_a_stream(cli, data, tmp_path, tiny):
    lines = (data / "train.jsonl").read_text().splitlines()
    for n in range(2):
        with gzip.open(tmp_path / f"part-{n}.jsonl.gz", "wt") as file:
            file.write("\n".join([*lines[n::2], "no JSON"]))
    done = cli(
        *("train", "part-*.jsonl.gz", "--model", "m", "--stream", "--json"),
        *("--skip-bad-rows", *tiny),
    )
    assert done.code == 0, done.errors
    assert [x for x in done.errors if not x.startswith(("epoch ", "["))] == [
        "han-attention train: reading part-0.jsonl.gz and 1 more",
        "han-attention train: texts: column 'text'",
        "han-attention train: labels: column 'label'",
        "han-attention train: not taken: column 'tags'; --text-column and "
        "--label-column choose",
        "han-attention train: bad rows skipped: 2",
    ]
    assert done.records[0]["bad_rows"] == 2
    assert done.records[0]["classes"] == [0, 1]


def test_several_labels(tag_model):
    config = json.loads((tag_model / "config.json").read_text())
    assert config["class_names"] == ["bad", "film", "good"]
    assert config["multi_label"] is True


def test_several_labels_in_a_csv(cli, tmp_path, tiny):
    rows = ["a fine film,good;film", "a dull film,bad;film"] * 10
    (tmp_path / "a.csv").write_text("\n".join(["text,tags", *rows]))
    done = cli(
        *("train", "a.csv", "--model", "m", "--multi-label", "--json"),
        *("--label-separator", ";", *tiny),
    )
    assert done.records[0]["classes"] == ["bad", "film", "good"]


def test_unlabelled_texts_serve_the_vectors(cli, data, tmp_path, tiny):
    pytest.importorskip("gensim")
    done = cli(
        *("train", data / "train.csv", "--model", "m", "--pretrain-vectors"),
        *("--unlabelled", data / "texts.txt", data / "test.jsonl"),
        *("--quiet", *tiny),
    )
    assert done.code == 0, done.errors
    assert done.errors == []
    assert (tmp_path / "m" / "model.keras").is_file()


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["--rnn-units", "0"], "--rnn-units. Expected a positive integer"),
        (["--rnn-units", "many"], "invalid int value: 'many'"),
        (["--dropout", "1.5"], "dropout=1.5"),
        (["--cell", "rnn"], "--cell: invalid choice: 'rnn'"),
        (["--preset", "other"], "'other'"),
        (["--text-column", "body"], "No column 'body'"),
        (["--optimizer", "x", "--text-column", "body"], "No column 'body'"),
        (["--run-dir", "run", "--model", "run/m"], "apart from --run-dir"),
        (["--bad-rows", "."], "is a folder"),
        (["--label-column", "stars"], "Columns: 'review', 'sentiment'"),
        (["--encoding", "nonsense"], "--encoding"),
        (["--unlabelled", "nowhere.txt"], "nowhere.txt"),
        (["--patience", "3", "--architecture", "deep"], "--architecture"),
        (["--word-vectors", "v.txt", "--pretrain-vectors"], "--word-vectors"),
    ],
)
def test_mistakes_in_the_flags(flags, message, data, refused, tmp_path):
    arguments = ["train", data / "train.csv", "--model", "m", *flags]
    assert message in refused(*arguments)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("empty.csv", "", "empty.csv"),
        ("header.csv", "text,label\n", "header.csv"),
        ("one.csv", "text,label\na,good\nb,good\n", "two different labels"),
        ("open.csv", 'text,label\n"a,good\n', "open.csv:2"),
        ("names.csv", "a,b\nfine,good\n", "--text-column"),
        ("none.jsonl", '{"text": NaN, "label": 1}', "none.jsonl:1"),
        ("number.jsonl", '{"text": 5, "label": 1}', "Received: 5"),
        ("list.jsonl", '{"text": "a", "label": [1]}', "--multi-label"),
        ("lines.txt", "a\nb\n", "No labels"),
        ("data.pdf", "a", "Unknown format"),
        ("bytes.csv", b"text,label\ncaf\xe9,good\n", "--encoding"),
        (
            "cut.csv.gz",
            gzip.compress(b"text,label\na,b\n", mtime=0)[:-9],
            "gzip",
        ),
    ],
)
def test_mistakes_in_the_data(name, content, message, refused, tmp_path):
    content = content if isinstance(content, bytes) else content.encode()
    (tmp_path / name).write_bytes(content)
    assert message in refused("train", name, "--model", "m")
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_no_data(refused):
    assert "nowhere.csv" in refused("train", "nowhere.csv", "--model", "m")
    assert "p-*.csv" in refused("train", "p-*.csv", "--model", "m")


@pytest.fixture
def folder(model, tmp_path):
    """A copy of a model that may come to harm."""
    return shutil.copytree(model, tmp_path / "m")


def test_a_model_is_replaced_only_with_overwrite(
    cli, data, folder, refused, tiny
):
    before = (folder / "model.keras").read_bytes()
    arguments = ["train", data / "train.csv", "--model", "m", *tiny]
    assert "--overwrite" in refused(*arguments)
    assert (folder / "model.keras").read_bytes() == before
    done = cli(*arguments, "--overwrite", "--rnn-units", "5")
    assert done.code == 0, done.errors
    assert (folder / "model.keras").read_bytes() != before


def test_what_is_no_model_is_never_replaced(data, folder, refused, tmp_path):
    arguments = ["train", data / "train.csv", "--overwrite", "--model"]
    (folder / "notes.txt").write_text("mine")
    assert "notes.txt" in refused(*arguments, "m")
    (folder / "config.json").write_text('{"a": 1}')
    assert "something else" in refused(*arguments, "m")
    (folder / "config.json").unlink()
    assert "something else" in refused(*arguments, ".")
    assert (folder / "notes.txt").read_text() == "mine"
    assert "is a file" in refused(*arguments, "m/notes.txt")
    assert "notes.txt forbids it" in refused(*arguments, "m/notes.txt/new")


def test_a_mistake_leaves_the_old_model(data, folder, refused, tmp_path):
    (tmp_path / "one.csv").write_text("text,label\na,good\nb,good\n")
    before = (folder / "model.keras").read_bytes()
    refused("train", "one.csv", "--model", "m", "--overwrite")
    assert (folder / "model.keras").read_bytes() == before


def test_a_model_of_sentences_from_end_to_end(cli, data, tmp_path, tiny):
    done = cli(
        *("train", data / "train.csv", "--model", "m", "--json", *tiny),
        *("--architecture", "hierarchical", "--max-sentences", "1"),
        *("--pooling", "attention", "--optimizer", "sgd"),
    )
    assert done.code == 0, done.errors
    (result,) = done.records
    assert result["settings"]["architecture"] == "hierarchical"
    assert result["settings"]["optimizer"] == "sgd"
    config = Predictor.load(tmp_path / "m").preprocessor
    assert config.hierarchical
    assert (config.max_sentences, config.max_tokens) == (1, None)
    predicted = cli("predict", "m", data / "texts.txt")
    assert predicted.code == 0, predicted.errors
    assert len(predicted.output.splitlines()) >= 40
    explained = cli("explain", "m", "--text", "A fine film. It is long.")
    assert explained.code == 0, explained.errors
    assert "fine" in explained.output


def test_other_poolings_are_of_sentences(refused, data, tiny):
    message = refused(
        *("train", data / "train.csv", "--model", "m", *tiny),
        *("--pooling", "mean"),
    )
    assert "Expected 'attention' with architecture='flat'" in message
