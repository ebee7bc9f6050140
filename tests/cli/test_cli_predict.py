"""`han-attention predict`: files and pipes in, JSON lines out."""

import gzip
import json
import os
import pty
import shutil
import subprocess
import sys
import termios
from io import BytesIO
from io import TextIOWrapper

import numpy as np
import pytest
from cpu_time import cpu_time

from han_attention import Predictor


@pytest.fixture
def typed(monkeypatch):
    """Put bytes on stdin."""

    def put(content):
        monkeypatch.setattr(sys, "stdin", TextIOWrapper(BytesIO(content)))

    return put


def test_pipe_of_lines_without_keras(data, onnx_model, shell):
    """In a process of its own, in which Keras cannot be imported."""
    texts = (data / "texts.txt").read_text()
    done = shell("predict", onnx_model, stdin=texts, KERAS_BACKEND="none")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    records = [json.loads(line) for line in done.stdout.splitlines()]
    assert [record["text"] for record in records] == texts.splitlines()
    for record in records:
        shares = record["probabilities"]
        assert list(shares) == ["negative", "positive"]
        assert sum(shares.values()) == pytest.approx(1, abs=2e-6)
        assert record["label"] == max(shares, key=shares.get)


def test_start_with_an_onnx_model_is_fast(onnx_model, shell):
    with cpu_time() as spent:
        assert shell("predict", onnx_model, stdin="a film\n").returncode == 0
    assert spent.seconds < 1.5


def test_numbers_are_those_of_the_predictor(cli, data, model):
    done = cli("predict", model, data / "test.csv")
    assert done.errors == []
    texts = [record["text"] for record in done.records]
    shares = [list(r["probabilities"].values()) for r in done.records]
    expected = Predictor.load(model).predict_proba(texts)
    np.testing.assert_allclose(shares, expected, atol=1e-6)


def test_an_onnx_model_predicts_the_same(cli, data, model, onnx_model):
    for name in ("test.csv", "test.jsonl", "texts.txt"):
        ours = cli("predict", model, data / name).records
        exported = cli("predict", onnx_model, data / name).records
        assert [r["text"] for r in ours] == [r["text"] for r in exported]
        for one, other in zip(ours, exported, strict=True):
            assert one["probabilities"] == pytest.approx(
                other["probabilities"], abs=1e-5
            )


def test_labels_keep_their_type(cli, data, number_model):
    first = cli("predict", number_model, data / "texts.txt").records[0]
    assert first["label"] in (0, 1)
    assert list(first["probabilities"]) == ["0", "1"]  # as JSON wants keys


def test_several_labels(cli, data, tag_model):
    for record in cli("predict", tag_model, data / "test.jsonl").records:
        assert "label" not in record
        assert record["labels"] == [
            name
            for name, share in record["probabilities"].items()
            if share >= 0.5
        ]


def test_no_text_and_several_files(cli, data, onnx_model, tmp_path):
    with gzip.open(tmp_path / "a.txt.gz", "wt") as file:
        file.write("a fine film\na dull film\n")
    done = cli(
        "predict", onnx_model, "a.txt.gz", data / "test.csv", "--no-text"
    )
    assert len(done.records) == 42
    assert {tuple(record) for record in done.records} == {
        ("file", "row", "label", "probabilities")
    }


def test_text_of_every_kind_comes_back(cli, onnx_model, tmp_path, typed):
    texts = ["電影很好看 🎬", "a\u2028b film", "film \x00 \x1b[31m", '"film"\\']
    typed("\n".join(texts).encode())
    done = cli("predict", onnx_model)
    lines = done.output.split("\n")
    assert [json.loads(line)["text"] for line in lines[:-1]] == texts
    assert "電影" in lines[0]
    surrogate = '{"text": "film \\ud800 end"}\n'
    (tmp_path / "a.jsonl").write_text(surrogate)
    assert cli("predict", onnx_model, "a.jsonl").records[0]["text"] == (
        "film \ud800 end"
    )


def test_byte_order_mark_and_windows_lines(cli, onnx_model, typed):
    typed(b"\xef\xbb\xbfa film\r\nfine\r\n")
    records = cli("predict", onnx_model, "-").records
    assert [record["text"] for record in records] == ["a film", "fine"]


def test_encoding_of_stdin(cli, onnx_model, typed):
    typed("caf\xe9 film\n".encode("cp1252"))
    done = cli("predict", onnx_model, "--encoding", "cp1252")
    assert done.records[0]["text"] == "caf\xe9 film"


def test_a_bad_line_has_its_reason_in_place_of_a_label(cli, onnx_model, typed):
    typed(b"film\n \ncaf\xe9\nfine film\n")
    done = cli("predict", onnx_model)
    assert done.code == 0
    assert [r["row"] for r in done.records] == [1, 2, 3, 4]
    assert {r["file"] for r in done.records} == {"-"}
    first, empty, undecoded, last = done.records
    assert (empty["label"], empty["error"]) == (None, "The text is empty.")
    assert undecoded["error"].startswith("Bytes that are not utf-8")
    assert first["label"] and last["label"]
    assert done.errors == [
        'han-attention predict: rows without a label: 2, see "error"'
    ]


def test_no_line_on_stdin(onnx_model, refused, typed):
    typed(b"")
    assert "standard input is empty" in refused("predict", onnx_model)


