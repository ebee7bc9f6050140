"""Keras layers of the package; importing this registers them with Keras."""

from han_attention.layers.attention_pooling import AttentionPooling
from han_attention.layers.bigru import BiGRU

__all__ = ["AttentionPooling", "BiGRU"]
