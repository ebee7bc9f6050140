"""`han-attention train --run-dir`: a run folder, and going on with it."""

import numpy as np
import pytest
from training_cases import drop_times

from han_attention import Predictor


def test_a_run_that_goes_on(cli, data, tmp_path, tiny):
    """To the end of a straight run, and with a model elsewhere."""
    train = ["train", data / "train.csv", "--json", *tiny]
    first = cli(*train, "--run-dir", "r", "--tensorboard", "--epochs", "1")
    assert first.code == 0, first.errors
    assert first.records[0]["model"] == "r/model"
    assert sorted(path.name for path in (tmp_path / "r").iterdir()) == [
        "checkpoint",
        "config.json",
        "history.csv",
        "metrics.json",
        "model",
        "run.json",
        "tensorboard",
        "training.png",
    ]
    again = cli(*train, "--run-dir", "r", "--resume", "--model", "m")
    straight = cli(*train, "--model", "s")
    (resumed,), (expected,) = again.records, straight.records
    assert resumed["model"] == "m"
    assert drop_times(resumed["epochs"]) == drop_times(expected["epochs"])
    texts = ["a fine film", "The plot is superb."]
    np.testing.assert_array_equal(
        Predictor.load(tmp_path / "m").predict_proba(texts),
        Predictor.load(tmp_path / "s").predict_proba(texts),
    )
    assert cli("predict", "r/model", data / "texts.txt").code == 0


def test_mixed_precision_and_a_stream_in_a_run_folder(
    cli, data, tmp_path, tiny
):
    done = cli(
        *("train", data / "train.jsonl", "--run-dir", "r", "--stream"),
        *("--mixed-precision", "--optimizer", "adamw", *tiny),
        *("--epochs", "1"),
    )
    assert done.code == 0, done.errors
    assert "Model  r/model" in done.output.splitlines()
    *_, device, ngrams, epoch = done.errors
    assert device.startswith("Keras ")
    assert ngrams.endswith(" s] training the n-grams")
    assert epoch.startswith("epoch 1 of 1: loss ")
    saved = Predictor.load(tmp_path / "r" / "model").model
    assert saved.get_layer("bigru").dtype_policy.name == "mixed_float16"


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        ([], "Expected --model or --run-dir. Received: neither"),
        (["--resume"], "--resume"),
        (["--run-dir", "r", "--resume", "--overwrite"], "--overwrite"),
        (["--run-dir", "nowhere", "--resume"], "No run to resume"),
        (["--run-dir", "full"], "not empty"),
        (["--run-dir", "full", "--overwrite"], "something else than a run"),
        (["--run-dir", "mine"], "is a file"),
        (["--model", "m", "--tensorboard"], "--run-dir"),
        (["--run-dir", "r", "--optimizer", "other"], "--optimizer"),
        (["--run-dir", "r", "--epoch", "3"], "did you mean --epochs?"),
    ],
)
def test_mistakes_with_run_folders(flags, message, data, refused, tmp_path):
    (tmp_path / "full").mkdir()
    for path in (tmp_path / "full" / "notes.txt", tmp_path / "mine"):
        path.write_text("mine")
    assert message in refused("train", data / "train.csv", *flags)
    left = sorted(path.name for path in tmp_path.rglob("*"))
    assert left == ["full", "mine", "notes.txt"]
