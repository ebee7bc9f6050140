"""Models to deploy: ONNX, SavedModel and LiteRT, each checked."""

from han_attention._lazy import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
