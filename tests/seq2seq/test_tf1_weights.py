"""Weights of TensorFlow 1 in `AttentionDecoder`, beside its own formulas."""

import re

import keras
import numpy as np
import pytest
from layer_checks import to_numpy
from tf1_cases import AGES
from tf1_cases import SIZES
from tf1_cases import START
from tf1_cases import Sizes
from tf1_cases import TensorFlow1
from tf1_cases import make_decoder
from tf1_cases import make_variables

from han_attention.seq2seq import AttentionDecoder
from han_attention.seq2seq import load_tf1
from han_attention.seq2seq.tf1_weights import gru_from_tf1
from han_attention.seq2seq.tf1_weights import lstm_from_tf1


def check_decodes_alike(decoder, expected, kind, num_layers):
    """Both on the same numbers, drawn here."""
    random = np.random.default_rng(1)

    def fill(*shape):
        return random.normal(0, 0.5, size=shape)

    inputs, memory = fill(2, 5, SIZES.inputs), fill(2, 7, SIZES.memory)
    tensors = 2 if kind == "lstm" else 1
    state = fill(num_layers, tensors, 2, SIZES.units)  # c, h
    flat = [x for own in state for x in own[::-1]]  # h, c
    received = decoder(
        inputs.astype("float32"),
        memory.astype("float32"),
        [x.astype("float32") for x in flat],
    )
    expected = expected.decode(inputs, state, memory)
    np.testing.assert_allclose(to_numpy(received), expected, atol=2e-6)


def draw(shape):
    return np.random.default_rng(sum(shape)).normal(0, 0.5, size=shape)


@pytest.mark.parametrize("kind", ["lstm", "gru"])
@pytest.mark.parametrize("num_layers", [1, 2])
@pytest.mark.parametrize("num_heads", [1, 3])
def test_equals_tensorflow_1(kind, num_layers, num_heads):
    case = kind, num_layers, num_heads
    variables = make_variables(*case, draw)
    decoder = make_decoder(*case)
    load_tf1(decoder, variables | {"adam/AttnW": np.ones(1)})
    expected = TensorFlow1(variables, *case)
    check_decodes_alike(decoder, expected, kind, num_layers)


@pytest.mark.parametrize("kind", ["lstm", "gru"])
@pytest.mark.parametrize("age", AGES)
def test_an_output_projection_wrapper_is_multiplied_in(kind, age):
    """What `embedding_attention_seq2seq` puts around its cell."""
    case = kind, 2, 2
    of_age, of_1_2 = (
        make_variables(*case, draw, age=x, projected=7) for x in (age, "1.2")
    )
    decoder = make_decoder(*case)
    load_tf1(decoder, of_age)
    expected = TensorFlow1(of_1_2, *case, projected=True)
    check_decodes_alike(decoder, expected, kind, 2)


@pytest.mark.parametrize("age", AGES)
@pytest.mark.parametrize(
    ("num_heads", "outputs", "last"),
    [
        (1, (0.33688825, 0.39562535, 0.44763851), 0.32555074),
        (2, (0.45907110, 0.52176768, 0.57682878), 0.33266646),
    ],
)
def test_numbers_printed_by_tensorflow_1(num_heads, outputs, last, age):
    """The set-up of the tests of `attention_decoder`: all kernels 0.5."""
    case = "gru", 1, num_heads
    sizes = Sizes(inputs=2, memory=2, units=2, outputs=4)
    variables = make_variables(*case, np.zeros, sizes, age)
    for name in variables:
        if not re.search("bias", name, re.IGNORECASE):
            variables[name] += 0.5
        elif "gates" in name.lower():
            variables[name] += 1
    decoder = make_decoder(*case, sizes)
    load_tf1(decoder, variables)
    encoder = keras.layers.RNN(
        decoder.cell, return_sequences=True, return_state=True
    )
    memory, state = encoder(np.full((2, 2, 2), 0.5, "float32"))
    received, after, _ = decoder(
        np.full((2, 3, 2), 0.4, "float32"), memory, state, return_state=True
    )
    expected = np.broadcast_to(np.array(outputs)[:, None], (2, 3, 4))
    np.testing.assert_allclose(to_numpy(received), expected, atol=1e-6)
    np.testing.assert_allclose(to_numpy(after), np.full((2, 2), last), 1e-6)


def _without(name):
    def change(variables):
        del variables[f"{START}{name}:0"]

    return change


def _with(name, shape):
    def change(variables):
        variables[f"{START}{name}:0"] = np.ones(shape)

    return change


