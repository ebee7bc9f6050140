"""The BiGRU classifier: logits, names, masks, saving, every backend."""

import keras
import numpy as np
import pytest
from layer_checks import assert_close
from layer_checks import to_numpy

from han_attention import build_classifier

SMALL = {"embedding_dim": 6, "rnn_units": 5, "attention_units": 4}


@pytest.fixture
def ids():
    return np.array([[3, 9, 4, 12, 5], [7, 2, 0, 0, 0], [0, 0, 0, 0, 0]])


@pytest.mark.parametrize(
    ("options", "num_logits"),
    [
        ({}, 1),
        ({"num_classes": 3}, 3),
        ({"num_classes": 4, "multi_label": True}, 4),
        ({"num_classes": 2, "multi_label": True}, 2),
        ({"num_classes": 1, "multi_label": True}, 1),
    ],
)
def test_number_of_logits(options, num_logits, ids):
    model = build_classifier(20, **SMALL, **options)
    assert model(ids).shape == (3, num_logits)


def test_layers_are_named():
    model = build_classifier(20)
    assert [layer.name for layer in model.layers] == [
        "ids",
        "embedding",
        "mask",
        "bigru",
        "attention",
        "dropout",
        "logits",
    ]
    # The published sizes: 20 * 100, 2 * (100 + 150 + 2) * 450, 301 * 50 + 50
    # for the attention's kernel, bias and context, and 301.
    assert model.count_params() == 2000 + 226_800 + 15_100 + 301


def test_equals_its_layers(ids):
    """The model is the chain of its layers with the mask of the ids."""
    model = build_classifier(20, **SMALL)
    mask = ids != 0
    hidden = model.get_layer("bigru")(
        model.get_layer("embedding")(ids), mask=mask
    )
    pooled = model.get_layer("attention")(hidden, mask=mask)
    assert_close(model(ids), model.get_layer("logits")(pooled))


@pytest.mark.parametrize("options", [{}, {"num_layers": 2, "cell": "lstm"}])
def test_padding_changes_nothing(options, ids):
    model = build_classifier(20, **SMALL, **options)
    longer = np.pad(ids, [(0, 0), (0, 4)])
    assert_close(model(longer), model(ids))


def test_empty_text_gets_the_bias(ids):
    model = build_classifier(20, **SMALL)
    model.get_layer("logits").bias.assign([0.25])
    assert to_numpy(model(ids))[2, 0] == 0.25


@pytest.mark.parametrize("num_heads", [1, 2])
def test_attention_is_read_from_the_saved_model(num_heads, ids, tmp_path):
    model = build_classifier(20, **SMALL, num_heads=num_heads)
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    assert_close(loaded(ids), model(ids))
    reader = keras.Model(loaded.input, loaded.get_layer("attention").output[1])
    weights = to_numpy(reader(ids))
    assert weights.shape == ((3, 5) if num_heads == 1 else (3, 2, 5))
    sums = weights.reshape(3, -1, 5).sum(axis=-1)
    np.testing.assert_allclose(
        sums, [[1] * num_heads] * 2 + [[0] * num_heads], atol=1e-6
    )


@pytest.mark.parametrize(
    ("options", "loss", "labels"),
    [
        ({}, "BinaryCrossentropy", [[1.0], [0.0], [1.0]]),
        ({"num_classes": 3}, "SparseCategoricalCrossentropy", [0, 2, 1]),
        (
            {"num_classes": 2, "multi_label": True, "num_layers": 2},
            "BinaryCrossentropy",
            [[1.0, 1.0], [0.0, 1.0], [0.0, 0.0]],
        ),
    ],
)
def test_one_step_changes_every_weight(options, loss, labels, ids):
    model = build_classifier(20, **SMALL, **options)
    model.compile(
        keras.optimizers.SGD(1.0),  # of 0.01 a step can be rounded to none
        getattr(keras.losses, loss)(from_logits=True),
        run_eagerly=True,
    )
    before = [to_numpy(w) for w in model.trainable_weights]
    model.train_on_batch(ids, np.array(labels))
    for weight, old in zip(model.trainable_weights, before, strict=True):
        assert np.isfinite(to_numpy(weight)).all(), weight.path
        assert (to_numpy(weight) != old).any(), weight.path


def test_logits_are_float32_in_mixed_precision(ids):
    keras.config.set_dtype_policy("mixed_float16")
    model = build_classifier(20, **SMALL)
    assert keras.backend.standardize_dtype(model(ids).dtype) == "float32"
    assert model.get_layer("bigru").compute_dtype == "float16"


def test_initializers_are_used():
    model = build_classifier(
        20,
        **SMALL,
        embeddings_initializer=keras.initializers.RandomUniform(-1, 1),
        attention_initializer=keras.initializers.RandomNormal(stddev=0.1),
        logits_initializer="ones",
    )
    embeddings = model.get_layer("embedding").get_weights()[0]
    assert 0.9 < np.abs(embeddings).max() <= 1
    _, bias, context = model.get_layer("attention").get_weights()
    # One initializer, but each weight draws its own numbers.
    assert bias.any()
    assert (bias != context).all()
    assert (model.get_layer("logits").get_weights()[0] == 1).all()


def test_learns_which_word_decides():
    """Word 3 means yes, word 4 means no, and attention finds them."""
    rng = np.random.default_rng(0)
    ids = rng.integers(5, 20, size=(256, 8))
    labels = np.arange(256) % 2
    places = rng.integers(0, 8, size=256)
    ids[np.arange(256), places] = 3 + labels
    model = build_classifier(20, **SMALL, seed=1)
    model.compile(
        keras.optimizers.Adam(0.02),
        keras.losses.BinaryCrossentropy(from_logits=True),
    )
    model.fit(ids, labels[:, None].astype("float32"), 32, epochs=12, verbose=0)
    logits = model.predict_on_batch(ids)[:, 0]
    assert ((logits > 0) == labels).mean() > 0.98


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"vocabulary_size": 0}, "`vocabulary_size`"),
        ({"vocabulary_size": 9, "num_classes": 1}, "`num_classes`"),
        ({"vocabulary_size": 9, "embedding_dim": 0}, "`embedding_dim`"),
        ({"vocabulary_size": 9, "rnn_units": 0}, "`rnn_units`"),
        ({"vocabulary_size": 9, "dropout": 1}, "`dropout`"),
        ({"vocabulary_size": 9, "cell": "rnn"}, "`cell`"),
        ({"vocabulary_size": 9, "normalizer": "max"}, "`normalizer`"),
    ],
)
def test_wrong_arguments(arguments, message):
    with pytest.raises(ValueError, match=message):
        build_classifier(**arguments)
