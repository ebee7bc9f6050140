"""Texts that try to be more than text, and explanations made by hand."""

import re

from han_attention.explain.explanation import Explanation
from han_attention.explain.explanation import SentenceWeight
from han_attention.explain.explanation import WordWeight

EVIL = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "&lt;b&gt; &amp; &#60; &",
    "</p></article></script><script>alert(2)</script></body></html>",
    "<!-- <![CDATA[ ]]> -->",
    "$title ${data} {title} {0} %s",
    "שלום עולם \u202ereversed\u202c",  # right to left
    "zero\u200bwidth\u200d\ufeff joiners",
    "a\n  b\tc",
    "\U0001f600 é ﬁne",
    "line\u2028paragraph\u2029next\x85",
    "bell\x07 escape\x1b[31m delete\x7f nul\0",
    "",
]


# (text, label, share of "good"); the prediction is always "good".
REVIEWS = [
    ("A fine film, and a long one at that.", "good", 0.9),
    ("Dull from the first minute to the last.", "bad", 0.8),
    ("Neither here nor there.", "bad", 0.55),
    ("The end is fine.", "good", 0.99),
]


def explain(
    text,
    weights=None,
    label=None,
    prediction="good",
    contributions=False,
    share=0.75,
):
    """Every run of characters without a space is a word.

    The later a word, the larger its weight; contributions are for and against
    the class in turn.
    """
    spans = [match.span() for match in re.finditer(r"\S+", text)]
    if weights is None:
        weights = [(n + 1) / len(spans) for n in range(len(spans))]
    words = [
        WordWeight(
            text[start:end],
            start,
            end,
            weight,
            (-weight * (-1) ** n, weight * (-1) ** n) if contributions else (),
        )
        for n, ((start, end), weight) in enumerate(
            zip(spans, weights, strict=True)
        )
    ]
    probabilities = {prediction: share}
    if contributions:
        probabilities = {"bad": 1 - share, "good": share}
    return Explanation(text, prediction, probabilities, words, label=label)


def explain_sentences(text, sentence_weights, contributions=False):
    """A sentence ends with a full stop; its words have equal weights."""
    spans = [match.span() for match in re.finditer(r"[^.\s][^.]*\.", text)]
    words, sentences = [], []
    for (start, end), share in zip(spans, sentence_weights, strict=True):
        inside = list(re.finditer(r"\w+|\.", text[start:end]))
        for n, match in enumerate(inside):
            weight = 1 / len(inside)
            signed = share * weight * (-1) ** n
            words.append(
                WordWeight(
                    match[0],
                    start + match.start(),
                    start + match.end(),
                    share * weight,
                    (-signed, signed) if contributions else (),
                    weight_in_sentence=weight,
                )
            )
        sentences.append(SentenceWeight(text[start:end], start, end, share))
    return Explanation(
        text, "good", {"bad": 0.2, "good": 0.8}, words, sentences
    )


def reviews():
    """Right, wrong and uncertain predictions, as of `REVIEWS`."""
    return [
        explain(text, label=label, share=share, contributions=True)
        for text, label, share in REVIEWS
    ]
