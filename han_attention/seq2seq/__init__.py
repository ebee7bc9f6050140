"""From sequence to sequence, with attention: the second product."""

from han_attention._lazy import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
