"""Keras layers of the package; importing this registers them with Keras."""

from han_attention.layers.attention_pooling import AttentionPooling
from han_attention.layers.bigru import BiGRU
from han_attention.layers.sequence_pooling import SequencePooling
from han_attention.seq2seq.layers.additive_attention import AdditiveRead
from han_attention.seq2seq.layers.attention_decoder import AttentionDecoder
from han_attention.seq2seq.layers.sampled_softmax import SampledSoftmax
from han_attention.seq2seq.layers.sequence_encoder import SequenceEncoder

__all__ = [
    "AdditiveRead",
    "AttentionDecoder",
    "AttentionPooling",
    "BiGRU",
    "SampledSoftmax",
    "SequenceEncoder",
    "SequencePooling",
]
