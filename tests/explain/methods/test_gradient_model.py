"""Gradients: against finite differences, on the backend of this run."""

import keras
import numpy as np
import pytest
from gradient_cases import CASES
from gradient_cases import IDS
from gradient_cases import make
from layer_checks import to_numpy

from han_attention import build_classifier
from han_attention.explain.methods.gradient_model import GradientModel


@pytest.fixture(params=CASES)
def model_and_ids(request):
    build, ids = request.param
    return make(build), ids


def test_gradients_are_those_of_finite_differences(model_and_ids):
    model, ids = model_and_ids
    reader = GradientModel(model)
    words = reader.look_up(ids)
    received = reader.compute_gradients(ids, words, 1)
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


def test_other_weights_give_other_gradients():
    """What was compiled must not keep the weights of its time."""
    model = make(build_classifier, num_classes=2)
    reader = GradientModel(model)
    words = reader.look_up(IDS)
    before = reader.compute_gradients(IDS, words, 0)
    kernel = model.get_layer("logits").kernel
    kernel.assign(2 * kernel)
    after = reader.compute_gradients(IDS, words, 0)
    np.testing.assert_allclose(after, 2 * before, atol=1e-6)


def test_sizes_may_differ_from_call_to_call():
    """Appending padding and rows changes no gradient."""
    model = make(build_classifier)
    reader = GradientModel(model)
    before = reader.compute_gradients(IDS, reader.look_up(IDS), 1)
    larger = np.pad(IDS, [(0, 1), (0, 2)])
    after = reader.compute_gradients(larger, reader.look_up(larger), 1)
    np.testing.assert_allclose(after[:2, :3], before, atol=1e-6)


def test_a_model_in_half_precision():
    keras.config.set_dtype_policy("mixed_float16")
    reader = GradientModel(make(build_classifier))
    values = reader.compute_gradients(IDS, reader.look_up(IDS), 1)
    assert values.dtype == np.float32
    assert np.isfinite(values).all()
    assert values[0].any()