@pytest.mark.parametrize(
    ("kind", "change", "message"),
    [
        ("lstm", _without("AttnW_0"), "one `AttnW_0`"),
        ("lstm", _without("AttnV_0"), r"Expected `AttnV_0` of shape \(2,\)"),
        (
            "lstm",
            _without("basic_lstm_cell/bias"),
            r"Expected `basic_lstm_cell/bias` of shape \(16,\)",
        ),
        (
            "lstm",
            _with("AttnW_1", (1, 1, 2, 2)),
            r"also: `AttnW_1` of shape \(1, 1, 2, 2\)",
        ),
        (
            "lstm",
            _with("AttnOutputProjection/kernel", (6, 7)),
            r"of shape \(6, 6\).*Received: .*of shape \(6, 7\)",
        ),
        (
            "lstm",
            _with("Attention_0/kernel", (4, 2)),
            r"`Attention_0/kernel` of shape \(8, 2\).*`.* of shape \(4, 2\)$",
        ),
        (
            "gru",
            _with("gru_cell/gates/kernel", (7, 7)),
            r"`gru_cell/gates/kernel` of shape \(7, 8\).*of shape \(7, 7\)$",
        ),
        (
            "gru",
            _without("gru_cell/candidate/bias"),
            r"Expected `gru_cell/candidate/bias` of shape \(4,\).*AttnV_0",
        ),
        ("gru", _with("basic_lstm_cell/kernel", (7, 16)), "also: `basic_lstm"),
    ],
)
def test_wrong_variables(kind, change, message):
    variables = make_variables(kind, 1, 1, np.ones)
    change(variables)
    decoder = make_decoder(kind, 1, 1)
    before = decoder.get_weights()
    with pytest.raises(ValueError, match=message):
        load_tf1(decoder, variables)
    for new, old in zip(decoder.get_weights(), before, strict=True):
        np.testing.assert_array_equal(new, old)


@pytest.mark.parametrize("age", AGES)
def test_other_cells_are_named_as_the_file_names_them(age):
    """GRU in the file, LSTM in the decoder, and the other way round."""
    variables = make_variables("gru", 1, 1, np.ones, age=age)
    names = [name.removeprefix(START)[:-2] for name in variables]
    with pytest.raises(ValueError, match="`basic_lstm_cell/kernel`") as error:
        load_tf1(make_decoder("lstm", 1, 1), variables)
    of_cell = [name for name in names if name.lower().startswith("gru")]
    assert all(f"`{name}` of shape" in str(error.value) for name in of_cell)
    assert len(of_cell) == 4
    variables = make_variables("lstm", 2, 1, np.ones, age=age)
    with pytest.raises(ValueError, match="cell_1/gru_cell/gates/kernel"):
        load_tf1(make_decoder("gru", 2, 1), variables)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: AttentionDecoder(keras.layers.LSTMCell(SIZES.units)),
            r"a built decoder: call decoder.build\(",
        ),
        (
            lambda: keras.layers.Dense(3),
            "an AttentionDecoder, such as `model.decoder`. Received: .*Den",
        ),
        (
            lambda: _built(AttentionDecoder(keras.layers.GRUCell(SIZES.units))),
            "Received: reset_after=True$",
        ),
        (
            lambda: _built(
                AttentionDecoder(
                    keras.layers.LSTMCell(SIZES.units), query="output"
                )
            ),
            "query='state'.* Received: query='output'",
        ),
        (
            lambda: _built(
                AttentionDecoder(keras.layers.SimpleRNNCell(SIZES.units))
            ),
            "cells that are LSTMCell or .*SimpleRNNCell",
        ),
    ],
    ids=["not_built", "no_decoder", "reset_after", "query_output", "no_gates"],
)
def test_wrong_decoder(make, message):
    """Each mistake has a message of its own."""
    variables = make_variables("lstm", 1, 1, np.ones)
    with pytest.raises(ValueError, match=f"`decoder`. Expected .*{message}"):
        load_tf1(make(), variables)


def _built(decoder):
    decoder.build((None, None, SIZES.inputs), (None, None, SIZES.memory))
    return decoder


@pytest.mark.parametrize(
    "kernel, bias",
    [((14, 32), (8,)), ((14, 30), (30,)), ((8, 32), (32,)), ((32,), (32,))],
)
def test_arrays_that_are_no_lstm(kernel, bias):
    message = re.escape(
        "Expected a kernel (inputs + U, 4 * U) and a bias (4 * U,). "
        f"Received: kernel of shape {kernel}, bias of shape {bias}"
    )
    with pytest.raises(ValueError, match=message):
        lstm_from_tf1(np.zeros(kernel), np.zeros(bias))


def test_arrays_that_are_no_gru():
    gates, candidate = (14, 16), (14, 8)
    pairs = [(np.zeros(x), np.zeros(x[1])) for x in (gates, candidate)]
    assert gru_from_tf1(*pairs)[1].shape == (8, 24)
    with pytest.raises(ValueError, match=r"Expected a kernel \(inputs \+ U, 2"):
        gru_from_tf1((np.zeros(gates), np.zeros(8)), pairs[1])
