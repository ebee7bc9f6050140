"""The attention decoder of Vinyals et al. (2014), around any RNN cell."""

from collections.abc import Callable
from typing import Any

import keras
from keras import ops

from han_attention.seq2seq.backend import get_backend_traits
from han_attention.seq2seq.layers.additive_attention import PreparedMemory
from han_attention.seq2seq.layers.attention_decoder_step import (
    AttentionDecoderStep,
)
from han_attention.seq2seq.layers.feed_previous import FeedPrevious
from han_attention.seq2seq.layers.feed_previous import sample_fed_steps
from han_attention.seq2seq.layers.rnn_cell import dropout_masks
from han_attention.seq2seq.layers.rnn_cell import flatten_state
from han_attention.seq2seq.layers.rnn_cell import output_size
from han_attention.seq2seq.layers.rnn_cell import pack_state
from han_attention.seq2seq.layers.rnn_cell import state_sizes
from han_attention.seq2seq.layers.shapes import check_shape
from han_attention.seq2seq.layers.step_history import batch_major
from han_attention.seq2seq.layers.step_history import state_at_the_end
from han_attention.seq2seq.layers.step_history import zero_padding
from han_attention.types import Shape
from han_attention.types import Tensor


@keras.saving.register_keras_serializable(package="han_attention")
class AttentionDecoder(AttentionDecoderStep):
    """Decodes a sequence with an RNN cell that reads a memory at every step.

    TensorFlow 1's `attention_decoder`. From a state s_0 and d_0 = 0, at each
    step x_t of the inputs:

        x'_t     = [x_t, d_(t-1)] W_in + b_in, as wide as x_t
        y_t, s_t = cell(x'_t, s_(t-1))
        d_t      = read(s_t), the memory read by `AdditiveAttention`
        o_t      = [y_t, d_t] W_out + b_out

    Args:
        cell: A cell of Keras, or a list of cells on top of each other.
        output_units: Positive integer, the size of o_t. Defaults to `None`:
            the size of the cell's output.
        num_heads: Positive integer, how many reads of the memory a step does.
            Defaults to 1.
        attention_units: Positive integer, the `units` of the read. Defaults
            to `None`: the features of the memory.
        query: What reads: `"state"`, all tensors of s_t side by side (h, c of
            each LSTM cell), or `"output"`, y_t. Defaults to `"state"`.
        initial_state_attention: Whether d_0 is the read of s_0, or 0. Defaults
            to `False`.
        kernel_initializer: Initializer of W_in, W_out and the kernels of the
            read. Defaults to `"glorot_uniform"`.
        bias_initializer: Initializer of the biases beside them. Defaults to
            `"zeros"`.
        kernel_regularizer: Regularizer of these kernels. Defaults to `None`.
        bias_regularizer: Regularizer of these biases. Defaults to `None`.
        seed: Integer seed of the scheduled sampling. Defaults to `None`.
        **kwargs: `name`, `dtype`, `trainable` of every Keras layer.

    Call arguments:
        inputs: Tensor (B, T, I).
        memory: Tensor (B, S, M), such as the outputs of an encoder.
        initial_state: s_0 in the structure of `cell.state_size`, such as
            `[h, c]`. Defaults to `None`: the cell's own, zeros.
        mask: Boolean tensor (B, T), True = real, with the padding on the
            right. Defaults to `None`: every step is real.
        memory_mask: Boolean tensor (B, S), True = real, any pattern. Defaults
            to `None`: every step is real.
        initial_context: d_0 (B, num_heads * M) as a former call returned it.
            Defaults to `None`: see `initial_state_attention`.
        feed_previous: A function from o_(t-1) to x_t, such as `embed_argmax`
            makes; only the first step of `inputs` is read then. Defaults to
            `None`: x_t is read from `inputs`.
        sampling_probability: Number or scalar tensor in [0, 1], how often a
            step of a row takes `feed_previous` rather than `inputs`: scheduled
            sampling. Defaults to `1.0`.
        return_attention_scores: Whether to return the weights too. Defaults
            to `False`.
        return_state: Whether to return the last state and context too.
            Defaults to `False`.
        training: Whether the cell's dropout is applied.

    Output:
        o (B, T, output_units). With `return_attention_scores=True` then the
        weights: (B, T, S), or with several heads (B, num_heads, T, S). With
        `return_state=True` then s_T, in the structure of `cell.state_size`,
        and d_T: given to the next call, it goes on as if never interrupted.
        With `query="state"`, s_T and `initial_state_attention=True` suffice.

    Masking:
        What lies under either mask, even NaN, changes nothing. On a masked
        step of the inputs output and weights are 0; the output carries that
        mask. State and context are returned as the last real step left them,
        or as they were given to a row with none. A row of the memory with
        nothing real gives zero weights and a zero context.

    Raises:
        ValueError: for an argument out of range, no steps in the inputs or the
            memory, a state of another structure, or shapes that do not match.

    Example:
    >>> import keras
    >>> import numpy as np
    >>> decoder = AttentionDecoder(keras.layers.LSTMCell(8), output_units=20)
    >>> inputs = np.random.normal(size=(2, 5, 4)).astype("float32")
    >>> memory = np.random.normal(size=(2, 7, 6)).astype("float32")
    >>> outputs, weights, state, context = decoder(
    ...     inputs, memory, return_attention_scores=True, return_state=True
    ... )
    >>> tuple(outputs.shape), tuple(weights.shape), tuple(context.shape)
    ((2, 5, 20), (2, 5, 7), (2, 6))

    Step by step, as a search does:

    >>> prepared = decoder.prepare(memory)
    >>> state, context = decoder.start(prepared)
    >>> outputs, state, context, weights = decoder.step(
    ...     inputs[:, 0], state, context, prepared
    ... )
    >>> tuple(outputs.shape), tuple(weights.shape)
    ((2, 20), (2, 7))

    Reference:
        Vinyals et al., 2014, Grammar as a Foreign Language,
        https://arxiv.org/abs/1412.7449
    """

    def call(
        self,
        inputs: Tensor,
        memory: Tensor,
        initial_state: Any = None,
        mask: Tensor | None = None,
        memory_mask: Tensor | None = None,
        initial_context: Tensor | None = None,
        feed_previous: FeedPrevious | None = None,
        sampling_probability: Any = 1.0,
        return_attention_scores: bool = False,
        return_state: bool = False,
        training: bool | None = None,
    ) -> Any:
        self._check_inputs(inputs, memory, mask)
        if mask is not None:
            mask = ops.cast(mask, "bool")
            # 0 * NaN is NaN: take away whatever lies under the mask.
            inputs = ops.where(ops.expand_dims(mask, -1), inputs, 0)
        memory = self.prepare(memory, memory_mask)
        state, context = self.start(memory, initial_state, initial_context)
        state = tuple(keras.tree.flatten(state))
        steps = self._steps(inputs, feed_previous, sampling_probability)
        output, weights = self._nothing_yet(memory, feed_previous)
        if feed_previous is not None:
            # What it builds must be built before the loop.
            fed = feed_previous(output)
            check_shape("feed_previous(outputs)", fed, inputs[:, 0].shape)
        if not return_attention_scores:
            weights = ()
        first = (state, context, output, weights)
        with dropout_masks(self.cell, inputs[:, 0], state, training):
            last, history = ops.scan(
                self._advance_on(memory, feed_previous),
                first,
                steps,
                unroll=get_backend_traits().scan_unroll,
            )
        history = keras.tree.map_structure(batch_major, history)
        _, contexts, outputs, weights = history
        if feed_previous is None:
            outputs = self._project(outputs, contexts)
        results: tuple[Any, ...] = (zero_padding(outputs, mask),)
        if return_attention_scores:
            results += (zero_padding(weights, mask),)
        if return_state:
            if mask is not None:
                last = state_at_the_end(history[:2], first[:2], mask)
            results += (pack_state(self.cell, last[0]), last[1])
        return results if len(results) > 1 else results[0]

    def compute_mask(self, inputs: Tensor, previous_mask: Any = None) -> Any:
        return previous_mask

    def compute_output_shape(
        self, inputs_shape: Shape, memory_shape: Shape
    ) -> tuple[int | None, ...]:
        return (*inputs_shape[:2], self._output_size)

    def compute_output_spec(
        self,
        inputs: Any,
        memory: Any,
        initial_state: Any = None,
        mask: Any = None,
        memory_mask: Any = None,
        initial_context: Any = None,
        feed_previous: Any = None,
        sampling_probability: Any = 1.0,
        return_attention_scores: bool = False,
        return_state: bool = False,
        training: bool | None = None,
    ) -> Any:
        self._check_inputs(inputs, memory, mask)
        check_shape("memory_mask", memory_mask, memory.shape[:2])
        batch_size, steps, _ = inputs.shape
        if initial_state is not None:
            flatten_state(self.cell, initial_state, "initial_state", batch_size)

        def spec(*shape: int | None, dtype: str | None = None) -> Any:
            return keras.KerasTensor(shape, dtype=dtype or self.compute_dtype)

        outputs = spec(batch_size, steps, self._output_size)
        results: tuple[Any, ...] = (outputs,)
        heads = () if self.num_heads == 1 else (self.num_heads,)
        if return_attention_scores:
            shape = (batch_size, *heads, steps, memory.shape[1])
            results += (spec(*shape, dtype=self.attention.score_dtype),)
        if return_state:
            dtype = self.cell.compute_dtype
            state = [
                spec(batch_size, size, dtype=dtype)
                for size in state_sizes(self.cell)
            ]
            width = self.num_heads * memory.shape[-1]
            results += (pack_state(self.cell, state), spec(batch_size, width))
        return results if len(results) > 1 else outputs

    def _steps(
        self,
        inputs: Tensor,
        feed_previous: FeedPrevious | None,
        sampling_probability: Any,
    ) -> Tensor:
        """What the loop reads, time in front: x' without the context.

        When feeding back, x and a column that says which rows are fed: one
        tensor, as `ops.scan` of TensorFlow takes several only if the number
        of steps is known (Keras 3.15).
        """
        inputs = ops.swapaxes(inputs, 0, 1)
        if feed_previous is None:
            return self._merge_inputs(inputs)
        fed = sample_fed_steps(
            inputs, sampling_probability, self.seed_generator
        )
        return ops.concatenate([inputs, ops.cast(fed, inputs.dtype)], axis=-1)

    def _nothing_yet(
        self, memory: PreparedMemory, feed_previous: FeedPrevious | None
    ) -> tuple[Tensor, Tensor]:
        """Output and weights before the first step: zeros."""
        batch_size, steps = ops.shape(memory[2])
        # Without feeding back, y is projected after the loop, all at once.
        size = output_size(self.cell)
        if feed_previous is not None:
            size = self._output_size
        heads = () if self.num_heads == 1 else (self.num_heads,)
        return ops.zeros((batch_size, size), dtype=self.compute_dtype), (
            ops.zeros(
                (batch_size, *heads, steps), dtype=self.attention.score_dtype
            )
        )

    def _advance_on(
        self, memory: PreparedMemory, feed_previous: FeedPrevious | None
    ) -> Callable[[Any, Tensor], tuple[Any, Any]]:
        """The body of the loop; it carries state, context, output, weights."""
        of_context = self._input_kernels()[1]

        def advance(carry: Any, step: Tensor) -> tuple[Any, Any]:
            state, context, output, weights = carry
            merged = step
            if feed_previous is not None:
                inputs, fed = step[:, :-1], ops.greater(step[:, -1:], 0.5)
                previous = self._cast(feed_previous(output))
                merged = self._merge_inputs(ops.where(fed, previous, inputs))
            merged = ops.add(merged, ops.matmul(context, of_context))
            output, *after, new_weights = self._advance(merged, state, memory)
            if feed_previous is not None:
                output = self._project(output, after[1])
            # Weights that nobody asked for are not kept.
            kept = () if isinstance(weights, tuple) else new_weights
            carry = (*after, output, kept)
            # Twice: TensorFlow asks for outputs of the shapes of the carry.
            return carry, carry

        return advance
