"""Keras layers to drop in; importing this registers them with Keras."""

from han_attention.layers.attention_pooling import AttentionPooling
from han_attention.layers.bigru import BiGRU
from han_attention.layers.bilstm import BiLSTM
from han_attention.layers.ngrams import NGramEmbeddingBag
from han_attention.layers.padding_mask import AnyReal as AnyReal
from han_attention.layers.padding_mask import PaddingMask as PaddingMask
from han_attention.layers.sequence_pooling import SequencePooling

__all__ = [
    "AttentionPooling",
    "BiGRU",
    "BiLSTM",
    "NGramEmbeddingBag",
    "SequencePooling",
]
