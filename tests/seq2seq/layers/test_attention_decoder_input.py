"""AttentionDecoder: wrong arguments and shapes, each named."""

import keras
import numpy as np
import pytest
from decoder_cases import UNITS
from decoder_cases import make_decoder

from han_attention.seq2seq import AttentionDecoder


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"num_heads": 0}, "`num_heads`.*positive integer.*num_heads=0"),
        ({"output_units": 0}, "`output_units`.*output_units=0"),
        ({"attention_units": -1}, "`attention_units`"),
        ({"query": "input"}, "`query`.*'output', 'state'.*'input'"),
        ({"cell": keras.layers.Dense(3)}, "`cell`.*a cell of Keras.*Dense"),
        ({"cell": []}, "`cell`.*cell=\\[\\]"),
    ],
)
def test_wrong_arguments(options, message):
    with pytest.raises(ValueError, match=message):
        AttentionDecoder(**({"cell": keras.layers.LSTMCell(3)} | options))


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"inputs": (4, 0, 3)}, "`inputs`.*at least one step"),
        ({"inputs": (4, 3)}, "`inputs`"),
        ({"inputs": (2, 5, 3)}, "`memory`.*2.*\\(4, 7, 2\\)"),
        ({"inputs": (4, 5, 2)}, "`inputs`.*3.*\\(4, 5, 2\\)"),
        ({"memory": (4, 0, 2)}, "`memory`.*at least one step"),
        ({"memory": (4, 7, 3)}, "`memory`.*2.*\\(4, 7, 3\\)"),
        ({"mask": (4, 4)}, "`mask`.*\\(4, 5\\).*\\(4, 4\\)"),
        ({"memory_mask": (4, 5)}, "`memory_mask`.*\\(4, 7\\).*\\(4, 5\\)"),
        ({"initial_context": (4, 3)}, "`initial_context`.*\\(4, 2\\)"),
    ],
)
def test_wrong_shapes(changed, message):
    decoder, _ = make_decoder()
    shapes = {"inputs": (4, 5, 3), "memory": (4, 7, 2)} | changed
    with pytest.raises(ValueError, match=message):
        decoder(**{k: np.ones(v, "float32") for k, v in shapes.items()})


@pytest.mark.parametrize(
    "shapes",
    [
        [(4, UNITS)],
        [(4, UNITS)] * 3,
        [(4, UNITS), (4, UNITS + 1)],
        [(4, UNITS), (2, UNITS)],
        [(4, 1, UNITS)] * 2,
    ],
)
def test_wrong_state(shapes, inputs, memory):
    decoder, _ = make_decoder()
    state = [np.ones(shape, "float32") for shape in shapes]
    with pytest.raises(ValueError, match="`initial_state`.*`cell.state_size`"):
        decoder(inputs, memory, state)
    symbols = [keras.Input(batch_shape=shape) for shape in shapes]
    with pytest.raises(ValueError, match="`initial_state`.*`cell.state_size`"):
        decoder(
            keras.Input(batch_shape=(4, 5, 3)),
            keras.Input(batch_shape=(4, 7, 2)),
            symbols,
        )


def test_wrong_step(inputs, memory):
    decoder, _ = make_decoder()
    prepared = decoder.prepare(memory)
    state, context = decoder.start(prepared)
    with pytest.raises(ValueError, match="`inputs`.*3.*\\(4, 2\\)"):
        decoder.step(inputs[:, 0, :2], state, context, prepared)
    with pytest.raises(ValueError, match="`state`"):
        decoder.step(inputs[:, 0], state[0], context, prepared)
