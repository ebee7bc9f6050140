"""TextClassifier: strings in, labels out, as scikit-learn's people expect."""

import csv
import inspect
import json
import os
import pickle
import subprocess
import sys
from importlib.util import find_spec

import keras
import numpy as np
import pytest

from han_attention import TextClassifier
from han_attention import TextFiles
from han_attention import make_demo_reviews
from han_attention.data.demo import LABEL_WORDS
from han_attention.inference.keras import Predictor

SMALL = {
    "rnn_units": 8,
    "embedding_dim": 16,
    "attention_units": 8,
    "learning_rate": 0.01,
    "embedding_dropout": 0.0,
    "dropout": 0.2,
    "seed": 1,
    "verbose": False,
}
SHORT = ["a fine film", "a dull film", "fine", "dull and long"] * 6


def make(**settings):
    return TextClassifier(**SMALL | {"epochs": 1} | settings)


@pytest.fixture(scope="module")
def demo():
    """Training and test reviews with their labels as words."""
    dataset = make_demo_reviews(1_000, 200)
    return [
        (examples.texts, [dataset.class_names[n] for n in examples.labels])
        for examples in (dataset.train, dataset.test)
    ]


@pytest.fixture(scope="module")
def classifier(demo):
    keras.utils.set_random_seed(0)
    return make(epochs=4, normalizer="sparsemax").fit(*demo[0])


# --- It learns, and keeps the labels as they are. ---


def test_learns_the_demo_reviews(classifier, demo):
    assert classifier.score(*demo[1]) > 0.9
    assert len(classifier.history_) == 4
    assert classifier.history_[0].keys() >= {"epoch", "loss", "val_accuracy"}


def test_labels_are_words(classifier, demo):
    assert classifier.classes_.tolist() == ["negative", "positive"]
    predicted = classifier.predict(demo[1][0][:5])
    assert predicted.shape == (5,)
    assert predicted.dtype.kind == "U"


def test_predictions_are_the_most_probable_classes(classifier, demo):
    texts = demo[1][0]
    shares = classifier.predict_proba(texts)
    assert shares.shape == (200, 2)
    assert shares.dtype == np.float32
    np.testing.assert_allclose(shares.sum(axis=1), 1, atol=1e-6)
    np.testing.assert_array_equal(
        classifier.predict(texts), classifier.classes_[shares.argmax(axis=1)]
    )


def test_accuracy_is_that_of_scikit_learn(classifier, demo):
    metrics = pytest.importorskip("sklearn.metrics")
    texts, labels = demo[1]
    expected = metrics.accuracy_score(labels, classifier.predict(texts))
    np.testing.assert_allclose(classifier.score(texts, labels), expected)


def test_any_list_of_texts_gives_the_same(classifier, demo):
    texts = demo[1][0][:6]
    expected = classifier.predict_proba(texts)
    for same in (tuple(texts), np.array(texts), np.array(texts, object)):
        np.testing.assert_array_equal(classifier.predict_proba(same), expected)
    if find_spec("pandas"):
        import pandas

        column = pandas.Series(texts, index=range(6, 0, -1))
        np.testing.assert_array_equal(
            classifier.predict_proba(column), expected
        )


def test_three_classes_of_numbers():
    words = ["red", "green", "blue"]
    labels = np.array([30, 10, 20] * 30)
    texts = np.array([f"a {words[n % 3]} car" for n in range(90)], object)
    fitted = make(epochs=4, batch_size=8).fit(texts, labels)
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
    fitted = make(epochs=4, batch_size=4).fit(table["text"], table["good"])
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
    fitted = make(multi_label=True, epochs=6, batch_size=16)
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
            epochs=5, validation_fraction=0, class_weight=class_weight
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


# --- What scikit-learn and LIME do with it. ---


def test_clone(classifier):
    base = pytest.importorskip("sklearn.base")
    copy = base.clone(classifier)
    assert copy.get_params() == classifier.get_params()
    assert not hasattr(copy, "predictor_")


def test_cross_val_score():
    selection = pytest.importorskip("sklearn.model_selection")
    texts = SHORT * 8
    labels = ["good" if "fine" in text else "bad" for text in texts]
    scores = selection.cross_val_score(
        make(epochs=2, batch_size=4), texts, labels, cv=2
    )
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


