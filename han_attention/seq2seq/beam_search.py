"""Beam search and sampling as one loop of tensors, on any backend."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
from keras import ops

from han_attention.types import Tensor

# Far below any log probability, with room for sums of it.
_NEVER = -1e30

# From the last symbols (N,) and a structure of tensors (N, ...) to the log
# probabilities (N, V) of the next symbols, and the structure after them.
Step = Callable[[Tensor, Any], tuple[Tensor, Any]]


@dataclass(frozen=True)
class SearchOptions:
    """What a search is to do.

    Attributes:
        max_length: The most symbols of a sequence, its end included.
        beam_size: K, how many sequences are kept at each step.
        length_penalty: w of the function `length_penalty`.
        temperature: Of sampling, with a beam of 1; or None for a search.
        start_id: What is read first.
        end_id: What ends a sequence.
    """

    max_length: int
    beam_size: int
    length_penalty: float
    temperature: float | None
    start_id: int
    end_id: int


def length_penalty(lengths: Any, power: float) -> Any:
    """By what the log probability of a sequence is divided to rank it.

    ((5 + length) / 6)^w: with w = 0 by 1, with a larger w long sequences are
    held back less.

    Example:
    >>> float(length_penalty(7.0, 1.0)), float(length_penalty(7.0, 0.0))
    (2.0, 1.0)

    Reference:
        Wu et al., 2016, https://arxiv.org/abs/1609.08144, section 7
    """
    return ((5.0 + lengths) / 6.0) ** power


def log_probabilities(logits: Tensor, options: SearchOptions) -> Tensor:
    """Log softmax over the symbols (N, V) that can be written.

    Padding cannot, nor the start unless it is the end too.
    """
    never = np.zeros(logits.shape[-1], "float32")
    never[[0, options.start_id]] = _NEVER
    if options.end_id == options.start_id:
        never[options.end_id] = 0
    return ops.log_softmax(ops.add(ops.cast(logits, "float32"), never))


def score_continuations(
    scores: Tensor, finished: Tensor, log_probs: Tensor
) -> Tensor:
    """Log probability of each sequence with each next symbol: (B, K, V).

    A finished sequence goes on with padding only, which costs nothing.
    """
    padding = np.full(log_probs.shape[-1], _NEVER, "float32")
    padding[0] = 0
    finished = ops.expand_dims(finished, -1)
    log_probs = ops.where(finished, padding, log_probs)
    return ops.expand_dims(scores, -1) + log_probs


def find_best_places(
    totals: Tensor, finished: Tensor, lengths: Tensor, power: float
) -> Tensor:
    """The K best of all continuations (B, K * V) by rank: (B, K)."""
    _, beam_size, symbols = totals.shape
    lengths = ops.cast(lengths, "float32") + ops.where(finished, 0.0, 1.0)
    ranks = totals / ops.expand_dims(length_penalty(lengths, power), -1)
    ranks = ops.reshape(ranks, (-1, beam_size * symbols))
    return ops.cast(ops.top_k(ranks, beam_size)[1], "int32")


def sample_places(
    log_probs: Tensor, uniform: Tensor, temperature: float
) -> Tensor:
    """Draw a symbol with probabilities ~ p^(1 / temperature): (B, 1).

    Args:
        log_probs: log p, tensor (B, V).
        uniform: The draws, tensor (B,) in [0, 1).
        temperature: Positive.

    Example:
    >>> import numpy as np
    >>> log_probs = np.log(np.array([[0.25, 0.75]] * 2, "float32"))
    >>> draws = np.array([0.2, 0.3], "float32")
    >>> np.asarray(sample_places(log_probs, draws, 1.0)).tolist()
    [[0], [1]]
    """
    edges = ops.cumsum(ops.softmax(ops.divide(log_probs, temperature)), axis=-1)
    # Not 1, or rounding could leave no symbol above the draw.
    uniform = ops.expand_dims(ops.minimum(uniform, 0.999999), 1)
    below = ops.less_equal(edges, uniform * edges[:, -1:])
    return ops.sum(ops.cast(below, "int32"), axis=-1, keepdims=True)


def rows_ended(
    scores: Tensor, finished: Tensor, lengths: Tensor, options: SearchOptions
) -> Tensor:
    """Which rows (B,) can no longer change their best sequence.

    No sequence that still grows can come before the best finished one: its
    log probability only falls, and is at most divided by the penalty of the
    greatest length.
    """
    power = options.length_penalty
    ranks = scores / length_penalty(ops.cast(lengths, "float32"), power)
    best = ops.max(ops.where(finished, ranks, -np.inf), axis=1)
    hopes = scores / length_penalty(float(options.max_length), power)
    return best >= ops.max(ops.where(finished, -np.inf, hopes), axis=1)


def search(
    step: Step, carry: Any, uniform: Tensor, options: SearchOptions
) -> tuple[Tensor, Tensor, Tensor]:
    """Write the sequences that a step function finds most probable.

    It stops when every row has ended. The loop is one of tensors: compiled,
    it is traced once for all lengths.

    Args:
        step: Gives log probabilities: see `Step`.
        carry: What the first step starts from, (B * K, ...): each row K times.
        uniform: Draws in [0, 1) for sampling, (B, max_length).
        options: What to do.

    Returns:
        ids (B, K, max_length), with the end symbol, 0 after it; their log
        probabilities (B, K); and whether they ended (B, K).
    """
    beam_size, length = options.beam_size, options.max_length
    shape = (ops.shape(uniform)[0], beam_size)
    first = np.full(beam_size, _NEVER, "float32")
    first[0] = 0  # all are equal at first: only one counts
    start = (
        ops.convert_to_tensor(0, "int32"),
        ops.zeros((*shape, length), dtype="int32"),
        ops.add(ops.zeros(shape, dtype="float32"), first),
        ops.zeros(shape, dtype="bool"),
        ops.full(shape, options.start_id, dtype="int32"),
        carry,
    )

    def goes_on(t: Any, ids: Any, scores: Any, finished: Any, *_: Any) -> Any:
        ended = rows_ended(scores, finished, _lengths(ids), options)
        return ops.logical_and(t < length, ops.logical_not(ops.all(ended)))

    def advance(
        t: Any, ids: Any, scores: Any, finished: Any, symbols: Any, carry: Any
    ) -> tuple[Any, ...]:
        log_probs, carry = step(ops.reshape(symbols, (-1,)), carry)
        size = log_probs.shape[-1]
        log_probs = ops.reshape(log_probs, (-1, beam_size, size))
        totals = score_continuations(scores, finished, log_probs)
        if options.temperature is None:
            power = options.length_penalty
            places = find_best_places(totals, finished, _lengths(ids), power)
        else:
            steps = totals[:, 0] - scores
            draws = ops.take(uniform, t, axis=1)
            places = sample_places(steps, draws, options.temperature)
        flat = ops.reshape(totals, (-1, beam_size * size))
        scores = ops.take_along_axis(flat, places, axis=1)
        parents, symbols = places // size, places % size
        ids, finished, carry = _follow(parents, (ids, finished, carry))
        ids = ops.where(
            ops.arange(length, dtype="int32") == t, symbols[..., None], ids
        )
        finished = ops.logical_or(finished, symbols == options.end_id)
        return t + 1, ids, scores, finished, symbols, carry

    _, ids, scores, finished, *_ = ops.while_loop(goes_on, advance, start)
    return ids, scores, finished


def _lengths(ids: Tensor) -> Tensor:
    return ops.sum(ops.cast(ops.not_equal(ids, 0), "int32"), axis=-1)


def _follow(parents: Tensor, tensors: Any) -> Any:
    """Gather by parents (B, K) from (B, K, L), (B, K) and many (B * K, ...)."""
    ids, finished, carry = tensors
    batch_size, beam_size = ops.shape(parents)
    rows = ops.expand_dims(ops.arange(batch_size, dtype="int32"), 1)
    rows = ops.reshape(rows * beam_size + parents, (-1,))

    def take(x: Tensor) -> Tensor:
        return ops.take(x, rows, axis=0)

    length = ids.shape[-1]
    ids = take(ops.reshape(ids, (-1, length)))
    finished = take(ops.reshape(finished, (-1,)))
    return (
        ops.reshape(ids, (-1, beam_size, length)),
        ops.reshape(finished, (-1, beam_size)),
        keras.tree.map_structure(take, carry),
    )
