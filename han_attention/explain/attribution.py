"""Where the weights of an explanation come from: the trained model."""

import dataclasses
from collections.abc import Sequence
from typing import Any

from numpy.typing import NDArray

from han_attention.explain.explanation import Explanation
from han_attention.explain.explanation import SentenceWeight
from han_attention.explain.explanation import WordWeight
from han_attention.predictor import Predictor
from han_attention.text.documents import EncodedDocuments
from han_attention.text_predictor import probabilities
from han_attention.text_predictor import warn_of_unknown_words


def explain_attention(
    predictor: Predictor,
    texts: Sequence[str],
    labels: Sequence[Any] | None = None,
    batch_size: int = 64,
) -> list[Explanation]:
    """Explain predictions by the attention weights of the words.

    With several heads a word gets the mean of its weights. In a document of
    sentences the weight of a word is that in its sentence times that of the
    sentence, so all words have 1 together. The words that the model did not
    see (see `max_tokens` and `max_sentences`) are left out. Warns if a text
    has no word of the vocabulary.

    Args:
        predictor: A trained classifier.
        texts: The texts to predict and explain.
        labels: The names of their true classes. Defaults to None: not known.
        batch_size: Texts in a batch. Defaults to 64.

    Returns:
        An `Explanation` for each text.

    Example:
    >>> explanations = explain_attention(predictor, ["A fine film."])
    >>> [word.text for word in explanations[0].words]
    ['A', 'fine', 'film', '.']
    """
    encoded = predictor.encode(texts, return_spans=True)
    warn_of_unknown_words(encoded)
    explanations: list[Any] = [None] * len(texts)
    for rows in encoded.batches(batch_size):
        ids = encoded.padded(rows, predictor.length_multiple)
        logits, weights, *of_sentences = predictor.run_with_attention(ids)
        weights = _mean_of_heads(weights, ids.ndim)
        shares = probabilities(logits, predictor.config.multi_label)
        for n, row in enumerate(rows):
            text = texts[row]
            if isinstance(encoded, EncodedDocuments):
                words, sentences = _parts_of_document(
                    text,
                    encoded,
                    int(row),
                    weights[n],
                    _mean_of_heads(of_sentences[0], 2)[n],
                )
            else:
                words = _words(text, encoded.spans_of(row), weights[n])
                sentences = []
            explanations[row] = Explanation(
                text=text,
                prediction=predictor.classes_of(shares[n : n + 1])[0],
                probabilities={
                    name: float(share)
                    for name, share in zip(
                        predictor.class_names, shares[n], strict=True
                    )
                },
                words=words,
                sentences=sentences,
                label=None if labels is None else labels[row],
            )
    return explanations


def _mean_of_heads(weights: NDArray[Any], rank: int) -> NDArray[Any]:
    return weights if weights.ndim == rank else weights.mean(axis=-2)


def _words(
    text: str, spans: Sequence[tuple[int, int]], weights: NDArray[Any]
) -> list[WordWeight]:
    return [
        WordWeight(text[start:end], start, end, float(weight))
        for (start, end), weight in zip(spans, weights, strict=False)
        if end > start  # not the start token, which has no characters
    ]


def _parts_of_document(
    text: str,
    encoded: EncodedDocuments,
    row: int,
    weights: NDArray[Any],
    sentence_weights: NDArray[Any],
) -> tuple[list[WordWeight], list[SentenceWeight]]:
    """The words, (S, T) weights, and the sentences, (S,), of a document."""
    words, sentences = [], []
    outline = encoded.sentence_spans_of(row)
    for n, spans in enumerate(encoded.spans_of(row)):
        share = float(sentence_weights[n])
        start, end = outline[n]
        sentences.append(SentenceWeight(text[start:end], start, end, share))
        words += [
            dataclasses.replace(
                word, weight=word.weight * share, weight_in_sentence=word.weight
            )
            for word in _words(text, spans, weights[n])
        ]
    return words, sentences
