"""From a configuration to encoded splits with labels."""

import numpy as np
import pytest

from han_attention.data import load_dataset
from han_attention.settings import Settings
from han_attention.training.sources.memory import prepare_texts

DATASET = load_dataset("demo")
NAMES = DATASET.class_names


def prepare(**settings):
    train, test = DATASET.train, DATASET.test
    settings = Settings.from_preset("demo", **settings).checked()
    return prepare_texts(
        settings,
        train.texts,
        [NAMES[n] for n in train.labels],
        validation_data=None
        if settings.validation_fraction
        else (test.texts, [NAMES[n] for n in test.labels], None),
    )


def rows_of(split):
    """Each text as a tuple of its ids and its label."""
    ends = np.cumsum(split.texts.lengths)
    return [
        (*split.texts.ids[end - length : end].tolist(), float(label))
        for end, length, label in zip(
            ends, split.texts.lengths, split.labels.ravel(), strict=True
        )
    ]


@pytest.fixture(scope="module")
def whole():
    return prepare(seed=1)


def test_nothing_is_held_out_beside_validation_texts(whole):
    assert len(whole.train.texts) == len(whole.train.labels) == 2_000
    assert len(whole.validation.texts) == len(whole.validation.labels) == 500


def test_texts_are_those_of_the_dataset_in_their_order(whole):
    for split, examples in (
        (whole.train, DATASET.train),
        (whole.validation, DATASET.test),
    ):
        assert split.labels.ravel().tolist() == examples.labels
        ids = whole.preprocessor.tokenizer.encode_ids(examples.texts)
        assert rows_of(split) == [
            (*row, float(label))
            for row, label in zip(ids, examples.labels, strict=True)
        ]


def test_labels_of_two_classes_fit_one_logit(whole):
    assert whole.train.labels.shape == (2_000, 1)
    assert whole.validation.labels.shape == (500, 1)
    assert (
        whole.train.labels.dtype == whole.validation.labels.dtype == np.float32
    )
    assert set(whole.train.labels.ravel()) == {0, 1}


@pytest.mark.parametrize(
    ("fraction", "held_out"), [(0.1, 200), (0.5, 1_000), (0.00125, 2)]
)
def test_held_out_fraction(fraction, held_out):
    data = prepare(seed=1, validation_fraction=fraction)
    assert len(data.validation.texts) == held_out
    assert data.validation.labels.shape == (held_out, 1)
    assert len(data.train.texts) == 2_000 - held_out
    assert data.train.labels.shape == (2_000 - held_out, 1)


def test_fraction_of_less_than_one_text():
    assert prepare(seed=1, validation_fraction=0.0001).validation is None


def test_every_text_is_in_one_split_with_its_own_label(whole):
    data = prepare(seed=1, validation_fraction=0.3)
    # Sorted lists and not sets: a text held out must leave the others.
    together = rows_of(data.train) + rows_of(data.validation)
    assert sorted(together) == sorted(rows_of(whole.train))
    # The corpus has no text twice, so nothing of one is in the other.
    assert len(set(together)) == len(together)
    assert not set(rows_of(data.train)) & set(rows_of(data.validation))


def test_held_out_texts_are_drawn_from_all_over(whole):
    data = prepare(seed=1, validation_fraction=0.3)
    place = {row: n for n, row in enumerate(rows_of(whole.train))}
    places = [place[row] for row in rows_of(data.validation)]
    assert min(places) < 100
    assert max(places) > 1_900
    assert 0.4 < data.validation.labels.mean() < 0.6


def test_same_seed_holds_out_the_same_texts():
    first = prepare(seed=1, validation_fraction=0.3)
    again = prepare(seed=1, validation_fraction=0.3)
    assert rows_of(first.validation) == rows_of(again.validation)
    assert rows_of(first.train) == rows_of(again.train)


def test_other_seed_holds_out_other_texts():
    first = prepare(seed=1, validation_fraction=0.3)
    other = prepare(seed=2, validation_fraction=0.3)
    assert set(rows_of(first.validation)) != set(rows_of(other.validation))


def test_vocabulary_has_the_size_and_the_normalization_asked_for(whole):
    small = prepare(seed=1, vocabulary_size=20)
    assert len(small.preprocessor.tokenizer) == 20
    assert small.train.texts.ids.max() == 19
    assert small.train.texts.ids.min() == 2  # unknown, and never padding
    assert "." not in whole.preprocessor.tokenizer.vocabulary
    words = prepare(seed=1, normalization="words")
    assert "." in words.preprocessor.tokenizer.vocabulary


def test_vocabulary_is_that_of_the_training_texts(whole):
    known = set(whole.preprocessor.tokenizer.vocabulary[3:])
    text = " ".join(DATASET.train.texts).lower()
    assert known
    assert all(word in text for word in known)
    assert whole.train.texts.ids.min() == 3  # no word is unknown


def test_texts_are_cut_to_their_start(whole):
    short = prepare(seed=1, max_tokens=5)
    assert short.train.texts.lengths.max() == 5
    assert short.validation.texts.lengths.max() == 5
    assert rows_of(short.train)[0][:5] == rows_of(whole.train)[0][:5]
