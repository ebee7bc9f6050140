from han_attention.inference.base import TextPredictor as TextPredictor
from han_attention.inference.keras import Predictor as Predictor
from han_attention.inference.onnx import OnnxPredictor as OnnxPredictor
