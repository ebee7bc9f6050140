from han_attention.inference.base import TextPredictor as TextPredictor
from han_attention.inference.keras import Predictor as Predictor
from han_attention.inference.onnx import OnnxPredictor as OnnxPredictor
from han_attention.inference.output import (
    write_predictions as write_predictions,
)
from han_attention.inference.records import predict_records as predict_records
