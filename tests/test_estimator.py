"""TextClassifier: strings in, labels out, as scikit-learn's people expect."""

import csv

import keras
import numpy as np
import pytest
from estimator_cases import SHORT
from estimator_cases import make

from han_attention import TextClassifier
from han_attention import TextFiles

# --- It learns, and keeps the labels as they are. ---


def test_three_classes_of_numbers():
    words = ["red", "green", "blue"]
    labels = np.array([30, 10, 20] * 30)
    texts = np.array([f"a {words[n % 3]} car" for n in range(90)], object)
    fitted = make(epochs=4, batch_size=32, learning_rate=0.05).fit(
        texts, labels
    )
    assert fitted.classes_.tolist() == [10, 20, 30]
    assert fitted.classes_.dtype == labels.dtype
    predicted = fitted.predict(["a green car", "a blue car", "a red car"])
    assert predicted.tolist() == [10, 20, 30]
    assert predicted.dtype == labels.dtype
    assert fitted.predict_proba(texts[:4]).shape == (4, 3)


def test_true_and_false_in_a_column_of_a_table():
    pandas = pytest.importorskip("pandas")
    table = pandas.DataFrame({"text": SHORT})
    table["good"] = table["text"].str.contains("fine")
    table = table.sample(frac=1, random_state=0)  # no index 0, 1, 2 any more
    fitted = make(epochs=4, batch_size=24, learning_rate=0.1).fit(
        table["text"], table["good"]
    )
    assert fitted.classes_.tolist() == [False, True]
    predicted = fitted.predict(pandas.Series(["a fine film", "a dull film"]))
    assert predicted.dtype == bool
    assert predicted.tolist() == [True, False]
    assert fitted.score(table["text"], table["good"]) == 1
    explanations = fitted.explain(table["text"], table["good"])
    assert [e.label for e in explanations] == table["good"].tolist()


def test_numbers_beside_words_stay_numbers():
    """And the oddest texts can be trained on, with nothing held out."""
    texts = ["fine\0", "\ud800 dull", "", " \n", "fine " * 100_000, "dull"]
    fitted = make(validation_fraction=0).fit(texts, ["x", 5] * 3)
    assert fitted.classes_.tolist() == [5, "x"]
    assert set(fitted.predict(["fine", "dull"])) <= {5, "x"}
    assert np.isfinite(fitted.history_[0]["loss"])
    assert "val_loss" not in fitted.history_[0]


@pytest.fixture(scope="module")
def several():
    """Each colour in a text is a label of its own."""
    rng = np.random.default_rng(0)
    colours = np.array(["blue", "green", "red"])
    labels = [list(colours[rng.random(3) < 0.5]) for _ in range(300)]
    texts = [" ".join(["a", *colours, "car"]) for colours in labels]
    keras.utils.set_random_seed(0)
    fitted = make(multi_label=True, epochs=6, batch_size=90, learning_rate=0.05)
    return fitted.fit(texts, labels), texts, labels


def test_several_labels_at_once(several):
    fitted, texts, labels = several
    assert fitted.score(texts, labels) > 0.9
    assert fitted.history_[-1]["val_accuracy"] > 0.9
    assert fitted.classes_.tolist() == ["blue", "green", "red"]
    predicted = fitted.predict(["a car", "a red car", "a blue green red car"])
    assert predicted.shape == (3,)
    assert predicted.tolist() == [[], ["red"], ["blue", "green", "red"]]
    assert fitted.predict(["a red car"]).tolist() == [["red"]]
    assert fitted.predict([]).shape == (0,)


def test_several_labels_have_a_probability_each(several):
    fitted, _, _ = several
    shares = fitted.predict_proba(["a blue green red car", "a car"])
    assert shares.shape == (2, 3)
    assert (shares[0] > 0.5).all()
    assert (shares[1] < 0.5).all()


def test_several_labels_are_saved(several, tmp_path):
    fitted, texts, labels = several
    fitted.save(tmp_path / "model")
    loaded = TextClassifier.load(tmp_path / "model")
    assert loaded.multi_label is True
    assert loaded.score(texts, labels) == fitted.score(texts, labels)


