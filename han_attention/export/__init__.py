"""Models to deploy: ONNX, SavedModel and LiteRT, each checked."""