def test_settings_of_numpy_can_be_saved(classifier, demo, tmp_path):
    """As a grid search leaves them."""
    saved = pickle.loads(pickle.dumps(classifier))
    saved.set_params(rnn_units=np.int64(8), dropout=np.float64(0.2))
    saved.save(tmp_path / "model")
    loaded = TextClassifier.load(tmp_path / "model")
    assert loaded.get_params() == classifier.get_params()
    assert type(loaded.rnn_units) is int


@pytest.mark.filterwarnings("ignore:.* texts have no word of the vocabulary")
def test_lime_finds_the_word_that_tells(classifier, demo):
    lime_text = pytest.importorskip("lime.lime_text")
    text = "It was filmed in Oslo. The plot is superb."
    explainer = lime_text.LimeTextExplainer(
        class_names=classifier.classes_.tolist(), random_state=0
    )
    explanation = explainer.explain_instance(
        text, classifier.predict_proba, num_features=4, num_samples=200
    )
    word, weight = max(explanation.as_list(), key=lambda pair: abs(pair[1]))
    assert word == "superb"
    assert weight > 0


def test_pickle_and_deep_copies(classifier, demo):
    copy = pickle.loads(pickle.dumps(classifier))
    np.testing.assert_array_equal(
        copy.predict_proba(demo[1][0]), classifier.predict_proba(demo[1][0])
    )


# --- Explained, saved, loaded. ---


def test_explanations(classifier, demo):
    texts, labels = demo[1][0][:40], demo[1][1][:40]
    explanations = classifier.explain(texts, labels)
    assert [e.text for e in explanations] == texts
    assert [e.label for e in explanations] == labels
    assert [e.prediction for e in explanations] == list(
        classifier.predict(texts)
    )
    shares = classifier.predict_proba(texts)
    for explanation, row in zip(explanations, shares, strict=True):
        assert list(explanation.probabilities) == ["negative", "positive"]
        np.testing.assert_allclose(
            list(explanation.probabilities.values()), row, atol=1e-6
        )
    strongest = [max(e.words, key=lambda w: w.weight) for e in explanations]
    assert np.mean([w.text.lower() in LABEL_WORDS for w in strongest]) > 0.5
    assert classifier.explain(texts[:1])[0].label is None


def test_explanations_need_a_label_for_each_text(classifier):
    with pytest.raises(ValueError, match="each of 2 texts. Received: 1"):
        classifier.explain(["fine", "dull"], ["positive"])


def test_save_and_load(classifier, demo, tmp_path):
    classifier.save(tmp_path / "model")
    loaded = TextClassifier.load(tmp_path / "model")
    texts = demo[1][0]
    np.testing.assert_array_equal(
        loaded.predict_proba(texts), classifier.predict_proba(texts)
    )
    assert loaded.get_params() == classifier.get_params()
    assert loaded.classes_.tolist() == classifier.classes_.tolist()
    assert loaded.classes_.dtype == classifier.classes_.dtype
    assert loaded.history_ == []
    np.testing.assert_array_equal(
        Predictor.load(tmp_path / "model").predict_proba(texts),
        classifier.predict_proba(texts),
    )


def test_settings_that_a_later_version_dropped(classifier, tmp_path):
    classifier.save(tmp_path / "model")
    path = tmp_path / "model" / "config.json"
    content = json.loads(path.read_text())
    content["settings"]["forgotten"] = 1
    path.write_text(json.dumps(content))
    loaded = TextClassifier.load(tmp_path / "model")
    assert loaded.get_params() == classifier.get_params()


_ON_ANOTHER_BACKEND = """
import json
import os
import sys
import keras
from han_attention import TextClassifier

assert keras.backend.backend() == sys.argv[1]
classifier = TextClassifier.load("model")
texts = json.load(open("texts.json"))
print(json.dumps(classifier.predict_proba(texts).tolist()))
"""


