"""Weights of TensorFlow 1 in `AttentionDecoder`, beside its own formulas."""

import keras
import numpy as np
import pytest
from layer_checks import to_numpy

from han_attention.seq2seq import AttentionDecoder
from han_attention.seq2seq import load_tf1

INPUTS, MEMORY, UNITS, OUTPUTS = 3, 2, 4, 6
SCOPE = "embedding_attention_seq2seq/embedding_attention_decoder/"


def make_variables(kind, num_layers, num_heads, fill):
    """A dictionary as TensorFlow 1 would name and shape it."""
    shapes = {}

    def pair(name, rows, columns):
        shapes[f"{name}kernel"] = (rows, columns)
        shapes[f"{name}bias"] = (columns,)

    pair("", INPUTS + num_heads * MEMORY, INPUTS)
    pair("AttnOutputProjection/", UNITS + num_heads * MEMORY, OUTPUTS)
    tensors = 2 if kind == "lstm" else 1
    for n in range(num_heads):
        shapes[f"AttnW_{n}"] = (1, 1, MEMORY, MEMORY)
        shapes[f"AttnV_{n}"] = (MEMORY,)
        pair(f"Attention_{n}/", tensors * num_layers * UNITS, MEMORY)
    for n in range(num_layers):
        outer = f"multi_rnn_cell/cell_{n}/" if num_layers > 1 else ""
        rows = (UNITS if n else INPUTS) + UNITS
        if kind == "lstm":
            pair(f"{outer}basic_lstm_cell/", rows, 4 * UNITS)
        else:
            pair(f"{outer}gru_cell/gates/", rows, 2 * UNITS)
            pair(f"{outer}gru_cell/candidate/", rows, UNITS)
    return {
        f"{SCOPE}attention_decoder/{name}:0": fill(shape)
        for name, shape in shapes.items()
    }


def make_decoder(kind, num_layers, num_heads):
    def cell():
        if kind == "lstm":
            return keras.layers.LSTMCell(UNITS)
        return keras.layers.GRUCell(UNITS, reset_after=False)

    cells = [cell() for _ in range(num_layers)]
    decoder = AttentionDecoder(
        cells[0] if num_layers == 1 else cells, OUTPUTS, num_heads
    )
    decoder.build((None, None, INPUTS), (None, None, MEMORY))
    return decoder


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


class TensorFlow1:
    """`attention_decoder` as written there, on its own variables."""

    def __init__(self, variables, kind, num_layers, num_heads):
        self.kind, self.num_layers, self.heads = kind, num_layers, num_heads
        start = len(SCOPE + "attention_decoder/")
        self.v = {name[start:-2]: x for name, x in variables.items()}

    def linear(self, name, *parts):
        inputs = np.concatenate(parts, axis=1)
        return inputs @ self.v[f"{name}kernel"] + self.v[f"{name}bias"]

    def cell(self, x, state):
        after = []
        for n, own in enumerate(state):
            outer = f"multi_rnn_cell/cell_{n}/" if self.num_layers > 1 else ""
            if self.kind == "lstm":
                c, h = own
                gates = self.linear(f"{outer}basic_lstm_cell/", x, h)
                i, j, f, o = np.split(gates, 4, axis=1)
                c = c * sigmoid(f + 1) + sigmoid(i) * np.tanh(j)
                x = np.tanh(c) * sigmoid(o)
                after.append((c, x))
            else:
                (h,) = own
                gates = sigmoid(self.linear(f"{outer}gru_cell/gates/", x, h))
                r, u = np.split(gates, 2, axis=1)
                new = self.linear(f"{outer}gru_cell/candidate/", x, r * h)
                x = u * h + (1 - u) * np.tanh(new)
                after.append((x,))
        return x, after

    def read(self, state, memory):
        query = [x for own in state for x in own]
        contexts = []
        for n in range(self.heads):
            hidden = memory @ self.v[f"AttnW_{n}"][0, 0]
            hidden = hidden + self.linear(f"Attention_{n}/", *query)[:, None]
            e = np.exp(np.tanh(hidden) @ self.v[f"AttnV_{n}"])
            shares = e / e.sum(axis=1, keepdims=True)
            contexts.append(np.einsum("bs,bsm->bm", shares, memory))
        return contexts

    def decode(self, inputs, state, memory):
        contexts = [np.zeros((len(inputs), MEMORY))] * self.heads
        outputs = []
        for t in range(inputs.shape[1]):
            x = self.linear("", inputs[:, t], *contexts)
            y, state = self.cell(x, state)
            contexts = self.read(state, memory)
            out = self.linear("AttnOutputProjection/", y, *contexts)
            outputs.append(out)
        return np.stack(outputs, axis=1)


