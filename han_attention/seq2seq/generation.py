"""Writing sequences with a trained model: greedy, beam search, sampling."""

from collections.abc import Callable
from collections.abc import Hashable
from dataclasses import dataclass
from functools import partial
from typing import Any

import keras
import numpy as np
from keras import ops
from numpy.typing import NDArray

from han_attention.seq2seq.backend import get_backend_traits
from han_attention.seq2seq.beam_search import SearchOptions
from han_attention.seq2seq.beam_search import length_penalty
from han_attention.seq2seq.beam_search import log_probabilities
from han_attention.seq2seq.beam_search import search
from han_attention.seq2seq.compiled_functions import CompiledFunctions
from han_attention.types import Tensor
from han_attention.validation import check_integer
from han_attention.validation import check_positive_integer
from han_attention.validation import check_positive_number


@dataclass(frozen=True)
class Generated:
    """Written sequences.

    Attributes:
        ids: (N, T) int32, without the end symbol, 0 = padding on the right.
        scores: (N,) float32, the log probability of each, its end included,
            divided by the length penalty.
        finished: (N,) bool, whether each ended by itself, or was cut at the
            greatest length.
        attention_scores: (N, T, S) float32, how much of each source word
            was read for each word, or with several heads (N, H, T, S); None
            if not asked for.
    """

    ids: NDArray[np.int32]
    scores: NDArray[np.float32]
    finished: NDArray[np.bool_]
    attention_scores: NDArray[np.float32] | None = None


class GeneratingModel(keras.Model):
    """What `AttentionSeq2Seq` does once it is trained."""

    def generate(
        self,
        source: Any,
        max_length: int = 50,
        beam_size: int = 1,
        length_penalty: float = 0.0,
        temperature: float | None = None,
        seed: int | None = None,
        batch_size: int = 64,
        return_attention_scores: bool = False,
    ) -> Generated:
        """Write the target of each source: greedily, unless told otherwise.

        Rows of like length are read together, and a batch stops when each of
        its rows has ended. Nothing depends on the other rows, nor, with a
        seed, on the backend.

        Args:
            source: Source ids, integer array (N, S), 0 = padding on the right.
            max_length: The most symbols of a result, its end included.
                Defaults to 50.
            beam_size: How many sequences a beam search keeps; 1 is greedy.
                Defaults to 1.
            length_penalty: w >= 0: sequences are ranked by their log
                probability over ((5 + length) / 6)^w. Defaults to 0.0.
            temperature: Positive number: each symbol is drawn, with
                probabilities p^(1 / temperature). Defaults to None: nothing
                is drawn.
            seed: Integer seed of the draws. Defaults to None: other draws
                each time.
            batch_size: Rows that are read together. Defaults to 64.
            return_attention_scores: Whether to return the alignment too.
                Defaults to `False`.

        Returns:
            `Generated`, as NumPy arrays.

        Raises:
            ValueError: for an argument out of range, a source that is no
                matrix of ids below `source_vocabulary_size`, or a beam
                together with a temperature.
        """
        source = self._check_source(source)
        options = self._options(
            max_length, beam_size, length_penalty, temperature
        )
        if seed is not None:
            check_integer("seed", seed, 0)
        check_positive_integer("batch_size", batch_size)
        uniform = np.random.default_rng(seed).random(
            (len(source), max_length), "float32"
        )
        ids = np.zeros((len(source), max_length), "int32")
        scores = np.zeros(len(source), "float32")
        finished = np.zeros(len(source), "bool")
        run = self._compiled(options, self._search)
        for rows, part in _batches(source, batch_size):
            of_part = run([part, uniform[rows]])
            ids[rows], scores[rows], finished[rows] = choose_best(
                of_part[0], of_part[1], of_part[2], options.length_penalty
            )
        ids = _without_end(ids, finished)
        weights = None
        if return_attention_scores:
            weights = self.align(source, ids, batch_size)
        longest = int((ids != 0).sum(axis=1).max(initial=0))
        if weights is not None:
            weights = weights[..., :longest, :]
        return Generated(ids[:, :longest], scores, finished, weights)

    def align(
        self, source: Any, target: Any, batch_size: int = 64
    ) -> NDArray[np.float32]:
        """How much of each source word is read for each given target word.

        Args:
            source: Source ids, integer array (N, S), 0 = padding.
            target: Target ids (N, T) without start and end, 0 = padding.
            batch_size: Rows that are read together. Defaults to 64.

        Returns:
            Weights (N, T, S), or with several heads (N, H, T, S); 0 on
            padding.
        """
        source = self._check_source(source)
        number = self.settings["target_vocabulary_size"]
        target = _check_ids("target", target, number)
        heads = self.decoder.num_heads
        shape = () if heads == 1 else (heads,)
        weights = np.zeros(
            (len(source), *shape, target.shape[1], source.shape[1]), "float32"
        )
        run = self._compiled("align", self._align)
        for rows, part in _batches(source, batch_size):
            steps = min(part.shape[1], source.shape[1])
            of_part = run([part, target[rows]])
            weights[rows, ..., :steps] = of_part[..., :steps]
        return weights

    def _check_source(self, source: Any) -> NDArray[np.int32]:
        number = self.settings["source_vocabulary_size"]
        return _check_ids("source", source, number)

    def _options(
        self,
        max_length: int,
        beam_size: int,
        length_penalty: float,
        temperature: float | None,
    ) -> SearchOptions:
        check_positive_integer("max_length", max_length)
        check_positive_integer("beam_size", beam_size)
        if length_penalty:
            check_positive_number("length_penalty", length_penalty)
        if temperature is not None:
            check_positive_number("temperature", temperature)
            if beam_size > 1:
                raise ValueError(
                    "Invalid value for argument `beam_size`. Expected 1 with "
                    f"a temperature. Received: beam_size={beam_size}"
                )
        return SearchOptions(
            max_length,
            beam_size,
            float(length_penalty),
            temperature,
            self.start_id,
            self.end_id,
        )

    def _search(self, options: SearchOptions, source: Any, uniform: Any) -> Any:
        """The compiled search: ids (B, K, L), scores and finished (B, K)."""
        memory, mask, state = self.encode(source)
        memory = self.decoder.prepare(memory, mask)
        carry = self.decoder.start(memory, state)
        memory, carry = keras.tree.map_structure(
            lambda x: ops.repeat(x, options.beam_size, axis=0), (memory, carry)
        )

        def step(symbols: Tensor, carry: Any) -> tuple[Tensor, Any]:
            words = self.target_embedding(symbols)
            outputs, *carry, _ = self.decoder.step(words, *carry, memory)
            logits = self.to_logits(outputs)
            return log_probabilities(logits, options), tuple(carry)

        return search(step, carry, uniform, options)

    def _align(self, _: Any, source: Any, target: Any) -> Any:
        """The compiled alignment: weights of each step that writes a word."""
        memory, mask, state = self.encode(source)
        start = ops.full_like(target[:, :1], self.start_id)
        read = ops.concatenate([start, target[:, :-1]], axis=1)
        _, weights = self.decoder(
            self.target_embedding(read),
            memory,
            state,
            mask=ops.not_equal(target, 0),
            memory_mask=mask,
            return_attention_scores=True,
            training=False,
        )
        return weights

    def _compiled(
        self, key: Hashable, function: Callable[..., Any]
    ) -> Callable[[Any], Any]:
        if not hasattr(self, "_functions"):
            self._functions = CompiledFunctions()
        return self._functions.compile(key, partial(function, key), self)


