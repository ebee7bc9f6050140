"""Logits are scaled at the end, on texts held out, and nothing is added."""

import dataclasses
import sys

import numpy as np
import pytest
from layer_checks import to_numpy
from training_cases import published

from han_attention import TextClassifier
from han_attention.inference.keras import Predictor
from han_attention.training import calibration
from han_attention.training.model import build_model
from han_attention.training.ngrams import train_ngrams
from han_attention.training.sources.memory import prepare_texts
from han_attention.training.stacking import fit_scales
from han_attention.training.task import Task

RNG = np.random.default_rng(0)
GOOD, BAD = ["fine", "great", "lovely"], ["poor", "dull", "awful"]


def make_texts(number):
    """One word of ten is of the wrong class."""
    labels = ["good", "bad"] * (number // 2)
    texts = [
        " ".join(
            RNG.choice(
                GOOD if (label == "good") != (RNG.random() < 0.1) else BAD
            )
            for _ in range(3)
        )
        for label in labels
    ]
    return texts, labels


def make(**settings):
    """A model that was not trained but has random logits, and its n-grams."""
    config = published(
        **{
            "embedding_dim": 4,
            "rnn_units": 3,
            "attention_units": 3,
            "normalization": "words",
            "ngram_range": (1, 2),
            "validation_fraction": 0.5,
            "patience": 1,
            "seed": 1,
            "verbose": False,
        }
        | settings
    )
    data = prepare_texts(config, *make_texts(80))
    model = build_model(
        config,
        data.task,
        len(data.preprocessor.tokenizer),
        num_ngram_buckets=512,
    )
    ngrams = train_ngrams(model, config, data)
    predictor = Predictor(model, data.preprocessor, data.task.class_names)
    return predictor, data, ngrams


def train(**settings):
    """That model, calibrated, and its logits before."""
    predictor, data, ngrams = make(**settings)
    ids = np.concatenate(
        [
            np.pad(ids, [(0, 0), (0, 9 - ids.shape[1])])
            for ids, *_ in data.validation.batches(calibration.BATCH_SIZE)
        ]
    )
    before = predictor.run(ids)
    calibration.calibrate(predictor, data, ngrams)
    return predictor, data, ngrams, ids, before


@pytest.mark.parametrize("cell", ["gru", "none"])
def test_logits_are_the_scaled_sum(cell):
    predictor, data, ngrams, ids, before = train(cell=cell)
    of_ngrams = ngrams.table.predict(ngrams.validation)
    scales = fit_scales(
        [before, of_ngrams],
        ngrams.validation.targets,
        None,
        False,
        calibration._PRIOR,
        calibration._STRENGTH,
    )
    again = ngrams.refit().predict(ngrams.validation)
    expected = scales[0] * before + scales[1] * again
    np.testing.assert_allclose(predictor.run(ids), expected, atol=1e-4)
    # What says nothing gets little, what does say something much.
    assert scales[1] > 0.5


def test_the_share_of_the_attention_is_told():
    predictor, data, ngrams = make()
    share = calibration.calibrate(predictor, data, ngrams)["attention_share"]
    logits = calibration._read_logits(predictor, data.held_out, data.task)[0]
    both = ngrams.refit().predict(ngrams.validation)
    assert 0 < share < 1
    assert np.isclose(
        calibration._measure_share([2.0, 0.5], [logits, both]),
        2 * logits.std() / (2 * logits.std() + both.std() / 2),
    )


def test_the_accuracy_is_of_the_whole_model():
    predictor, data, ngrams = make()
    data = dataclasses.replace(data, own_validation=False)
    ngrams = dataclasses.replace(ngrams, own_validation=False)
    measured = calibration.calibrate(predictor, data, ngrams)
    logits, targets, _ = calibration._read_logits(
        predictor, data.held_out, data.task
    )
    # Texts that nothing was learnt from are predicted as they were.
    assert measured["validation_accuracy"] == ((logits > 0) == targets).mean()


@pytest.mark.parametrize(
    ("multi_label", "expected"), [(False, 2 / 3), (True, 1 / 3)]
)
def test_whole_texts_are_right_or_wrong(multi_label, expected):
    logits = np.array([[2.0, -1.0, -3.0], [1.0, 3.0, -1.0], [1.0, 2.0, 3.0]])
    targets = np.array([[1, 0, 0], [0, 1, 0], [1, 0, 0]])
    task = Task(("a", "b", "c"), multi_label)
    measured = calibration._measure_accuracy(logits, targets, task)
    assert measured == pytest.approx(expected)


def test_attention_that_adds_nothing_is_named(capsys, monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    predictor, data, ngrams = make()
    head = predictor.model.get_layer("logits")
    head.set_weights([np.zeros_like(each) for each in head.get_weights()])
    measured = calibration.calibrate(predictor, data, ngrams, True)
    assert measured["attention_share"] == 0
    assert "The n-grams decide alone" in capsys.readouterr().err
    predictor, data, ngrams = make(ngram_range=None)
    measured = calibration.calibrate(predictor, data, ngrams, True)
    assert "attention_share" not in measured
    assert not capsys.readouterr().err


def test_without_ngrams_it_is_a_temperature():
    predictor, data, ngrams, ids, before = train(ngram_range=None)
    assert ngrams is None
    after = predictor.run(ids)
    scale = np.linalg.norm(after) / np.linalg.norm(before)
    np.testing.assert_allclose(after, scale * before, atol=1e-5)
    assert not np.isclose(scale, 1, atol=1e-3)


def test_texts_of_the_test_scale_nothing():
    config = published(seed=1, validation_fraction=0.0, patience=None)
    texts, labels = make_texts(20)
    others = [f"{text} now" for text in texts]
    data = prepare_texts(
        config, texts, labels, validation_data=(others, labels, None)
    )
    data = dataclasses.replace(data, validation_name="test")
    assert data.held_out is None and data.validation is not None


def test_probabilities_are_true_of_new_texts():
    classifier = TextClassifier(
        cell="none",
        embedding_dim=4,
        attention_units=3,
        epochs=1,
        ngram_range=(1, 1),
        seed=1,
        verbose=False,
    )
    classifier.fit(*make_texts(600))
    texts, labels = make_texts(600)
    predicted = classifier.predict_proba(texts)
    right = np.array(classifier.predict(texts)) == labels
    assert right.mean() > 0.9
    assert abs(predicted.max(axis=1).mean() - right.mean()) < 0.03
    # They are the model's own: saved with it, and exported.
    model = classifier.predictor_.model
    assert np.any(to_numpy(model.get_layer("ngrams").embeddings))
