"""Training with n-grams: fitted alone, then frozen, then scaled."""

import numpy as np
import pytest
from layer_checks import to_numpy
from scipy.sparse import csr_matrix
from scipy.sparse import diags_array
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import ComplementNB
from training_cases import published

from han_attention import TextClassifier
from han_attention import TextFiles
from han_attention.text.count_ratios import log_count_ratios
from han_attention.training.model import build_model
from han_attention.training.model import compile_model
from han_attention.training.ngram_classifier import NGramClassifier
from han_attention.training.ngram_classifier import NGramTexts
from han_attention.training.ngrams import choose_num_buckets
from han_attention.training.ngrams import train_ngrams
from han_attention.training.sources.memory import prepare_texts
from han_attention.training.sources.stream import prepare_files

# The words are those of both classes: their order alone decides.
TEXTS = ["not good but bad", "not bad but good"] * 40
LABELS = ["no", "yes"] * 40
SMALL = {
    "embedding_dim": 4,
    "rnn_units": 4,
    "attention_units": 3,
    "batch_size": 10,
    "normalization": "words",
    "ngram_range": (1, 2),
    "num_ngram_buckets": 2**12,
    "validation_fraction": 0.0,
    "patience": None,
    "seed": 1,
    "verbose": False,
}
TASKS = [
    (LABELS, {}),
    (["a", "b", "c", "b"] * 20, {}),
    ([["a"], ["a", "b"]] * 40, {"multi_label": True}),
    (LABELS, {"class_weight": {"no": 3.0}}),
]


def train(prepare, *data, **settings):
    config = published(**SMALL | settings)
    prepared = prepare(config, *data)
    model = build_model(
        config,
        prepared.task,
        len(prepared.preprocessor.tokenizer),
        num_ngram_buckets=choose_num_buckets(config, prepared),
    )
    return model, prepared, train_ngrams(model, config, prepared)


@pytest.mark.parametrize(("labels", "options"), TASKS)
@pytest.mark.parametrize("architecture", ["flat", "hierarchical"])
def test_the_layer_gives_what_was_fitted(architecture, labels, options):
    model, data, trained = train(
        prepare_texts, TEXTS, labels, architecture=architecture, **options
    )
    layer = model.get_layer("ngrams")
    layer.assign_rows(trained.ngrams, trained.table.rows)
    ids = data.train.texts.padded()
    expected = trained.table.predict(trained.train) - trained.table.bias
    received = to_numpy(layer(ids))
    assert received.shape == trained.train.targets.shape
    # The matrix has the texts in the order of the batches.
    np.testing.assert_allclose(
        np.sort(received, axis=0), np.sort(expected, axis=0), atol=1e-5
    )
    assert np.abs(received).max() > 0.5


def test_the_attention_learns_without_them():
    model, data, trained = train(prepare_texts, TEXTS, LABELS)
    layer = model.get_layer("ngrams")
    # The rows of the few n-grams that there are, and no others.
    assert 4 < np.any(trained.table.rows != 0, axis=1).sum() <= 4 + 2 * 4
    layer.assign_rows(trained.ngrams, trained.table.rows)
    before = to_numpy(layer.embeddings)
    assert layer.trainable_variables == []
    ids, labels = data.train.batches(100)[0]
    compile_model(model, published(**SMALL), data.task, 10)
    model.train_on_batch(ids, labels)
    np.testing.assert_allclose(to_numpy(layer.embeddings), before, atol=1e-6)
    assert not to_numpy(layer(ids, training=True)).any()
    assert to_numpy(layer(ids)).any()


def test_a_stream_gives_the_same_rows(tmp_path):
    lines = [f"{x},{y}" for x, y in zip(TEXTS, LABELS, strict=True)]
    (tmp_path / "rows.csv").write_text("\n".join(["text,label", *lines]))
    files = TextFiles(tmp_path / "rows.csv")
    _, _, streamed = train(prepare_files, files)
    _, _, in_memory = train(prepare_texts, TEXTS, LABELS)
    for classifier in (streamed.classifier, in_memory.classifier):
        classifier.scales = np.ones(4)  # the folds are others
    np.testing.assert_allclose(
        streamed.classifier.refit(streamed.train).rows,
        in_memory.classifier.refit(in_memory.train).rows,
        atol=1e-3,
    )


