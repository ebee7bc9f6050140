"""The optimizer of some settings, and its rate in every epoch."""

import keras
import numpy as np
import pytest
from compiled_cases import IDS
from compiled_cases import TWO
from compiled_cases import built
from compiled_cases import compiled
from compiled_cases import config_of
from compiled_cases import rate

from han_attention.training.model import make_optimizer


def test_optimizers():
    adam = compiled().optimizer
    assert isinstance(adam, keras.optimizers.Adam)
    sgd = compiled(optimizer="sgd", learning_rate=0.125).optimizer
    assert isinstance(sgd, keras.optimizers.SGD)
    assert sgd.momentum == 0.9
    assert not sgd.nesterov
    adamw = compiled(optimizer="adamw", learning_rate=0.125)
    assert isinstance(adamw.optimizer, keras.optimizers.AdamW)
    np.testing.assert_allclose(rate(adamw), 0.125)


def test_a_schedule_of_an_optimizer_by_name():
    model = compiled(
        optimizer="adamw",
        epochs=4,
        learning_rate=0.5,
        learning_rate_schedule="cosine",
        epoch=2,
    )
    np.testing.assert_allclose(rate(model), 0.25, rtol=1e-6)


def test_an_optimizer_of_ones_own_is_copied():
    """With its own rate; what it has learnt stays with it."""
    given = keras.optimizers.AdamW(0.125, weight_decay=0.5)
    other = built()
    given.build(other.trainable_variables)
    given.iterations.assign(7)
    model = compiled(optimizer=given, learning_rate=0.25)
    assert model.optimizer is not given
    assert type(model.optimizer) is keras.optimizers.AdamW
    assert model.optimizer.weight_decay == 0.5
    np.testing.assert_allclose(rate(model), 0.125)
    assert int(model.optimizer.iterations) == 0
    model.train_on_batch(IDS, TWO.label_array([1, 0, 1]))
    assert int(given.iterations) == 7
    again = compiled(
        optimizer=config_of(optimizer=given).to_dict()["optimizer"]
    )
    assert again.optimizer.get_config() == given.get_config()


@pytest.mark.parametrize("name", ["other", "GRU", "Dense", "mse", "Loss"])
def test_an_optimizer_that_keras_does_not_know(name):
    with pytest.raises(ValueError, match="`optimizer`.*name of a Keras") as err:
        make_optimizer(config_of(optimizer=name), 1)
    assert f"optimizer={name!r}" in str(err.value)
    assert "\n" not in str(err.value)


def test_constant_rate():
    for epoch in (0, 2):
        model = compiled(learning_rate=0.25, epoch=epoch)
        np.testing.assert_allclose(rate(model), 0.25)


def test_cosine_rate_by_hand():
    """r (1 + cos(pi epoch / epochs)) / 2, at the start of each epoch."""
    for epoch, share in ((0, 1), (1, 0.75), (1.5, 0.5), (2, 0.25), (3, 0)):
        model = compiled(
            epochs=3,
            learning_rate=0.5,
            learning_rate_schedule="cosine",
            epoch=0,
        )
        model.optimizer.iterations.assign(int(epoch * 10))
        np.testing.assert_allclose(rate(model), 0.5 * share, atol=1e-7)


def test_an_optimizer_that_starts_later_has_its_place_in_the_schedule():
    model = compiled(
        epochs=4,
        learning_rate=0.5,
        learning_rate_schedule="cosine",
        frozen_epochs=2,
        epoch=2,
    )
    assert int(keras.ops.convert_to_numpy(model.optimizer.iterations)) == 20
    np.testing.assert_allclose(rate(model), 0.25, rtol=1e-6)
