"""A `.keras` file that is damaged, of another kind, or promises too much."""

import json
import zipfile

import keras
import pytest

from han_attention import build_classifier
from han_attention.inference.keras_file import load_keras_file


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    path = tmp_path_factory.mktemp("model") / "model.keras"
    build_classifier(20, rnn_units=2, embedding_dim=3).save(path)
    return path


def copy(source, path, change=lambda name, content: content):
    """Copy an archive, the content of each member changed."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            content = change(name, old.read(name))
            if content is not None:
                method = zipfile.ZIP_DEFLATED
                new.writestr(name, content, compress_type=method)
    return path


def load_damaged(path):
    """What is said of a file that cannot be loaded: one line."""
    with pytest.raises(ValueError, match="^Damaged model: ") as caught:
        load_keras_file(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_whole_file_is_loaded_compressed_or_not(whole, tmp_path):
    for path in (whole, copy(whole, tmp_path / "model.keras")):
        assert load_keras_file(path).output_shape == (None, 1)


def test_damaged_files_are_not_said_to_be_missing(whole, tmp_path):
    content = whole.read_bytes()
    path = tmp_path / "model.keras"
    middle = len(content) // 2
    for damaged in (
        b"",
        b"\0" * 999,
        content[:200],
        content[:-200],
        content[:middle] + b"\xff" * 8 + content[middle + 8 :],
    ):
        path.write_bytes(damaged)
        assert "not found" not in load_damaged(path)
    with pytest.raises(FileNotFoundError, match="No model"):
        load_keras_file(tmp_path / "nowhere.keras")


def test_other_archives(whole, tmp_path):
    path = tmp_path / "model.keras"
    for without in ("config.json", "model.weights.h5"):
        copy(whole, path, lambda n, c, w=without: None if n == w else c)
        assert "no model of Keras" in load_damaged(path)
    deep = b"[" * 100_000
    copy(whole, path, lambda n, c: deep if n == "config.json" else c)
    assert "nested too deeply" in load_damaged(path)


def test_a_member_that_would_become_much_larger_is_not_unpacked(
    whole, tmp_path
):
    path = copy(whole, tmp_path / "model.keras")
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("assets/zeros", bytes(2**21))
    assert "would become 2,097,152 bytes" in load_damaged(path)


def test_a_table_larger_than_the_weights_is_not_built(whole, tmp_path):
    def enlarge(name, content):
        if name != "config.json":
            return content
        config = json.loads(content)
        config["config"]["layers"][1]["config"]["input_dim"] = 10**12
        return json.dumps(config)

    path = copy(whole, tmp_path / "model.keras", enlarge)
    assert "a table of 3,000,000,000,000 numbers" in load_damaged(path)


def test_code_of_whoever_wrote_it_is_not_run(tmp_path):
    path = tmp_path / "model.keras"
    model = keras.Sequential([keras.Input((2,)), keras.layers.Lambda(abs)])
    copy_of = keras.layers.Lambda(lambda x: x * 2)
    keras.Sequential([model, copy_of]).save(path)
    load_damaged(path)
