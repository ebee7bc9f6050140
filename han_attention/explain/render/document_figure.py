"""A text with its sentences and words coloured, as a picture."""

from typing import TYPE_CHECKING
from typing import Any

from han_attention.drawing.text import runs_from_the_right
from han_attention.explain.document import DocumentSentence
from han_attention.explain.document import document_scores
from han_attention.explain.document import heaviest_sentences
from han_attention.explain.explanation import Explanation
from han_attention.explain.render.figure_page import BLUE
from han_attention.explain.render.figure_page import ORANGE
from han_attention.explain.render.figure_page import Page
from han_attention.explain.render.text_layout import cut_words
from han_attention.explain.view import View
from han_attention.explain.view import ViewWord
from han_attention.explain.view import make_view
from han_attention.validation import check_integer
from han_attention.validation import check_positive_number

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def plot_document(
    explanation: Explanation,
    max_sentences: int = 30,
    width: float = 8.0,
    method: str | None = None,
    class_name: Any = None,
) -> "Figure":
    """Plot a text with the scores of its sentences and words.

    Each sentence has its weight at its left, in orange, and its words in
    blue, as figures 5 and 6 of Yang et al. show them in red and blue. A word
    is coloured by `sqrt(p_s) * p_w` with the weights p_s of its sentence and
    p_w of the word in the sentence; both colours are strongest at the
    highest weight drawn. By another method both are blue if they speak for
    the class and orange if they speak against it. If the model knows no
    sentences, the text is one paragraph. What the model did not see is grey.

    Letters are drawn in the fonts of matplotlib's `font.family`: for Chinese,
    say, set it to one that has the characters. The letters of scripts written
    from right to left stand in order from matplotlib 3.11 on.

    Args:
        explanation: The explained text.
        max_sentences: Of more sentences those of the largest score are
            drawn, in their order. Defaults to 30.
        width: Of the picture, in inches. Defaults to 8.0: the height is that
            of the text, up to 200 lines.
        method: One of `Explanation.methods`. Defaults to None: the first, the
            attention of a model that has one.
        class_name: For or against which class. Defaults to None: the
            predicted one.

    Returns:
        The matplotlib `Figure`: `figure.savefig("text.png")` writes it.

    Raises:
        ImportError: if matplotlib is not installed.
        ValueError: if `max_sentences` is below 1 or `width` below 2, or for a
            method or class that is not there.

    Example:
    >>> from han_attention.explain.explanation import WordWeight
    >>> words = [WordWeight("Fine", 0, 4, 1.0)]
    >>> text = Explanation("Fine", "good", {"good": 1.0}, words)
    >>> plot_document(text).axes[0].texts[0].get_text()
    'Prediction:'

    Reference:
        Yang et al., 2016, https://aclanthology.org/N16-1174/
    """
    check_integer("max_sentences", max_sentences, 1)
    if check_positive_number("width", width) < 2:
        raise ValueError(
            "Invalid value for argument `width`. Expected at least 2 inches. "
            f"Received: width={width}"
        )
    view = make_view(explanation, method, class_name)
    sentences = document_scores(explanation, view.method.name, class_name)
    drawn = heaviest_sentences(sentences, max_sentences)
    page = Page(width, indented=view.has_sentences)
    page.write_heading(view.heading)
    darkest = max((abs(s) for d in drawn for s in d.shades), default=0.0)
    highest = max((abs(d.weight) for d in drawn), default=0.0) or 1.0
    signed = view.method.signed
    for sentence in drawn:
        weight = sentence.weight
        if view.has_sentences:
            number = f"{weight:+.2f}" if signed else f"{weight:.2f}"
            color = BLUE if signed and weight >= 0 else ORANGE
            page.mark_sentence(number, abs(weight) / highest, color)
        words = cut_words(
            view.text, sentence.start, sentence.end, _get_words(sentence)
        )
        page.write(words, darkest, runs_from_the_right(sentence.text))
    page.write_legend(_describe_colors(view), len(sentences) - len(drawn))
    return page.finish()


def _get_words(sentence: DocumentSentence) -> list[ViewWord]:
    return [
        ViewWord(word.text, word.start, word.end, shade, shade)
        for word, shade in zip(sentence.words, sentence.shades, strict=True)
    ]


def _describe_colors(view: View) -> str:
    if view.method.signed:
        title = view.title
        return f"{title[0].upper()}{title[1:]}. Blue: for it. Orange: against."
    if view.method.name != "attention":
        return f"Blue: {view.title} of the word."
    if view.has_sentences:
        return (
            "Orange: weight of the sentence. Blue: weight of the word in its "
            "sentence, times the root of that of the sentence."
        )
    return "Blue: weight of the word in the text."
