"""Builders of uncompiled Keras models."""

from han_attention.models.flat import build_classifier
from han_attention.models.hierarchical import build_han

__all__ = ["build_classifier", "build_han"]
