"""Keras layers of the package; importing this registers them with Keras."""

from han_attention.layers.additive_read import AdditiveRead
from han_attention.layers.attention_decoder import AttentionDecoder
from han_attention.layers.attention_pooling import AttentionPooling
from han_attention.layers.bigru import BiGRU
from han_attention.layers.sampled_softmax import SampledSoftmax
from han_attention.layers.sequence_encoder import SequenceEncoder
from han_attention.layers.sequence_pooling import SequencePooling

__all__ = [
    "AdditiveRead",
    "AttentionDecoder",
    "AttentionPooling",
    "BiGRU",
    "SampledSoftmax",
    "SequenceEncoder",
    "SequencePooling",
]
