"""Layers of the sequence model; importing this registers them with Keras."""

from han_attention.seq2seq.layers.additive_attention import AdditiveAttention
from han_attention.seq2seq.layers.attention_decoder import AttentionDecoder
from han_attention.seq2seq.layers.sampled_softmax import SampledSoftmax
from han_attention.seq2seq.layers.sequence_encoder import SequenceEncoder

__all__ = [
    "AdditiveAttention",
    "AttentionDecoder",
    "SampledSoftmax",
    "SequenceEncoder",
]
