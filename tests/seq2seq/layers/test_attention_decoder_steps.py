"""AttentionDecoder: resumed, step by step, on gathered rows."""

import keras
import numpy as np
import pytest
from decoder_cases import call_decoder
from decoder_cases import make_decoder
from decoder_cases import make_state
from keras import ops
from layer_checks import assert_close
from layer_checks import to_numpy


@pytest.mark.parametrize(("query", "cut"), [("state", 1), ("output", 3)])
def test_resumes_exactly(query, cut, inputs, memory, memory_mask):
    decoder, _ = make_decoder("lstm", 2, query=query)
    _, start = make_state("lstm", 2)
    whole = call_decoder(
        decoder, inputs, memory, start, memory_mask=memory_mask
    )
    first = call_decoder(
        decoder, inputs[:, :cut], memory, start, memory_mask=memory_mask
    )
    second = call_decoder(
        decoder,
        inputs[:, cut:],
        memory,
        first[2],
        initial_context=first[3],
        memory_mask=memory_mask,
    )
    for n, axis in ((0, 1), (1, 1)):
        joined = np.concatenate([first[n], second[n]], axis=axis)
        np.testing.assert_allclose(joined, whole[n], atol=1e-6)
    assert_close(second[2:], whole[2:])


@pytest.mark.parametrize("kind", ["lstm", "gru"])
def test_the_state_alone_resumes_with_initial_state_attention(
    kind, inputs, memory
):
    """As in TensorFlow 1: the context is a function of the state."""
    decoder, _ = make_decoder(kind)
    whole = call_decoder(decoder, inputs, memory)
    _, _, state, context = call_decoder(decoder, inputs[:, :2], memory)
    reading, _ = make_decoder(kind, initial_state_attention=True)
    reading.set_weights(decoder.get_weights())
    rest = call_decoder(reading, inputs[:, 2:], memory, state)
    np.testing.assert_allclose(rest[0], whole[0][:, 2:], atol=1e-6)
    assert_close(reading.start(reading.prepare(memory), state)[1], context)


@pytest.mark.parametrize("num_heads", [1, 3])
def test_step_by_step_equals_the_call(num_heads, inputs, memory, memory_mask):
    decoder, _ = make_decoder("gru", 2, num_heads=num_heads)
    whole = call_decoder(decoder, inputs, memory, memory_mask=memory_mask)
    prepared = decoder.prepare(memory, memory_mask)
    state, context = decoder.start(prepared)
    steps = []
    for t in range(5):
        outputs, state, context, weights = decoder.step(
            inputs[:, t], state, context, prepared
        )
        steps.append(to_numpy((outputs, weights)))
    outputs, weights = (np.stack(x, axis=1) for x in zip(*steps, strict=True))
    np.testing.assert_allclose(outputs, whole[0], atol=1e-6)
    if num_heads > 1:
        weights = weights.swapaxes(1, 2)
    np.testing.assert_allclose(weights, whole[1], atol=1e-6)
    assert_close((state, context), whole[2:])


def test_step_on_gathered_rows(inputs, memory, memory_mask):
    """What a beam search does between two steps."""
    decoder, _ = make_decoder(num_heads=2)
    prepared = decoder.prepare(memory, memory_mask)
    rows = np.array([3, 3, 0])
    everything = (*decoder.start(prepared), prepared)
    gathered = keras.tree.map_structure(
        lambda x: ops.take(x, rows, axis=0), everything
    )
    whole = decoder.step(inputs[:, 0], *everything)
    assert_close(
        decoder.step(inputs[rows, 0], *gathered),
        keras.tree.map_structure(lambda x: ops.take(x, rows, axis=0), whole),
    )
