"""Builders of uncompiled Keras models, and their metrics."""

from han_attention.models.flat import build_classifier
from han_attention.models.hierarchical import build_han
from han_attention.models.metrics import BalancedAccuracy
from han_attention.models.metrics import ExactMatch

__all__ = [
    "BalancedAccuracy",
    "ExactMatch",
    "build_classifier",
    "build_han",
]
