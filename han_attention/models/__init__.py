"""Builders of uncompiled Keras models, and losses of sequences."""

from han_attention.models.classifier import build_classifier
from han_attention.models.hierarchical import build_han

__all__ = [
    "build_classifier",
    "build_han",
]
