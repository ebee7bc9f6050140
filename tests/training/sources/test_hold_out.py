"""What is held out of texts in memory, and what the others weigh."""

import numpy as np
import pytest
from training_cases import published

from han_attention.text.ragged import EncodedTexts
from han_attention.training.sources.batches import InMemorySplit
from han_attention.training.sources.memory import hold_out
from han_attention.training.sources.memory import weigh_classes
from han_attention.training.task import Task

TASK = Task(["a", "b"])


def held_out(labels, fraction, seed=0, **settings):
    """The labels to train on, their weights, and the labels held out."""
    texts = EncodedTexts.from_ids([[3]] * len(labels))
    config = published(validation_fraction=fraction, seed=seed, **settings)
    whole = InMemorySplit(texts, np.array(labels))
    train, validation, rows = hold_out(whole, config)
    train = weigh_classes(train, config, TASK)
    if validation is None:
        assert not len(rows)
        return train, None
    np.testing.assert_array_equal(whole.labels[rows], validation.labels)
    return train, validation.labels


@pytest.mark.parametrize("shape", [(-1,), (-1, 1)])
def test_the_same_share_of_every_class(shape):
    labels = np.repeat([0, 1, 2], [100, 50, 20]).reshape(shape)
    train, validation = held_out(labels, 0.1)
    assert np.bincount(validation.ravel()).tolist() == [10, 5, 2]
    assert np.bincount(train.labels.ravel()).tolist() == [90, 45, 18]
    assert train.weights is None


def test_small_classes_are_judged_too():
    """Each is short of one text: together they give their share."""
    train, validation = held_out(np.repeat(np.arange(50), 4), 0.1)
    assert len(validation) == len(set(validation)) == 20
    assert len(train) == 180


@pytest.mark.parametrize("fraction", [0.1, 0.5, 0.9, 0.99])
def test_every_class_keeps_a_text_to_train_on(fraction):
    labels = np.repeat(np.arange(6), [1, 1, 2, 3, 50, 1])
    for seed in range(10):
        train, _ = held_out(labels, fraction, seed)
        assert set(train.labels) == set(range(6))


def test_the_seed_draws_the_texts_held_out():
    labels = np.repeat([0, 1], 50)
    texts = EncodedTexts.from_ids([[3 + n] for n in range(100)])

    def drawn(seed):
        config = published(validation_fraction=0.2, seed=seed)
        held_out = hold_out(InMemorySplit(texts, labels), config)[1]
        return held_out.texts.ids.tolist()

    assert drawn(1) == drawn(1)
    assert drawn(1) != drawn(2)


def test_texts_of_several_labels_are_held_out_by_their_rarest():
    """Even where no two texts have the same set of labels."""
    rng = np.random.default_rng(0)
    labels = (rng.random((400, 10)) < 0.4).astype("float32")
    labels[:40, 9] = 1
    labels[40:, 9] = 0  # the rarest: a tenth of the texts
    assert len(np.unique(labels, axis=0)) > 250
    train, validation = held_out(labels, 0.2)
    assert len(validation) == 80
    assert validation[:, 9].sum() == 8
    assert (train.labels.sum(axis=0) > 0).all()


def test_class_weights_by_hand():
    # Left of 20 and 4 at 25 %: 15 and 3. N / (2 * size) = 18 / 30, 18 / 6
    train, _ = held_out(
        np.repeat([0.0, 1.0], [20, 4])[:, None], 0.25, class_weight="balanced"
    )
    expected = np.where(train.labels[:, 0] == 0, 18 / 30, 18 / 6)
    np.testing.assert_allclose(train.weights, expected, rtol=1e-6)


def test_weights_of_several_labels_by_hand():
    # The rarest label of each text: a, b, b (rarer than a), none, a, a.
    labels = [[1, 0], [0, 1], [1, 1], [0, 0], [1, 0], [1, 0]]
    train, _ = held_out(
        np.array(labels, "float32"), 0.0, class_weight="balanced"
    )
    a, b, none = 6 / (3 * 3), 6 / (3 * 2), 6 / (3 * 1)
    np.testing.assert_allclose(train.weights, [a, b, b, none, a, a], rtol=1e-6)


def test_given_class_weights_by_hand():
    """Of a label that is not named the weight is 1."""
    labels = np.array([[0.0], [1.0], [1.0]])
    train, _ = held_out(labels, 0.0, class_weight={"b": 3})
    assert train.weights.tolist() == [1, 3, 3]
    assert train.weights.dtype == np.float32


def test_given_class_weights_of_several_labels_by_hand():
    """The weight of the rarest label; without a label it is 1."""
    labels = np.array([[1, 0], [0, 1], [1, 1], [0, 0], [1, 0]], "float32")
    train, _ = held_out(labels, 0.0, class_weight={"a": 2, "b": 3})
    assert train.weights.tolist() == [2, 3, 3, 1, 2]


@pytest.mark.parametrize("class_weight", [{"b": 3}, "balanced"])
def test_weights_of_texts_multiply_those_of_classes(class_weight):
    labels = np.array([[0.0], [1.0], [1.0]])
    texts = EncodedTexts.from_ids([[3]] * 3)
    config = published(class_weight=class_weight)
    own = np.array([0.5, 2, 0], "float32")
    plain = weigh_classes(InMemorySplit(texts, labels), config, TASK)
    both = weigh_classes(InMemorySplit(texts, labels, own), config, TASK)
    np.testing.assert_allclose(both.weights, plain.weights * own)


def test_the_weight_of_a_label_that_there_is_not():
    texts = EncodedTexts.from_ids([[3]] * 2)
    config = published(class_weight={"c": 2})
    with pytest.raises(ValueError, match="`class_weight`.*'a', 'b'.*'c'"):
        weigh_classes(
            InMemorySplit(texts, np.array([[0.0], [1.0]])), config, TASK
        )
