"""Metrics on logits, beside those of scikit-learn."""

import subprocess
import sys

import keras
import numpy as np
import pytest
from layer_checks import to_numpy

from han_attention.models.metrics import BalancedAccuracy
from han_attention.models.metrics import ExactMatch

sklearn_metrics = pytest.importorskip("sklearn.metrics")
RNG = np.random.default_rng(0)


def measure(metric, truth, logits, batches=3):
    """The value after some batches."""
    for some, of in zip(
        np.array_split(truth, batches),
        np.array_split(logits, batches),
        strict=True,
    ):
        metric.update_state(some, of)
    return float(to_numpy(metric.result()))


@pytest.mark.parametrize("number", [2, 3, 7])
def test_balanced_accuracy_of_classes(number):
    sizes = np.arange(1, number + 1)
    truth = RNG.choice(number, 300, p=sizes / sizes.sum())
    logits = RNG.normal(size=(300, number)).astype("float32")
    expected = sklearn_metrics.balanced_accuracy_score(
        truth, logits.argmax(axis=1)
    )
    plain = sklearn_metrics.accuracy_score(truth, logits.argmax(axis=1))
    assert abs(expected - plain) > 1e-3
    for labels in (truth, truth[:, None].astype("float32")):
        received = measure(BalancedAccuracy(number), labels, logits)
        np.testing.assert_allclose(received, expected, rtol=1e-6)


def test_balanced_accuracy_of_one_logit():
    truth = (RNG.random(60) < 0.2).astype("float32")[:, None]
    logits = RNG.normal(size=(60, 1)).astype("float32")
    expected = sklearn_metrics.balanced_accuracy_score(truth, logits > 0)
    received = measure(BalancedAccuracy(2), truth, logits)
    np.testing.assert_allclose(received, expected, rtol=1e-6)


def test_balanced_accuracy_of_classes_that_are_not_there():
    """They have no part in the mean, as in scikit-learn, which warns."""
    truth = np.array([0, 0, 2, 2, 2])
    logits = np.eye(4, dtype="float32")[[0, 2, 2, 2, 0]]
    expected = sklearn_metrics.balanced_accuracy_score(
        truth, logits.argmax(axis=1)
    )
    received = measure(BalancedAccuracy(4), truth, logits, 2)
    np.testing.assert_allclose(received, expected, rtol=1e-6)
    np.testing.assert_allclose(received, (1 / 2 + 2 / 3) / 2, rtol=1e-6)


def test_balanced_accuracy_of_several_labels():
    truth = (RNG.random((50, 4)) < [0.1, 0.3, 0.5, 0.7]).astype("float32")
    logits = RNG.normal(size=(50, 4)).astype("float32")
    expected = np.mean(
        [
            sklearn_metrics.balanced_accuracy_score(a, b)
            for a, b in zip(truth.T, logits.T > 0, strict=True)
        ]
    )
    received = measure(BalancedAccuracy(4, multi_label=True), truth, logits)
    np.testing.assert_allclose(received, expected, rtol=1e-6)


def test_exact_match_of_several_labels():
    truth = (RNG.random((50, 2)) < 0.5).astype("float32")
    logits = RNG.normal(size=(50, 2)).astype("float32")
    expected = sklearn_metrics.accuracy_score(truth, logits > 0)
    assert expected < ((logits > 0) == truth).mean()
    received = measure(ExactMatch(), truth, logits)
    np.testing.assert_allclose(received, expected, rtol=1e-6)


@pytest.mark.parametrize(
    "make", [ExactMatch, lambda: BalancedAccuracy(3, multi_label=True)]
)
def test_starts_anew_and_is_made_of_its_configuration(make):
    truth, logits = np.array([[1, 0, 0]]), np.array([[1.0, 1.0, -1.0]])
    metric = make()
    right = measure(metric, truth, np.array([[1.0, -1.0, -1.0]]), 1)
    assert right == 1
    metric.reset_state()
    assert float(to_numpy(metric.result())) == 0
    wrong = measure(metric, truth, logits, 1)
    assert wrong < 1
    copy = keras.metrics.deserialize(keras.metrics.serialize(metric))
    assert type(copy) is type(metric)
    assert measure(copy, truth, logits, 1) == wrong


@pytest.mark.parametrize("number", [0, 1.5, "3", None, True])
def test_number_of_classes(number):
    with pytest.raises(ValueError, match="`num_classes`"):
        BalancedAccuracy(number)


def test_a_compiled_model_loads_with_no_custom_objects(tmp_path):
    """In a process that has imported no more than the package."""
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    model.compile("sgd", "mse", metrics=[ExactMatch(), BalancedAccuracy(2)])
    model.save(tmp_path / "model.keras")
    code = (
        "import han_attention, keras\n"
        "model = keras.models.load_model('model.keras')\n"
        "print(model.get_compile_config()['metrics'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr
    assert "ExactMatch" in done.stdout
