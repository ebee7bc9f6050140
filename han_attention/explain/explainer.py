"""Explanations of a predictor's texts: what each method says of each word."""

from collections.abc import Sequence
from typing import Any

from han_attention.explain.explanation import ATTENTION
from han_attention.explain.explanation import Explanation
from han_attention.explain.explanation import SentenceWeight
from han_attention.explain.explanation import WordWeight
from han_attention.explain.methods.reader import BatchValues
from han_attention.explain.methods.reader import MethodReader
from han_attention.inference.base import warn_of_unknown_words
from han_attention.inference.keras import Predictor
from han_attention.text.ragged import Encoded
from han_attention.text.ragged import EncodedDocuments


def explain_texts(
    predictor: Predictor,
    texts: Sequence[str],
    labels: Sequence[Any] | None = None,
    methods: Sequence[str] | None = None,
    batch_size: int = 64,
) -> list[Explanation]:
    """Explain predictions by what the words have to do with them.

    | method | of a word | passes of the model |
    |---|---|---|
    | `"attention"` | where the model looked: its weight | 1, the prediction |
    | `"contribution"` | what it adds to a logit, exactly | the same one |
    | `"gradient_x_input"` | `gradient_x_input` | 1 and back |
    | `"integrated_gradients"` | `integrated_gradients` | 32 and back |
    | `"occlusion"` | `occlusion` | as many as words |

    All but the attention are in units of the logit, and signed. Of two
    classes the logit of one is that of the other with the other sign.

    With several heads a word gets the mean of its weights. In a document of
    sentences the weight of a word is that in its sentence times that of the
    sentence, so all words have 1 together; the contribution is exact for the
    sentences, and shared among the words of each by their weights. The words
    that the model did not see (see `max_tokens` and `max_sentences`) are left
    out, and so is what the start token, if there is one, has to do with it.

    Args:
        predictor: A trained classifier.
        texts: The texts to predict and explain.
        labels: The names of their true classes. Defaults to None: not known.
        methods: Names of the table; the attention is always among them.
            Defaults to None: the attention, and the contribution of every
            text for which the model can give it.
        batch_size: Texts in a batch. Defaults to 64.

    Returns:
        An `Explanation` for each text.

    Raises:
        ValueError: for an unknown method, the contribution of a model whose
            head is not linear, or any method but the attention of a document
            too long to be read as a whole (131,072 words, padding included).

    Warns:
        UserWarning: if a text has no word of the vocabulary.

    Example:
    >>> explanation = explain_texts(predictor, ["A fine film."])[0]
    >>> [word.text for word in explanation.words]
    ['A', 'fine', 'film', '.']
    >>> explanation.scores("contribution")  # for the predicted class
    [...]
    """
    encoded = predictor.encode(texts, return_spans=True)
    warn_of_unknown_words(encoded)
    reader = MethodReader(predictor, methods)
    explanations: list[Any] = [None] * len(texts)
    for rows in encoded.batches(batch_size):
        ids = encoded.padded(rows, predictor.pad_to_multiple_of)
        batch = reader.read(ids)
        for n, row in enumerate(rows):
            label = None if labels is None else labels[row]
            explanations[row] = _explanation(
                predictor, texts[row], label, _outline(encoded, row), batch, n
            )
    return explanations


def explain_attention(
    predictor: Predictor,
    texts: Sequence[str],
    labels: Sequence[Any] | None = None,
    batch_size: int = 64,
) -> list[Explanation]:
    """Explain predictions by the attention weights alone.

    It is `explain_texts` with the method `"attention"`, which every model
    of this package has.

    Example:
    >>> explanations = explain_attention(predictor, ["A fine film."])
    >>> [word.text for word in explanations[0].words]
    ['A', 'fine', 'film', '.']
    """
    return explain_texts(predictor, texts, labels, (ATTENTION,), batch_size)


# The spans of the words of each sentence, and of the sentences; a flat text
# is one sentence without a span.
_Outline = tuple[list[list[tuple[int, int]]], list[tuple[int, int]]]


def _outline(encoded: Encoded, row: int) -> _Outline:
    if isinstance(encoded, EncodedDocuments):
        return encoded.get_spans(row), encoded.get_sentence_spans(row)
    return [encoded.get_spans(row)], []


def _explanation(
    predictor: Predictor,
    text: str,
    label: Any,
    outline: _Outline,
    batch: BatchValues,
    n: int,
) -> Explanation:
    shares = batch.shares[n]
    words, sentences = _words_and_sentences(text, outline, batch, n)
    attributions = {}
    for method, values in batch.values.items():
        rows = values[n].tolist()
        if batch.sentences is None:
            rows = [rows]
        # Not the start token, which has no characters.
        attributions[method] = [
            row
            for spans, of_words in zip(outline[0], rows, strict=False)
            for (start, end), row in zip(spans, of_words, strict=False)
            if end > start
        ]
    return Explanation(
        text,
        predictor.decode_predictions(shares[None])[0],
        dict(zip(predictor.class_names, shares.tolist(), strict=True)),
        words,
        sentences,
        label,
        attributions,
    )


def _words_and_sentences(
    text: str, outline: _Outline, batch: BatchValues, n: int
) -> tuple[list[WordWeight], list[SentenceWeight]]:
    of_words, of_sentences = outline
    weights, added = batch.weights[n].tolist(), None
    if batch.contributions is not None:
        added = batch.contributions[n].tolist()
    if batch.sentences is None:
        (spans,) = of_words
        given = [()] * len(spans) if added is None else map(tuple, added)
        return [
            WordWeight(text[start:end], start, end, weight, contributions)
            for (start, end), weight, contributions in zip(
                spans, weights, given, strict=False
            )
            if end > start
        ], []
    words, sentences = [], []
    shares = batch.sentences[n].tolist()
    for number, (first, last) in enumerate(of_sentences):
        share = shares[number]
        whole = () if added is None else tuple(added[number])
        sentence = text[first:last]
        sentences.append(SentenceWeight(sentence, first, last, share, whole))
        words += [
            WordWeight(
                text[start:end],
                start,
                end,
                weight * share,
                tuple(weight * value for value in whole),
                weight,
            )
            for (start, end), weight in zip(
                of_words[number], weights[number], strict=False
            )
            if end > start
        ]
    return words, sentences