@pytest.mark.parametrize("kind", ["lstm", "gru"])
@pytest.mark.parametrize("num_layers", [1, 2])
@pytest.mark.parametrize("num_heads", [1, 3])
def test_equals_tensorflow_1(kind, num_layers, num_heads):
    random = np.random.default_rng(0)

    def fill(shape):
        return random.normal(0, 0.5, size=shape)

    case = kind, num_layers, num_heads
    variables = make_variables(*case, fill)
    decoder = make_decoder(*case)
    load_tf1(decoder, variables | {"adam/AttnW": np.ones(1)})
    inputs, memory = fill((2, 5, INPUTS)), fill((2, 7, MEMORY))
    tensors = 2 if kind == "lstm" else 1
    state = fill((num_layers, tensors, 2, UNITS))  # c, h
    expected = TensorFlow1(variables, *case).decode(inputs, state, memory)
    flat = [x for own in state for x in own[::-1]]  # h, c
    received = decoder(
        inputs.astype("float32"),
        memory.astype("float32"),
        [x.astype("float32") for x in flat],
    )
    np.testing.assert_allclose(to_numpy(received), expected, atol=2e-6)


@pytest.mark.parametrize(
    ("num_heads", "outputs", "last"),
    [
        (1, (0.33688825, 0.39562535, 0.44763851), 0.32555074),
        (2, (0.45907110, 0.52176768, 0.57682878), 0.33266646),
    ],
)
def test_numbers_printed_by_tensorflow_1(num_heads, outputs, last, monkeypatch):
    """The set-up of the tests of `attention_decoder`: all kernels 0.5."""
    for name, size in (("INPUTS", 2), ("UNITS", 2), ("OUTPUTS", 4)):
        monkeypatch.setitem(globals(), name, size)
    variables = make_variables("gru", 1, num_heads, np.zeros)
    for name in variables:
        if "bias" not in name:
            variables[name] += 0.5
        elif "gates" in name:
            variables[name] += 1
    decoder = make_decoder("gru", 1, num_heads)
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
        del variables[f"{SCOPE}attention_decoder/{name}:0"]

    return change


def _with(name, shape):
    def change(variables):
        variables[f"{SCOPE}attention_decoder/{name}:0"] = np.ones(shape)

    return change


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (_without("AttnW_0"), "one `AttnW_0`"),
        (_without("AttnV_0"), "Expected `AttnV_0`"),
        (_without("basic_lstm_cell/bias"), "Expected `basic_lstm_cell/bias`"),
        (_with("AttnW_1", (1, 1, 2, 2)), "also: .*AttnW_1"),
        (_with("AttnOutputProjection/kernel", (6, 7)), r"\(6, 7\)"),
        (_with("Attention_0/kernel", (4, 2)), "with 8 rows"),
    ],
)
def test_wrong_variables(change, message):
    variables = make_variables("lstm", 1, 1, np.ones)
    change(variables)
    decoder = make_decoder("lstm", 1, 1)
    before = decoder.get_weights()
    with pytest.raises(ValueError, match=message):
        load_tf1(decoder, variables)
    for new, old in zip(decoder.get_weights(), before, strict=True):
        np.testing.assert_array_equal(new, old)


@pytest.mark.parametrize(
    "make",
    [
        lambda: AttentionDecoder(keras.layers.LSTMCell(UNITS)),  # not built
        lambda: keras.layers.Dense(3),
        lambda: _built(AttentionDecoder(keras.layers.GRUCell(UNITS))),
        lambda: _built(
            AttentionDecoder(keras.layers.LSTMCell(UNITS), query="output")
        ),
    ],
)
def test_wrong_decoder(make):
    variables = make_variables("lstm", 1, 1, np.ones)
    with pytest.raises(ValueError, match="`decoder`"):
        load_tf1(make(), variables)


def _built(decoder):
    decoder.build((None, None, INPUTS), (None, None, MEMORY))
    return decoder
