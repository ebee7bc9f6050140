"""Texts and documents as ids, end to end: padded only when a batch is made."""

from collections.abc import Iterable
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from han_attention.text.bucketing import bucket_by_shape
from han_attention.text.padding import padded_size

MAX_BATCH_TOKENS = 2**17  # padding included, if no one says otherwise


@dataclass(frozen=True)
class EncodedTexts:
    """The ids of N texts, one after the other, without padding.

    Attributes:
        ids: (all tokens,) int32.
        lengths: (N,) int64, the number of tokens of each text.
        spans: (all tokens, 2) int32, the characters of each token in its
            original string, or None.
    """

    ids: NDArray[np.int32]
    lengths: NDArray[np.int64]
    spans: NDArray[np.int32] | None = None

    @classmethod
    def from_ids(cls, texts: Iterable[Sequence[int]]) -> "EncodedTexts":
        """Take lists of ids that are there already."""
        arrays = [np.asarray(ids, "int32") for ids in texts]
        lengths = np.array([len(ids) for ids in arrays], "int64")
        return cls(np.concatenate([np.empty(0, "int32"), *arrays]), lengths)

    def batches(
        self,
        batch_size: int,
        generator: np.random.Generator | None = None,
        labels: NDArray[Any] | None = None,
    ) -> list[NDArray[np.int64]]:
        """The row numbers of batches of like shape: see `bucket_by_shape`."""
        return bucket_by_shape(
            self.lengths[:, None], batch_size, generator, labels
        )

    @cached_property
    def starts(self) -> NDArray[np.int64]:
        """(N,) where each text begins in `ids`."""
        return np.cumsum(self.lengths) - self.lengths

    def __len__(self) -> int:
        return len(self.lengths)

    def get_spans(self, row: int) -> list[tuple[int, int]]:
        """The character spans of one text."""
        if self.spans is None:
            raise ValueError("The texts were encoded without spans.")
        start = self.starts[row]
        spans = self.spans[start : start + self.lengths[row]]
        return [(first, last) for first, last in spans.tolist()]

    def take(self, rows: NDArray[Any]) -> "EncodedTexts":
        """Some of the texts, in the order of `rows`."""
        lengths = self.lengths[rows]
        return self._select(ranges(self.starts[rows], lengths), lengths)

    def cut(
        self, limit: int | None, truncation: str = "start"
    ) -> "EncodedTexts":
        """The texts, with what is over a limit of tokens left out.

        Args:
            limit: Or None: nothing is cut.
            truncation: What stays: `"start"`, `"end"`, or half of each with
                `"both"`. Defaults to `"start"`.
        """
        if limit is None:
            return self
        kept = within_limit(self.lengths, limit, truncation)
        return self._select(kept, np.minimum(self.lengths, limit))

    def _select(
        self, tokens: NDArray[Any], lengths: NDArray[np.int64]
    ) -> "EncodedTexts":
        spans = None if self.spans is None else self.spans[tokens]
        return EncodedTexts(self.ids[tokens], lengths, spans)

    def padded(
        self, rows: NDArray[Any] | None = None, pad_to_multiple_of: int = 1
    ) -> NDArray[np.int32]:
        """The ids of some texts as a matrix, 0 = padding on the right.

        Args:
            rows: Indices of texts. Defaults to None: all of them.
            pad_to_multiple_of: T is the longest of these texts, rounded up to a
                multiple of this. Defaults to 1.

        Returns:
            (rows, T) int32, T at least 1.
        """
        if rows is None:
            rows = np.arange(len(self))
        lengths = self.lengths[rows]
        steps = np.arange(padded_size(lengths, pad_to_multiple_of))
        real = steps < lengths[:, None]
        ids = np.zeros(real.shape, "int32")
        ids[real] = self.ids[(self.starts[rows][:, None] + steps)[real]]
        return ids


