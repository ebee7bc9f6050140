"""Keras layers to drop in; importing this registers them with Keras."""

from han_attention.layers.attention_pooling import AttentionPooling
from han_attention.layers.bidirectional import BiGRU
from han_attention.layers.sequence_pooling import SequencePooling

__all__ = ["AttentionPooling", "BiGRU", "SequencePooling"]
