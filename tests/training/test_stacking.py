"""Scales of logits beside a search, and where texts are few."""

import numpy as np
import pytest

from han_attention.inference.base import probabilities
from han_attention.training.stacking import fit_scales

RNG = np.random.default_rng(0)


def cross_entropy(logits, targets, weights, multi_label):
    predicted = probabilities(logits, multi_label).astype("float64")
    if targets.shape[1] == 1 and not multi_label:
        targets = np.concatenate([1 - targets, targets], axis=1)
    losses = targets * np.log(predicted)
    if multi_label:
        losses += (1 - targets) * np.log(1 - predicted)
    return -weights @ losses.sum(axis=1)


def make(kind, number=200):
    """Targets, and logits that know something of them."""
    if kind == "two":
        targets = RNG.integers(0, 2, (number, 1))
    elif kind == "several":
        targets = np.eye(3)[RNG.integers(0, 3, number)]
    else:
        targets = RNG.integers(0, 2, (number, 3 if kind == "labels" else 1))
    noise = RNG.normal(size=(2, *targets.shape))
    return targets.astype("float64"), list(2 * targets - 1 + 2 * noise)


@pytest.mark.parametrize("kind", ["two", "several", "labels", "a label"])
@pytest.mark.parametrize("strength", [0.0, 5.0])
def test_no_scales_nearby_are_better(kind, strength):
    targets, summands = make(kind)
    weights, prior = RNG.random(200), np.array([0.5, 1.0])

    def loss(scales):
        logits = scales[0] * summands[0] + scales[1] * summands[1]
        away = strength * np.sum((scales - prior) ** 2)
        several = kind in ("labels", "a label")
        return cross_entropy(logits, targets, weights, several) + away

    found = fit_scales(
        summands,
        targets,
        weights,
        kind in ("labels", "a label"),
        prior,
        strength,
    )
    for step in ([0.02, 0], [-0.02, 0], [0, 0.02], [0, -0.02]):
        assert loss(found) < loss(found + step)


def test_what_misleads_gets_nothing():
    targets, (good, _) = make("two")
    found = fit_scales([good, -good], targets, None, False, [0, 0], 0.1)
    assert found[0] > 0 and found[1] == 0


def test_few_texts_change_little():
    targets, summands = make("two", 4)
    prior = np.array([0.2, 0.8])
    few = fit_scales(summands, targets, None, False, prior, 1e4)
    np.testing.assert_allclose(few, prior, atol=0.01)
    none = fit_scales(
        [np.zeros((0, 1))] * 2, np.zeros((0, 1)), None, False, prior, 1
    )
    np.testing.assert_allclose(none, prior)


def test_one_summand_is_temperature_scaling():
    """Logits that are three times too sure."""
    logits = RNG.normal(size=(20_000, 1))
    targets = RNG.random((20_000, 1)) < 1 / (1 + np.exp(-logits))
    (scale,) = fit_scales([3 * logits], targets, None, False, [1], 1.0)
    assert scale == pytest.approx(1 / 3, abs=0.02)
