"""Training with n-grams: from log-count ratios, in memory and in files."""

import numpy as np
import pytest
from layer_checks import to_numpy
from training_cases import published

from han_attention import TextClassifier
from han_attention import TextFiles
from han_attention.text.count_ratios import log_count_ratios
from han_attention.training import ngrams
from han_attention.training.model import build_model
from han_attention.training.model import compile_model
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


def start(prepare, *data, epochs=0, monkeypatch=None, **settings):
    config = published(**SMALL | settings)
    prepared = prepare(config, *data)
    size = len(prepared.preprocessor.tokenizer)
    model = build_model(config, prepared.task, size)
    monkeypatch.setattr(ngrams, "_EPOCHS", epochs)
    ngrams.train_ngrams(model, config, prepared)
    return model, prepared


def assert_started(model, ratios):
    table = to_numpy(model.get_layer("ngrams").embeddings)
    np.testing.assert_allclose(table, 0.02 * ratios, atol=1e-7)
    assert np.abs(table).max() > 0.01


@pytest.mark.parametrize("architecture", ["flat", "hierarchical"])
@pytest.mark.parametrize(
    ("labels", "options"),
    [
        (LABELS, {}),
        (["a", "b", "c", "b"] * 20, {}),
        ([["a"], ["a", "b"]] * 40, {"multi_label": True}),
        (LABELS, {"class_weight": {"no": 3.0}}),
    ],
)
def test_rows_start_from_ratios(architecture, labels, options, monkeypatch):
    model, data = start(
        prepare_texts,
        TEXTS,
        labels,
        architecture=architecture,
        monkeypatch=monkeypatch,
        **options,
    )
    layer = model.get_layer("ngrams")
    ratios = log_count_ratios(
        [data.train.batches(100)[0]],
        len(set(np.concatenate([np.atleast_1d(x) for x in labels]))),
        multi_label=bool(options.get("multi_label")),
        ngram_range=(1, 2),
        num_buckets=2**12,
        vocabulary_size=layer.vocabulary_size,
        min_count=2,
    )
    assert_started(model, ratios)


def test_a_stream_gives_the_same_rows(tmp_path, monkeypatch):
    lines = [f"{x},{y}" for x, y in zip(TEXTS, LABELS, strict=True)]
    (tmp_path / "rows.csv").write_text("\n".join(["text,label", *lines]))
    files = TextFiles(tmp_path / "rows.csv")
    streamed, _ = start(prepare_files, files, monkeypatch=monkeypatch)
    in_memory, _ = start(prepare_texts, TEXTS, LABELS, monkeypatch=monkeypatch)
    table = to_numpy(in_memory.get_layer("ngrams").embeddings)
    assert_started(streamed, table / 0.02)


def test_without_ngrams_nothing_starts(monkeypatch):
    model, _ = start(
        prepare_texts,
        TEXTS,
        LABELS,
        ngram_range=None,
        monkeypatch=monkeypatch,
    )
    assert model.layers[-1].name == "logits"


@pytest.mark.parametrize(
    ("labels", "options"),
    [
        (LABELS, {}),
        (["a", "b", "c", "b"] * 20, {}),
        ([["a"], ["a", "b"]] * 40, {"multi_label": True}),
    ],
)
def test_ngrams_learn_alone_and_then_stay(labels, options, monkeypatch):
    model, data = start(
        prepare_texts,
        TEXTS,
        labels,
        epochs=2,
        monkeypatch=monkeypatch,
        **options,
    )
    layer = model.get_layer("ngrams")
    started, _ = start(
        prepare_texts, TEXTS, labels, monkeypatch=monkeypatch, **options
    )
    before = to_numpy(started.get_layer("ngrams").embeddings)
    after = to_numpy(layer.embeddings)
    seen = np.any(after != before, axis=1)
    # The rows of the few n-grams that there are, and no others.
    assert 4 < seen.sum() <= 4 + 2 * 4
    assert layer.trainable_variables == []
    ids, labels = data.train.batches(100)[0]
    compile_model(model, published(**SMALL), data.task, 10)
    model.train_on_batch(ids, labels)
    np.testing.assert_array_equal(to_numpy(layer.embeddings), after)
    assert not to_numpy(layer(ids, training=True)).any()
    assert to_numpy(layer(ids)).any()


def test_what_is_frequent_is_not_learnt_twice(monkeypatch):
    """No word tells the classes apart, and one has nine texts of ten."""
    labels = (["no"] * 9 + ["yes"]) * 8
    model, data = start(
        prepare_texts, ["same"] * 80, labels, epochs=2, monkeypatch=monkeypatch
    )
    layer = model.get_layer("ngrams")
    added = to_numpy(layer(data.train.batches(10)[0][0]))
    assert np.abs(added).max() < 0.1


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
    # A resumed run has the rows of its checkpoint.
    more = TextClassifier(**SMALL | {"epochs": 3, "architecture": architecture})
    more.fit(TEXTS, LABELS, run_dir=tmp_path / "run", resume=True)
    assert len(more.history_) == 3


def test_too_few_buckets_for_the_words():
    classifier = TextClassifier(**SMALL | {"num_ngram_buckets": 5})
    with pytest.raises(ValueError, match="`num_ngram_buckets`"):
        classifier.fit(TEXTS, LABELS)