@dataclass(frozen=True)
class EncodedDocuments:
    """The ids of N documents, one after the other, without padding.

    It takes the place of `EncodedTexts`, with a document for a text.

    Attributes:
        sentences: The sentences of all documents, each as a text.
        sizes: (N,) int64, the number of sentences of each document.
        cut_sentences: (N,) int64, the sentences left out of each.
        cut_tokens: (N,) int64, the tokens left out of each, with a sentence
            or from a long one.
        sentence_spans: (all sentences, 2) int32, the characters of each
            sentence in its original string, or None.
    """

    sentences: EncodedTexts
    sizes: NDArray[np.int64]
    cut_sentences: NDArray[np.int64]
    cut_tokens: NDArray[np.int64]
    sentence_spans: NDArray[np.int32] | None = None

    @classmethod
    def from_ids(
        cls, documents: Iterable[Sequence[Sequence[int]]]
    ) -> "EncodedDocuments":
        """Take sentences of ids that are there already; not the empty ones."""
        documents = [[s for s in document if len(s)] for document in documents]
        sizes = np.array([len(document) for document in documents], "int64")
        sentences = EncodedTexts.from_ids(
            sentence for document in documents for sentence in document
        )
        nothing = np.zeros_like(sizes)
        return cls(sentences, sizes, nothing, nothing)

    def __len__(self) -> int:
        return len(self.sizes)

    @property
    def ids(self) -> NDArray[np.int32]:
        """(all tokens,) the ids of all documents."""
        return self.sentences.ids

    @cached_property
    def lengths(self) -> NDArray[np.int64]:
        """(N,) the number of tokens of each document."""
        ends = np.append(0, np.cumsum(self.sentences.lengths))
        return ends[self._first + self.sizes] - ends[self._first]

    @cached_property
    def starts(self) -> NDArray[np.int64]:
        """(N,) where each document begins in `ids`."""
        return np.cumsum(self.lengths) - self.lengths

    @cached_property
    def _first(self) -> NDArray[np.int64]:
        """(N,) the row in `sentences` of the first of each document."""
        return np.cumsum(self.sizes) - self.sizes

    def get_spans(self, row: int) -> list[list[tuple[int, int]]]:
        """The character spans of the words of each sentence of a document."""
        first = int(self._first[row])
        numbers = range(first, first + int(self.sizes[row]))
        return [self.sentences.get_spans(number) for number in numbers]

    def get_sentence_spans(self, row: int) -> list[tuple[int, int]]:
        """The character spans of the sentences of one document."""
        if self.sentence_spans is None:
            raise ValueError("The documents were encoded without spans.")
        first = self._first[row]
        spans = self.sentence_spans[first : first + self.sizes[row]]
        return [(int(start), int(end)) for start, end in spans]

    def take(self, rows: NDArray[Any]) -> "EncodedDocuments":
        """Some of the documents, in the order of `rows`."""
        sizes = self.sizes[rows]
        chosen = ranges(self._first[rows], sizes)
        spans = self.sentence_spans
        return EncodedDocuments(
            self.sentences.take(chosen),
            sizes,
            self.cut_sentences[rows],
            self.cut_tokens[rows],
            None if spans is None else spans[chosen],
        )

    def padded(
        self, rows: NDArray[Any] | None = None, pad_to_multiple_of: int = 1
    ) -> NDArray[np.int32]:
        """The ids of some documents as an array, 0 = padding on the right.

        Args:
            rows: Indices of documents. Defaults to None: all of them.
            pad_to_multiple_of: S and T are the largest of these documents,
                rounded up to a multiple of a quarter of this, for sentences
                are shorter than texts. Defaults to 1.

        Returns:
            (rows, S, T) int32, S and T at least 1.
        """
        documents = self if rows is None else self.take(rows)
        multiple = max(pad_to_multiple_of // 4, 1)
        sentences = documents.sentences.padded(pad_to_multiple_of=multiple)
        steps = np.arange(padded_size(documents.sizes, multiple))
        real = steps < documents.sizes[:, None]
        ids = np.zeros((*real.shape, sentences.shape[1]), "int32")
        ids[real] = sentences
        return ids

    def batches(
        self,
        batch_size: int,
        generator: np.random.Generator | None = None,
        labels: NDArray[Any] | None = None,
        max_batch_tokens: int = MAX_BATCH_TOKENS,
    ) -> list[NDArray[np.int64]]:
        """The row numbers of batches of like shape: see `bucket_by_shape`."""
        longest = np.zeros(len(self), "int64")
        document = np.repeat(np.arange(len(self)), self.sizes)
        np.maximum.at(longest, document, self.sentences.lengths)
        shapes = np.stack([self.sizes, longest], axis=1)
        return bucket_by_shape(
            shapes, batch_size, generator, labels, max_batch_tokens
        )

    def cut_report(self) -> str:
        """What the limits left out, in a sentence; "" if nothing was."""
        number = int(np.sum(self.cut_tokens > 0))
        if not number:
            return ""
        fraction = (
            self.cut_tokens.sum() / (self.lengths + self.cut_tokens).sum()
        )
        return (
            f"Documents over the limits: {number:,} of {len(self):,}; left "
            f"out: {self.cut_sentences.sum():,} sentences, {fraction:.1%} of "
            "all words"
        )


Encoded = EncodedTexts | EncodedDocuments


def concatenate(parts: Sequence[EncodedTexts]) -> EncodedTexts:
    """The texts of all parts, one part after the other."""
    spans = [part.spans for part in parts if part.spans is not None]
    return EncodedTexts(
        np.concatenate([part.ids for part in parts]),
        np.concatenate([part.lengths for part in parts]),
        np.concatenate(spans) if spans else None,
    )


def ranges(
    starts: NDArray[np.int64], lengths: NDArray[np.int64]
) -> NDArray[np.int64]:
    """The numbers of several ranges, one after the other.

    Example:
    >>> ranges(np.array([7, 0]), np.array([2, 3])).tolist()
    [7, 8, 0, 1, 2]
    """
    shifts = np.repeat(starts - np.cumsum(lengths) + lengths, lengths)
    return shifts + np.arange(len(shifts))


def within_limit(
    lengths: NDArray[np.int64], limit: int, truncation: str
) -> NDArray[np.bool_]:
    """Which parts of rows of some lengths stay when the rows are cut.

    Example:
    >>> within_limit(np.array([1, 4]), 2, "both").tolist()
    [True, True, False, False, True]
    """
    head = {"start": limit, "end": 0, "both": (limit + 1) // 2}[truncation]
    place = ranges(np.zeros_like(lengths), lengths)
    length = np.repeat(lengths, lengths)
    in_tail = place >= length - (limit - head)
    return (length <= limit) | (place < head) | in_tail
