"""TextClassifier with a 0/1 matrix for labels, and with weights of texts."""

import numpy as np
import pytest

from han_attention import TextClassifier

SMALL = {
    "rnn_units": 8,
    "embedding_dim": 16,
    "attention_units": 8,
    "learning_rate": 0.05,
    "embedding_dropout": 0.0,
    "batch_size": 60,
    "seed": 1,
    "verbose": False,
}
NAMES = ["red", "green", "blue"]


@pytest.fixture(scope="module")
def colours():
    """Texts and a table that says which colours they name."""
    pandas = pytest.importorskip("pandas")
    matrix = (np.random.default_rng(0).random((120, 3)) < 0.5).astype(int)
    texts = [" ".join(["car", *np.array(NAMES)[row == 1]]) for row in matrix]
    return texts, pandas.DataFrame(matrix, columns=NAMES)


@pytest.fixture(scope="module")
def fitted(colours):
    texts, table = colours
    weights = np.ones(len(texts))
    classifier = TextClassifier(multi_label=True, epochs=8, **SMALL)
    return classifier.fit(texts, table, sample_weight=weights)


def test_a_matrix_in_gives_a_matrix_out(fitted, colours):
    texts, table = colours
    metrics = pytest.importorskip("sklearn.metrics")
    assert fitted.classes_.tolist() == NAMES
    predicted = fitted.predict(texts)
    assert predicted.shape == (120, 3)
    np.testing.assert_array_equal(predicted, fitted.predict_proba(texts) >= 0.5)
    accuracy = metrics.accuracy_score(table, predicted)
    assert accuracy > 0.9
    assert fitted.score(texts, table.to_numpy()) == accuracy
    assert fitted.predict([]).shape == (0, 3)


def test_explanations_name_the_columns(fitted, colours):
    texts, table = colours
    explained = fitted.explain(texts[:2], table[:2])
    assert [e.label for e in explained] == [
        [name for name in NAMES if name in text] for text in texts[:2]
    ]


def test_a_loaded_one_gives_a_matrix_too(fitted, colours, tmp_path):
    texts, table = colours
    fitted.save(tmp_path / "model")
    loaded = TextClassifier.load(tmp_path / "model")
    np.testing.assert_array_equal(loaded.predict(texts), fitted.predict(texts))
    assert loaded.score(texts, table) == fitted.score(texts, table)


def test_weights_say_which_label_counts():
    """Every text has both labels: the one with more weight is learnt."""
    texts = ["fine", "dull"] * 12
    labels = ["good", "bad"] * 6 + ["bad", "good"] * 6
    weights = np.repeat([0.1, 1.0], 12)
    classifier = TextClassifier(epochs=6, validation_fraction=0, **SMALL)
    classifier.fit(texts, labels, weights)
    assert classifier.predict(["fine", "dull"]).tolist() == ["bad", "good"]
    assert classifier.score(texts, labels, weights) == pytest.approx(1 / 1.1)


@pytest.mark.parametrize("weights", [[1.0], [1.0, -1.0], [0, 0]])
def test_wrong_weights_are_refused_before_training(weights):
    classifier = TextClassifier(verbose=False)
    with pytest.raises(ValueError, match="argument `sample_weight`"):
        classifier.fit(["fine", "dull"], ["good", "bad"], weights)
    assert not hasattr(classifier, "predictor_")


@pytest.mark.parametrize("ngram_range", [(1, 2), None])
def test_one_label_that_a_text_has_or_has_not(ngram_range):
    texts, labels = ["a fine film", "a dull book"] * 12, [["praise"], []] * 12
    settings = SMALL | {"ngram_range": ngram_range}
    classifier = TextClassifier(multi_label=True, epochs=6, **settings)
    classifier.fit(texts, labels)
    assert classifier.classes_.tolist() == ["praise"]
    assert list(classifier.predict(texts[:2])) == labels[:2]
    column = np.array([[1], [0]] * 12)
    assert classifier.fit(texts, column).score(texts, column) == 1
