"""AttentionDecoder in half and in double precision."""

import keras
import numpy as np
import pytest
from decoder_cases import call_decoder
from decoder_cases import make_decoder
from decoder_cases import make_embedding
from decoder_cases import make_state
from layer_checks import assert_close
from layer_checks import to_numpy

from han_attention.seq2seq import AttentionDecoder
from han_attention.seq2seq import SampledSoftmax
from han_attention.seq2seq import build_attention_seq2seq
from han_attention.seq2seq import embed_argmax
from han_attention.seq2seq.layers.additive_attention import AdditiveAttention


@pytest.mark.parametrize(
    ("policy", "fed"), [("mixed_float16", False), ("mixed_bfloat16", True)]
)
def test_mixed_precision(policy, fed, inputs, memory, memory_mask):
    keras.config.set_dtype_policy(policy)
    decoder, _ = make_decoder(num_heads=2)
    keras.config.set_dtype_policy("float32")
    embedding, _ = make_embedding()
    feed = embed_argmax(embedding) if fed else None
    outputs, weights, state, context = decoder(
        inputs,
        memory,
        memory_mask=memory_mask,
        feed_previous=feed,
        return_attention_scores=True,
        return_state=True,
    )
    half = policy.removeprefix("mixed_")
    for tensor in (outputs, context, *state):
        assert keras.backend.standardize_dtype(tensor.dtype) == half
    assert keras.backend.standardize_dtype(weights.dtype) == "float32"
    sums = to_numpy(weights).sum(axis=-1)
    np.testing.assert_allclose(sums[[0, 1, 3]], 1, atol=1e-6)
    if not fed:  # a rounded output may be another symbol
        full, _ = make_decoder(num_heads=2)
        full.set_weights(decoder.get_weights())
        expected = full(inputs, memory, memory_mask=memory_mask)
        assert_close(outputs, expected, 0.05)
    # `step` is not in a call, so nothing is autocast there.
    prepared = decoder.prepare(memory, memory_mask)
    after = decoder.step(inputs[:, 0], *decoder.start(prepared), prepared)
    assert keras.backend.standardize_dtype(after[0].dtype) == half
    assert_close(after[0], outputs[:, 0], 1e-2)


@pytest.mark.skipif(
    keras.backend.backend() != "tensorflow",
    reason="Keras computes in float64 on TensorFlow alone",
)
def test_float64_equals_reference_to_the_last_digits(
    inputs, memory, mask, memory_mask
):
    keras.config.set_dtype_policy("float64")
    decoder, reference = make_decoder("lstm", 2, num_heads=3)
    lists, _ = make_state("lstm", 2)
    outputs, weights, *_ = call_decoder(
        decoder,
        inputs.astype("float64"),
        memory.astype("float64"),
        [list(parts) for parts in lists],
        mask=mask,
        memory_mask=memory_mask,
    )
    expected = reference.decode(inputs, memory, lists, mask, memory_mask)
    np.testing.assert_allclose(outputs, expected[0], atol=1e-14)
    np.testing.assert_allclose(weights, expected[1], atol=1e-14)


@pytest.mark.parametrize(
    ("make", "arguments"),
    [
        (AdditiveAttention, (3,)),
        (AttentionDecoder, (keras.layers.LSTMCell(3),)),
        (SampledSoftmax, (9, 3)),
        (build_attention_seq2seq, (9, 9, 4, 4)),
    ],
)
def test_a_quantized_dtype_is_refused_by_name(make, arguments):
    with pytest.raises(ValueError, match="`dtype`.*'int8_from_float32'"):
        make(*arguments, dtype="int8_from_float32")
