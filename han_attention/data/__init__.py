"""Texts and labels: out of files, and public datasets by name."""

from han_attention._lazy import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
