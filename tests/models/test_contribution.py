"""What adds to the logits: against NumPy, and the sum rule."""

import keras
import numpy as np
import pytest
from layer_checks import to_numpy

from han_attention import build_classifier
from han_attention import build_han
from han_attention.models.contribution import ContributionModel
from han_attention.models.contribution import compute_contributions
from han_attention.models.introspection import find_linear_head

IDS = np.array([[4, 5, 6, 7], [3, 9, 0, 0], [0, 0, 0, 0]])
DOCUMENTS = np.array([[[4, 5, 6], [7, 0, 0]], [[8, 9, 0], [0, 0, 0]]])
SIZES = {"embedding_dim": 6, "rnn_units": 5, "attention_units": 4}


def make(build, **options):
    model = build(20, **SIZES | options)
    generator = np.random.default_rng(2)
    model.set_weights([generator.normal(size=w.shape) for w in model.weights])
    return model


def test_additions_against_a_loop():
    generator = np.random.default_rng(0)
    values = generator.normal(size=(2, 3, 4)).astype("float32")
    weights = generator.random((2, 2, 3)).astype("float32")
    kernel = generator.normal(size=(8, 5)).astype("float32")
    expected = np.zeros((2, 3, 5))
    for b in range(2):
        for h in range(2):
            for t in range(3):
                rows = kernel[4 * h : 4 * h + 4]
                expected[b, t] += weights[b, h, t] * (values[b, t] @ rows)
    received = to_numpy(compute_contributions(values, weights, kernel))
    np.testing.assert_allclose(received, expected, atol=1e-5)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"num_classes": 3, "num_heads": 2},
        {"include_embedding": True, "dropout": 0.0},
        {"multi_label": True, "normalizer": "sparsemax"},
    ],
)
@pytest.mark.parametrize(
    ("build", "ids"), [(build_classifier, IDS), (build_han, DOCUMENTS)]
)
def test_additions_sum_to_the_logit_less_its_bias(options, build, ids):
    model = make(build, **options)
    logits, *_, added = ContributionModel(model).predict_on_batch(ids)
    bias = to_numpy(model.get_layer("logits").bias)
    np.testing.assert_allclose(
        added.sum(axis=1), logits - bias, rtol=1e-5, atol=1e-5
    )
    np.testing.assert_allclose(logits, to_numpy(model(ids)), atol=1e-5)


def test_padding_adds_nothing():
    *_, added = ContributionModel(make(build_classifier)).predict_on_batch(IDS)
    assert not added[IDS == 0].any()
    assert added[IDS != 0].all()


def test_mean_pooling_is_a_weighted_sum_and_the_largest_is_not():
    model = make(build_han, pooling="mean")
    logits, *_, added = ContributionModel(model).predict_on_batch(DOCUMENTS)
    bias = to_numpy(model.get_layer("logits").bias)
    np.testing.assert_allclose(added.sum(axis=1), logits - bias, atol=1e-4)
    with pytest.raises(ValueError, match="linear function of a weighted sum"):
        ContributionModel(make(build_han, pooling="max"))


def test_a_head_with_a_hidden_layer_is_not_linear():
    model = make(build_classifier)
    pooled = model.get_layer("attention").output[0]
    hidden = keras.layers.Dense(4, activation="tanh")(pooled)
    logits = keras.layers.Dense(1, name="logits")(hidden)
    assert find_linear_head(keras.Model(model.input, logits)) is None


def test_a_head_with_an_activation_is_not_linear():
    model = make(build_classifier)
    pooled = model.get_layer("attention").output[0]
    head = keras.layers.Dense(1, activation="sigmoid", name="logits")
    assert find_linear_head(keras.Model(model.input, head(pooled))) is None
