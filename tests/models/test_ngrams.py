"""N-grams beside the attention: the logits are the sum of both."""

import keras
import numpy as np
import pytest
from layer_checks import assert_close
from layer_checks import randomize
from layer_checks import to_numpy

from han_attention import build_classifier
from han_attention import build_han
from han_attention.models.contribution import ContributionModel
from han_attention.models.introspection import find_linear_head
from han_attention.models.introspection import find_ngrams
from han_attention.text.ngrams import divide_ngrams

IDS = np.array([[4, 5, 6, 4, 5], [3, 9, 0, 0, 0], [0, 0, 0, 0, 0]])
DOCUMENTS = np.array([[[4, 5, 4], [4, 5, 0]], [[8, 9, 0], [0, 0, 0]]])
BOTH = pytest.mark.parametrize(
    ("build", "ids"), [(build_classifier, IDS), (build_han, DOCUMENTS)]
)
OPTIONS = pytest.mark.parametrize(
    "options",
    [
        {},
        {"num_classes": 3, "num_heads": 2, "ngram_range": (2, 2)},
        {"num_classes": 3, "multi_label": True, "ngram_range": (1, 4)},
    ],
)


def make(build, **options):
    sizes = {"embedding_dim": 6, "rnn_units": 5, "attention_units": 4}
    ngrams = {"ngram_range": (1, 3), "num_ngram_buckets": 500}
    return randomize(build(20, **sizes | ngrams | options))


@BOTH
@OPTIONS
def test_logits_are_those_of_both(build, ids, options):
    model = make(build, **options)
    alone = keras.Model(model.input, model.get_layer("logits").output)
    ngrams = model.get_layer("ngrams")
    assert_close(model(ids), alone(ids) + ngrams(ids), atol=1e-5)
    assert tuple(model(ids).shape) == (len(ids), options.get("num_classes", 1))
    assert find_ngrams(model) is ngrams
    assert find_linear_head(model) is model.get_layer("logits")


@BOTH
def test_without_ngrams_nothing_is_added(build, ids):
    model = make(build, ngram_range=None)
    assert model.layers[-1].name == "logits"
    assert find_ngrams(model) is None


@BOTH
def test_ngrams_start_with_nothing_to_say(build, ids):
    model = build(20, ngram_range=(1, 2), num_ngram_buckets=99)
    alone = keras.Model(model.input, model.get_layer("logits").output)
    assert_close(model(ids), alone(ids))


@BOTH
def test_padding_and_saving_change_nothing(build, ids, tmp_path):
    model = make(build, num_classes=3)
    longer = np.pad(ids, [(0, 0)] + [(0, 2)] * (ids.ndim - 1))
    assert_close(model(longer), model(ids), atol=1e-5)
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    assert_close(loaded(ids), model(ids), atol=1e-5)


@BOTH
def test_single_words_share_no_row(build, ids):
    assert make(build).get_layer("ngrams").vocabulary_size == 20
    pairs = make(build, ngram_range=(2, 3), num_ngram_buckets=7)
    assert pairs.get_layer("ngrams").vocabulary_size == 0


@BOTH
@OPTIONS
def test_additions_sum_to_the_logit_less_its_bias(build, ids, options):
    model = make(build, **options)
    logits, *_, added, ngrams = ContributionModel(model).predict_on_batch(ids)
    size = int(np.diff(model.get_layer("ngrams").ngram_range).item()) + 1
    assert ngrams.shape == (*ids.shape, size, logits.shape[-1])
    places = tuple(range(1, ids.ndim))
    words = divide_ngrams(ngrams, model.get_layer("ngrams").ngram_range[0])
    bias = to_numpy(model.get_layer("logits").bias)
    np.testing.assert_allclose(
        added.sum(axis=1) + words.sum(axis=places), logits - bias, atol=1e-4
    )
    assert not words[ids == 0].any()
    assert np.abs(words).max() > 0.1


def test_contributions_leave_the_model_as_it_is(tmp_path):
    model = make(build_classifier)
    ContributionModel(model).predict_on_batch(IDS)
    model.save(tmp_path / "model.keras")
    clone = keras.models.clone_model(model)
    assert [layer.name for layer in clone.layers][-1] == "logits_with_ngrams"


def test_mixed_precision_gives_float32_logits():
    keras.config.set_dtype_policy("mixed_float16")
    model = make(build_classifier)
    assert keras.backend.standardize_dtype(model(IDS).dtype) == "float32"
    assert model.get_layer("ngrams").compute_dtype == "float32"


@pytest.mark.parametrize("steps", [1, 2, 5])
def test_ngrams_divided_among_words(steps):
    rng = np.random.default_rng(0)
    added = rng.normal(size=(2, steps, 3, 4))
    for n in range(3):  # no n-gram starts where it would not fit
        added[:, max(steps - n, 0) :, n] = 0
    expected = np.zeros((2, steps, 4))
    for b, t, n in np.ndindex(2, steps, 3):
        for k in range(n + 1):
            if added[b, t, n].any():
                expected[b, t + k] += added[b, t, n] / (n + 1)
    np.testing.assert_allclose(divide_ngrams(added, 1), expected, atol=1e-12)
    np.testing.assert_allclose(expected.sum(axis=1), added.sum(axis=(1, 2)))


def test_other_sums_are_no_ngrams():
    """Two layers that add to the logits, and no n-grams among them."""
    model = make(build_classifier, ngram_range=None)
    pooled = model.get_layer("attention").output[0]
    dense = [keras.layers.Dense(1)(pooled) for _ in range(2)]
    other = keras.Model(model.input, keras.layers.Add()(dense))
    assert find_ngrams(other) is None
    assert find_linear_head(other) is None


@BOTH
@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"ngram_range": (3, 1)}, r"`ngram_range`.*\(3, 1\)"),
        ({"num_ngram_buckets": 20}, "`num_ngram_buckets`.*from 21"),
        ({"ngram_dropout": -0.1}, "`dropout`"),
    ],
)
def test_wrong_arguments(build, ids, options, message):
    with pytest.raises(ValueError, match=message):
        make(build, **options)
