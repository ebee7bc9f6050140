"""Builders of uncompiled Keras models, and losses of sequences."""

from han_attention.models.flat import build_classifier
from han_attention.models.hierarchical import build_han
from han_attention.seq2seq.loss import SequenceLoss
from han_attention.seq2seq.loss import sequence_loss
from han_attention.seq2seq.model import AttentionSeq2Seq
from han_attention.seq2seq.model import build_attention_seq2seq
from han_attention.seq2seq.teacher_forcing import teacher_forcing

__all__ = [
    "AttentionSeq2Seq",
    "SequenceLoss",
    "build_attention_seq2seq",
    "build_classifier",
    "build_han",
    "sequence_loss",
    "teacher_forcing",
]
