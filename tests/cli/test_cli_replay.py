"""`--config`: a training once more; and the files that a training leaves."""

import json

import numpy as np
import pytest

from han_attention import Predictor
from han_attention import TextClassifier
from han_attention.training.run_config import read_run_config


@pytest.fixture(scope="module")
def run(data, tmp_path_factory):
    """The folder of a run with flags of every kind, and its model."""
    from han_attention.cli import main

    folder = tmp_path_factory.mktemp("replay") / "run"
    main(
        ["train", str(data / "train.csv"), "--run-dir", str(folder)]
        + ["--text-column", "review", "--rnn-units", "3", "--epochs", "1"]
        + ["--embedding-dim", "4", "--attention-units", "4", "--quiet"]
    )
    return folder


def test_the_same_training_again(cli, data, run, tmp_path):
    config = json.loads((run / "run.json").read_text())
    assert config["command"] == {
        "data": [str(data / "train.csv")],
        "text_column": ["review"],
    }
    flags = ("--run-dir", "again", "--quiet")
    done = cli("train", "--config", run / "run.json", *flags)
    assert done.code == 0, done.errors
    texts = ["a fine film", "The plot is superb."]
    np.testing.assert_array_equal(
        Predictor.load(run / "model").predict_proba(texts),
        Predictor.load(tmp_path / "again" / "model").predict_proba(texts),
    )


def test_flags_go_before_the_file(cli, data, run):
    done = cli(
        *("train", data / "train.csv", "--config", run / "model/config.json"),
        *("--rnn-units", "2", "--model", "m", "--json"),
    )
    assert done.code == 0, done.errors
    settings = done.records[0]["settings"]
    assert (settings["rnn_units"], settings["attention_units"]) == (2, 4)


def test_classes_that_are_gone_are_named(cli, data, run, tmp_path):
    content = (data / "train.csv").read_text().replace(",negative", ",poor")
    (tmp_path / "new.csv").write_text(content)
    for config, flags in (
        (run / "run.json", ()),
        (run / "model" / "config.json", ("--stream", "--overwrite")),
    ):
        done = cli(
            *("train", "new.csv", "--config", config, "--model", "m"),
            *("--text-column", "review", *flags),
        )
        assert done.code == 0, done.errors
        gone = f"in {config} but not here: negative; the new model never"
        assert sum(gone in line for line in done.errors) == 1


def test_python_reads_the_settings(run):
    settings = read_run_config(run / "run.json").settings
    classifier = TextClassifier.from_dict(settings.to_dict())
    assert (classifier.rnn_units, classifier.epochs) == (3, 1)
    assert classifier.seed is not None


def test_mistakes(refused, run, tmp_path):
    (tmp_path / "a.json").write_text('{"a": 1}')
    assert "a.json" in refused("train", "--config", "a.json", "--model", "m")
    assert "nowhere" in refused("train", "--config", "nowhere", "--model", "m")
    flags = ("--config", run / "run.json", "--preset", "demo", "--model", "m")
    assert "--preset" in refused("train", *flags)
    assert "DATA" in refused("train", "--model", "m")


def test_history_and_picture(run):
    pytest.importorskip("matplotlib")
    assert (run / "training.png").read_bytes().startswith(b"\x89PNG")
    assert len((run / "history.csv").read_text().splitlines()) == 2


def test_the_card_of_the_model(run, tmp_path):
    card = (run / "model" / "model_card.md").read_text()
    assert "| negative | 60 |" in card and "| positive | 60 |" in card
    assert "108 texts to learn from" in card
    assert "- val_accuracy: 0." in card
    assert "`rnn_units`: 3" in card
    # What someone writes into it does no harm, and goes with the model.
    (run / "model" / "model_card.md").write_text(card + "\nMine.\n")
    classifier = TextClassifier.load(run / "model")
    assert classifier.predictor_.training["train_examples"] == 108
    classifier.save(tmp_path / "m")
    classifier.save(tmp_path / "m")
    assert (tmp_path / "m" / "model_card.md").read_text() == card


def test_names_of_classes_stay_in_their_cells():
    from han_attention.inference.model_card import make_model_card

    card = make_model_card(["a|b\n# c", "<b>"], {}, {"class_counts": [1, 2]})
    assert "| a\\|b # c | 1 |" in card
    assert "| \\<b\\> | 2 |" in card
