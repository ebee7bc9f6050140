"""People's own texts: in memory, and as a stream of files."""

import csv
import gzip
import re

import keras
import numpy as np
import pytest
from han_attention.training.batches import Split
from han_attention.training.config import TrainConfig
from han_attention.training.data import hold_out
from han_attention.training.data import make_split
from han_attention.training.own_texts import fit_files
from han_attention.training.own_texts import fit_texts

from han_attention import TextFiles
from han_attention import make_demo_reviews
from han_attention.data.demo import LABEL_WORDS
from han_attention.text.ragged import EncodedTexts
from han_attention.training.model import Task

SMALL = {
    "rnn_units": 8,
    "embedding_dim": 16,
    "attention_units": 8,
    "learning_rate": 0.01,
    "embedding_range": 0.05,
    "normalization": "words",
    "quiet": True,
}
CONFIG = TrainConfig(
    **SMALL,
    batch_size=32,
    epochs=3,
    include_embedding=True,
    validation_fraction=0.1,
    patience=3,
    seed=1,
)


@pytest.fixture(scope="module")
def demo():
    """Reviews with one telling word: any seed learns them in 3 epochs."""
    dataset = make_demo_reviews(2_000, 500)
    return [
        (
            [text for text, _ in easy(examples)],
            [dataset.class_names[label] for _, label in easy(examples)],
        )
        for examples in (dataset.train, dataset.test)
    ]


def easy(examples):
    return [
        (text, label)
        for text, label in zip(examples.texts, examples.labels, strict=True)
        if len(LABEL_WORDS & set(re.findall(r"\w+", text))) == 1
    ]


def write_csv(path, texts, labels):
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "wt", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["review", "label"])
        writer.writerows(zip(texts, labels, strict=True))


@pytest.fixture(scope="module")
def files(demo, tmp_path_factory):
    """The demo reviews in two shards, one gzip, with bad rows between."""
    folder = tmp_path_factory.mktemp("demo")
    texts, labels = demo[0]
    write_csv(folder / "1.csv", texts[:500] + [""], labels[:500] + ["x"])
    write_csv(folder / "2.csv.gz", ["", *texts[500:]], ["x", *labels[500:]])
    return TextFiles(folder, skip_bad_rows=True)


@pytest.fixture(scope="module")
def in_memory(demo):
    keras.utils.set_random_seed(0)
    return fit_texts(CONFIG, *demo[0])


@pytest.fixture(scope="module")
def streamed(files):
    keras.utils.set_random_seed(0)
    return fit_files(CONFIG, files)


def accuracy(fitted, texts, labels):
    return np.mean(np.array(fitted.predictor.predict(texts)) == labels)


def test_learns_from_texts_in_memory(in_memory, demo):
    assert in_memory.predictor.class_names == ("negative", "positive")
    assert accuracy(in_memory, *demo[1]) > 0.95


def test_learns_about_as_well_from_files(streamed, in_memory, demo, files):
    assert files.bad_rows == 2
    assert streamed.predictor.class_names == ("negative", "positive")
    assert accuracy(streamed, *demo[1]) > 0.95
    assert (
        streamed.predictor.tokenizer.vocabulary
        == in_memory.predictor.tokenizer.vocabulary
    )


def test_settings_of_the_predictor(in_memory):
    preprocessor = in_memory.predictor.preprocessor
    assert preprocessor.max_tokens == 250
    assert preprocessor.truncation == "start"
    assert in_memory.predictor.multi_label is False


def test_the_best_weights_have_the_best_validation_accuracy(demo, in_memory):
    """Recomputed from the texts that are held out."""
    texts, labels = demo[0]
    predictor = in_memory.predictor
    numbers = [predictor.class_names.index(label) for label in labels]
    task = Task(predictor.class_names)
    whole = make_split(predictor.tokenizer, texts, numbers, task, CONFIG)
    train, validation = hold_out(whole, CONFIG)
    assert len(validation) == round(0.1 * len(texts))
    assert len(train) + len(validation) == len(texts)
    logits = predictor.model.predict_on_batch(validation.texts.padded())
    np.testing.assert_allclose(
        ((logits > 0) == validation.labels).mean(),
        max(epoch["val_accuracy"] for epoch in in_memory.epochs),
        rtol=1e-6,
    )


def small_config(**settings):
    settings = {"epochs": 1, "seed": 1} | settings
    return TrainConfig(**SMALL, **settings)


TEXTS = ["a fine film", "a dull film", "fine", "dull and long"] * 4
LABELS = ["good", "bad"] * 8


def shares(fitted):
    return fitted.predictor.predict_proba(TEXTS[:4])


def test_without_a_seed_one_is_drawn():
    first, other = (
        shares(fit_texts(small_config(seed=None), TEXTS, LABELS))
        for _ in range(2)
    )
    assert (first != other).any()


def test_files_with_several_labels(tmp_path):
    labels = ["a", "", "a|b", "b"] * 4
    write_csv(tmp_path / "a.csv", TEXTS, labels)
    files = TextFiles(tmp_path / "a.csv", multi_label=True)
    config = small_config(validation_fraction=0.2)
    fitted, again = (fit_files(config, files, True) for _ in range(2))
    assert fitted.predictor.class_names == ("a", "b")
    assert fitted.predictor.multi_label is True
    assert shares(fitted).shape == (4, 2)
    # The seed repeats files too.
    np.testing.assert_array_equal(shares(fitted), shares(again))


