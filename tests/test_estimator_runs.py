"""Run folders of one's own data: what is in them, and going on with them."""

import csv
import json

import keras
import numpy as np
import pytest
from training_cases import drop_times

from han_attention import Predictor
from han_attention import TextClassifier
from han_attention import TextFiles

SMALL = {
    "rnn_units": 4,
    "embedding_dim": 6,
    "attention_units": 3,
    "learning_rate": 0.02,
    "batch_size": 16,
    "seed": 1,
    "verbose": False,
    "epochs": 2,
}
TEXTS = ["a fine film", "a dull film", "fine", "dull and long"] * 8
LABELS = ["good", "bad"] * 16
FILES = ["checkpoint", "config.json", "history.csv", "metrics.json", "model"]
FILES += ["training.png"]


class Crash(Exception):
    pass


class CrashInFirstEpoch(keras.callbacks.Callback):
    def on_train_batch_end(self, batch, logs=None):
        raise Crash


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    """The same texts as a file."""
    path = tmp_path_factory.mktemp("data") / "a.csv"
    with open(path, "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["text", "label"])
        writer.writerows(zip(TEXTS, LABELS, strict=True))
    return path


def fit(kind, source, folder=None, settings=None, **options):
    classifier = TextClassifier(**SMALL | (settings or {}))
    if kind == "memory":
        return classifier.fit(TEXTS, LABELS, run_dir=folder, **options)
    return classifier.fit_files(TextFiles(source), run_dir=folder, **options)


@pytest.fixture(scope="module", params=["memory", "files"])
def run(request, source, tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs") / "a" / "run"
    fitted = fit(request.param, source, folder, {"tensorboard": True})
    return request.param, fitted, folder


def test_contents(run):
    _, fitted, folder = run
    names = sorted(path.name for path in folder.iterdir())
    assert names == sorted([*FILES, "tensorboard"])
    config = json.loads((folder / "config.json").read_text())
    assert len(config.pop("data")) >= 16
    assert config == fitted.to_dict()
    metrics = json.loads((folder / "metrics.json").read_text())
    assert metrics["epochs"] == fitted.history_
    held_out = metrics["validation_examples"]
    assert 0 < held_out < 12
    assert metrics["train_examples"] == 32 - held_out
    assert metrics["parameters"] == fitted.predictor_.model.count_params()
    logs = sorted(path.name for path in (folder / "tensorboard").iterdir())
    assert logs == ["train", "validation"]
    with open(folder / "history.csv") as file:
        rows = list(csv.DictReader(file))
    losses = [epoch["loss"] for epoch in fitted.history_]
    assert [float(row["loss"]) for row in rows] == losses


def test_the_model_in_it(run):
    _, fitted, folder = run
    expected = fitted.predict_proba(TEXTS[:4])
    loaded = TextClassifier.load(folder / "model")
    assert loaded.get_params() == fitted.get_params()
    for each in (loaded, Predictor.load(folder / "model")):
        np.testing.assert_array_equal(each.predict_proba(TEXTS[:4]), expected)


def assert_same(one, other):
    """Bit for bit."""
    pairs = zip(
        one.predictor_.model.get_weights(),
        other.predictor_.model.get_weights(),
        strict=True,
    )
    for a, b in pairs:
        np.testing.assert_array_equal(a, b)
    assert drop_times(one.history_) == drop_times(other.history_)


def test_killed_in_its_first_epoch_it_goes_on_to_the_same_end(
    run, source, tmp_path
):
    """Epoch by epoch, with the seed that the run has."""
    kind, straight, _ = run
    with pytest.raises(Crash):
        crash = [CrashInFirstEpoch()]
        fit(kind, source, tmp_path / "r", callbacks=crash)
    left = sorted(path.name for path in (tmp_path / "r").iterdir())
    assert left == ["checkpoint", "config.json"]
    fit(kind, source, tmp_path / "r", {"epochs": 1}, resume=True)
    resumed = fit(kind, source, tmp_path / "r", {"seed": None}, resume=True)
    assert_same(resumed, straight)
    files = sorted(path.name for path in (tmp_path / "r").iterdir())
    assert files == FILES


def test_resumed_after_its_end_it_is_as_it_was(run, source):
    kind, straight, folder = run
    again = fit(kind, source, folder, {"tensorboard": True}, resume=True)
    assert_same(again, straight)


@pytest.fixture
def unchanged(run):
    """The run folder, which a refusal must leave as it is."""
    folder = run[2]
    names = ["config.json", "metrics.json", "checkpoint/state.npz"]
    before = [(folder / name).read_bytes() for name in names]
    yield folder
    assert [(folder / name).read_bytes() for name in names] == before


def resume(folder, texts=TEXTS, labels=LABELS, settings=None, **options):
    classifier = TextClassifier(
        **SMALL | {"tensorboard": True} | (settings or {})
    )
    classifier.fit(texts, labels, run_dir=folder, resume=True, **options)


@pytest.mark.parametrize(
    "other",
    [
        {"texts": [*TEXTS[:-1], "other"]},
        {"texts": TEXTS[::-1]},
        {"labels": [*LABELS[:-1], "good"]},
        {"sample_weight": [2] * 32},
        {"validation_data": (["fine now", "dull now"], LABELS[:2])},
    ],
)
def test_resume_with_other_data(other, unchanged):
    with pytest.raises(ValueError, match="trained on other texts or labels"):
        resume(unchanged, **other)


def test_resume_with_another_file(run, source, unchanged, tmp_path):
    """Of as many rows and the same labels."""
    path = tmp_path / "a.csv"
    path.write_text(source.read_text().replace("dull", "flat"))
    with pytest.raises(ValueError, match="trained on other texts or labels"):
        fit("files", path, unchanged, {"tensorboard": True}, resume=True)


def test_resume_with_another_setting(unchanged):
    with pytest.raises(ValueError, match="`rnn_units`.*run to resume, 4"):
        resume(unchanged, settings={"rnn_units": 5})


def test_a_run_is_not_replaced_without_overwrite(unchanged, source):
    with pytest.raises(FileExistsError, match="not empty"):
        fit("memory", source, unchanged)


def test_a_mistake_leaves_the_run_that_was_to_be_replaced(unchanged, source):
    for settings in ({"optimizer": "other"}, {"class_weight": {"c": 2}}):
        with pytest.raises(ValueError, match="`optimizer`|`class_weight`"):
            fit("memory", source, unchanged, settings, overwrite=True)


def test_without_a_folder_nothing_is_written(source, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    fitted = fit("memory", source, settings={"epochs": 1})
    assert len(fitted.history_) == 1
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("options", "name"),
    [
        ({"settings": {"tensorboard": True}}, "tensorboard"),
        ({"resume": True}, "resume"),
        ({"folder": 5}, "run_dir"),
        ({"folder": ""}, "run_dir"),
        ({"folder": "new", "overwrite": "yes"}, "overwrite"),
        ({"folder": "new", "resume": 1}, "resume"),
    ],
)
@pytest.mark.parametrize("kind", ["memory", "files"])
def test_arguments_that_cannot_be(
    kind, options, name, source, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ValueError, match=f"argument `{name}`") as error:
        fit(kind, source, **options)
    assert "\n" not in str(error.value)
    assert not list(tmp_path.iterdir())
