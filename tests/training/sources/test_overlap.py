"""Texts to judge by that are also texts to learn from are counted and named."""

import warnings

import pytest

from han_attention import TextDataset
from han_attention import TextFiles
from han_attention.data.dataset import Examples
from han_attention.inference.model_card import describe_accuracy
from han_attention.inference.model_card import make_model_card
from han_attention.settings import Settings
from han_attention.training.experiment import prepare_dataset
from han_attention.training.sources.memory import prepare_texts
from han_attention.training.sources.overlap import Overlap
from han_attention.training.sources.stream import prepare_files

TEXTS = ["fine", "dull", "fine", "long", "short"]
LABELS = ["good", "bad", "good", "bad", "good"]
SHARED = (["fine", "other", "fine", "dull"], ["good"] * 4, None)
APART = (["one", "other"], ["good", "bad"], None)
NUMBERS = "3 of the 4 validation texts are also training texts"


def prepare(tmp_path, how, validation_data):
    if how == "memory":
        return prepare_texts(
            Settings(), TEXTS, LABELS, validation_data=validation_data
        )
    file = tmp_path / "data.csv"
    rows = zip(TEXTS, LABELS, strict=True)
    file.write_text("text,label\n" + "".join(f"{t},{n}\n" for t, n in rows))
    return prepare_files(
        Settings(), TextFiles(file), validation_data=validation_data
    )


@pytest.mark.parametrize("how", ["memory", "stream"])
def test_each_validation_text_that_is_learnt_from_counts(tmp_path, how):
    with pytest.warns(UserWarning, match=NUMBERS):
        data = prepare(tmp_path, how, SHARED)
    assert data.shared_examples == 3
    for given in (APART, None):
        with warnings.catch_warnings(action="error"):
            assert prepare(tmp_path, how, given).shared_examples == 0


def test_nothing_is_counted_before_it_is_looked_at():
    overlap = Overlap(["fine"])
    assert overlap.count() == 0
    overlap.look_at("other")
    assert overlap.count() == 0


def test_card_and_titles_tell_it():
    training = {
        "validation_accuracy": 1.0,
        "validation_examples": 4,
        "shared_examples": 3,
    }
    told = "accuracy 100.0 % on 4 held-out texts, 3 of them in the training"
    assert describe_accuracy(training) == told
    card = make_model_card(["bad", "good"], {}, training)
    assert "- 3 of those held out are also texts to learn from" in card
    without = make_model_card(
        ["bad", "good"], {}, training | {"shared_examples": 0}
    )
    assert "also texts" not in without and "in the training" not in without


def test_a_dataset_without_validation_texts_names_its_test():
    train = Examples(["fine", "dull"], [1, 0])
    test = Examples(["fine", "other"], [1, 0])
    dataset = TextDataset("mine", ["bad", "good"], train, test)
    numbers = "1 of the 2 test texts are also training texts"
    with pytest.warns(UserWarning, match=numbers):
        data = prepare_dataset(Settings(validation_fraction=0.0), dataset)
    assert data.shared_examples == 1
    assert data.validation_name == "test"
