"""Folders saved by version 0.1, in format 2, load for ever.

`data/version_2` was written by commit 4764492 on TensorFlow, with the
probabilities that it gave.
"""

import json
from pathlib import Path

import numpy as np
import pytest

from han_attention import TextClassifier
from han_attention.inference.keras import Predictor
from han_attention.inference.saved_model import open_saved_model
from han_attention.text.preprocessor import TextPreprocessor

DATA = Path(__file__).parent / "data" / "version_2"
PROBABILITIES = json.loads((DATA / "probabilities.json").read_text())
TEXTS = PROBABILITIES.pop("texts")
NAMES = ["flat", "hierarchical", "subwords"]
# The empty text has no known word.
pytestmark = pytest.mark.filterwarnings(r"ignore:1 of 6 texts have no word")


def test_the_format_is_that_of_version_2():
    for name in NAMES:
        config = json.loads((DATA / name / "config.json").read_text())
        assert config["format_version"] == 2
        assert "truncation" not in config


@pytest.mark.parametrize("name", NAMES)
def test_the_same_probabilities(name, tmp_path):
    expected = np.array(PROBABILITIES[name])
    assert expected.shape[0] == len(TEXTS) == 6
    assert np.ptp(expected, axis=0).min() > 0.01
    predictor = Predictor.load(DATA / name)
    np.testing.assert_allclose(
        predictor.predict_proba(TEXTS), expected, atol=1e-6
    )
    predictor.save(tmp_path / "model")  # in the format of today
    again = open_saved_model(tmp_path / "model")
    assert again.preprocessor == predictor.preprocessor


def test_limits_and_class_names():
    flat, documents, subwords = (
        open_saved_model(DATA / name) for name in NAMES
    )
    assert flat.class_names == ("bad", "good")
    assert flat.preprocessor.max_tokens == 7
    assert flat.preprocessor.truncation == "end"
    assert documents.class_names == ("bad", "good", "fair")
    assert documents.preprocessor == TextPreprocessor(
        documents.preprocessor.tokenizer,
        "hierarchical",
        max_sentences=2,
        max_sentence_tokens=5,
        long_sentences="split",
        truncation="both",
    )
    assert subwords.class_names == (1, 2.5, "three")
    assert subwords.multi_label is True
    assert subwords.preprocessor.truncation == "both"
    assert TextPreprocessor.load(DATA / "flat") == flat.preprocessor


def test_settings_have_the_names_of_today():
    flat = open_saved_model(DATA / "flat").settings
    assert (flat["truncation"], flat["verbose"]) == ("end", False)
    assert not {"keep", "quiet"} & set(flat)
    settings = open_saved_model(DATA / "subwords").settings
    assert (settings["unit"], settings["verbose"]) == ("subwords", True)
    assert settings["vocabulary_size"] == 40


@pytest.mark.parametrize("name", NAMES)
def test_a_classifier_predicts_the_same(name):
    classifier = TextClassifier.load(DATA / name)
    np.testing.assert_allclose(
        classifier.predict_proba(TEXTS), PROBABILITIES[name], atol=1e-6
    )
    settings = classifier.get_params()
    assert settings["embedding_dim"] == 4
    assert settings["multi_label"] == (name == "subwords")
