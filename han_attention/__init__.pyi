from han_attention import data as data
from han_attention import evaluation as evaluation
from han_attention import explain as explain
from han_attention import export as export
from han_attention import inference as inference
from han_attention import layers as layers
from han_attention import models as models
from han_attention import seq2seq as seq2seq
from han_attention import text as text
from han_attention.data.datasets import load_dataset as load_dataset
from han_attention.data.demo import make_demo_reviews as make_demo_reviews
from han_attention.data.load import load_csv as load_csv
from han_attention.data.text_files import TextFiles as TextFiles
from han_attention.estimator import TextClassifier as TextClassifier
from han_attention.evaluation.report import Report as Report
from han_attention.evaluation.scoring import evaluate as evaluate
from han_attention.explain.explainer import Explainer as Explainer
from han_attention.explain.explainer import explain_texts as explain_texts
from han_attention.explain.explanation import Explanation as Explanation
from han_attention.explain.render.html.page import save_html as save_html
from han_attention.inference.keras import Predictor as Predictor
from han_attention.inference.onnx import OnnxPredictor as OnnxPredictor
from han_attention.layers.attention_pooling import (
    AttentionPooling as AttentionPooling,
)
from han_attention.layers.bigru import BiGRU as BiGRU
from han_attention.layers.bilstm import BiLSTM as BiLSTM
from han_attention.models.flat import build_classifier as build_classifier
from han_attention.models.hierarchical import build_han as build_han
from han_attention.presets import PRESETS as PRESETS
from han_attention.settings import Settings as Settings
from han_attention.text.preprocessor import TextPreprocessor as TextPreprocessor
from han_attention.text.tokenizer import Tokenizer as Tokenizer
from han_attention.training.experiment import train as train

__version__: str
