"""Builders: each returns an uncompiled functional `keras.Model`."""

from han_attention.models.classifier import build_classifier

__all__ = ["build_classifier"]
