"""Training a hierarchical model: in memory, from files, as a whole run."""

import csv
import json

import numpy as np
import pytest
from training_cases import fit_files
from training_cases import fit_texts
from training_cases import published

from han_attention import Settings
from han_attention import TextFiles
from han_attention import train
from han_attention.data import load_dataset
from han_attention.inference.keras import Predictor
from han_attention.training.sources import stream
from han_attention.training.sources.labelled_files import LabelledFiles
from han_attention.training.sources.memory import prepare_texts

SMALL = {
    "architecture": "hierarchical",
    "rnn_units": 6,
    "embedding_dim": 8,
    "attention_units": 6,
    "learning_rate": 0.02,
    "normalization": "words",
    "batch_size": 16,
    "seed": 1,
}
PLAIN = ["I saw it.", "It is long.", "We went there today, too.", "And then?"]


def make_texts(number=96):
    """Documents of 1 to 4 sentences, one of which says the label."""
    rng = np.random.default_rng(0)
    texts, labels = [], []
    for n in range(number):
        sentences = list(rng.choice(PLAIN, rng.integers(0, 4)))
        telling = ("A dull film.", "A fine film.")[n % 2]
        sentences.insert(int(rng.integers(0, len(sentences) + 1)), telling)
        texts.append(" ".join(sentences))
        labels.append(("bad", "good")[n % 2])
    return texts, labels


TEXTS, LABELS = make_texts()


def config_of(**settings):
    return published(**SMALL | {"epochs": 1, "verbose": False} | settings)


@pytest.fixture
def files(tmp_path):
    with (tmp_path / "a.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["review", "label"])
        writer.writerows(zip(TEXTS, LABELS, strict=True))
    return TextFiles(tmp_path / "a.csv")


def test_learns_from_texts_in_memory():
    fitted = fit_texts(config_of(epochs=12), TEXTS, LABELS)
    assert np.mean(np.array(fitted.predictor.predict(TEXTS)) == LABELS) > 0.9
    assert fitted.history[-1]["loss"] < fitted.history[0]["loss"]


def test_learns_from_files(files):
    fitted = fit_files(config_of(epochs=12), files)
    assert fitted.predictor.class_names == ("bad", "good")
    assert np.mean(np.array(fitted.predictor.predict(TEXTS)) == LABELS) > 0.9


def test_settings_reach_the_predictor():
    config = config_of(
        max_sentences=3,
        max_sentence_tokens=4,
        long_sentences="split",
        truncation="both",
        min_word_count=2,
    )
    texts, labels = [*TEXTS, "An unusual film."], [*LABELS, "bad"]
    predictor = fit_texts(config, texts, labels).predictor
    received = predictor.preprocessor
    assert received.architecture == "hierarchical"
    assert (received.max_sentences, received.max_sentence_tokens) == (3, 4)
    assert (received.max_tokens, received.truncation) == (None, "both")
    assert received.long_sentences == "split"
    vocabulary = predictor.tokenizer.vocabulary
    assert "unusual" not in vocabulary
    assert {"fine", "dull", "film"} <= set(vocabulary)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"max_sentences": 2, "verbose": True}, " of 96; left out: "),
        ({"max_sentences": 2, "verbose": False}, ""),
        ({"verbose": True}, ""),
    ],
)
def test_what_was_cut_is_said_unless_quiet(settings, said, capsys):
    prepare_texts(config_of(**settings), TEXTS, LABELS)
    errors = capsys.readouterr().err
    assert said in errors and bool(errors) == bool(said)


def test_streamed_batches_hold_to_the_budget(files, monkeypatch):
    """No more documents than fit if all were as large as allowed."""
    limits = {"max_sentences": 3, "max_sentence_tokens": 5}
    config = config_of(**limits)
    source = LabelledFiles.scan(files, config)
    split = stream.StreamedSplit(source, 0)
    for budget, size in ((75, 5), (15, 1), (10, 1), (10**6, 16)):
        monkeypatch.setattr(stream, "MAX_BATCH_TOKENS", budget)
        batches = split.batches(16, seed=1)
        arrays = [ids for ids, _ in batches]
        assert len(arrays) == len(batches) == -(-96 // size)
        assert sum(map(len, arrays)) == 96
        for ids in arrays:
            assert ids.ndim == 3
            assert ids.shape[1] <= 8 and ids.shape[2] <= 8
            assert len(ids) <= size


def run(tmp_path, **settings):
    settings = Settings.from_preset(
        "demo",
        architecture="hierarchical",
        verbose=False,
        seed=1,
        epochs=1,
        rnn_units=4,
        embedding_dim=4,
        attention_units=3,
        batch_size=500,
        **settings,
    )
    return train(settings, "demo", run_dir=tmp_path / "run")


def test_a_whole_run(tmp_path):
    result = run(tmp_path, pooling="max")
    assert sorted(path.name for path in result.run_dir.iterdir()) == [
        "checkpoint",
        "config.json",
        "history.csv",
        "metrics.json",
        "model",
        "tensorboard",
        "training.png",
    ]
    config = json.loads((result.run_dir / "config.json").read_text())
    assert config["architecture"] == "hierarchical"
    assert config["pooling"] == "max"
    loaded = Predictor.load(result.run_dir / "model")
    assert loaded.preprocessor.hierarchical
    assert loaded.preprocessor.max_sentences == 30
    texts = result.dataset.test.texts[:8]
    np.testing.assert_allclose(
        loaded.predict_proba(texts),
        result.predictor.predict_proba(texts),
        atol=1e-6,
    )


def test_encoded_documents_of_a_dataset():
    dataset = load_dataset("demo")
    settings = Settings.from_preset(
        "demo", architecture="hierarchical", max_sentences=2, verbose=False
    ).checked()
    test = dataset.test.texts, dataset.test.labels, None
    data = prepare_texts(
        settings,
        dataset.train.texts,
        dataset.train.labels,
        validation_data=test,
    )
    assert data.train.texts.padded(np.arange(5)).ndim == 3
    assert data.train.texts.sizes.max() == 2
    assert len(data.validation.texts) == len(data.validation.labels) == 500
    ids = data.validation.sample(4)
    assert ids.ndim == 3 and len(ids) == 4