def test_class_weights_of_several_labels_need_memory(files):
    with pytest.raises(ValueError, match="`class_weight`.*stream of files"):
        fit_files(small_config(class_weight="balanced"), files, True)


def test_a_path_is_no_text_files():
    with pytest.raises(TypeError, match="`TextFiles`.*Received: 'a.csv'"):
        fit_files(small_config(), "a.csv")


def test_no_rows_left_to_train_on(tmp_path):
    write_csv(tmp_path / "a.csv", ["fine", "dull"], ["good", "bad"])
    files = TextFiles(tmp_path / "a.csv")
    config = small_config(validation_fraction=0.999)
    with pytest.raises(ValueError, match="`validation_fraction`.* 2 rows"):
        fit_files(config, files)


# What is held out in memory.


def held_out(labels, fraction, seed=0, **settings):
    """The labels to train on, their weights, and the labels held out."""
    texts = EncodedTexts.from_ids([[3]] * len(labels))
    config = TrainConfig(validation_fraction=fraction, seed=seed, **settings)
    train, validation = hold_out(Split(texts, np.array(labels)), config)
    return train, None if validation is None else validation.labels


@pytest.mark.parametrize("shape", [(-1,), (-1, 1)])
def test_the_same_share_of_every_class(shape):
    labels = np.repeat([0, 1, 2], [100, 50, 20]).reshape(shape)
    train, validation = held_out(labels, 0.1)
    assert np.bincount(validation.ravel()).tolist() == [10, 5, 2]
    assert np.bincount(train.labels.ravel()).tolist() == [90, 45, 18]
    assert train.weights is None


def test_small_classes_are_judged_too():
    """Each is short of one text: together they give their share."""
    train, validation = held_out(np.repeat(np.arange(50), 4), 0.1)
    assert len(validation) == len(set(validation)) == 20
    assert len(train) == 180


@pytest.mark.parametrize("fraction", [0.1, 0.5, 0.9, 0.99])
def test_every_class_keeps_a_text_to_train_on(fraction):
    labels = np.repeat(np.arange(6), [1, 1, 2, 3, 50, 1])
    for seed in range(10):
        train, _ = held_out(labels, fraction, seed)
        assert set(train.labels) == set(range(6))


def test_the_seed_draws_the_texts_held_out():
    labels = np.repeat([0, 1], 50)
    texts = EncodedTexts.from_ids([[3 + n] for n in range(100)])

    def drawn(seed):
        config = TrainConfig(validation_fraction=0.2, seed=seed)
        return hold_out(Split(texts, labels), config)[1].texts.ids.tolist()

    assert drawn(1) == drawn(1)
    assert drawn(1) != drawn(2)


def test_texts_of_several_labels_are_held_out_by_their_rarest():
    """Even where no two texts have the same set of labels."""
    rng = np.random.default_rng(0)
    labels = (rng.random((400, 10)) < 0.4).astype("float32")
    labels[:40, 9] = 1
    labels[40:, 9] = 0  # the rarest: a tenth of the texts
    assert len(np.unique(labels, axis=0)) > 250
    train, validation = held_out(labels, 0.2)
    assert len(validation) == 80
    assert validation[:, 9].sum() == 8
    assert (train.labels.sum(axis=0) > 0).all()


def test_class_weights_by_hand():
    # Left of 20 and 4 at 25 %: 15 and 3. N / (2 * size) = 18 / 30, 18 / 6
    train, _ = held_out(
        np.repeat([0.0, 1.0], [20, 4])[:, None], 0.25, class_weight="balanced"
    )
    expected = np.where(train.labels[:, 0] == 0, 18 / 30, 18 / 6)
    np.testing.assert_allclose(train.weights, expected, rtol=1e-6)


def test_weights_of_several_labels_by_hand():
    # The rarest label of each text: a, b, b (rarer than a), none, a, a.
    labels = [[1, 0], [0, 1], [1, 1], [0, 0], [1, 0], [1, 0]]
    train, _ = held_out(
        np.array(labels, "float32"), 0.0, class_weight="balanced"
    )
    a, b, none = 6 / (3 * 3), 6 / (3 * 2), 6 / (3 * 1)
    np.testing.assert_allclose(train.weights, [a, b, b, none, a, a], rtol=1e-6)


def test_sample_weights_multiply_class_weights():
    texts = EncodedTexts.from_ids([[3 + n] for n in range(24)])
    weights = np.linspace(0, 2, 24, dtype="float32")
    whole = Split(texts, np.repeat([0, 1], [20, 4]), weights)
    plain = TrainConfig(validation_fraction=0.25, seed=0)
    train, validation = hold_out(whole, plain)
    for part in (train, validation):
        np.testing.assert_array_equal(part.weights, weights[part.texts.ids - 3])
    balanced = TrainConfig(
        validation_fraction=0.25, seed=0, class_weight="balanced"
    )
    both, _ = hold_out(whole, balanced)
    factor = np.where(both.labels == 0, 18 / 30, 18 / 6)
    np.testing.assert_allclose(both.weights, train.weights * factor, rtol=1e-6)
