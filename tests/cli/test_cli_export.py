"""`han-attention export`: what it writes, says and refuses."""

import json
import shutil

import pytest


@pytest.mark.slow
def test_litert_has_a_fixed_length(cli, model, tmp_path):
    done = cli(
        *("export", model, "--format", "litert", "--output", "litert"),
        *("--length", "20"),
    )
    assert done.code == 0, done.errors
    config = json.loads((tmp_path / "litert" / "config.json").read_text())
    assert config["max_tokens"] == 20
    assert (tmp_path / "litert" / "model.tflite").is_file()


def test_an_export_is_replaced_only_with_overwrite(
    cli, data, model, onnx_model, refused, tmp_path
):
    arguments = [
        *("export", model, "--format", "onnx", "--output", "new/onnx"),
        *("--data", data / "test.csv"),
    ]
    folder = shutil.copytree(onnx_model, tmp_path / "new" / "onnx")
    assert "--overwrite" in refused(*arguments)
    done = cli(*arguments, "--overwrite")
    assert (done.code, done.errors) == (0, [])
    number = json.loads((folder / "config.json").read_text())["parity"]
    assert number["num_texts"] >= 40  # the real texts
    first, second = done.output.splitlines()
    assert first == "Written  new/onnx"
    assert f"{number['num_texts']} texts" in second
    (folder / "notes.txt").write_text("mine")
    assert "notes.txt" in refused(*arguments, "--overwrite")


def test_a_trained_model_is_never_replaced(model, refused, tmp_path):
    shutil.copytree(model, "m")
    before = (tmp_path / "m" / "model.keras").read_bytes()
    arguments = ["export", "m", "--format", "onnx", "--output", "m"]
    refused(*arguments)
    refused(*arguments, "--overwrite")
    assert (tmp_path / "m" / "model.keras").read_bytes() == before


def test_mistakes(model, onnx_model, refused, tmp_path):
    arguments = ["export", model, "--format", "onnx", "--output", "new"]
    assert "--length" in refused(*arguments, "--length", "20")
    assert "--ort-web" in refused(*arguments, "--ort-web", "nowhere")
    arguments[3] = "web"
    assert "npm install onnxruntime-web" in refused(*arguments)
    assert "'nowhere'" in refused(*arguments, "--ort-web", "nowhere")
    arguments[3] = "onnx"
    assert "nowhere" in refused(*arguments, "--data", "nowhere")
    assert "nowhere" in refused("export", "nowhere", *arguments[2:])
    assert "exported model" in refused("export", onnx_model, *arguments[2:])
    assert list(tmp_path.iterdir()) == []