@pytest.mark.parametrize("backend", ["tensorflow", "jax", "torch"])
def test_loads_on_every_backend(backend, classifier, demo, tmp_path):
    if not find_spec(backend):
        pytest.skip(f"needs {backend}")
    if backend == keras.backend.backend():
        pytest.skip("is the backend it was saved on")
    texts = demo[1][0][:20]
    classifier.save(tmp_path / "model")
    (tmp_path / "texts.json").write_text(json.dumps(texts))
    output = subprocess.run(
        [sys.executable, "-c", _ON_ANOTHER_BACKEND, backend],
        cwd=tmp_path,
        env={**os.environ, "KERAS_BACKEND": backend},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    received = json.loads(output.splitlines()[-1])
    np.testing.assert_allclose(
        received, classifier.predict_proba(texts), atol=1e-5
    )


# --- Files. ---


def test_fit_files(tmp_path):
    with open(tmp_path / "a.csv", "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["text", "label"])
        for text in SHORT * 8:
            writer.writerow([text, "good" if "fine" in text else "bad"])
    files = TextFiles(tmp_path / "a.csv")
    fitted = make(epochs=2, batch_size=4).fit_files(files)
    assert fitted.classes_.tolist() == ["bad", "good"]
    assert fitted.predict(["a fine film", "dull"]).tolist() == ["good", "bad"]
    assert len(fitted.history_) == 2
    with pytest.raises(TypeError, match="Expected `TextFiles`"):
        fitted.fit_files(str(tmp_path / "a.csv"))


# --- Odd texts. ---


def test_a_long_text_is_cut(classifier):
    start = "The plot is superb. " * 100  # 500 words: more than `max_tokens`
    long = start + "awful " * 170_000
    assert len(long) > 1_000_000
    np.testing.assert_array_equal(
        classifier.predict_proba([long]), classifier.predict_proba([start])
    )


def test_nul_bytes_and_lone_surrogates(classifier):
    plain = classifier.predict_proba(["superb plot"])
    for text in ("superb\0plot", "\ud800superb plot", "superb\udfffplot"):
        shares = classifier.predict_proba([text])
        assert np.isfinite(shares).all()
        explanation = classifier.explain([text])[0]
        for word in explanation.words:
            assert text[word.start : word.end] == word.text
    assert classifier.predict(["superb\0"]) == classifier.predict(["superb"])
    assert plain.shape == (1, 2)


def test_texts_of_unknown_words_warn_once(classifier):
    for ask in (classifier.predict, classifier.predict_proba):
        with pytest.warns(UserWarning, match="2 of 3 texts have no") as seen:
            assert len(ask(["qwxz", "superb", ""])) == 3
        assert sum("no word" in str(one.message) for one in seen) == 1
    classifier.predict(["superb qwxz"])  # a warning would be an error


def test_no_texts(classifier):
    assert classifier.predict([]).shape == (0,)
    assert classifier.predict([]).dtype == classifier.classes_.dtype
    assert classifier.predict_proba([]).shape == (0, 2)
    assert classifier.explain([]) == []


# --- Wrong input: each one line that says what to do. ---


@pytest.mark.parametrize(
    ("X", "y", "message"),
    [
        ("a fine film", ["a"], "put it in a list"),
        (None, ["a"], "Expected a list of texts"),
        (["fine", None], ["a", "b"], "strings.*None .*index 1"),
        (["fine", float("nan")], ["a", "b"], "strings.*nan .*index 1"),
        (["fine", 3], ["a", "b"], "strings.*3 .*index 1"),
        (["fine", "dull"], None, "Expected a list of labels"),
        (["fine", "dull"], "ab", "Expected a list of labels"),
        (["fine", "dull"], ["a", None], "Expected a label.*None"),
        (["fine", "dull"], ["a", float("nan")], "Expected a label.*nan"),
        (["fine", "dull"], [["a"], ["b"]], "`multi_label=True`"),
        (["fine", "dull"], np.eye(2), r"labels.*ndarray \(2, 2\)"),
    ],
)
def test_what_is_no_text_or_label(X, y, message):
    with pytest.raises(TypeError, match=message) as error:
        make().fit(X, y)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("X", "y", "message"),
    [
        (["fine", "dull"], ["a"], "each of 2 texts. Received: 1 labels"),
        (["fine", "dull"], ["a", "a"], r"two different labels.*\['a'\]"),
        ([], [], "two different labels"),
        (["", " "], ["a", "b"], "hold no words"),
    ],
)
def test_nothing_to_learn(X, y, message):
    with pytest.raises(ValueError, match=message) as error:
        make().fit(X, y)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("labels", [["a", "b"], [1, 2], [["a"], None]])
def test_multi_label_needs_lists(labels):
    with pytest.raises(TypeError, match="Expected a list of labels for each"):
        make(multi_label=True).fit(["fine", "dull"], labels)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("architecture", "deep"),
        ("multi_label", "yes"),
        ("class_weight", "heavy"),
        ("unit", "letters"),
        ("vocabulary_size", 3),
        ("max_tokens", 0),
        ("truncation", "middle"),
        ("word_vectors", ""),
        ("pretrain_vectors", 1),
        ("frozen_epochs", -1),
        ("embedding_dim", 0),
        ("rnn_units", 2.5),
        ("num_layers", 0),
        ("cell", "rnn"),
        ("attention_units", "8"),
        ("num_heads", 0),
        ("normalizer", "max"),
        ("include_embedding", None),
        ("embedding_dropout", 1.0),
        ("dropout", -0.1),
        ("learning_rate", 0),
        ("learning_rate_schedule", "linear"),
        ("batch_size", 0),
        ("epochs", 0),
        ("patience", 0),
        ("validation_fraction", 1.0),
        ("seed", -1),
        ("verbose", "no"),
    ],
)
def test_settings_out_of_range_are_named_in_fit(name, value):
    wrong = TextClassifier(**{name: value})
    assert wrong.get_params()[name] == value
    with pytest.raises(ValueError, match=f"`{name}`") as error:
        wrong.fit(SHORT, ["a", "b"] * 12)
    assert f"{name}={value!r}" in str(error.value)
    assert not hasattr(wrong, "predictor_")


