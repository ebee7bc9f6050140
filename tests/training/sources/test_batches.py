"""Bucketed batches: complete, repeatable, and what each backend takes."""

import keras
import numpy as np
import pytest

from han_attention.text.ragged import EncodedTexts
from han_attention.training.sources.batches import BucketedBatches
from han_attention.training.sources.batches import InMemorySplit


@pytest.fixture
def encoded():
    rng = np.random.default_rng(0)
    return EncodedTexts.from_ids(
        rng.integers(1, 50, size=length) for length in rng.integers(1, 40, 103)
    )


def make(encoded, **options):
    labels = np.arange(len(encoded), dtype="float32")[:, None]  # its number
    return BucketedBatches(InMemorySplit(encoded, labels), 10, **options)


def test_every_text_once_with_its_label(encoded):
    for options in ({}, {"seed": 3}, {"seed": 3, "epoch": 1}):
        batches = make(encoded, **options)
        assert len(batches) == 11
        assert sum(batches.sizes) == 103
        assert 3 in batches.sizes  # the last one, smaller, counts too
        seen = []
        for n in range(len(batches)):
            ids, labels = batches[n]
            assert len(ids) == len(labels) == batches.sizes[n]
            for row, label in zip(ids, labels[:, 0].astype(int), strict=True):
                length = encoded.lengths[label]
                start = encoded.starts[label]
                real = encoded.ids[start : start + length]
                np.testing.assert_array_equal(row[:length], real)
                assert not row[length:].any()
            seen += labels[:, 0].tolist()
        assert sorted(seen) == list(range(103))


def test_order_depends_on_seed_and_epoch_alone(encoded):
    def order(**options):
        return np.concatenate(make(encoded, **options).rows).tolist()

    assert order(seed=3) == order(seed=3)
    assert order(seed=3, epoch=1) == order(seed=3, epoch=1)
    assert order(seed=3) != order(seed=3, epoch=1)
    assert order(seed=3) != order(seed=4)
    assert order() == order(epoch=5)


@pytest.mark.parametrize("seed", [None, 1])
def test_batches_hold_the_classes_in_equal_shares(seed):
    """Beside plain sorting, where chance decides."""
    rng = np.random.default_rng(0)
    encoded = EncodedTexts.from_ids(
        np.ones(length, "int32") for length in rng.integers(1, 60, 2000)
    )
    labels = (rng.random(2000) < 0.3).astype("float32")[:, None]
    batches = BucketedBatches(InMemorySplit(encoded, labels), 40, seed)
    shares = [batches[n][1].mean() for n in range(len(batches))]
    assert np.abs(np.array(shares) - labels.mean()).max() <= 1 / 40
    unmixed = encoded.batches(40, np.random.default_rng(1))
    assert np.std([labels[rows].mean() for rows in unmixed]) > 0.05
    # Lengths stay together: little is lost to padding.
    tokens = encoded.lengths.sum()
    padded = sum(len(r) * encoded.lengths[r].max() for r in batches.rows)
    assert padded < 1.3 * tokens


def test_items_are_pure(encoded):
    batches = make(encoded, seed=3)
    first, again = batches[0], batches[0]
    np.testing.assert_array_equal(first[0], again[0])


class _Lengths(keras.callbacks.Callback):
    """Counts the batches that a backend really sees."""

    def __init__(self):
        super().__init__()
        self.batches = 0

    def on_train_batch_end(self, batch, logs=None):
        self.batches += 1

    def on_test_batch_end(self, batch, logs=None):
        self.batches += 1


def test_fit_and_evaluate_take_batches_of_different_lengths(encoded):
    ids = keras.Input((None,), dtype="int32")
    vectors = keras.layers.Embedding(50, 4)(ids)
    model = keras.Model(
        ids,
        keras.layers.Dense(1)(keras.layers.GlobalMaxPooling1D()(vectors)),
    )
    model.compile("sgd", "mse")
    counter = _Lengths()
    for epoch in range(2):
        model.fit(
            make(encoded, seed=1, epoch=epoch).feed(),
            initial_epoch=epoch,
            epochs=epoch + 1,
            shuffle=False,
            verbose=0,
            callbacks=[counter],
        )
    assert counter.batches == 22
    model.evaluate(make(encoded).feed(), verbose=0, callbacks=[counter])
    assert counter.batches == 33
