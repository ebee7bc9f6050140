"""Gradients: against finite differences, on the backend of this run."""

import numpy as np
import pytest
from layer_checks import to_numpy

from han_attention import build_classifier
from han_attention import build_han
from han_attention.explain.gradients import GradientModel
from han_attention.explain.gradients import gradient_x_input
from han_attention.explain.gradients import integrated_gradients

IDS = np.array([[4, 5, 6], [3, 0, 0]], "int32")
DOCUMENTS = np.array([[[4, 5], [6, 0]], [[3, 0], [0, 0]]], "int32")


def make(build, num_classes=3):
    model = build(
        9,
        num_classes=num_classes,
        embedding_dim=3,
        rnn_units=4,
        attention_units=3,
        include_embedding=True,
    )
    generator = np.random.default_rng(3)
    model.set_weights(
        [0.7 * generator.normal(size=w.shape) for w in model.weights]
    )
    return model


@pytest.fixture(params=[(build_classifier, IDS), (build_han, DOCUMENTS)])
def model_and_ids(request):
    build, ids = request.param
    return make(build), ids


def test_gradients_are_those_of_finite_differences(model_and_ids):
    model, ids = model_and_ids
    reader = GradientModel(model)
    words = reader.vectors_of(ids)
    received = reader.gradients(ids, words, 1)
    table = model.get_layer("embedding").embeddings
    before = to_numpy(table)
    # Each id stands once: its row of the table is the vector of one word.
    for place in np.argwhere(ids):
        number = ids[tuple(place)]
        for d in range(3):
            values = []
            for step in (0.01, -0.01):
                moved = before.copy()
                moved[number, d] += step
                table.assign(moved)
                values.append(to_numpy(model(ids))[place[0], 1])
            table.assign(before)
            slope = (values[0] - values[1]) / 0.02
            assert received[(*place, d)] == pytest.approx(slope, abs=3e-3)


def test_gradient_x_input_is_their_product(model_and_ids):
    model, ids = model_and_ids
    reader = GradientModel(model)
    words = reader.vectors_of(ids)
    values = gradient_x_input(reader, ids, 3)
    assert values.shape == (*ids.shape, 3)
    for n in range(3):
        expected = (reader.gradients(ids, words, n) * words).sum(axis=-1)
        np.testing.assert_allclose(values[..., n], expected, atol=1e-6)


def test_integrated_gradients_sum_to_the_change_of_the_logit(model_and_ids):
    model, ids = model_and_ids
    after = to_numpy(model(ids))
    values = integrated_gradients(GradientModel(model), ids, 3, steps=64)
    table = model.get_layer("embedding").embeddings
    table.assign(np.zeros(table.shape))
    before = to_numpy(model(ids))
    total = values.reshape(len(ids), -1, 3).sum(axis=1)
    np.testing.assert_allclose(total, after - before, atol=5e-3)


def test_padding_has_no_gradient(model_and_ids):
    model, ids = model_and_ids
    values = gradient_x_input(GradientModel(model), ids, 3)
    assert not values[ids == 0].any()
    assert values[ids != 0].all()


def test_other_weights_give_other_gradients():
    """What was compiled must not keep the weights of its time."""
    model = make(build_classifier, num_classes=2)
    reader = GradientModel(model)
    words = reader.vectors_of(IDS)
    before = reader.gradients(IDS, words, 0)
    kernel = model.get_layer("logits").kernel
    kernel.assign(2 * kernel)
    after = reader.gradients(IDS, words, 0)
    np.testing.assert_allclose(after, 2 * before, atol=1e-6)
