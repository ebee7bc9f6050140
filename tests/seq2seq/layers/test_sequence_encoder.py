"""SequenceEncoder beside the layers of Keras, on any backend."""

import keras
import numpy as np
import pytest
from layer_checks import assert_close
from layer_checks import right_mask
from layer_checks import to_numpy

from han_attention.seq2seq import SequenceEncoder


@pytest.fixture
def inputs():
    return np.random.default_rng(0).normal(size=(4, 6, 3)).astype("float32")


@pytest.fixture
def mask():
    return right_mask([6, 1, 4, 0], 6)


@pytest.mark.parametrize("cell", ["lstm", "gru"])
@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("reverse", [False, True])
def test_equals_the_layers_of_keras_row_by_row(
    cell, bidirectional, reverse, inputs, mask
):
    encoder = SequenceEncoder(5, 2, cell, bidirectional, reverse)
    outputs, states = to_numpy(encoder(inputs, mask=mask))
    directions = [reverse, not reverse] if bidirectional else [reverse]
    for row, length in enumerate(mask.sum(axis=1)):
        if not length:
            assert not outputs[row].any()
            assert not any(x[row].any() for own in states for x in own)
            continue
        hidden = inputs[row : row + 1, :length]
        rnns = iter(encoder.rnns)
        for own in states:
            parts = []
            for backwards in directions:
                way = slice(None, None, -1 if backwards else 1)
                after, *state = to_numpy(next(rnns)(hidden[:, way]))
                parts.append([after[:, way], *state])
            hidden, *expected = (
                np.concatenate(x, axis=-1) for x in zip(*parts, strict=True)
            )
            assert_close([x[row] for x in own], [x[0] for x in expected])
        assert_close(outputs[row, :length], hidden[0])
        assert not outputs[row, length:].any()


@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_padding_changes_nothing(cell, inputs, mask):
    encoder = SequenceEncoder(5, 2, cell, True)
    outputs, states = encoder(inputs, mask=mask)
    junk = np.where(mask[..., None], inputs, 1e3).astype("float32")
    longer = encoder(
        np.pad(junk, [(0, 0), (0, 3), (0, 0)]),
        mask=np.pad(mask, [(0, 0), (0, 3)]),
    )
    assert_close((longer[0][:, :6], longer[1]), (outputs, states))


def test_no_mask_is_a_full_mask(inputs):
    encoder = SequenceEncoder(5, bidirectional=True)
    assert_close(encoder(inputs), encoder(inputs, mask=np.ones((4, 6), bool)))


def test_configuration():
    encoder = SequenceEncoder(5, 2, "gru", True, True, 0.1, 7)
    again = SequenceEncoder.from_config(encoder.get_config())
    assert again.get_config() == encoder.get_config()
    outputs, states = encoder(keras.Input((None, 3)))
    assert outputs.shape == (None, None, 10)
    assert [[tuple(x.shape) for x in own] for own in states] == (
        [[(None, 10)]] * 2
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"units": 0}, "`units`"),
        ({"units": 4, "num_layers": 0}, "`num_layers`"),
        ({"units": 4, "cell": "rnn"}, "`cell`"),
        ({"units": 4, "dropout": 1.0}, "`dropout`"),
    ],
)
def test_wrong_arguments(arguments, message):
    with pytest.raises(ValueError, match=message):
        SequenceEncoder(**arguments)


@pytest.mark.parametrize("shape", [(2, 3), (2, 0, 3), (2, 4, 3, 3)])
def test_wrong_shapes(shape):
    with pytest.raises(ValueError, match="`inputs`"):
        SequenceEncoder(4)(np.zeros(shape, "float32"))
