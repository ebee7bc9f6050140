"""Attributions by gradients: their definition and their sum."""

import numpy as np
import pytest
from gradient_cases import CASES
from gradient_cases import make
from layer_checks import to_numpy

from han_attention.explain.methods import integrated_gradients as module
from han_attention.explain.methods.gradient_model import GradientModel
from han_attention.explain.methods.gradient_x_input import gradient_x_input
from han_attention.explain.methods.integrated_gradients import (
    integrated_gradients,
)


@pytest.fixture(params=CASES)
def model_and_ids(request):
    build, ids = request.param
    return make(build), ids


def test_gradient_x_input_is_their_product(model_and_ids):
    model, ids = model_and_ids
    reader = GradientModel(model)
    words = reader.look_up(ids)
    values = gradient_x_input(reader, ids, 3)
    assert values.shape == (*ids.shape, 3)
    for n in range(3):
        expected = (reader.compute_gradients(ids, words, n) * words).sum(
            axis=-1
        )
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


@pytest.mark.parametrize("tokens", [1, 14])
def test_points_read_together_are_those_read_alone(
    tokens, model_and_ids, monkeypatch
):
    model, ids = model_and_ids
    reader = GradientModel(model)
    together = module.integrated_gradients(reader, ids, 3, steps=5)
    monkeypatch.setattr(module, "TOKENS_AT_ONCE", tokens)
    alone = module.integrated_gradients(reader, ids, 3, steps=5)
    np.testing.assert_allclose(alone, together, atol=1e-5)


def test_padding_has_no_gradient(model_and_ids):
    model, ids = model_and_ids
    values = gradient_x_input(GradientModel(model), ids, 3)
    assert not values[ids == 0].any()
    assert values[ids != 0].all()