def choose_best(
    ids: NDArray[np.int32],
    scores: NDArray[np.float32],
    finished: NDArray[np.bool_],
    power: float,
) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """The best sequence of each row of a search; finished ones come first.

    Args:
        ids: (B, K, L).
        scores: (B, K) log probabilities.
        finished: (B, K).
        power: Of the length penalty.

    Returns:
        ids (B, L), log probabilities over the penalty (B,), finished (B,).
    """
    lengths = (ids != 0).sum(axis=-1)
    ranks = np.float64(scores) / length_penalty(lengths, power)
    best = np.where(finished, ranks, ranks - 1e9).argmax(axis=1)
    rows = np.arange(len(ids))
    return ids[rows, best], ranks[rows, best], finished[rows, best]


def _without_end(
    ids: NDArray[np.int32], finished: NDArray[np.bool_]
) -> NDArray[np.int32]:
    lengths = (ids != 0).sum(axis=1)
    ids = ids.copy()
    ids[finished, lengths[finished] - 1] = 0
    return ids


def _batches(source: NDArray[np.int32], batch_size: int) -> Any:
    """Rows of like length: their numbers, and them without most padding."""
    multiple = get_backend_traits().pad_to_multiple_of
    lengths = (source != 0).sum(axis=1)
    order = np.argsort(lengths, kind="stable")
    for n in range(0, len(order), batch_size):
        rows = order[n : n + batch_size]
        longest = max(int(lengths[rows].max()), 1)
        part = source[rows, : -(-longest // multiple) * multiple]
        missing = -part.shape[1] % multiple
        yield rows, np.pad(part, [(0, 0), (0, missing)])


def _check_ids(name: str, ids: Any, number: int) -> NDArray[np.int32]:
    """Ids (N, S) from 0 to below a number, as int32."""
    ids = np.asarray(ids)
    if ids.ndim != 2 or not ids.size or ids.dtype.kind not in "iu":
        raise ValueError(
            f"Invalid value for argument `{name}`. Expected integer ids "
            "(N, S) with at least one row and one step. Received: "
            f"{name} of shape {ids.shape} and dtype {ids.dtype}"
        )
    low, high = ids.min(), ids.max()
    if low < 0 or high >= number:
        raise ValueError(
            f"Invalid value for argument `{name}`. Expected ids from 0 to "
            f"{number - 1}, for `{name}_vocabulary_size={number}`. Received: "
            f"ids from {low} to {high}"
        )
    return ids.astype("int32")
