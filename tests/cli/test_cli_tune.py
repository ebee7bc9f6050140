"""`han-attention tune`, and `--threshold`: when a model gives an answer."""

import json
import shutil
from itertools import pairwise

import pytest

from han_attention import Predictor
from han_attention import TextClassifier
from han_attention import load_csv


@pytest.fixture
def folder(onnx_model, tmp_path):
    """A copy of an exported model, which may be changed."""
    return shutil.copytree(onnx_model, tmp_path / "m")


def test_a_threshold_for_all(cli, data, onnx_model):
    file = data / "test.csv"
    always = cli("predict", onnx_model, file).records
    best = sorted(max(r["probabilities"].values()) for r in always)
    # Between two of them, for what is printed is rounded.
    _, middle = max((b - a, (a + b) / 2) for a, b in pairwise(best))
    some = cli("predict", onnx_model, file, "--threshold", middle).records
    for one, other in zip(always, some, strict=True):
        sure = max(one["probabilities"].values()) >= middle
        assert other["label"] == (one["label"] if sure else None)
    done = cli("evaluate", onnx_model, file, "--threshold", middle, "--json")
    answered = [r["label"] for r in some if r["label"] is not None]
    assert done.records[0]["num_answered"] == len(answered)


def test_thresholds_are_kept_in_the_folder(cli, data, folder, tmp_path):
    file = data / "test.csv"
    flags = ("--precision", "0.9", "--json")
    (tuned,) = cli("tune", folder, file, *flags).records
    kept = json.loads((folder / "config.json").read_text())["thresholds"]
    assert kept == [one["threshold"] for one in tuned]
    limits = {one["name"]: one["threshold"] for one in tuned}
    for record in cli("predict", folder, file).records:
        best = max(record["probabilities"], key=record["probabilities"].get)
        limit = limits[best]
        sure = limit is not None and (
            record["probabilities"][best] >= limit - 1e-6
        )
        assert record["label"] == (best if sure else None)
    table = cli("tune", folder, file, "--recall", "0.5").output
    assert "threshold" in table and "Written" in table
    rows = file.read_text().splitlines()
    alone = [rows[0], *(x for x in rows if x.endswith(",negative"))]
    (tmp_path / "a.csv").write_text("\n".join(alone))
    lines = cli("tune", folder, "a.csv", "--recall", "0.5").output.splitlines()
    assert lines[-2].startswith("No text of positive in these files")
    assert json.loads((folder / "config.json").read_text())["thresholds"][
        1
    ] == (pytest.approx(float(table.splitlines()[2].split()[1]), abs=1e-3))
    first = cli("tune", folder, "--reset").output
    assert "every text gets its most probable label again" in first
    assert "nothing changed" in cli("tune", folder, "--reset").output
    assert None not in [
        r["label"] for r in cli("predict", folder, file).records
    ]


def test_python_tunes_saves_and_exports_them(data, model, tmp_path):
    texts, labels = load_csv(data / "test.csv")
    classifier = TextClassifier.load(model)
    tuned = classifier.tune_thresholds(texts, labels, precision=0.9)
    expected = tuple(one.threshold for one in tuned)
    classifier.save(tmp_path / "s")
    assert Predictor.load(tmp_path / "s").thresholds == expected
    classifier.predictor_.set_thresholds(1.0)
    assert set(classifier.predict(["zzz film"])) == {None}
    assert classifier.score(texts, labels) < 1
    classifier.predictor_.set_thresholds(None)
    assert None not in classifier.predict(texts)
    with pytest.raises(ValueError, match="argument `thresholds`"):
        classifier.predictor_.set_thresholds({"positive": 0.5})
    with pytest.raises(ValueError, match="argument `threshold`"):
        classifier.predictor_.set_thresholds(1.5)


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["test.csv"], "one of --precision and --recall"),
        (
            ["test.csv", "--precision", "1", "--recall", "1"],
            "one of --precision and --recall",
        ),
        (["test.csv", "--precision", "1.5"], "--precision"),
        (["--precision", "1"], "DATA"),
        (["test.csv", "--reset"], "--reset"),
    ],
)
def test_mistakes(flags, message, data, onnx_model, refused):
    flags = [data / x if x == "test.csv" else x for x in flags]
    assert message in refused("tune", onnx_model, *flags)


def test_a_target_out_of_range_is_told_before_anything_is_read(
    onnx_model, refused
):
    message = refused("tune", onnx_model, "none.csv", "--precision", "95")
    assert "at most 1" in message and "none.csv" not in message


def test_a_threshold_out_of_range(data, onnx_model, refused):
    message = refused(
        "predict", onnx_model, data / "test.csv", "--threshold", "2"
    )
    assert "--threshold" in message


def test_labels_that_no_class_has_are_named(cli, data, folder, tmp_path):
    rows = (data / "test.csv").read_text().splitlines()
    rows[1] = rows[1].rpartition(",")[0] + ",godo"
    (tmp_path / "t.csv").write_text("\n".join(rows))
    done = cli("tune", folder, "t.csv", "--precision", "0.9")
    expected = "Labels never seen in training, answered by none: godo"
    assert any(expected in line for line in done.errors)
