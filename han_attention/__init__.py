"""Text classification with attention that a person can read, for Keras 3.

Importing the package loads neither Keras nor a backend: each public name is
imported when it is first used. A hook registers the layers as soon as Keras is
imported, before or after this package, so that `keras.models.load_model`
finds them with no `custom_objects`.
"""

import importlib
from types import ModuleType
from typing import Any

import wrapt

__version__ = "0.1.0"

_HOME_OF = {
    "AttentionPooling": "han_attention.layers.attention_pooling",
    "AdditiveAttention": "han_attention.seq2seq.layers.additive_attention",
    "AdditiveRead": "han_attention.seq2seq.layers.additive_attention",
    "AttentionDecoder": "han_attention.seq2seq.layers.attention_decoder",
    "embed_argmax": "han_attention.seq2seq.layers.feed_previous",
    "BiGRU": "han_attention.layers.bigru",
    "BiLSTM": "han_attention.layers.bilstm",
    "SequencePooling": "han_attention.layers.sequence_pooling",
    "SequenceEncoder": "han_attention.seq2seq.layers.sequence_encoder",
    "SampledSoftmax": "han_attention.seq2seq.layers.sampled_softmax",
    "load_tf1": "han_attention.seq2seq.tf1_weights",
    "build_classifier": "han_attention.models.flat",
    "build_han": "han_attention.models.hierarchical",
    "build_attention_seq2seq": "han_attention.seq2seq.model",
    "AttentionSeq2Seq": "han_attention.seq2seq.model",
    "teacher_forcing": "han_attention.seq2seq.teacher_forcing",
    "sequence_loss": "han_attention.seq2seq.loss",
    "SequenceLoss": "han_attention.seq2seq.loss",
    "Tokenizer": "han_attention.text.tokenizer",
    "encode_texts": "han_attention.text.encoding",
    "split_sentences": "han_attention.text.sentences",
    "encode_documents": "han_attention.text.encoding",
    "TextDataset": "han_attention.data.dataset",
    "load_imdb": "han_attention.data.imdb",
    "make_demo_reviews": "han_attention.data.demo",
    "load_dataset": "han_attention.data",
    "Predictor": "han_attention.inference.keras",
    "Translator": "han_attention.seq2seq.translator",
    "TextClassifier": "han_attention.estimator",
    "TextFiles": "han_attention.data.text_files",
    "load_csv": "han_attention.data.load",
    "load_jsonl": "han_attention.data.load",
    "load_folder": "han_attention.data.load",
    "load_word_vectors": "han_attention.text.vectors.word_vectors",
    "train_word_vectors": "han_attention.text.vectors.word_vectors",
    "OnnxPredictor": "han_attention.inference.onnx",
    "evaluate": "han_attention.evaluation.evaluate",
    "Report": "han_attention.evaluation.report",
    "Settings": "han_attention.settings",
    "PRESETS": "han_attention.presets",
    "TrainResult": "han_attention.training.experiment",
    "train": "han_attention.training.experiment",
    "Explanation": "han_attention.explain.explanation",
    "explain_attention": "han_attention.explain.explainer",
    "explain_texts": "han_attention.explain.explainer",
    "measure_faithfulness": "han_attention.explain.faithfulness.measure",
    "Faithfulness": "han_attention.explain.faithfulness.report",
    "plot_faithfulness": "han_attention.explain.faithfulness.plot",
    "alignment_html": "han_attention.seq2seq.alignment_html",
    "save_alignment_html": "han_attention.seq2seq.alignment_html",
    "plot_alignment": "han_attention.seq2seq.alignment",
    "attention_of_word": "han_attention.explain.word_attention",
    "document_weights": "han_attention.explain.document",
    "draw_attention_of_word": "han_attention.explain.render.figures",
    "draw_document": "han_attention.explain.render.figures",
    "to_html_fragment": "han_attention.explain.render.notebook",
    "to_html": "han_attention.explain.render.html.page",
    "save_html": "han_attention.explain.render.html.page",
    "to_ansi": "han_attention.explain.render.terminal",
    "to_neat_vision": "han_attention.explain.render.neat_vision",
    "save_neat_vision": "han_attention.explain.render.neat_vision",
}

__all__ = ["__version__", *_HOME_OF]


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(_HOME_OF[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)


# Each of these may be the module that imports Keras: it is finished first, then
# the ones above, which need it, are imported and so registered.
@wrapt.when_imported("keras")
def _import_ops(keras: ModuleType) -> None:
    importlib.import_module("han_attention.ops")


@wrapt.when_imported("han_attention.ops")
def _register_layers(ops: ModuleType) -> None:
    importlib.import_module("han_attention.layers")


@wrapt.when_imported("han_attention.layers")
def _register_sequence_models(layers: ModuleType) -> None:
    importlib.import_module("han_attention.seq2seq.model")
    importlib.import_module("han_attention.seq2seq.loss")
