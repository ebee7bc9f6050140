"""Texts as ids: kept end to end, and padded only when a batch is made."""

from collections.abc import Iterable
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from han_attention.text.bucketing import bucket_by_shape
from han_attention.text.tokenizer import Tokenizer
from han_attention.validation import check_choice
from han_attention.validation import check_positive_integer

KEEP = ("start", "end", "both")
_TEXTS_AT_ONCE = 2_000  # bounds the memory of the spans, as Python tuples


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

    def spans_of(self, row: int) -> list[tuple[int, int]]:
        """The character spans of one text."""
        if self.spans is None:
            raise ValueError("The texts were encoded without spans.")
        start = self.starts[row]
        spans = self.spans[start : start + self.lengths[row]]
        return [(first, last) for first, last in spans.tolist()]

    def take(self, rows: NDArray[Any]) -> "EncodedTexts":
        """Some of the texts, in the order of `rows`."""
        lengths = self.lengths[rows]
        return self._of(ranges(self.starts[rows], lengths), lengths)

    def cut(self, limit: int | None, keep: str = "start") -> "EncodedTexts":
        """The texts, with what is over a limit of tokens left out.

        Args:
            limit: Or None: nothing is cut.
            keep: What stays: `"start"`, `"end"`, or half of each with
                `"both"`. Defaults to `"start"`.
        """
        if limit is None:
            return self
        kept = within_limit(self.lengths, limit, keep)
        return self._of(kept, np.minimum(self.lengths, limit))

    def _of(
        self, tokens: NDArray[Any], lengths: NDArray[np.int64]
    ) -> "EncodedTexts":
        spans = None if self.spans is None else self.spans[tokens]
        return EncodedTexts(self.ids[tokens], lengths, spans)

    def padded(
        self, rows: NDArray[Any] | None = None, length_multiple: int = 1
    ) -> NDArray[np.int32]:
        """The ids of some texts as a matrix, 0 = padding on the right.

        Args:
            rows: Indices of texts. Defaults to None: all of them.
            length_multiple: T is the longest of these texts, rounded up to a
                multiple of this. Defaults to 1.

        Returns:
            (rows, T) int32, T at least 1.
        """
        if rows is None:
            rows = np.arange(len(self))
        lengths = self.lengths[rows]
        steps = np.arange(padded_size(lengths, length_multiple))
        real = steps < lengths[:, None]
        ids = np.zeros(real.shape, "int32")
        ids[real] = self.ids[(self.starts[rows][:, None] + steps)[real]]
        return ids


def encode_texts(
    tokenizer: Tokenizer,
    texts: Sequence[str],
    max_tokens: int | None = None,
    keep: str = "start",
    return_spans: bool = False,
) -> EncodedTexts:
    """Turn texts into ids.

    Args:
        tokenizer: Gives the ids.
        texts: N strings.
        max_tokens: Longer texts are cut to this many tokens. Defaults to
            None: nothing is cut.
        keep: What a cut leaves: the `"start"`, the `"end"`, or half of each
            with `"both"`. Defaults to `"start"`.
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
    check_choice("keep", keep, KEEP)
    if max_tokens is not None:
        check_positive_integer("max_tokens", max_tokens)
    parts = [
        _encode(tokenizer, texts[n : n + _TEXTS_AT_ONCE], return_spans)
        for n in range(0, len(texts), _TEXTS_AT_ONCE)
    ]
    parts = [part.cut(max_tokens, keep) for part in parts]
    return join(parts or [_encode(tokenizer, [], return_spans)])


def join(parts: Sequence[EncodedTexts]) -> EncodedTexts:
    """The texts of all parts, one part after the other."""
    spans = [part.spans for part in parts if part.spans is not None]
    return EncodedTexts(
        np.concatenate([part.ids for part in parts]),
        np.concatenate([part.lengths for part in parts]),
        np.concatenate(spans) if spans else None,
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
    lengths: NDArray[np.int64], limit: int, keep: str
) -> NDArray[np.bool_]:
    """Which parts of rows of some lengths stay when the rows are cut.

    Example:
    >>> within_limit(np.array([1, 4]), 2, "both").tolist()
    [True, True, False, False, True]
    """
    head = {"start": limit, "end": 0, "both": (limit + 1) // 2}[keep]
    place = ranges(np.zeros_like(lengths), lengths)
    length = np.repeat(lengths, lengths)
    in_tail = place >= length - (limit - head)
    return (length <= limit) | (place < head) | in_tail


def padded_size(lengths: NDArray[np.int64], multiple: int) -> int:
    """The largest length, at least 1, rounded up to a multiple."""
    return -(-max(int(lengths.max(initial=0)), 1) // multiple) * multiple


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
