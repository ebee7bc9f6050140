"""AttentionDecoder beside a NumPy reference, on any backend."""

import keras
import numpy as np
import pytest
from decoder_cases import OUTPUTS
from decoder_cases import UNITS
from decoder_cases import call_decoder
from decoder_cases import make_cells
from decoder_cases import make_decoder
from decoder_cases import make_embedding
from decoder_cases import make_model
from decoder_cases import make_state
from keras import ops
from layer_checks import assert_close
from layer_checks import to_numpy

from han_attention.seq2seq import AttentionDecoder
from han_attention.seq2seq import embed_argmax


@pytest.mark.parametrize("kind", ["lstm", "gru"])
@pytest.mark.parametrize("num_layers", [1, 2])
@pytest.mark.parametrize("num_heads", [1, 3])
@pytest.mark.parametrize("initial_state_attention", [False, True])
@pytest.mark.parametrize("fed", [False, True])
def test_equals_reference(
    kind,
    num_layers,
    num_heads,
    initial_state_attention,
    fed,
    inputs,
    memory,
    mask,
    memory_mask,
):
    decoder, reference = make_decoder(
        kind,
        num_layers,
        num_heads=num_heads,
        initial_state_attention=initial_state_attention,
    )
    lists, state = make_state(kind, num_layers)
    embedding, table = make_embedding()
    outputs, weights, last, context = call_decoder(
        decoder,
        inputs,
        memory,
        state,
        mask=mask,
        memory_mask=memory_mask,
        feed_previous=embed_argmax(embedding) if fed else None,
    )
    expected = reference.decode(
        inputs,
        memory,
        lists,
        mask,
        memory_mask,
        (lambda output: table[output.argmax()]) if fed else None,
    )
    if num_heads == 1:
        weights = weights[:, None]
    received = outputs, weights, keras.tree.flatten(last), context
    keras.tree.assert_same_structure(last, to_numpy(state))
    for a, b in zip(
        keras.tree.flatten(received), keras.tree.flatten(expected), strict=True
    ):
        np.testing.assert_allclose(a, b, rtol=0, atol=1e-6)


@pytest.mark.parametrize("kind", ["lstm", "gru"])
@pytest.mark.parametrize("initial_state_attention", [False, True])
def test_query_is_the_output(
    kind, initial_state_attention, inputs, memory, mask, memory_mask
):
    decoder, reference = make_decoder(
        kind,
        2,
        query="output",
        attention_units=5,
        initial_state_attention=initial_state_attention,
    )
    lists, state = make_state(kind, 2)
    arguments = dict(mask=mask, memory_mask=memory_mask)
    outputs, *_ = call_decoder(decoder, inputs, memory, state, **arguments)
    expected, *_ = reference.decode(inputs, memory, lists, mask, memory_mask)
    np.testing.assert_allclose(outputs, expected, rtol=0, atol=1e-6)
    assert decoder.attention.query_kernel.shape == (UNITS, 5)


@pytest.mark.parametrize(
    ("num_heads", "outputs", "last"),
    [
        (1, (0.33688825, 0.39562535, 0.44763851), 0.32555074),
        (2, (0.45907110, 0.52176768, 0.57682878), 0.33266646),
    ],
)
def test_numbers_printed_by_tensorflow_1(num_heads, outputs, last):
    """The set-up of the tests of `attention_decoder`: all kernels 0.5."""
    cell = keras.layers.GRUCell(2, reset_after=False)
    decoder = AttentionDecoder(
        cell,
        4,
        num_heads,
        kernel_initializer=keras.initializers.Constant(0.5),
    )
    decoder.build((2, 3, 2), (2, 2, 2))
    gates = np.array([1, 1, 1, 1, 0, 0])
    cell.set_weights([np.full((2, 6), 0.5), np.full((2, 6), 0.5), gates])
    encoder = keras.layers.RNN(cell, return_sequences=True, return_state=True)
    memory, state = encoder(np.full((2, 2, 2), 0.5, "float32"))
    np.testing.assert_allclose(
        to_numpy(memory)[0, :, 0], [0.08430196, 0.15765670], atol=1e-6
    )
    received, after, _ = decoder(
        np.full((2, 3, 2), 0.4, "float32"), memory, state, return_state=True
    )
    expected = np.broadcast_to(np.array(outputs)[:, None], (2, 3, 4))
    np.testing.assert_allclose(to_numpy(received), expected, atol=1e-6)
    np.testing.assert_allclose(to_numpy(after), np.full((2, 2), last), 1e-6)


