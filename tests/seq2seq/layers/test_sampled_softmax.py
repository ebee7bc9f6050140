"""SampledSoftmax beside its formula, on any backend."""

import keras
import numpy as np
import pytest
from keras import ops
from layer_checks import assert_close
from layer_checks import to_numpy

from han_attention.seq2seq import SampledSoftmax
from han_attention.seq2seq.layers.sampled_softmax import expected_counts
from han_attention.seq2seq.layers.sampled_softmax import log_uniform


@pytest.fixture
def hidden():
    return np.random.default_rng(0).normal(size=(2, 3, 4)).astype("float32")


@pytest.fixture
def labels():
    return np.array([[0, 7, 2], [19, 1, 7]])


def make_head(num_sampled=5, **options):
    head = SampledSoftmax(
        20, num_sampled, bias_initializer="normal", seed=3, **options
    )
    head.build((None, None, 4))
    return head


def test_how_often_classes_are_drawn():
    p = log_uniform(5)
    expected = [np.log((k + 2) / (k + 1)) / np.log(6) for k in range(5)]
    np.testing.assert_allclose(p, expected)
    counts = expected_counts(5, 3)
    np.testing.assert_allclose(counts.sum(), 3)
    # 1 - (1 - p)^n with one n for all.
    draws = np.log(1 - counts) / np.log(1 - p)
    np.testing.assert_allclose(draws, draws[0])
    assert draws[0] > 3


def test_equals_the_formula(hidden, labels):
    head = make_head()
    sampled = np.array([3, 7, 0, 11, 5])
    kernel, bias = (x.astype("float64") for x in head.get_weights())
    log_counts = np.log(expected_counts(20, 5))
    expected = np.zeros(labels.shape)
    for place, label in np.ndenumerate(labels):
        classes = [label, *(k for k in sampled if k != label)]
        scores = kernel[classes] @ hidden[place] + bias[classes]
        scores = scores - log_counts[classes]
        expected[place] = np.log(np.exp(scores).sum()) - scores[0]
    received = head.loss(hidden, labels, sampled)
    np.testing.assert_allclose(to_numpy(received), expected, atol=1e-5)


def test_all_classes_sampled_is_the_whole_softmax(hidden, labels):
    head = make_head(20)
    expected = keras.losses.sparse_categorical_crossentropy(
        labels, head(hidden), from_logits=True
    )
    assert_close(head.loss(hidden, labels), expected, atol=1e-5)


def test_candidates_are_different_and_drawn_as_often_as_expected():
    head = make_head()
    draws = np.stack([to_numpy(head.sample()) for _ in range(600)])
    assert all(len(set(row)) == 5 for row in draws)
    share = np.bincount(draws.ravel(), minlength=20) / len(draws)
    np.testing.assert_allclose(share, expected_counts(20, 5), atol=0.08)


def test_seed(hidden, labels):
    first, second = make_head(), make_head()
    second.set_weights(first.get_weights())
    for _ in range(2):
        assert_close(first.loss(hidden, labels), second.loss(hidden, labels))


def test_logits_are_float32_in_mixed_precision(hidden, labels):
    head = make_head(dtype="mixed_bfloat16")
    half = ops.cast(hidden, "bfloat16")
    for outputs in (head(half), head.loss(half, labels)):
        assert keras.backend.standardize_dtype(outputs.dtype) == "float32"


def test_configuration(hidden):
    head = make_head()
    again = SampledSoftmax.from_config(head.get_config())
    assert again.get_config() == head.get_config()
    symbol = head(keras.Input((None, 4)))
    assert tuple(symbol.shape) == (None, None, 20)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"num_classes": 0, "num_sampled": 1}, "`num_classes`"),
        ({"num_classes": 5, "num_sampled": 0}, "`num_sampled`.*1 to 5"),
        ({"num_classes": 5, "num_sampled": 6}, "`num_sampled`.*=6"),
    ],
)
def test_wrong_arguments(arguments, message):
    with pytest.raises(ValueError, match=message):
        SampledSoftmax(**arguments)


def test_wrong_shape():
    with pytest.raises(ValueError, match="known D"):
        SampledSoftmax(5, 2).build((None, None))
