"""Explanations as pictures, by the names of version 0.1."""

from han_attention.explain.render.document_figure import plot_document
from han_attention.explain.render.word_figure import plot_word_attention

draw_document = plot_document
draw_attention_of_word = plot_word_attention
__all__ = [
    "draw_attention_of_word",
    "draw_document",
    "plot_document",
    "plot_word_attention",
]