def test_weights_and_their_order():
    decoder = AttentionDecoder(keras.layers.LSTMCell(8), 20, num_heads=2)
    decoder.build((None, None, 4), (None, None, 6))
    own = {w.name: tuple(w.shape) for w in decoder.weights}
    assert own["input_kernel"] == (4 + 2 * 6, 4)
    assert own["input_bias"] == (4,)
    assert own["output_kernel"] == (8 + 2 * 6, 20)
    assert own["output_bias"] == (20,)
    assert own["memory_kernel"] == (6, 12)
    assert own["query_kernel"] == (16, 12)  # h and c
    assert len(decoder.weights) == 4 + 3 + 4


def test_a_list_of_cells_is_a_stack(inputs, memory):
    decoder = AttentionDecoder(make_cells("lstm", 2))
    assert isinstance(decoder.cell, keras.layers.StackedRNNCells)
    outputs, state, _ = decoder(inputs, memory, return_state=True)
    assert outputs.shape == (4, 5, UNITS)
    assert [len(parts) for parts in state] == [2, 2]
    # A stack of one cell is that cell.
    one = AttentionDecoder(make_cells("lstm", 1))
    alone = AttentionDecoder(make_cells("lstm", 1)[0])
    for decoder in (one, alone):
        decoder.build(inputs.shape, memory.shape)
    alone.set_weights(one.get_weights())
    assert_close(
        one(inputs, memory, return_state=True),
        alone(inputs, memory, return_state=True),
    )


@keras.saving.register_keras_serializable(package="test_attention_decoder")
class PlainCell(keras.layers.Layer):
    """A cell that has what `keras.layers.RNN` asks for, and no more."""

    state_size = 3

    def call(self, inputs, states):
        return ops.tanh(inputs + states[0]), [states[0] + inputs]


@pytest.mark.parametrize("make_cell", [PlainCell, keras.layers.SimpleRNNCell])
def test_other_cells(make_cell, inputs, memory):
    cell = make_cell() if make_cell is PlainCell else make_cell(3)
    decoder = AttentionDecoder(cell, OUTPUTS)
    outputs = decoder(inputs, memory)
    assert outputs.shape == (4, 5, OUTPUTS)
    first = decoder(inputs[:, :2], memory, return_state=True)
    second = decoder(inputs[:, 2:], memory, first[1], initial_context=first[2])
    assert_close(second, outputs[:, 2:])


@pytest.mark.parametrize(
    ("num_heads", "junk"), [(1, np.nan), (3, 1e3), (3, np.inf)]
)
def test_nothing_leaks_from_under_the_masks(
    num_heads, junk, inputs, memory, mask, memory_mask
):
    decoder, _ = make_decoder(num_heads=num_heads)
    masks = dict(mask=mask, memory_mask=memory_mask)
    outputs, weights, state, context = call_decoder(
        decoder, inputs, memory, **masks
    )
    inputs = np.where(mask[..., None], inputs, junk).astype("float32")
    memory = np.where(memory_mask[..., None], memory, junk).astype("float32")
    longer = call_decoder(
        decoder,
        np.pad(inputs, [(0, 0), (0, 3), (0, 0)]),
        np.pad(memory, [(0, 0), (0, 2), (0, 0)]),
        mask=np.pad(mask, [(0, 0), (0, 3)]),
        memory_mask=np.pad(memory_mask, [(0, 0), (0, 2)]),
    )
    assert not longer[0][:, 5:].any()
    assert not longer[1][..., 7:].any()
    assert not longer[1][..., 5:, :].any()
    assert_close(
        (longer[0][:, :5], longer[1][..., :5, :7], *longer[2:]),
        (outputs, weights, state, context),
    )


def test_no_mask_is_a_full_mask(inputs, memory):
    decoder, _ = make_decoder()
    full = dict(mask=np.ones((4, 5), bool), memory_mask=np.ones((4, 7), bool))
    assert_close(
        call_decoder(decoder, inputs, memory, **full),
        call_decoder(decoder, inputs, memory),
    )


def test_empty_source_row(inputs, memory, memory_mask):
    """It decodes by its state alone, and teaches the read nothing."""
    decoder, _ = make_decoder(num_heads=2)
    outputs, weights, _, context = call_decoder(
        decoder, inputs, memory, memory_mask=memory_mask
    )
    assert np.isfinite(outputs).all()
    assert not weights[2].any()
    assert not context[2].any()
    model = make_model(decoder)
    model.compile("sgd", "mse", run_eagerly=True)
    before = decoder.attention.get_weights()
    state = to_numpy(make_state("lstm")[1])
    junk = np.full_like(memory, np.nan)
    masks = [np.ones((4, 5), bool), np.zeros((4, 7), bool)]
    targets = np.ones((4, 5, OUTPUTS))
    model.train_on_batch([inputs, junk, *state, *masks], targets)
    for new, old in zip(decoder.attention.get_weights(), before, strict=True):
        np.testing.assert_array_equal(new, old)
    assert all(np.isfinite(w).all() for w in decoder.get_weights())
