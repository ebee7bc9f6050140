"""Predictor of a hierarchical model: limits, saving, giant documents."""

import dataclasses
from functools import cache

import numpy as np
import pytest

from han_attention import TextPreprocessor
from han_attention import Tokenizer
from han_attention import build_han
from han_attention.inference import model_reader
from han_attention.inference.keras import Predictor

# The empty document has no known word.
pytestmark = pytest.mark.filterwarnings(r"ignore:\d of \d texts have no word")

DOCUMENTS = [
    "A fine film. A dull day! And a fine, long one.",
    "Dull.",
    "",
    "A film. " * 12,
    "A fine day and a dull film and a fine film. Fine!",
]


def make_han(max_sentences=None, max_sentence_tokens=None, **options):
    tokenizer = Tokenizer.train(DOCUMENTS)
    sizes = {"embedding_dim": 6, "rnn_units": 5, "attention_units": 4}
    model = build_han(len(tokenizer), **sizes | options)
    rng = np.random.default_rng(1)
    model.set_weights(
        [rng.normal(scale=0.7, size=w.shape) for w in model.weights]
    )
    names = ["bad", "good", "so so"][: max(model.output.shape[-1], 2)]
    preprocessor = TextPreprocessor(
        tokenizer,
        "hierarchical",
        max_sentences=max_sentences,
        max_sentence_tokens=max_sentence_tokens,
    )
    return Predictor(
        model,
        preprocessor,
        names,
        options.get("multi_label", False),
    )


@cache
def get_han(name):
    """One of `HANS`, built and traced once."""
    return make_han(**HANS[name])


HANS = {
    "attention": {},
    "mean": {"pooling": "mean", "num_classes": 3},
    "max": {"pooling": "max", "include_embedding": True},
    "heads": {"num_heads": 2, "num_classes": 3, "multi_label": True},
}


@pytest.mark.parametrize("name", HANS)
def test_documents_together_are_those_alone(name):
    predictor = get_han(name)
    assert predictor.preprocessor.hierarchical
    together = predictor.predict_proba(DOCUMENTS, batch_size=2)
    assert np.ptp(together[:, 0]) > 0.01
    for n, text in enumerate(DOCUMENTS):
        alone = predictor.predict_proba([text] if text else [text, "fine"])
        np.testing.assert_allclose(together[n], alone[0], atol=1e-6)


def test_documents_are_cut_where_the_limits_say():
    predictor = make_han(max_sentences=2, max_sentence_tokens=3)
    cut, by_hand = predictor.predict_proba(
        ["A fine film and more. Dull day. A film.", "A fine film\n\nDull day."]
    )
    np.testing.assert_allclose(cut, by_hand, atol=1e-6)


@pytest.mark.parametrize("options", HANS.values(), ids=HANS)
def test_a_saved_model_of_documents(options, tmp_path):
    predictor = make_han(7, 5, **options)
    predictor.save(tmp_path / "model")
    loaded = Predictor.load(tmp_path / "model")
    assert loaded.preprocessor == predictor.preprocessor
    assert loaded.preprocessor.architecture == "hierarchical"
    assert loaded.preprocessor.max_sentences == 7
    assert loaded.preprocessor.max_sentence_tokens == 5
    np.testing.assert_allclose(
        loaded.predict_proba(DOCUMENTS),
        predictor.predict_proba(DOCUMENTS),
        atol=1e-6,
    )


def test_the_same_with_other_limits():
    predictor = make_han()
    preprocessor = dataclasses.replace(predictor.preprocessor, max_sentences=1)
    first = Predictor(predictor.model, preprocessor, predictor.class_names)
    assert first.preprocessor == preprocessor
    np.testing.assert_allclose(
        first.predict_proba(DOCUMENTS[:1]),
        predictor.predict_proba(["A fine film."]),
        atol=1e-6,
    )


@pytest.mark.parametrize("name", HANS)
@pytest.mark.parametrize("budget", [1, 50])
def test_read_in_parts_documents_give_the_same(name, budget, monkeypatch):
    predictor = get_han(name)
    ids = predictor.encode(DOCUMENTS).padded()
    assert ids.size > 300
    expected = predictor.run_with_attention(ids)
    predicted = predictor.predict_proba(DOCUMENTS)
    sizes = []

    def run_in_parts(reader, ids):
        sizes.append(ids.size)
        return in_parts(reader, ids)

    in_parts = model_reader.ModelReader._run_in_parts
    monkeypatch.setattr(model_reader, "MAX_BATCH_TOKENS", budget)
    monkeypatch.setattr(model_reader.ModelReader, "_run_in_parts", run_in_parts)
    received = predictor.run_with_attention(ids)
    assert sizes == [ids.size]
    for a, b in zip(received, expected, strict=True):
        np.testing.assert_allclose(a, b, atol=1e-6)
    np.testing.assert_allclose(
        predictor.predict_proba(DOCUMENTS), predicted, atol=1e-6
    )


def test_a_document_of_a_hundred_thousand_words():
    predictor = make_han()
    sentence = " ".join(["a fine film and a dull day"] * 7) + ". "
    text = sentence.capitalize() * 2_700
    assert len(text.split()) > 100_000
    encoded = predictor.encode([text])
    assert encoded.sizes.tolist() == [2_700]
    assert encoded.padded().size > model_reader.MAX_BATCH_TOKENS
    predicted = predictor.predict_proba([text, "fine"])
    # Sentences repeat, so few of them say about as much.
    few = predictor.predict_proba([sentence.capitalize() * 100])
    np.testing.assert_allclose(predicted[0], few[0], atol=0.05)
    assert np.abs(predicted[0] - predicted[1]).max() > 0.01


@pytest.mark.parametrize("ids", [[[3, 4]], [[[[3, 4]]]]])
def test_ids_of_another_rank_than_documents(ids):
    with pytest.raises(ValueError, match="Expected shape"):
        make_han().run(np.array(ids))
