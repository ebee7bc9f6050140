"""Unlabelled texts: what n-grams say by the texts they are in."""

import numpy as np
import pytest
from layer_checks import to_numpy
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from han_attention import TextClassifier
from han_attention import TextFiles
from han_attention.explain.explainer import explain_texts
from han_attention.training.ngram_vectors import learn_ngram_vectors

pytest.importorskip("gensim")

KINDS = ["fine good great lovely superb", "bad dull poor weak awful"]
SMALL = {
    "cell": "none",
    "embedding_dim": 4,
    "attention_units": 3,
    "epochs": 1,
    "seed": 1,
    "verbose": False,
}


def write_texts(number, seed):
    """Each of words of one kind; (texts, kinds)."""
    rng = np.random.default_rng(seed)
    kinds = np.arange(number) % 2
    words = [rng.choice(KINDS[kind].split(), 3) for kind in kinds]
    return [f"a {' '.join(each)} film" for each in words], kinds


@pytest.fixture(scope="module")
def labelled():
    """Two words of each kind: nothing of the others."""
    texts = ["a fine film", "a good film", "a bad film", "a dull film"] * 6
    return texts, ["yes", "yes", "no", "no"] * 6


def draw_texts(*shape, density):
    found = np.random.default_rng(0).random(shape) < density
    return csr_matrix(found.astype("float32"))


def test_sums_are_alike_in_size_and_fits_are_those_of_scikit_learn():
    texts = draw_texts(400, 30, density=0.2)
    parts = [texts[:100], texts[100:]]
    vectors = learn_ngram_vectors(parts, seed=1, verbose=False)
    sums = vectors.encode(texts)
    np.testing.assert_allclose(sums.mean(axis=0), 0, atol=1e-4)
    np.testing.assert_allclose(sums.std(axis=0), 1, atol=1e-4)
    rng = np.random.default_rng(1)
    targets, weights = rng.integers(2, size=(400, 3)), rng.random(400)
    targets[:, 2] = 1
    rows, bias = vectors.fit(texts, targets, weights)
    for column in range(2):
        expected = LogisticRegression(C=0.1, max_iter=1_000)
        expected.fit(sums, targets[:, column], sample_weight=weights)
        np.testing.assert_allclose(
            texts @ rows[:, column] + bias[column],
            expected.decision_function(sums),
            atol=1e-3,
        )
    assert not rows[:, 2].any()  # of one class alone, its share
    share = (weights.sum() + 1) / (weights.sum() + 2)
    assert bias[2] == pytest.approx(np.log(share / (1 - share)))


def test_what_is_in_few_texts_has_no_vector():
    texts = draw_texts(9, 30, density=0.9)
    assert learn_ngram_vectors([texts], seed=1, verbose=False) is None


def test_words_without_a_label_are_learnt_from_texts_without(
    labelled, tmp_path
):
    unlabelled, _ = write_texts(1_000, seed=1)
    texts, kinds = write_texts(200, seed=2)
    expected = np.where(kinds == 0, "yes", "no")
    model = TextClassifier(**SMALL).fit(*labelled, unlabelled=iter(unlabelled))
    assert (np.array(model.predict(texts)) == expected).mean() > 0.9
    assert "superb" in model.predictor_.tokenizer.vocabulary
    alone = TextClassifier(**SMALL).fit(*labelled)
    assert (np.array(alone.predict(texts)) == expected).mean() < 0.9
    # What is explained is exact, of words that no label was seen with too.
    predictor, text = model.predictor_, "a superb awful film"
    (explanation,) = explain_texts(predictor, [text])
    scores = explanation.scores("contribution", "yes")
    assert scores[1] > scores[2]
    logit = to_numpy(predictor.model(predictor.encode([text]).padded()))[0]
    logit -= to_numpy(predictor.model.get_layer("logits").bias)
    assert sum(scores) == pytest.approx(logit[0], abs=1e-4)
    model.save(tmp_path / "m")
    loaded = TextClassifier.load(tmp_path / "m")
    np.testing.assert_allclose(
        loaded.predict_proba(texts), model.predict_proba(texts), atol=1e-6
    )


def test_files_and_several_classes(labelled, tmp_path):
    unlabelled, _ = write_texts(1_000, seed=1)
    rows = [f"{t},{y}" for t, y in zip(*labelled, strict=True)]
    rows += ["a film of two hours,none", "two hours of film,none"] * 6
    path = tmp_path / "train.csv"
    path.write_text("\n".join(["text,label", *rows]))
    model = TextClassifier(**SMALL).fit_files(
        TextFiles(path), unlabelled=unlabelled
    )
    texts, kinds = write_texts(200, seed=2)
    expected = np.where(kinds == 0, "yes", "no")
    assert (np.array(model.predict(texts)) == expected).mean() > 0.75
