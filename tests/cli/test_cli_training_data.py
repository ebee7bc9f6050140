"""`han-attention train`: what it says of its data, before Keras is loaded."""

import json
import subprocess
import sys

import pytest

from han_attention import TextClassifier
from han_attention import TextFiles
from han_attention import Tokenizer
from han_attention.data.labels import LabelIndex
from han_attention.text.unit import choose_unit
from han_attention.training.sources.fingerprint import digest_rows

THAI = ["หนังเรื่องนี้สนุกมาก", "หนังเรื่องนี้น่าเบื่อ"]


def write(path, rows, header="text,label"):
    path.write_text("\n".join([header, *rows]) + "\n")
    return path.name


@pytest.fixture
def said(cli, tiny):
    """Train, and what was said of the data."""

    def run(*arguments):
        flags = (*tiny, "--epochs", "1", "--overwrite", "--json")
        done = cli("train", *arguments, "--model", "m", *flags)
        assert done.code == 0, done.errors
        lines = [x.removeprefix("han-attention train: ") for x in done.errors]
        lines = [x for x in lines if not x.startswith(("epoch ", "["))]
        return lines, done.records[0]

    return run


def test_files_columns_classes_and_what_is_held_out(said, tmp_path):
    rows = ["a,fine film,good,x"] * 30 + ["b,dull,bad,y"] * 9 + ["c, ,bad,z"]
    header = "title,text,label,topic"
    lines, result = said(write(tmp_path / "a.csv", rows, header))
    assert lines == [
        "reading a.csv",
        "texts: column 'text'",
        "labels: column 'label'",
        "not taken: columns 'title', 'topic'; --text-column and "
        "--label-column choose",
        "39 rows, 1 left out",
        "2 classes: good 30, bad 9 (rare)",
        "held out: 4 texts, 10% of each class, to choose the best epoch by",
        "rows without text skipped: 1",
    ]
    assert result["bad_rows"] == 1


def test_few_texts_of_a_class_and_several_labels_in_a_field(said, tmp_path):
    rows = ["fine film,good|film"] * 12 + ["dull,bad"] * 9 + ["odd,odd"] * 2
    lines, _ = said(write(tmp_path / "a.csv", rows))
    few, several = lines[5:7]
    assert few.startswith("fewer than 3 texts: odd; merge such a class ")
    assert "'good|film'" in several and several.endswith("say --multi-label")


def test_one_label_a_text_needs_no_multi_label(said, tmp_path):
    rows = ["fine film,1", "dull,0"] * 12
    lines, _ = said(write(tmp_path / "a.csv", rows), "--multi-label")
    (line,) = (x for x in lines if x.startswith("every text has one label"))
    assert "--label-columns" in line and "--label-separator" in line
    lines, _ = said(write(tmp_path / "a.csv", rows))
    assert not any(x.startswith("every text") for x in lines)


def test_no_label_in_a_row_hints_at_several_labels(refused, tmp_path):
    rows = ["a,good"] * 2 + ["fine,"] * 12
    message = refused("train", write(tmp_path / "a.csv", rows), "--model", "m")
    assert message.startswith(
        "a.csv:4: The label is empty. With --multi-label a row may have none; "
        "likewise a.csv:5, a.csv:6, "
    )
    assert message.endswith("a.csv:13; and more")


def test_a_script_without_spaces_gets_subwords(said, tmp_path):
    rows = [f"{text},{n}" for n, text in enumerate(THAI)] * 20
    lines, result = said(write(tmp_path / "a.csv", rows))
    assert "a script without spaces between words: --unit subwords" in lines
    assert result["settings"]["unit"] == "subwords"
    lines, result = said("a.csv", "--unit", "words")
    assert any("would find some" in line for line in lines)
    assert result["settings"]["unit"] == "words"


def test_python_chooses_the_unit_alike():
    assert choose_unit(THAI) == "subwords"
    assert choose_unit(["映画はとても面白かった"]) == "subwords"
    assert choose_unit(["film " * 20 + "映画", "아주 좋은 영화"]) == "words"
    assert choose_unit([""]) == "words"
    from han_attention.training.sources.memory import train_tokenizer

    trained = train_tokenizer(iter(THAI * 5), TextClassifier().checked())
    expected = Tokenizer.train(THAI * 5, 20_000, unit="subwords")
    assert trained.encode(THAI[0]) == expected.encode(THAI[0])


def test_as_many_classes_as_rows(refused, tmp_path):
    rows = [f"film {n},id-{n}" for n in range(6)]
    message = refused("train", write(tmp_path / "a.csv", rows), "--model", "m")
    assert "a different label for each of 6 texts" in message
    with pytest.raises(ValueError, match="a different label for each of 6"):
        LabelIndex.from_labels(range(6), multi_label=False)


def test_all_bad_rows_are_named_before_keras_is_loaded(tmp_path):
    rows = [f"film {n},good,more" for n in range(3)] + ["film,bad", "fine,good"]
    write(tmp_path / "a.csv", rows)
    code = (
        "import sys; from han_attention.cli import main\n"
        "try: main(['train', 'a.csv', '--model', 'm'])\n"
        "finally: print('keras' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, text=True,
        capture_output=True,
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stdout == "False\n"
    (line,) = done.stderr.splitlines()
    assert line.partition("Received: ")[2] == "3; likewise a.csv:3, a.csv:4"


def test_texts_to_choose_the_best_epoch_by(said, data):
    # Nothing is learnt from them: what they say of the model stays true.
    lines, result = said(data / "train.csv", "--validation", data / "test.csv")
    assert "the best epoch is chosen by the texts of --validation" in lines
    texts, labels = [], []
    for row in TextFiles(data / "test.csv"):
        texts.append(row.text)
        labels.append(row.label)
    classifier = TextClassifier.load(result["model"])
    score = classifier.score(texts, labels)
    assert score == pytest.approx(result["validation_accuracy"], abs=1e-6)
    # Both uses are known again, by `evaluate`.
    training = classifier.predictor_.training
    assert training["validation_data"] == digest_rows(texts, labels)
    rows = [(row.text, row.label) for row in TextFiles(data / "train.csv")]
    assert training["data"] == digest_rows(*zip(*rows, strict=True))


def test_label_columns_and_texts_of_several_columns(said, tmp_path):
    rows = ["fine,film,1,0", "dull,film,0,1", "fine,dull,1,1"] * 10
    name = write(tmp_path / "a.csv", rows, "subject,body,good,bad")
    _, result = said(
        *(name, "--text-column", "subject,body"),
        *("--label-columns", "good,bad"),
    )
    assert result["classes"] == ["bad", "good"]
    assert result["settings"]["multi_label"] is True
    config = json.loads((tmp_path / "m" / "config.json").read_text())
    assert config["multi_label"] is True


def test_a_file_without_a_header(said, tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("good,fine film\nbad,dull film\n" * 10)
    lines, result = said(path, "--columns", "label,text")
    assert "20 rows" in lines
    assert result["classes"] == ["bad", "good"]
