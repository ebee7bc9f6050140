"""From strings to ids: texts as words, documents as sentences of words."""

import dataclasses
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from han_attention.text.ragged import EncodedDocuments
from han_attention.text.ragged import EncodedTexts
from han_attention.text.ragged import concatenate
from han_attention.text.ragged import ranges
from han_attention.text.ragged import within_limit
from han_attention.text.sentences import split_sentences
from han_attention.text.tokenizer import START_ID
from han_attention.text.tokenizer import Tokenizer
from han_attention.validation import check_choice
from han_attention.validation import check_positive_integer

TRUNCATIONS = ("start", "end", "both")
LONG_SENTENCES = ("cut", "split")
_TEXTS_AT_ONCE = 2_000  # bounds the memory of the spans, as Python tuples
_DOCUMENTS_AT_ONCE = 1_000  # bounds the memory of their strings


def encode_texts(
    tokenizer: Tokenizer,
    texts: Sequence[str],
    max_tokens: int | None = None,
    truncation: str = "start",
    return_spans: bool = False,
) -> EncodedTexts:
    """Turn texts into ids.

    Args:
        tokenizer: Gives the ids.
        texts: N strings.
        max_tokens: Longer texts are cut to this many tokens. Defaults to
            None: nothing is cut.
        truncation: What a cut leaves: the `"start"`, the `"end"`, or half of
            each with `"both"`. Defaults to `"start"`.
        return_spans: Whether to keep character spans. Defaults to `False`.

    Returns:
        `EncodedTexts`: ids, lengths and spans.

    Raises:
        TypeError: if a text is not a string.
        ValueError: for an argument out of range.

    Example:
    >>> tokenizer = Tokenizer.train(["a fine film", "a dull film"])
    >>> encode_texts(tokenizer, ["a film", "fine"]).padded().tolist()
    [[3, 4], [6, 0]]
    """
    check_choice("truncation", truncation, TRUNCATIONS)
    if max_tokens is not None:
        check_positive_integer("max_tokens", max_tokens)
    parts = [
        _encode(tokenizer, texts[n : n + _TEXTS_AT_ONCE], return_spans)
        for n in range(0, len(texts), _TEXTS_AT_ONCE)
    ]
    parts = [part.cut(max_tokens, truncation) for part in parts]
    return concatenate(parts or [_encode(tokenizer, [], return_spans)])


def encode_documents(
    tokenizer: Tokenizer,
    texts: Sequence[str],
    max_sentences: int | None = None,
    max_sentence_tokens: int | None = None,
    truncation: str = "start",
    return_spans: bool = False,
    long_sentences: str = "cut",
) -> EncodedDocuments:
    """Turn texts into sentences of ids.

    A sentence without any word or sign is left out.

    Args:
        tokenizer: Gives the ids.
        texts: N strings.
        max_sentences: Longer documents are cut to this many sentences.
            Defaults to None: nothing is cut.
        max_sentence_tokens: Longer sentences are cut to this many tokens, or
            split. Defaults to None: neither.
        truncation: What both cuts leave: the `"start"`, the `"end"`, or half of
            each with `"both"`. Defaults to `"start"`.
        return_spans: Whether to keep character spans. Defaults to `False`.
        long_sentences: `"cut"`; or `"split"`: into as few sentences of about
            the same length as there must be, so that no word is lost. Defaults
            to `"cut"`.

    Returns:
        `EncodedDocuments`: ids, lengths, spans, and what was cut.

    Raises:
        TypeError: if a text is not a string.
        ValueError: for an argument out of range.

    Example:
    >>> tokenizer = Tokenizer.train(["A fine film.", "A dull film."])
    >>> documents = encode_documents(tokenizer, ["A film. Fine!", "Dull."])
    >>> documents.padded().tolist()
    [[[4, 5, 3], [7, 2, 0]], [[6, 3, 0], [0, 0, 0]]]
    """
    check_choice("truncation", truncation, TRUNCATIONS)
    check_choice("long_sentences", long_sentences, LONG_SENTENCES)
    for name, limit in (
        ("max_sentences", max_sentences),
        ("max_sentence_tokens", max_sentence_tokens),
    ):
        if limit is not None:
            check_positive_integer(name, limit)
    parts = []
    for first in range(0, max(len(texts), 1), _DOCUMENTS_AT_ONCE):
        chunk = texts[first : first + _DOCUMENTS_AT_ONCE]
        whole = _encode_sentences(tokenizer, chunk, return_spans)
        if long_sentences == "split" and max_sentence_tokens is not None:
            whole = _split(whole, max_sentence_tokens)
        parts.append(
            _cut(whole, max_sentences, max_sentence_tokens, truncation)
        )
    spans = [x.sentence_spans for x in parts if x.sentence_spans is not None]
    return EncodedDocuments(
        concatenate([part.sentences for part in parts]),
        np.concatenate([part.sizes for part in parts]),
        np.concatenate([part.cut_sentences for part in parts]),
        np.concatenate([part.cut_tokens for part in parts]),
        np.concatenate(spans) if spans else None,
    )