@pytest.mark.parametrize(
    "use",
    [
        lambda c: c.predict(["fine"]),
        lambda c: c.predict_proba(["fine"]),
        lambda c: c.explain(["fine"]),
        lambda c: c.score(["fine"], ["a"]),
        lambda c: c.save("model"),
        lambda c: c.export("model.onnx"),
    ],
)
def test_not_trained_yet(use, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ValueError, match="not trained yet. Call `fit`"):
        use(TextClassifier())
    assert not list(tmp_path.iterdir())


def test_one_text_to_predict(classifier):
    for ask in (
        classifier.predict,
        classifier.predict_proba,
        classifier.explain,
    ):
        with pytest.raises(TypeError, match="put it in a list"):
            ask("a fine film")


def test_no_model_to_load(tmp_path):
    with pytest.raises(FileNotFoundError, match="No model.*missing"):
        TextClassifier.load(tmp_path / "nowhere")


# --- Settings. ---


def test_every_setting_is_explained_with_its_default():
    documented = inspect.getdoc(TextClassifier).split("Attributes:")[0]
    for name, setting in inspect.signature(TextClassifier).parameters.items():
        entry = documented.split(f"\n    {name}: ")
        assert len(entry) == 2, name
        default = setting.default
        if isinstance(default, str):
            default = f'"{default}"'
        elif isinstance(default, int) and not isinstance(default, bool):
            default = f"{default:,}"
        text = " ".join(entry[1].replace("`", "").split())
        assert text.split("Defaults to ")[1].startswith(str(default)), name


def test_presets():
    demo = TextClassifier.from_preset("demo", epochs=2)
    assert (demo.rnn_units, demo.learning_rate) == (4, 0.01)
    assert demo.epochs == 2
    with pytest.raises(ValueError, match="`preset`.*'imdb'.*'huge'"):
        TextClassifier.from_preset("huge")


def test_import_loads_no_keras():
    loaded = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys, han_attention.estimator as c; c.TextClassifier(); "
            "print([n for n in ('keras', 'tensorflow', 'sklearn', 'lime')"
            " if n in sys.modules])",
        ],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    assert loaded == "[]"
