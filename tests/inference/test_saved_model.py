"""The folder of a saved model: written, read, and what can be wrong in it."""

import json
from hashlib import sha256

import numpy as np
import pytest

import han_attention
from han_attention.atomic import replace_when_written
from han_attention.inference.saved_model import FORMAT_VERSION
from han_attention.inference.saved_model import load_whole
from han_attention.inference.saved_model import open_saved_model
from han_attention.inference.saved_model import upgrade_settings
from han_attention.inference.saved_model import write_saved_model
from han_attention.json_text import read_json
from han_attention.text.preprocessor import TextPreprocessor
from han_attention.text.tokenizer import Tokenizer

TOKENIZER = Tokenizer.train(["a fine film", "a dull film"])
PREPROCESSOR = TextPreprocessor(TOKENIZER, max_tokens=7, truncation="both")
NAMES = ("bad", "gut ✓")


def write(folder, preprocessor=PREPROCESSOR, names=NAMES, **extra):
    write_saved_model(folder, preprocessor, names, **extra)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "saved" / "inner").mkdir(parents=True)
    (tmp_path / "saved" / "inner" / "model.bin").write_bytes(b"\0\1")
    (tmp_path / "saved" / "notes.json").write_text("{}")
    write(tmp_path, keras="3.15", settings={"epochs": 2})
    return tmp_path


def change(folder, **entries):
    path = folder / "config.json"
    content = json.loads(path.read_text(encoding="utf-8")) | entries
    path.write_text(json.dumps(content), encoding="utf-8")


def read(folder):
    return open_saved_model(folder, "saved/inner/model.bin")


def test_round_trip(folder):
    saved = read(folder)
    assert saved.preprocessor == PREPROCESSOR
    assert (saved.class_names, saved.multi_label) == (NAMES, False)
    assert saved.settings == {"epochs": 2}
    assert saved.path == folder / "saved" / "inner" / "model.bin"
    assert open_saved_model(saved) is saved
    write(folder, multi_label=True)
    assert read(folder).multi_label is True


def test_what_is_written(folder):
    content = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    assert content["format_version"] == FORMAT_VERSION
    assert content["han_attention"] == han_attention.__version__
    assert content["keras"] == "3.15"
    assert content["class_names"] == ["bad", "gut ✓"]
    assert content["max_tokens"] == 7
    assert content["truncation"] == "both"
    assert "keep" not in content
    checksums = content["sha256"]
    tokenizer = (folder / "tokenizer.json").read_bytes()
    assert checksums.pop("tokenizer.json") == sha256(tokenizer).hexdigest()
    assert checksums == {
        # What sha256sum says of the two bytes, and of "{}".
        "saved/inner/model.bin": (
            "b413f47d13ee2fe6c845b2ee141af81de858df4ec549a58b7970bb96645bc8d2"
        ),
        "saved/notes.json": (
            "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
        ),
    }


def test_limits_of_documents_come_back(folder):
    preprocessor = TextPreprocessor(
        TOKENIZER, "hierarchical", max_sentences=3, max_sentence_tokens=9
    )
    assert preprocessor.hierarchical and not PREPROCESSOR.hierarchical
    write(folder, preprocessor)
    assert read(folder).preprocessor == preprocessor


def test_the_first_format_had_texts_only(folder):
    path = folder / "config.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    for name in ("architecture", "max_sentences", "max_sentence_tokens"):
        del content[name]
    content["keep"] = content.pop("truncation")
    path.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(ValueError, match="Damaged model"):
        read(folder)
    change(folder, format_version=1)
    assert read(folder).preprocessor == PREPROCESSOR
    assert read(folder).preprocessor.architecture == "flat"


@pytest.mark.parametrize(
    "names", [[1, 2], [0.5, 2.5], [False, True], ["a", 1], ["日本", "\x00"]]
)
def test_labels_of_any_type_come_back(names, folder):
    write(folder, names=names)
    received = read(folder).class_names
    assert received == tuple(names)
    assert [type(name) for name in received] == [type(name) for name in names]


def test_settings_that_json_has_no_type_for(folder):
    settings = {
        "units": np.int64(8),
        "rate": np.float32(0.5),
        "verbose": np.bool_(True),
        "file": folder / "x",
    }
    write(folder, settings=settings)
    assert read(folder).settings == {
        "units": 8,
        "rate": 0.5,
        "verbose": True,
        "file": str(folder / "x"),
    }


