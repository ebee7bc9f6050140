"""build_han: names, initializers, and wrong arguments."""

import keras
import numpy as np
import pytest

from han_attention import build_han

SMALL = {"embedding_dim": 6, "rnn_units": 5, "attention_units": 4}
POOLINGS = ["attention", "mean", "max"]


@pytest.mark.parametrize("pooling", POOLINGS)
def test_layers_are_named(pooling):
    model = build_han(20, pooling=pooling)
    assert [layer.name for layer in model.layers] == [
        "ids",
        "embedding",
        "mask",
        "word_bigru",
        "word_attention",
        "sentence_mask",
        "sentence_bigru",
        "sentence_attention",
        "dropout",
        "logits",
    ]
    # The sizes of the paper: 20 * 200; 2 * (200 + 50 + 2) * 150 of the words;
    # 2 * (100 + 50 + 2) * 150; 102 * 100 of each attention; 101.
    attention = 2 * 10_200 if pooling == "attention" else 0
    assert model.count_params() == 4000 + 75_600 + 45_600 + attention + 101


def test_optional_layers_are_named():
    model = build_han(
        20, dropout=0.1, embedding_dropout=0.2, include_embedding=True
    )
    assert model.get_layer("sentence_dropout").rate == 0.1
    assert model.get_layer("dropout").rate == 0.1
    assert model.get_layer("embedding_dropout").rate == 0.2
    assert model.get_layer("with_embedding").output.shape[-1] == 300


def test_both_attentions_draw_their_own_numbers():
    model = build_han(
        20,
        **SMALL,
        attention_initializer=keras.initializers.RandomNormal(stddev=0.1),
    )
    _, bias, context = model.get_layer("word_attention").get_weights()
    assert bias.any() and (bias != context).all()
    other = model.get_layer("sentence_attention").get_weights()[2]
    assert (context != other).all()


@pytest.mark.parametrize("shape", [(3, 4), (3, 2, 4, 5)])
def test_ids_of_another_rank(shape):
    model = build_han(20, **SMALL)
    for call in (model, model.predict_on_batch):
        with pytest.raises(ValueError, match="[Ee]xpected shape"):
            call(np.ones(shape, "int32"))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"vocabulary_size": 0}, "`vocabulary_size`"),
        ({"num_classes": 1}, "`num_classes`"),
        ({"embedding_dim": 0}, "`embedding_dim`"),
        ({"rnn_units": 0}, "`rnn_units`"),
        ({"dropout": 1}, "`dropout`"),
        ({"embedding_dropout": -0.1}, "`embedding_dropout`"),
        ({"cell": "rnn"}, "`cell`"),
        ({"normalizer": "max"}, "`normalizer`"),
        ({"pooling": "sum"}, r"`pooling`.*\['attention', 'max', 'mean'\]"),
    ],
)
def test_wrong_arguments(options, message):
    with pytest.raises(ValueError, match=message):
        build_han(**{"vocabulary_size": 9} | options)
