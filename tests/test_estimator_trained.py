"""A trained TextClassifier: asked, explained, copied, saved and loaded."""

import json
import pickle
from importlib.util import find_spec

import keras
import numpy as np
import pytest
from estimator_cases import make

from han_attention import TextClassifier
from han_attention import make_demo_reviews
from han_attention.data.demo import LABEL_WORDS
from han_attention.inference.keras import Predictor


@pytest.fixture(scope="module")
def demo():
    """Training and test reviews with their labels as words."""
    dataset = make_demo_reviews(800, 200)
    return [
        (examples.texts, [dataset.class_names[n] for n in examples.labels])
        for examples in (dataset.train, dataset.test)
    ]


@pytest.fixture(scope="module")
def classifier(demo):
    keras.utils.set_random_seed(0)
    quick = {"epochs": 4, "batch_size": 40, "learning_rate": 0.02}
    return make(normalizer="sparsemax", **quick).fit(*demo[0])


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


def test_clone(classifier):
    base = pytest.importorskip("sklearn.base")
    copy = base.clone(classifier)
    assert copy.get_params() == classifier.get_params()
    assert not hasattr(copy, "predictor_")


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


def test_a_long_text_is_cut(classifier):
    start = "The plot is superb. " * 300  # 1,500 words: more than `max_tokens`
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


def test_one_text_to_predict(classifier):
    for ask in (
        classifier.predict,
        classifier.predict_proba,
        classifier.explain,
    ):
        with pytest.raises(TypeError, match="put it in a list"):
            ask("a fine film")
