from han_attention.export.exporter import export_model as export_model
from han_attention.export.onnx import export_onnx as export_onnx