def test_class_weights_help_a_rare_class():
    """A word in every text of the rare class, and in some of the others."""
    rng = np.random.default_rng(0)
    labels = ["rare"] * 24 + ["common"] * 276
    texts = [
        ("odd " if n < 24 or n % 6 == 0 else "plain ")
        + " ".join(rng.choice(["a", "b", "c", "d"], 4))
        for n in range(300)
    ]
    recall = {}
    for class_weight in (None, "balanced"):
        fitted = make(
            epochs=5,
            batch_size=100,
            learning_rate=0.03,
            validation_fraction=0,
            class_weight=class_weight,
        ).fit(texts, labels)
        recall[class_weight] = np.mean(fitted.predict(texts[:24]) == "rare")
    # "odd" is rare in 24 of 70 texts, and so the common class more probable;
    # weighted 300 / 48 against 300 / 552 it is the other way round.
    assert recall[None] < 0.2
    assert recall["balanced"] > 0.8


# --- Repeatable. ---


def test_the_seed_decides():
    labels = ["a", "b"] * 12
    fitted = make(validation_fraction=0).fit(SHORT, labels)
    first = fitted.predict_proba(SHORT)
    with pytest.raises(ValueError, match="two different"):
        fitted.fit(SHORT, ["a"] * 24)  # leaves the model before
    np.testing.assert_array_equal(fitted.predict_proba(SHORT), first)
    again = fitted.fit(SHORT, labels).predict_proba(SHORT)
    np.testing.assert_array_equal(again, first)  # `fit` starts anew
    assert len(fitted.history_) == 1
    other = fitted.set_params(seed=2).fit(SHORT, labels).predict_proba(SHORT)
    assert (other != first).any()


# --- What scikit-learn does with it. ---


def test_cross_val_score():
    selection = pytest.importorskip("sklearn.model_selection")
    texts = SHORT * 8
    labels = ["good" if "fine" in text else "bad" for text in texts]
    short = make(epochs=2, batch_size=16, learning_rate=0.1)
    scores = selection.cross_val_score(short, texts, labels, cv=2)
    assert scores.tolist() == [1, 1]


def test_grid_search_of_a_pipeline():
    selection = pytest.importorskip("sklearn.model_selection")
    pipeline = pytest.importorskip("sklearn.pipeline")
    preprocessing = pytest.importorskip("sklearn.preprocessing")
    labels = np.array(["fine" in text for text in SHORT])
    censor = preprocessing.FunctionTransformer(
        lambda texts: [text.replace("film", "*") for text in texts]
    )
    search = selection.GridSearchCV(
        pipeline.Pipeline([("censor", censor), ("net", make())]),
        {"net__rnn_units": np.array([4, 6])},
        cv=selection.ShuffleSplit(1, random_state=0),
    )
    search.fit(SHORT, labels)
    assert search.cv_results_["mean_test_score"].shape == (2,)
    best = search.best_estimator_.named_steps["net"]
    assert best.rnn_units == search.best_params_["net__rnn_units"]
    units = best.predictor_.model.get_layer("bigru").units
    assert units == best.rnn_units
    assert "film" not in best.predictor_.tokenizer.vocabulary
    np.testing.assert_array_equal(
        search.predict_proba(["a fine film"]), best.predict_proba(["a fine *"])
    )
    np.testing.assert_array_equal(search.classes_, [False, True])


# --- Files. ---


def test_fit_files(tmp_path):
    with open(tmp_path / "a.csv", "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["text", "label"])
        for text in SHORT * 8:
            writer.writerow([text, "good" if "fine" in text else "bad"])
    files = TextFiles(tmp_path / "a.csv")
    fitted = make(epochs=2, batch_size=24, learning_rate=0.1).fit_files(files)
    assert fitted.classes_.tolist() == ["bad", "good"]
    assert fitted.predict(["a fine film", "dull"]).tolist() == ["good", "bad"]
    assert len(fitted.history_) == 2
    with pytest.raises(TypeError, match="Expected `TextFiles`"):
        fitted.fit_files(str(tmp_path / "a.csv"))
