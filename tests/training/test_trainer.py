"""People's own texts: in memory, and as a stream of files."""

import csv
import gzip
import re

import keras
import numpy as np
import pytest
from training_cases import fit_files
from training_cases import fit_texts
from training_cases import published

from han_attention import TextFiles
from han_attention import make_demo_reviews
from han_attention.data.demo import LABEL_WORDS
from han_attention.training.sources.memory import hold_out
from han_attention.training.sources.memory import make_split
from han_attention.training.task import Task

SMALL = {
    "rnn_units": 8,
    "embedding_dim": 16,
    "attention_units": 8,
    "learning_rate": 0.01,
    "embedding_range": 0.05,
    "normalization": "words",
    "verbose": False,
}
CONFIG = published(
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
    whole = make_split(predictor.preprocessor, task, texts, numbers)
    train, validation, _ = hold_out(whole, CONFIG)
    assert len(validation) == round(0.1 * len(texts))
    assert len(train) + len(validation) == len(texts)
    logits = predictor.model.predict_on_batch(validation.texts.padded())
    np.testing.assert_allclose(
        ((logits > 0) == validation.labels).mean(),
        max(epoch["val_accuracy"] for epoch in in_memory.history),
        rtol=1e-6,
    )


def small_config(**settings):
    settings = {"epochs": 1, "seed": 1} | settings
    return published(**SMALL, **settings)


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
    config = small_config(validation_fraction=0.2, multi_label=True)
    fitted, again = (fit_files(config, files) for _ in range(2))
    assert fitted.predictor.class_names == ("a", "b")
    assert fitted.predictor.multi_label is True
    assert shares(fitted).shape == (4, 2)
    # The seed repeats files too.
    np.testing.assert_array_equal(shares(fitted), shares(again))


def test_class_weights_of_several_labels_need_memory(files):
    with pytest.raises(ValueError, match="`class_weight`.*stream of files"):
        fit_files(
            small_config(class_weight="balanced", multi_label=True), files
        )


def test_no_rows_left_to_train_on(tmp_path):
    write_csv(tmp_path / "a.csv", ["fine", "dull"], ["good", "bad"])
    files = TextFiles(tmp_path / "a.csv")
    config = small_config(validation_fraction=0.999)
    with pytest.raises(ValueError, match="`validation_fraction`.* 2 rows"):
        fit_files(config, files)