def _encode_sentences(
    tokenizer: Tokenizer, texts: Sequence[str], return_spans: bool
) -> EncodedDocuments:
    """All sentences that have a token."""
    outlines = [split_sentences(text) for text in texts]
    flat = [span for outline in outlines for span in outline]
    spans = np.array(flat, "int32").reshape(-1, 2)
    document = np.repeat(np.arange(len(texts)), list(map(len, outlines)))
    strings = [
        texts[int(n)][start:end]
        for n, (start, end) in zip(document, flat, strict=True)
    ]
    sentences = encode_texts(tokenizer, strings, return_spans=return_spans)
    if sentences.spans is not None:
        sentences.spans[...] += np.repeat(
            spans[:, :1], sentences.lengths, axis=0
        )
    # Its first id may be the start token, which says nothing.
    starting = np.append(sentences.ids, 0)[sentences.starts] == START_ID
    rows = np.flatnonzero(sentences.lengths > starting)
    nothing = np.zeros(len(texts), "int64")
    return EncodedDocuments(
        sentences.take(rows),
        np.bincount(document[rows], minlength=len(texts)),
        nothing,
        nothing,
        spans[rows] if return_spans else None,
    )


def _split(documents: EncodedDocuments, limit: int) -> EncodedDocuments:
    """Long sentences as several, which share their tokens evenly."""
    whole = documents.sentences
    number = -(-whole.lengths // limit)  # of parts; no sentence is empty
    source = np.repeat(np.arange(len(whole)), number)
    place = ranges(np.zeros_like(number), number)
    lengths, longer = np.divmod(whole.lengths[source], number[source])
    lengths += place < longer
    document = np.repeat(np.arange(len(documents)), documents.sizes)
    spans = documents.sentence_spans
    if spans is not None and whole.spans is not None:
        first = np.cumsum(lengths) - lengths
        inner = np.stack(
            [whole.spans[first, 0], whole.spans[first + lengths - 1, 1]], axis=1
        )
        outer = spans[source]
        spans = np.where(
            np.stack([place == 0, place == number[source] - 1], axis=1),
            outer,
            inner,
        )
    return dataclasses.replace(
        documents,
        sentences=EncodedTexts(whole.ids, lengths, whole.spans),
        sizes=np.bincount(document[source], minlength=len(documents)),
        sentence_spans=spans,
    )


def _cut(
    documents: EncodedDocuments,
    max_sentences: int | None,
    max_sentence_tokens: int | None,
    truncation: str,
) -> EncodedDocuments:
    sizes, spans = documents.sizes, documents.sentence_spans
    sentences = documents.sentences
    if max_sentences is not None:
        rows = np.flatnonzero(within_limit(sizes, max_sentences, truncation))
        sizes = np.minimum(sizes, max_sentences)
        sentences = sentences.take(rows)
        spans = None if spans is None else spans[rows]
    left = EncodedDocuments(
        sentences.cut(max_sentence_tokens, truncation),
        sizes,
        documents.sizes - sizes,
        np.zeros_like(sizes),
        spans,
    )
    cut_tokens = documents.lengths - left.lengths
    return dataclasses.replace(left, cut_tokens=cut_tokens)


def _encode(
    tokenizer: Tokenizer, texts: Sequence[str], return_spans: bool
) -> EncodedTexts:
    if not return_spans:
        return EncodedTexts.from_ids(tokenizer.encode_ids(texts))
    encodings = tokenizer.encode_batch(texts)
    spans = [span for encoding in encodings for span in encoding.spans]
    without = EncodedTexts.from_ids(encoding.ids for encoding in encodings)
    return EncodedTexts(
        without.ids, without.lengths, np.array(spans, "int32").reshape(-1, 2)
    )


def check_ids(ids: NDArray[Any], vocabulary_size: int) -> None:
    """Raise a ValueError unless every id is in [0, vocabulary_size).

    Not every backend looks: JAX takes the last word for an id beyond it.
    """
    if ids.size and not 0 <= ids.min() <= ids.max() < vocabulary_size:
        raise ValueError(
            f"Invalid ids. Expected 0 to {vocabulary_size - 1}, the ids of "
            f"the vocabulary. Received: {ids.min()} to {ids.max()}"
        )
