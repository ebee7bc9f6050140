"""The folder of a saved model: written, read, and what can be wrong in it."""

import json

import numpy as np
import pytest

import han_attention
from han_attention.inference.saved_model import FORMAT_VERSION
from han_attention.inference.saved_model import PredictorConfig
from han_attention.inference.saved_model import read_config
from han_attention.inference.saved_model import read_settings
from han_attention.inference.saved_model import write_config

CONFIG = PredictorConfig(["bad", "gut ✓"], max_tokens=7, keep="both")


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "tokenizer.json").write_text("{}")
    (tmp_path / "saved" / "inner").mkdir(parents=True)
    (tmp_path / "saved" / "inner" / "model.bin").write_bytes(b"\0\1")
    write_config(tmp_path, CONFIG, keras="3.15", settings={"epochs": 2})
    return tmp_path


def change(folder, **entries):
    path = folder / "config.json"
    content = json.loads(path.read_text(encoding="utf-8")) | entries
    path.write_text(json.dumps(content), encoding="utf-8")


def read(folder):
    return read_config(folder, "saved/inner/model.bin")


def test_round_trip(folder):
    assert read(folder) == CONFIG
    assert read_settings(folder) == {"epochs": 2}


def test_what_is_written(folder):
    content = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    assert content["format_version"] == FORMAT_VERSION
    assert content["han_attention"] == han_attention.__version__
    assert content["keras"] == "3.15"
    assert content["class_names"] == ["bad", "gut ✓"]
    assert content["sha256"] == {
        # What sha256sum says of the two bytes, and of "{}".
        "saved/inner/model.bin": (
            "b413f47d13ee2fe6c845b2ee141af81de858df4ec549a58b7970bb96645bc8d2"
        ),
        "tokenizer.json": (
            "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
        ),
    }


def test_limits_of_documents_come_back(folder):
    config = PredictorConfig(
        ["a", "b"],
        architecture="hierarchical",
        max_sentences=3,
        max_sentence_tokens=9,
    )
    assert config.hierarchical and not CONFIG.hierarchical
    write_config(folder, config)
    assert read(folder) == config


def test_the_first_format_had_texts_only(folder):
    path = folder / "config.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    for name in ("architecture", "max_sentences", "max_sentence_tokens"):
        del content[name]
    path.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(ValueError, match="Damaged model"):
        read(folder)
    change(folder, format_version=1)
    assert read(folder) == CONFIG
    assert read(folder).architecture == "flat"


@pytest.mark.parametrize("name", ["max_sentences", "max_sentence_tokens"])
def test_limits_that_are_none(name):
    with pytest.raises(ValueError, match=f"`{name}`"):
        PredictorConfig(["a", "b"], **{name: 0})


def test_unknown_architecture():
    with pytest.raises(ValueError, match="`architecture`.*'deep'"):
        PredictorConfig(["a", "b"], architecture="deep")


@pytest.mark.parametrize(
    "names", [[1, 2], [0.5, 2.5], [False, True], ["a", 1], ["日本", "\x00"]]
)
def test_labels_of_any_type_come_back(names, folder):
    write_config(folder, PredictorConfig(names))
    received = read(folder).class_names
    assert received == tuple(names)
    assert [type(name) for name in received] == [type(name) for name in names]


def test_settings_that_json_has_no_type_for(folder):
    settings = {
        "units": np.int64(8),
        "rate": np.float32(0.5),
        "quiet": np.bool_(True),
        "file": folder / "x",
    }
    write_config(folder, CONFIG, settings=settings)
    assert read_settings(folder) == {
        "units": 8,
        "rate": 0.5,
        "quiet": True,
        "file": str(folder / "x"),
    }


def test_a_folder_without_settings(folder):
    write_config(folder, CONFIG)
    assert read_settings(folder) == {}


@pytest.mark.parametrize(
    ("names", "multi_label", "logits"),
    [
        (["a", "b"], False, 1),
        (["a", "b", "c"], False, 3),
        (["a", "b"], True, 2),
        (["a"], True, 1),
    ],
)
def test_number_of_logits(names, multi_label, logits):
    config = PredictorConfig(names, multi_label=multi_label)
    assert config.num_logits == logits


@pytest.mark.parametrize(
    ("name", "value"),
    [("max_tokens", 0), ("max_tokens", 2.5), ("keep", "x"), ("multi_label", 1)],
)
def test_values_out_of_range(name, value):
    with pytest.raises(ValueError, match=f"`{name}`"):
        PredictorConfig(["a", "b"], **{name: value})


@pytest.mark.parametrize(
    "name", ["config.json", "tokenizer.json", "saved/inner/model.bin"]
)
def test_missing_file(name, folder):
    (folder / name).unlink()
    with pytest.raises(FileNotFoundError, match=f"No model: .*{name}"):
        read(folder)


def test_missing_further_file(folder):
    (folder / "weights.bin").write_text("1")
    write_config(folder, CONFIG)
    (folder / "weights.bin").unlink()
    with pytest.raises(FileNotFoundError, match="weights.bin is missing"):
        read(folder)


@pytest.mark.parametrize("name", ["tokenizer.json", "saved/inner/model.bin"])
def test_altered_file(name, folder):
    content = bytearray((folder / name).read_bytes())
    content[-1] ^= 1
    (folder / name).write_bytes(content)
    with pytest.raises(ValueError, match=f"Altered model: .*{name} is not"):
        read(folder)


def test_newer_version(folder):
    change(folder, format_version=FORMAT_VERSION + 1, han_attention="9.1")
    with pytest.raises(ValueError, match="han_attention 9.1, .* Upgrade"):
        read(folder)


def test_newer_version_with_other_entries(folder):
    change(folder, format_version=FORMAT_VERSION + 1, keep="middle")
    with pytest.raises(ValueError, match="which is newer"):
        read(folder)


@pytest.mark.parametrize(
    "entries",
    [
        {"format_version": "two"},
        {"format_version": None},
        {"class_names": 3},
        {"max_tokens": -1},
        {"keep": "middle"},
        {"sha256": 5},
    ],
)
def test_damaged_entries(entries, folder):
    change(folder, **entries)
    with pytest.raises(ValueError, match="Damaged model: .*config.json"):
        read(folder)


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"3", b"null", b"{}", b"\xff\xfe"]
)
def test_damaged_config(content, folder):
    (folder / "config.json").write_bytes(content)
    with pytest.raises(ValueError, match="Damaged model: .*config.json"):
        read(folder)
