"""Labels that are probably wrong: by hand, and beside cleanlab."""

import numpy as np
import pytest

from han_attention import TextClassifier
from han_attention import make_demo_reviews
from han_attention.evaluation import find_mistakes
from han_attention.evaluation import predict_out_of_fold


def draw(number=2_000, classes=6, seed=0):
    """Probabilities of a fair model, and labels of which a tenth is wrong."""
    rng = np.random.default_rng(seed)
    values = rng.dirichlet([0.3] * classes, size=number)
    labels = np.array([rng.choice(classes, p=row) for row in values])
    wrong = rng.random(number) < 0.1
    labels[wrong] = rng.integers(0, classes, wrong.sum())
    return values, labels.tolist()


def test_by_hand():
    values = [[0.9, 0.1], [0.7, 0.3], [0.1, 0.9], [0.2, 0.8], [0.95, 0.05]]
    labels = ["a", "a", "b", "b", "b"]
    # Texts labelled a have 0.8 on the mean, those labelled b 0.583.
    (found,) = find_mistakes(values, labels, ["a", "b"])
    assert (found.row, found.label, found.suggestion) == (4, "b", "a")
    assert found.probability == 0.05


def test_a_class_without_texts_and_wrong_shapes():
    values = [[0.6, 0.3, 0.1], [0.3, 0.6, 0.1]]
    assert find_mistakes(values, ["a", "b"], ["a", "b", "c"]) == []
    with pytest.raises(ValueError, match="argument `probabilities`"):
        find_mistakes(values, ["a"], ["a", "b", "c"])
    with pytest.raises(ValueError, match="Unknown label 'z'"):
        find_mistakes(values, ["a", "z"], ["a", "b", "c"])


def test_as_cleanlab_has_it():
    filters = pytest.importorskip("cleanlab.filter")
    values, labels = draw()
    expected = filters.find_label_issues(
        labels,
        values,
        filter_by="confident_learning",
        return_indices_ranked_by="self_confidence",
    )
    found = find_mistakes(values, labels, list(range(6)))
    assert [one.row for one in found] == expected.tolist()


def test_out_of_fold_each_text_is_new_to_its_model():
    dataset = make_demo_reviews(num_train=60, num_test=10)
    texts = list(dataset.train.texts)
    labels = [dataset.class_names[n] for n in dataset.train.labels]
    seen = []

    class Watched(TextClassifier):
        def fit(self, X, y):
            seen.append(set(X))
            return super().fit(X, y)

        def predict_proba(self, X):
            assert not set(X) & (seen[-1] - duplicates)
            return super().predict_proba(X)

    duplicates = {text for text in texts if texts.count(text) > 1}
    values, classes = predict_out_of_fold(
        lambda: Watched(rnn_units=2, embedding_dim=4, epochs=1, verbose=False),
        texts,
        labels,
        folds=2,
    )
    assert len(seen) == 2
    assert classes == ["negative", "positive"]
    np.testing.assert_allclose(values.sum(axis=1), 1, atol=1e-5)
    with pytest.raises(ValueError, match="argument `folds`"):
        predict_out_of_fold(TextClassifier, texts[:3], list("aab"), folds=2)
