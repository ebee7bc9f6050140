"""AttentionPooling as a Keras layer: saved, trained, compiled, misused."""

import subprocess
import sys

import keras
import numpy as np
import pytest
from layer_checks import check_layer
from layer_checks import to_numpy

from han_attention import AttentionPooling


def test_regularizers_constraints_and_initializers(inputs):
    layer = AttentionPooling(
        6,
        kernel_initializer="ones",
        bias_initializer="ones",
        context_initializer="ones",
        kernel_regularizer=keras.regularizers.L2(0.5),
        context_regularizer="l2",
        kernel_constraint="non_neg",
        context_constraint=keras.constraints.MaxNorm(0.1),
    )
    layer(inputs)
    assert all((w == 1).all() for w in layer.get_weights())
    # 0.5 * 30 ones + 0.01 * 6 ones
    np.testing.assert_allclose(
        sum(float(to_numpy(loss)) for loss in layer.losses), 15.06, rtol=1e-6
    )
    again = AttentionPooling.from_config(layer.get_config())
    assert again.get_config() == layer.get_config()
    assert layer.context.constraint.max_value == 0.1


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"num_heads": 2},
        {"normalizer": "sparsemax", "use_bias": False},
        {"dropout": 0.2, "seed": 3},
    ],
)
def test_layer_contract(options, inputs, mask, tmp_path):
    check_layer(lambda: AttentionPooling(6, **options), inputs, mask, tmp_path)


def test_layer_contract_with_scores(inputs, mask, tmp_path):
    check_layer(
        lambda: AttentionPooling(6),
        inputs,
        mask,
        tmp_path,
        {"return_attention_scores": True},
    )


def test_layer_contract_of_rank_4_and_pair(inputs, mask, tmp_path):
    four, four_mask = inputs.reshape(2, 2, 7, 5), mask.reshape(2, 2, 7)
    check_layer(lambda: AttentionPooling(6), four, four_mask, tmp_path)
    check_layer(
        lambda: AttentionPooling(6), (inputs, inputs * 2), mask, tmp_path
    )


def test_in_sequential_with_the_mask_of_an_embedding():
    # Keras 3.15 hands masks on by itself; later versions may not.
    pool = AttentionPooling(6)
    model = keras.Sequential(
        [
            keras.layers.Embedding(20, 5, mask_zero=True),
            pool,
            keras.layers.Dense(1),
        ]
    )
    ids = np.array([[3, 4, 0, 0], [5, 6, 7, 8]])
    longer = np.pad(ids, [(0, 0), (0, 3)])
    np.testing.assert_allclose(
        to_numpy(model(ids)), to_numpy(model(longer)), atol=1e-6
    )


COMPILED = """
import keras
import numpy as np
from han_attention import AttentionPooling

compiles = keras.backend.backend() != "torch"
for normalizer in ("softmax", "sparsemax"):
    symbol = keras.Input((None, 5))
    mask = keras.Input((None,), dtype="bool")
    layer = AttentionPooling(6, normalizer=normalizer)
    outputs = layer(symbol, mask=mask, return_attention_scores=True)
    model = keras.Model([symbol, mask], outputs)
    model.compile("sgd", "mse", jit_compile=compiles)
    assert model.jit_compile == compiles
    inputs = np.random.default_rng(0).normal(size=(3, 7, 5)).astype("float32")
    mask = np.arange(7) < np.array([[7], [3], [0]])
    received = model.predict_on_batch([inputs, mask])
    expected = layer(inputs, mask=mask, return_attention_scores=True)
    for a, b in zip(received, expected, strict=True):
        np.testing.assert_allclose(
            a, keras.ops.convert_to_numpy(b), atol=1e-6
        )
"""


def test_compiled_equals_eager():
    """Under XLA on TensorFlow and JAX; PyTorch runs as it is.

    In a process of its own: TensorFlow, once made deterministic by a test of
    training, does not compile.
    """
    done = subprocess.run(
        [sys.executable, "-W", "error::UserWarning", "-c", COMPILED],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"units": 0}, "`units`.*positive integer.*units=0"),
        ({"units": 2.5}, "`units`"),
        ({"units": True}, "`units`"),
        ({"units": 3, "num_heads": -1}, "`num_heads`"),
        ({"units": 3, "normalizer": "max"}, "`normalizer`.*'max'"),
        ({"units": 3, "dropout": 1.0}, "`dropout`"),
    ],
)
def test_wrong_arguments(options, message):
    with pytest.raises(ValueError, match=message):
        AttentionPooling(**options)


@pytest.mark.parametrize(
    ("options", "shape"),
    [
        ({}, (4, 5)),
        ({}, (2, 2, 2, 2, 5)),
        ({"time_major": True}, (2, 3, 4, 5)),
    ],
)
def test_wrong_shapes(options, shape):
    with pytest.raises(ValueError, match="Expected \\(B, T, D\\)"):
        AttentionPooling(3, **options)(np.ones(shape, "float32"))


def test_unknown_features():
    with pytest.raises(ValueError, match="Unknown features"):
        AttentionPooling(3).build((None, None, None))


@pytest.mark.parametrize("shape", [(4, 6), (3, 7), (4, 7, 5), (4,)])
def test_wrong_mask_shape(shape, inputs):
    with pytest.raises(ValueError, match="`mask`"):
        AttentionPooling(3)(inputs, mask=np.ones(shape, bool))
