"""Texts as ids: kept end to end, and padded only when a batch is made."""

from collections.abc import Iterable
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from han_attention.checks import check_choice
from han_attention.checks import check_positive_integer
from han_attention.text.tokenizer import Tokenizer

_KEEP = ("start", "end", "both")
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
        return [(int(first), int(last)) for first, last in spans]

    def take(self, rows: NDArray[Any]) -> "EncodedTexts":
        """Some of the texts, in the order of `rows`."""
        lengths = self.lengths[rows]
        first = np.cumsum(lengths) - lengths
        tokens = np.repeat(self.starts[rows] - first, lengths)
        tokens += np.arange(lengths.sum())
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
        longest = max(int(lengths.max(initial=0)), 1)
        steps = np.arange(-(-longest // length_multiple) * length_multiple)
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
    check_choice("keep", keep, _KEEP)
    if max_tokens is not None:
        check_positive_integer("max_tokens", max_tokens)
    ids, spans = [np.empty(0, "int32")], [np.empty((0, 2), "int32")]
    lengths = np.zeros(len(texts), "int64")
    for first in range(0, len(texts), _TEXTS_AT_ONCE):
        chunk = texts[first : first + _TEXTS_AT_ONCE]
        for n, (row_ids, row_spans) in enumerate(
            _encode(tokenizer, chunk, return_spans), start=first
        ):
            kept = _kept(len(row_ids), max_tokens, keep)
            lengths[n] = len(kept)
            ids.append(row_ids[kept])
            if row_spans is not None:
                spans.append(row_spans[kept])
    return EncodedTexts(
        np.concatenate(ids),
        lengths,
        np.concatenate(spans) if return_spans else None,
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


def bucket_by_length(
    lengths: NDArray[np.int64],
    batch_size: int,
    generator: np.random.Generator | None = None,
    labels: NDArray[Any] | None = None,
) -> list[NDArray[np.int64]]:
    """Put texts of like length into the same batch, each text once.

    Args:
        lengths: (N,) tokens of each text.
        batch_size: Texts in a batch; the last one may be smaller.
        generator: Shuffles. Texts are then sorted only within random windows
            of 50 batches, so the company of a text changes, and the batches
            are shuffled such that any few in a row have short and long texts.
            Defaults to None: all sorted, the shortest first.
        labels: (N,) class of each text. Every batch then holds the classes
            in the shares of its window: the chance surplus of a class in the
            last batches of an epoch would shift all predictions towards it.
            Defaults to None: classes fall as they may.

    Returns:
        A list of row numbers for each batch.

    Example:
    >>> bucket_by_length(np.array([9, 2, 8, 1, 5]), batch_size=2)
    [array([3, 1]), array([4, 2]), array([0])]
    """
    check_positive_integer("batch_size", batch_size)
    rows = np.arange(len(lengths))
    window = max(len(rows), 1)
    if generator is not None:
        rows = generator.permutation(rows)
        window = 50 * batch_size
    batches = []
    for first in range(0, len(rows), window):
        part = rows[first : first + window]
        part = part[np.argsort(lengths[part], kind="stable")]
        if labels is not None:
            part = part[_mix_classes(labels[part])]
        batches += [
            part[n : n + batch_size] for n in range(0, len(part), batch_size)
        ]
    if generator is None:
        return batches
    longest = np.array([lengths[batch].max() for batch in batches])
    return [batches[n] for n in _spread(longest, generator)]


def _spread(values: NDArray[Any], generator: np.random.Generator) -> list[int]:
    """A random order in which any few neighbours cover all sizes of values.

    With long texts missing from the last steps of an epoch, a model's
    predictions for long texts drift.
    """
    ranked = np.argsort(values, kind="stable")
    groups = [generator.permutation(g) for g in np.array_split(ranked, 8)]
    return [
        int(groups[n][turn])
        for turn in range(len(groups[0]))
        for n in generator.permutation(len(groups))
        if turn < len(groups[n])
    ]


def _mix_classes(labels: NDArray[Any]) -> NDArray[np.int64]:
    """An order in which every stretch has the classes in equal shares.

    The order within each class stays, so sorted texts stay nearly sorted.
    """
    place = np.empty(len(labels))
    for label in np.unique(labels):
        rows = np.flatnonzero(labels == label)
        place[rows] = (np.arange(len(rows)) + 0.5) / len(rows)
    return np.argsort(place, kind="stable")


def _encode(
    tokenizer: Tokenizer, texts: Sequence[str], with_spans: bool
) -> Iterable[tuple[NDArray[np.int32], NDArray[np.int32] | None]]:
    if not with_spans:
        for ids in tokenizer.encode_ids(texts):
            yield np.array(ids, "int32"), None
        return
    for encoding in tokenizer.encode_batch(texts):
        spans = np.array(encoding.spans, "int32").reshape(-1, 2)
        yield np.array(encoding.ids, "int32"), spans


def _kept(length: int, limit: int | None, keep: str) -> NDArray[np.int64]:
    """Which tokens stay when a text is cut."""
    if limit is None or length <= limit:
        return np.arange(length)
    head = {"start": limit, "end": 0, "both": (limit + 1) // 2}[keep]
    tail = limit - head
    return np.r_[0:head, length - tail : length]
