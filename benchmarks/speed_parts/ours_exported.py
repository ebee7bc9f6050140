"""This package's model as an ONNX file, predicted without Keras."""

from tempfile import TemporaryDirectory

from han_attention import OnnxPredictor
from han_attention.export import export_model
from speed_parts import ours


class Contestant:
    def __init__(self, material):
        predictor = ours.Contestant(material).predictor
        with TemporaryDirectory() as name:
            folder = export_model(predictor, f"{name}/onnx")
            self.predictor = OnnxPredictor.load(folder)

    def predict(self, texts):
        self.predictor.predict_proba(texts)