def test_bad_lines_are_skipped_and_counted(cli, onnx_model, typed):
    typed(b"film\n\ncaf\xe9\nfine film\n")
    done = cli("predict", onnx_model, "--skip-bad-rows")
    assert [r["text"] for r in done.records] == ["film", "fine film"]
    assert done.errors == ["han-attention predict: bad rows skipped: 2"]
    typed(b"film\n\ncaf\xe9\nfine film\n")
    assert cli("predict", onnx_model, "--skip-bad-rows", "--quiet").errors == []


def test_unknown_words_are_warned_of_once(cli, onnx_model, typed):
    typed(b"qqqq\n" * 5_000 + b"film\n" + b"zzzz\n" * 4_000)
    done = cli("predict", onnx_model)
    assert len(done.records) == 9_001
    (line,) = done.errors
    assert line.startswith("han-attention predict: warning: ")
    assert "vocabulary" in line
    typed(b"qqqq\n")
    assert cli("predict", onnx_model, "--quiet").errors == []


def test_closed_pipe_is_quiet(data, onnx_model):
    command = (
        f'for n in $(seq 300); do cat "{data}/texts.txt"; done '
        f'| "{sys.executable}" -m han_attention predict "{onnx_model}" '
        "| head -n 1; exit ${PIPESTATUS[1]}"
    )
    done = subprocess.run(["bash", "-c", command], capture_output=True)
    assert done.stderr == b""
    assert done.returncode == 141
    assert json.loads(done.stdout)["label"] in ("negative", "positive")


def test_output_is_whole_or_not_there(cli, data, onnx_model, refused, tmp_path):
    output = tmp_path / "new" / "out.jsonl"
    arguments = ["predict", onnx_model, "--output", output]
    rows = (json.dumps({"review": "film"}) + "\n").encode() * 5_000
    cut = gzip.compress(rows + os.urandom(50_000))[:-20_000]
    (tmp_path / "bad.jsonl.gz").write_bytes(cut)
    assert "bad.jsonl.gz" in refused(*arguments, "bad.jsonl.gz")
    assert not output.exists()
    done = cli(*arguments, data / "test.csv")
    (line,) = done.errors
    assert line == f"han-attention predict: written {output}, 40 rows"
    assert (done.output, done.code) == ("", 0)
    before = output.read_text()
    assert len(before.splitlines()) == 40
    refused(*arguments, "bad.jsonl.gz")
    assert output.read_text() == before
    assert [path.name for path in output.parent.iterdir()] == ["out.jsonl"]


def test_mistakes_write_nothing(data, onnx_model, refused, tmp_path):
    file = data / "test.csv"
    arguments = ["predict", onnx_model, "--output", "new/out.jsonl"]
    assert "nowhere.csv" in refused(*arguments, "nowhere.csv")
    assert "'body'" in refused(*arguments, file, "--text-column", "body")
    assert "is a folder" in refused(*arguments[:3], ".", file)
    (tmp_path / "empty.csv").write_text("")
    assert "empty.csv" in refused(*arguments, "empty.csv")
    assert not (tmp_path / "new").exists()


def test_damaged_models_are_refused(data, model, onnx_model, refused, tmp_path):
    def message(file="nothing", change=None, of=model):
        shutil.rmtree("m", ignore_errors=True)
        shutil.copytree(of, "m")
        path = tmp_path / "m" / file
        path.write_bytes(change(path.read_bytes()))
        return refused("predict", "m", data / "test.csv")

    def newer(content):
        return content.replace(b'"format_version": ', b'"format_version": 9')

    def more(content):
        return content + b"\n"

    assert "Upgrade han_attention" in message("config.json", newer)
    assert "cannot read" in message("config.json", lambda content: b"{")
    assert "Altered model: m/model.keras" in message("model.keras", more)
    assert "Altered model: m/tokenizer.json" in message("tokenizer.json", more)
    assert "m/model.onnx" in message("model.onnx", more, onnx_model)
    (tmp_path / "m" / "tokenizer.json").unlink()
    assert "tokenizer.json is missing" in refused("predict", "m", "a.csv")
    assert "no folder nowhere" in refused("predict", "nowhere", "a.csv")


def on_terminal(command, typed=""):
    """What a terminal shows; it stands for stdin and stderr."""
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (25, 80))
    with subprocess.Popen(
        command, stdin=theirs, stdout=subprocess.PIPE, stderr=theirs
    ) as process:
        os.close(theirs)
        os.write(ours, typed.encode())
        output = process.stdout.read()
        assert process.wait() == 0
    shown = b""
    try:
        while chunk := os.read(ours, 4_096):
            shown += chunk
    except OSError:  # all read
        pass
    os.close(ours)
    return output, shown.decode()


def test_on_a_terminal_it_says_what_it_waits_for(onnx_model):
    command = [sys.executable, "-m", "han_attention", "predict", onnx_model]
    output, shown = on_terminal(command, "a fine film\n\x04")
    assert json.loads(output)["text"] == "a fine film"
    assert "one a line; Ctrl-D ends" in shown


def test_progress_bar_on_a_terminal(data, onnx_model):
    command = [sys.executable, "-m", "han_attention", "predict", onnx_model]
    file = data / "test.csv"
    output, shown = on_terminal([*command, file])
    assert len(output.splitlines()) == 40
    assert "40 texts" in shown
    assert on_terminal([*command, file, "--quiet"])[1] == ""
