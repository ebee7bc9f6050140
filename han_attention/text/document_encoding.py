"""From texts to documents: sentences split, limited and numbered."""

import dataclasses
from collections.abc import Sequence

import numpy as np

from han_attention.text.documents import EncodedDocuments
from han_attention.text.encoding import KEEP
from han_attention.text.encoding import EncodedTexts
from han_attention.text.encoding import encode_texts
from han_attention.text.encoding import join
from han_attention.text.encoding import ranges
from han_attention.text.encoding import within_limit
from han_attention.text.sentences import split_sentences
from han_attention.text.tokenizer import START_ID
from han_attention.text.tokenizer import Tokenizer
from han_attention.validation import check_choice
from han_attention.validation import check_positive_integer

LONG_SENTENCES = ("cut", "split")
_DOCUMENTS_AT_ONCE = 1_000  # bounds the memory of their strings


def encode_documents(
    tokenizer: Tokenizer,
    texts: Sequence[str],
    max_sentences: int | None = None,
    max_sentence_tokens: int | None = None,
    keep: str = "start",
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
        keep: What both cuts leave: the `"start"`, the `"end"`, or half of
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
    check_choice("keep", keep, KEEP)
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
        whole = _encode(tokenizer, chunk, return_spans)
        if long_sentences == "split" and max_sentence_tokens is not None:
            whole = _split(whole, max_sentence_tokens)
        parts.append(_cut(whole, max_sentences, max_sentence_tokens, keep))
    spans = [x.sentence_spans for x in parts if x.sentence_spans is not None]
    return EncodedDocuments(
        join([part.sentences for part in parts]),
        np.concatenate([part.sizes for part in parts]),
        np.concatenate([part.cut_sentences for part in parts]),
        np.concatenate([part.cut_tokens for part in parts]),
        np.concatenate(spans) if spans else None,
    )


def _encode(
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
    keep: str,
) -> EncodedDocuments:
    sizes, spans = documents.sizes, documents.sentence_spans
    sentences = documents.sentences
    if max_sentences is not None:
        rows = np.flatnonzero(within_limit(sizes, max_sentences, keep))
        sizes = np.minimum(sizes, max_sentences)
        sentences = sentences.take(rows)
        spans = None if spans is None else spans[rows]
    left = EncodedDocuments(
        sentences.cut(max_sentence_tokens, keep),
        sizes,
        documents.sizes - sizes,
        np.zeros_like(sizes),
        spans,
    )
    cut_tokens = documents.lengths - left.lengths
    return dataclasses.replace(left, cut_tokens=cut_tokens)
