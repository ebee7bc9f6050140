"""Text classification with attention that a person can read, for Keras 3.

Importing the package loads neither Keras nor a backend: each public name, all
in `__init__.pyi`, is imported when it is first used. A hook registers the
layers as soon as Keras is imported, before or after this package, so that
`keras.models.load_model` finds them with no `custom_objects`.
"""

from contextlib import nullcontext
from functools import partial
from importlib import import_module

from han_attention._import_hook import when_imported
from han_attention._lazy import attach_stub
from han_attention._silence import without_log_lines

__version__ = "0.1.0"

# Names that were at the top once, by the module that has them now.
_FORMER = {
    "data": "TextDataset load_folder load_imdb load_jsonl",
    "explain": "Faithfulness attention_of_word document_weights "
    "explain_attention "
    "measure_faithfulness plot_faithfulness save_neat_vision to_ansi to_html "
    "to_html_fragment to_neat_vision",
    "explain.render.figures": "draw_attention_of_word draw_document",
    "layers": "SequencePooling",
    "seq2seq": "AttentionDecoder AttentionSeq2Seq SampledSoftmax "
    "SequenceEncoder SequenceLoss Translator alignment_html "
    "build_attention_seq2seq embed_argmax load_tf1 plot_alignment "
    "save_alignment_html sequence_loss teacher_forcing",
    "seq2seq.layers.additive_attention": "AdditiveRead",
    "text": "encode_documents encode_texts load_word_vectors split_sentences "
    "train_word_vectors",
    "training.experiment": "TrainResult",
}

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__, _FORMER)
__all__ += ["__version__"]

# Each of these may be the module that imports Keras: it is finished first, then
# the next, which needs it, is imported and so registered.
for _name, _next in (
    ("keras", "ops"),
    ("han_attention.ops", "layers"),
    ("han_attention.layers", "models"),
    ("han_attention.models", "seq2seq.model"),
):
    when_imported(
        _name,
        partial(import_module, f"han_attention.{_next}"),
        without_log_lines if _name == "keras" else nullcontext,
    )
