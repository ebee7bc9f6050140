"""Task, untrained model, loss and metrics of a configuration."""

import keras
import numpy as np
import pytest
from compiled_cases import IDS
from compiled_cases import THREE
from compiled_cases import TWO
from compiled_cases import built
from compiled_cases import compiled
from compiled_cases import config_of
from layer_checks import to_numpy

from han_attention import BiLSTM
from han_attention.training.model import make_metrics
from han_attention.training.task import Task

SEVERAL = Task(["a", "b", "c"], multi_label=True)


def test_labels_for_one_logit():
    labels = TWO.label_array([0, 1, 1])
    assert TWO.one_logit
    assert labels.dtype == np.float32
    assert labels.tolist() == [[0], [1], [1]]
    assert TWO.label_array([]).shape == (0, 1)


def test_labels_for_a_logit_each():
    labels = THREE.label_array([2, 0])
    assert not THREE.one_logit
    assert labels.dtype == np.int32
    assert labels.tolist() == [2, 0]


def test_several_labels():
    labels = SEVERAL.label_array([[0, 2], [], [1]])
    assert labels.dtype == np.float32
    assert labels.tolist() == [[1, 0, 1], [0, 0, 0], [0, 1, 0]]
    assert SEVERAL.label_array([]).shape == (0, 3)
    assert not Task(["a", "b"], multi_label=True).one_logit


@pytest.mark.parametrize(
    ("task", "logits"),
    [(TWO, 1), (THREE, 3), (SEVERAL, 3), (Task("ab", True), 2)],
)
def test_a_logit_for_each_class_but_one_for_two(task, logits):
    assert built(task).output.shape == (None, logits)


@pytest.mark.parametrize("pooling", ["attention", "mean", "max"])
def test_settings_reach_a_model_of_documents(pooling):
    model = built(
        THREE,
        architecture="hierarchical",
        pooling=pooling,
        cell="lstm",
        attention_dropout=0.125,
        embedding_dropout=0.25,
        dropout=0.5,
        include_embedding=True,
    )
    assert model.output.shape == (None, 3)
    assert len(model.input.shape) == 3
    for level in ("word", "sentence"):
        bigru = model.get_layer(f"{level}_bigru")
        assert (bigru.units, type(bigru)) == (4, BiLSTM)
        pool = model.get_layer(f"{level}_attention").get_config()
        if pooling == "attention":
            assert (pool["units"], pool["dropout"]) == (3, 0.125)
        else:
            assert pool["mode"] == pooling
    assert model.get_layer("sentence_dropout").rate == 0.5
    assert model.get_layer("embedding_dropout").rate == 0.25


def test_the_spread_is_that_of_both_attentions():
    model = built(
        architecture="hierarchical", attention_stddev=2.0, attention_units=200
    )
    for level in ("word", "sentence"):
        weights = model.get_layer(f"{level}_attention").get_weights()
        assert 1.8 < weights[0].std() < 2.2


def test_settings_reach_the_model():
    model = built(
        num_layers=2,
        cell="lstm",
        num_heads=2,
        normalizer="sparsemax",
        include_embedding=True,
        attention_dropout=0.125,
        embedding_dropout=0.25,
        dropout=0.5,
    )
    bigru = model.get_layer("bigru")
    assert (bigru.num_layers, type(bigru)) == (2, BiLSTM)
    assert (bigru.units, bigru.dropout) == (4, 0.5)
    attention = model.get_layer("attention").get_config()
    assert (attention["units"], attention["num_heads"]) == (3, 2)
    assert attention["normalizer"] == "sparsemax"
    assert attention["dropout"] == 0.125
    assert model.get_layer("embedding_dropout").rate == 0.25
    assert model.get_layer("dropout").rate == 0.5
    assert model.get_layer("with_embedding").output.shape[-1] == 8 + 6