def test_each_view_is_the_classifier_of_scikit_learn():
    """With the columns scaled by what the docstring says."""
    texts = [f"{a} {b} {c}" for a in "xyz" for b in "xyz" for c in "xuv"] * 3
    labels = ["yes" if "x" in text and "u" in text else "no" for text in texts]
    _, _, trained = train(prepare_texts, texts, labels)
    train_texts, classifier = trained.train, trained.classifier
    tables = classifier._fit_tables(train_texts)
    binary = (train_texts.ngrams != 0).astype("float64")
    counts = np.asarray(binary.sum(axis=0)).reshape(-1)
    seen = np.flatnonzero(counts)
    importance = np.log((1 + len(texts)) / (1 + counts[seen])) + 1
    ratios = log_count_ratios(binary[:, seen], train_texts.targets)[:, 0]
    words = seen < classifier.num_words
    scales = [
        importance * words,
        importance,
        np.sqrt(np.abs(ratios) * importance),
    ]
    for table, scale in zip(tables[:3], scales, strict=True):
        features = train_texts.ngrams[:, seen] @ diags_array(scale)
        expected = LogisticRegression(C=10, solver="liblinear", tol=1e-8)
        expected.fit(features, train_texts.targets[:, 0])
        np.testing.assert_allclose(
            table.predict(train_texts)[:, 0],
            expected.decision_function(features),
            rtol=0.03,
        )
    words_only = train_texts.ngrams[:, seen] @ diags_array(importance * words)
    bayes = ComplementNB(alpha=0.05)
    bayes.fit(words_only[:, words], train_texts.targets[:, 0])
    odds = bayes.predict_joint_log_proba(words_only[:, words]) @ [-1, 1]
    received = tables[3].predict(train_texts)[:, 0]
    assert np.corrcoef(received, odds)[0, 1] > 1 - 1e-9
    np.testing.assert_allclose(received.std(), 2)


def test_a_class_that_is_never_seen_says_what_the_prior_says():
    _, _, trained = train(prepare_texts, TEXTS, LABELS)
    texts = trained.train
    texts.targets[:] = 0
    tables = NGramClassifier(0, False, 1)._fit_tables(texts)
    for table in tables:
        assert not table.rows.any()
        np.testing.assert_allclose(table.bias, np.log(1 / 81), atol=1e-5)


def test_words_that_mislead_get_no_scale():
    """In each fold the words say the opposite of what they say outside."""
    texts = [f"word{n}" for n in range(40)]
    _, _, trained = train(prepare_texts, texts, ["a", "b"] * 20)
    assert np.isfinite(trained.table.rows).all()
    assert np.isfinite(trained.classifier.scales).all()


def test_what_is_frequent_is_not_learnt_twice():
    """No word tells the classes apart, and one has nine texts of ten."""
    labels = (["no"] * 9 + ["yes"]) * 8
    _, _, trained = train(prepare_texts, ["same"] * 80, labels)
    added = trained.table.predict(trained.train) - trained.table.bias
    # The word has a part of what the bias has, which is regularized too.
    assert np.abs(added).max() < 2.2


@pytest.mark.parametrize("classes", [1, 3])
def test_words_that_mislead_count_nothing(classes):
    """A word is in two texts, whose labels differ."""
    targets = np.zeros((60, classes))
    targets[::2] = 1
    pairs = csr_matrix(np.repeat(np.eye(30, dtype="float32"), 2, axis=0))
    texts = NGramTexts(pairs, targets, np.ones(60, "float32"))
    classifier = NGramClassifier(30, classes > 1, seed=1)
    table = classifier.fit(texts, texts.take(np.arange(0)))
    assert not table.rows.any() and not classifier.scales.any()
    assert np.isfinite(classifier.refit(texts).bias).all()


@pytest.mark.parametrize("counts", [(8, 8), (2, 30), (1, 1), (3, 4, 1, 9)])
def test_folds_have_their_share_of_every_class(counts):
    classes = np.repeat(np.arange(len(counts)), counts)
    targets = np.eye(len(counts))[classes]
    targets = targets[:, 1:] if len(counts) == 2 else targets
    ngrams = csr_matrix(np.arange(len(classes))[:, None].astype("float32"))
    texts = NGramTexts(ngrams, targets, np.ones(len(classes)))
    held_out = []
    for learnt, other in NGramClassifier(1, False, 1)._split(texts):
        numbers = other.ngrams.toarray()[:, 0].astype(int)
        assert len(learnt) + len(numbers) == len(classes)
        of_fold = np.bincount(classes[numbers], minlength=len(counts))
        if max(counts) >= 3:
            assert (np.abs(of_fold - np.array(counts) / 3) < 1).all()
        held_out += numbers.tolist()
    assert sorted(held_out) == list(range(len(classes)))


