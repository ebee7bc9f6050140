"""Attention decoders, arrays and models for the tests around them."""

import keras
import numpy as np
from decoder_reference import ReferenceDecoder
from decoder_reference import gru
from decoder_reference import lstm
from keras import ops
from layer_checks import right_mask
from layer_checks import to_numpy

from han_attention.seq2seq import AttentionDecoder

UNITS, OUTPUTS = 4, 6


def make_cells(kind, num_layers=1):
    if kind == "lstm":
        return [keras.layers.LSTMCell(UNITS) for _ in range(num_layers)]
    return [
        keras.layers.GRUCell(UNITS, reset_after=False)
        for _ in range(num_layers)
    ]


def make_decoder(kind="lstm", num_layers=1, **options):
    """A decoder with biases that are not 0, built for `data`."""
    cells = make_cells(kind, num_layers)
    decoder = AttentionDecoder(
        cells[0] if num_layers == 1 else cells,
        OUTPUTS,
        bias_initializer="normal",
        **options,
    )
    decoder.build((4, 5, 3), (4, 7, 2))
    step = {"lstm": lstm, "gru": gru}[kind]
    return decoder, ReferenceDecoder(decoder, cells, step)


def make_state(kind, num_layers=1):
    """One list for each cell, and the same in the cell's structure."""
    random = np.random.default_rng(2)
    tensors = 2 if kind == "lstm" else 1
    lists = random.normal(size=(num_layers, tensors, 4, UNITS))
    packed = [[ops.cast(x, "float32") for x in parts] for parts in lists]
    if kind == "gru":
        packed = [parts[0] for parts in packed]
    return list(lists), packed[0] if num_layers == 1 else packed


def make_embedding():
    """A table with rows for the outputs as symbols."""
    embedding = keras.layers.Embedding(OUTPUTS, 3)
    embedding.build()
    table = np.random.default_rng(5).normal(size=(OUTPUTS, 3))
    embedding.set_weights([table.astype("float32")])
    return embedding, table.astype("float32")


def make_inputs():
    return np.random.default_rng(0).normal(size=(4, 5, 3)).astype("float32")


def make_memory():
    return np.random.default_rng(1).normal(size=(4, 7, 2)).astype("float32")


def make_memory_mask():
    mask = right_mask([7, 3, 0, 5], 7)
    mask[3, 2] = False  # a hole: not only padding
    return mask


def call_decoder(decoder, *arguments, **options):
    """Outputs, weights, state, context."""
    return to_numpy(
        decoder(
            *arguments,
            return_attention_scores=True,
            return_state=True,
            **options,
        )
    )


def make_model(decoder, **options):
    """Dynamic in every dimension but the features, for one LSTM cell."""
    inputs, memory = keras.Input((None, 3)), keras.Input((None, 2))
    state = [keras.Input((UNITS,)) for _ in range(2)]
    mask = keras.Input((None,), dtype="bool")
    memory_mask = keras.Input((None,), dtype="bool")
    outputs = decoder(
        inputs, memory, state, mask=mask, memory_mask=memory_mask, **options
    )
    return keras.Model([inputs, memory, *state, mask, memory_mask], outputs)