def test_a_folder_without_settings(folder):
    write(folder)
    assert read(folder).settings == {}


@pytest.mark.parametrize(
    "name", ["config.json", "tokenizer.json", "saved/inner/model.bin"]
)
def test_missing_file(name, folder):
    (folder / name).unlink()
    with pytest.raises(FileNotFoundError, match=f"No model: .*{name}"):
        read(folder)


def test_missing_extra_file(folder):
    (folder / "weights.bin").write_text("1")
    write(folder)
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
    change(folder, format_version=FORMAT_VERSION + 1, truncation="middle")
    with pytest.raises(ValueError, match="which is newer"):
        read(folder)


@pytest.mark.parametrize(
    "entries",
    [
        {"format_version": "two"},
        {"format_version": None},
        {"class_names": 3},
        {"max_tokens": -1},
        {"truncation": "middle"},
        {"keep": "middle"},
        {"multi_label": 1},
        {"settings": 5},
        {"sha256": 5},
        {"sha256": None},
        {"format_version": True},
        {"format_version": -1},
        {"max_tokens": 2**31},
        {"max_tokens": 10**400},
        {"class_names": []},
        {"class_names": ["a"]},
        {"class_names": "ab"},
        {"class_names": ["a", "a"]},
        {"class_names": [1, "1"]},
        {"class_names": [["a"], {}]},
        {"class_names": [None, None]},
        {"settings": {"multi_label": True}},
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


def test_depth_and_size_of_a_config_are_no_crash(folder, monkeypatch):
    (folder / "config.json").write_text("[" * 100_000)
    with pytest.raises(ValueError, match="Damaged model: .*too deeply"):
        read(folder)
    write(folder)
    with pytest.raises(ValueError, match="larger than 9 bytes"):
        read_json(folder / "config.json", max_bytes=9)


@pytest.mark.parametrize("name", ["tokenizer.json", "saved/inner/model.bin"])
def test_a_file_without_a_checksum_is_not_read(name, folder):
    checksums = json.loads((folder / "config.json").read_text())["sha256"]
    for left in ({}, {k: v for k, v in checksums.items() if k != name}):
        change(folder, sha256=left)
        with pytest.raises(ValueError, match="has no checksum"):
            read(folder)


@pytest.mark.parametrize(
    "name", ["/etc/hostname", "../outside", "saved/../../outside", "link", ""]
)
def test_a_checksum_opens_no_file_outside_the_folder(name, folder):
    (folder.parent / "outside").write_text("secret")
    (folder / "link").symlink_to(folder.parent / "outside")
    checksums = json.loads((folder / "config.json").read_text())["sha256"]
    secret = sha256(b"secret").hexdigest()
    change(folder, sha256=checksums | {name: secret})
    with pytest.raises(ValueError, match="which is no file in it"):
        read(folder)


def test_numbers_that_json_has_not_are_written_as_null(folder):
    write(folder, settings={"rate": float("nan"), "stops": [float("inf")]})
    assert "NaN" not in (folder / "config.json").read_text()
    assert read(folder).settings == {"rate": None, "stops": [None]}


def test_settings_of_old_names_are_given_those_of_today(folder):
    settings = {"keep": "end", "unit": "pieces", "quiet": False, "epochs": 3}
    upgraded = {
        "truncation": "end",
        "unit": "subwords",
        "verbose": True,
        "epochs": 3,
    }
    write(folder, settings=settings)
    assert read(folder).settings == upgraded
    assert upgrade_settings(upgraded) == upgraded


def test_a_model_that_is_replaced_while_it_is_read_is_read_again(tmp_path):
    """Of two models that take turns, one whole one is found each time."""

    def save(number):
        with replace_when_written(tmp_path / "model") as temporary:
            temporary.mkdir()
            (temporary / "model.bin").write_text(str(number))
            write(temporary, names=(number, -number))

    def load(saved):
        if numbers:  # another process saves, and what was there is deleted
            save(numbers.pop())
            if not numbers:
                raise FileNotFoundError(saved.path)
        return saved.class_names[0], saved.path.read_text()

    save(1)
    numbers = [4, 3, 2]
    found = load_whole(tmp_path / "model", "model.bin", load)
    assert found == (4, "4")
    with pytest.raises(FileNotFoundError):
        load_whole(tmp_path / "nowhere", "model.bin", load)
