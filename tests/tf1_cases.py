"""`attention_decoder` of TensorFlow 1: its variables, and its formulas."""

from typing import NamedTuple

import keras
import numpy as np

from han_attention.seq2seq import AttentionDecoder

SCOPE = "embedding_attention_seq2seq/embedding_attention_decoder/"
START = f"{SCOPE}attention_decoder/"
WRAPPER = "output_projection_wrapper/"

# What names were before TensorFlow 1.2, from the outer to the inner part.
AGES = {
    "0.x": [
        ("kernel", "Linear/Matrix"),
        ("bias", "Linear/Bias"),
        ("multi_rnn_cell/cell_", "MultiRNNCell/Cell"),
        ("basic_lstm_cell", "BasicLSTMCell"),
        ("gru_cell", "GRUCell"),
        ("gates", "Gates"),
        ("candidate", "Candidate"),
        ("output_projection_wrapper", "OutputProjectionWrapper"),
    ],
    "1.0": [("kernel", "weights"), ("bias", "biases")],
    "1.2": [],
}


class Sizes(NamedTuple):
    inputs: int = 3
    memory: int = 2
    units: int = 4
    outputs: int = 6


SIZES = Sizes()


def make_variables(
    kind,
    num_layers,
    num_heads,
    fill,
    sizes=SIZES,
    age="1.2",
    projected=None,
):
    """A dictionary as TensorFlow 1 would name and shape it.

    `projected` is the size of an `OutputProjectionWrapper` around the cell.
    """
    shapes = {}

    def pair(name, rows, columns):
        shapes[f"{name}kernel"] = (rows, columns)
        shapes[f"{name}bias"] = (columns,)

    context = num_heads * sizes.memory
    pair("", sizes.inputs + context, sizes.inputs)
    width = projected or sizes.units
    pair("AttnOutputProjection/", width + context, sizes.outputs)
    tensors = 2 if kind == "lstm" else 1
    for n in range(num_heads):
        shapes[f"AttnW_{n}"] = (1, 1, sizes.memory, sizes.memory)
        shapes[f"AttnV_{n}"] = (sizes.memory,)
        rows = tensors * num_layers * sizes.units
        pair(f"Attention_{n}/", rows, sizes.memory)
    # Since 1.2 the cell is called in the scope of its wrapper.
    wrapper = WRAPPER if projected and age == "1.2" else ""
    for n in range(num_layers):
        stack = f"multi_rnn_cell/cell_{n}/" if num_layers > 1 else ""
        outer = wrapper + stack
        rows = (sizes.units if n else sizes.inputs) + sizes.units
        if kind == "lstm":
            pair(f"{outer}basic_lstm_cell/", rows, 4 * sizes.units)
        else:
            pair(f"{outer}gru_cell/gates/", rows, 2 * sizes.units)
            pair(f"{outer}gru_cell/candidate/", rows, sizes.units)
    if projected:
        pair(WRAPPER, sizes.units, projected)
    return {
        f"{START}{_name_in(age, name)}:0": fill(shape)
        for name, shape in shapes.items()
    }


def _name_in(age, name):
    for new, old in AGES[age]:
        name = name.replace(new, old)
    return name


def make_decoder(kind, num_layers, num_heads, sizes=SIZES):
    def cell():
        if kind == "lstm":
            return keras.layers.LSTMCell(sizes.units)
        return keras.layers.GRUCell(sizes.units, reset_after=False)

    cells = [cell() for _ in range(num_layers)]
    decoder = AttentionDecoder(
        cells[0] if num_layers == 1 else cells, sizes.outputs, num_heads
    )
    decoder.build((None, None, sizes.inputs), (None, None, sizes.memory))
    return decoder


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


class TensorFlow1:
    """`attention_decoder` as written there, on its variables named as in 1.2.

    Args:
        variables: As `make_variables` makes them.
        kind, num_layers, num_heads: As there.
        projected: Whether an `OutputProjectionWrapper` is around the cell.
    """

    def __init__(self, variables, kind, num_layers, num_heads, projected=False):
        self.kind, self.num_layers, self.heads = kind, num_layers, num_heads
        self.v = {name[len(START) : -2]: x for name, x in variables.items()}
        self.wrapper = WRAPPER if projected else ""

    def linear(self, name, *parts):
        inputs = np.concatenate(parts, axis=1)
        return inputs @ self.v[f"{name}kernel"] + self.v[f"{name}bias"]

    def cell(self, x, state):
        after = []
        for n, own in enumerate(state):
            stack = f"multi_rnn_cell/cell_{n}/" if self.num_layers > 1 else ""
            outer = self.wrapper + stack
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
        if self.wrapper:
            x = self.linear(self.wrapper, x)
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
        contexts = [np.zeros((len(inputs), memory.shape[2]))] * self.heads
        outputs = []
        for t in range(inputs.shape[1]):
            x = self.linear("", inputs[:, t], *contexts)
            y, state = self.cell(x, state)
            contexts = self.read(state, memory)
            out = self.linear("AttnOutputProjection/", y, *contexts)
            outputs.append(out)
        return np.stack(outputs, axis=1)