def test_few_texts_in_any_order_are_enough():
    """Eight of each class, whose words say a little."""
    right = []
    for seed in range(10):
        rng = np.random.default_rng(seed)
        classes = rng.permutation(np.arange(16) % 2)
        classes = np.concatenate([classes, np.arange(1000) % 2])
        rates = np.full((1016, 200), 0.1)
        rates[:, :10] += 0.12 * classes[:, None]
        rates[:, 10:20] += 0.12 * (1 - classes[:, None])
        words = (rng.random(rates.shape) < rates).astype("float32")
        words /= np.sqrt(words.sum(axis=1, keepdims=True))
        targets, weights = classes[:, None], np.ones(1016)
        texts = NGramTexts(csr_matrix(words), targets, weights)
        few = texts.take(np.arange(16))
        classifier = NGramClassifier(200, False, seed=seed)
        table = classifier.fit(few, few.take(np.arange(0)))
        assert classifier.scales.any()
        right.append(((table.predict(texts) > 0) == targets)[16:].mean())
    assert np.mean(right) > 0.54


def test_without_ngrams_nothing_is_fitted():
    model, _, trained = train(prepare_texts, TEXTS, LABELS, ngram_range=None)
    assert model.layers[-1].name == "logits" and trained is None


@pytest.mark.parametrize(
    ("given", "texts", "expected"),
    [
        (None, TEXTS, 2**10),  # 80 texts of 4 words, twice
        (300, TEXTS, 300),
        (None, ["word"] * 2, 2**3),
    ],
)
def test_the_table_is_as_large_as_it_must_be(given, texts, expected):
    config = published(**SMALL | {"num_ngram_buckets": given})
    data = prepare_texts(config, texts, LABELS[: len(texts)])
    assert choose_num_buckets(config, data) == expected


@pytest.mark.parametrize("architecture", ["flat", "hierarchical"])
def test_a_classifier_with_ngrams(architecture, tmp_path):
    """One epoch is too little for the attention, not for the phrases."""
    classifier = TextClassifier(
        **SMALL | {"epochs": 2, "architecture": architecture}
    )
    classifier.fit(TEXTS, LABELS, run_dir=tmp_path / "run")
    assert classifier.score(TEXTS, LABELS) == 1.0
    (explanation,) = classifier.explain(TEXTS[:1])
    assert "contribution" in explanation.methods
    classifier.save(tmp_path / "model")
    loaded = TextClassifier.load(tmp_path / "model")
    np.testing.assert_allclose(
        loaded.predict_proba(TEXTS[:4]),
        classifier.predict_proba(TEXTS[:4]),
        atol=1e-6,
    )
    assert loaded.ngram_range == (1, 2)
    more = TextClassifier(**SMALL | {"epochs": 3, "architecture": architecture})
    more.fit(TEXTS, LABELS, run_dir=tmp_path / "run", resume=True)
    assert len(more.history_) == 3
    straight = TextClassifier(
        **SMALL | {"epochs": 3, "architecture": architecture}
    ).fit(TEXTS, LABELS)
    np.testing.assert_allclose(
        more.predict_proba(TEXTS[:2]),
        straight.predict_proba(TEXTS[:2]),
        atol=1e-6,
    )


def test_no_phrase_is_named_that_was_never_seen():
    """In a table as small as this, all of them share their bucket."""
    classifier = TextClassifier(**SMALL | {"num_ngram_buckets": 9, "epochs": 1})
    classifier.fit(TEXTS, LABELS)
    (explanation,) = classifier.explain(["good not bad but good but but bad"])
    phrases = {each.text for each in explanation.ngrams if each.size == 2}
    seen = {"not good", "good but", "but bad", "not bad", "bad but", "but good"}
    assert phrases
    assert phrases <= seen


def test_too_few_buckets_for_the_words():
    classifier = TextClassifier(**SMALL | {"num_ngram_buckets": 5})
    with pytest.raises(ValueError, match="`num_ngram_buckets`"):
        classifier.fit(TEXTS, LABELS)