@pytest.mark.parametrize("spread", [0.05, 1.0])
def test_spread_of_the_random_vectors(spread):
    vectors = built(embedding_range=spread).get_layer("embedding").get_weights()
    largest = np.abs(vectors[0]).max()
    assert 0.8 * spread < largest <= spread


def test_spread_of_attention_and_output():
    model = built(attention_stddev=2.0, attention_units=200, output_stddev=3.0)
    kernel, _, context = model.get_layer("attention").get_weights()
    assert 1.8 < kernel.std() < 2.2
    assert 1.6 < context.std() < 2.4
    assert np.abs(model.get_layer("logits").get_weights()[0]).max() > 0.5


def test_the_seed_repeats_the_dropout():
    outputs = []
    for seed in (1, 1, 2):
        keras.utils.set_random_seed(0)
        model = built(seed=seed, dropout=0.5)
        outputs.append(to_numpy(model(IDS, training=True)))
    np.testing.assert_array_equal(outputs[0], outputs[1])
    assert (outputs[0] != outputs[2]).any()


def test_word_vectors_to_start_from():
    vectors = np.random.default_rng(0).random((20, 9), "float32")
    model = built(word_vectors=vectors)  # wider than `embedding_dim`
    received = model.get_layer("embedding").get_weights()[0]
    np.testing.assert_array_equal(received, vectors)


@pytest.mark.parametrize(
    ("task", "labels"),
    [(TWO, [1, 0, 1]), (THREE, [2, 0, 1]), (SEVERAL, [[0, 2], [], [1]])],
)
def test_loss_and_accuracy_beside_numpy(task, labels):
    model = compiled(task)
    targets = task.label_array(labels)
    logits = to_numpy(model(IDS)).astype("float64")
    if task is THREE:
        shares = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
        loss = -np.log(shares[np.arange(3), labels]).mean()
        accuracy = (logits.argmax(axis=1) == labels).mean()
    else:
        shares = 1 / (1 + np.exp(-logits))
        right = np.where(targets == 1, shares, 1 - shares)
        loss = -np.log(right).mean()
        single = (logits > 0) == (targets == 1)
        accuracy = single.all(axis=1).mean()
    scores = model.evaluate(IDS, targets, return_dict=True, verbose=0)
    np.testing.assert_allclose(scores["loss"], loss, rtol=1e-5)
    np.testing.assert_allclose(scores["accuracy"], accuracy, rtol=1e-6)
    assert ("binary_accuracy" in scores) == (task is SEVERAL)
    if task is SEVERAL:
        assert accuracy != single.mean()
        np.testing.assert_allclose(
            scores["binary_accuracy"], single.mean(), rtol=1e-6
        )


@pytest.mark.parametrize(
    ("frozen_epochs", "epoch", "trainable"),
    [(0, 0, True), (1, 0, False), (1, 1, True), (3, 2, False), (3, 5, True)],
)
def test_word_vectors_are_frozen_at_first(frozen_epochs, epoch, trainable):
    model = compiled(frozen_epochs=frozen_epochs, epoch=epoch)
    assert model.get_layer("embedding").trainable is trainable
    others = len(built().weights) - 1
    assert len(model.trainable_weights) == others + trainable


def metric_names(task, **settings):
    return {m.name for m in make_metrics(config_of(**settings), task)}


def test_classes_alike_are_measured_where_they_decide():
    assert metric_names(TWO) == {"accuracy"}
    for settings in ({"class_weight": "balanced"}, {"class_weight": {"a": 2}}):
        for task in (TWO, THREE):
            assert metric_names(task, **settings) == {
                "accuracy",
                "balanced_accuracy",
            }
    assert metric_names(TWO, monitor="val_balanced_accuracy") == {
        "accuracy",
        "balanced_accuracy",
    }
    weighted = {"class_weight": "balanced"}
    assert metric_names(TWO, **weighted, monitor="val_loss") == {"accuracy"}
    assert metric_names(SEVERAL, **weighted) == {
        "accuracy",
        "binary_accuracy",
        "balanced_accuracy",
    }
