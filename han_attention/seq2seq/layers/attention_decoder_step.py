"""One step of the attention decoder: its weights, state and maths."""

from typing import Any

import keras
from keras import ops

from han_attention.seq2seq.backend import get_backend_traits
from han_attention.seq2seq.layers.additive_attention import AdditiveAttention
from han_attention.seq2seq.layers.additive_attention import PreparedMemory
from han_attention.seq2seq.layers.rnn_cell import FlatState
from han_attention.seq2seq.layers.rnn_cell import as_cell
from han_attention.seq2seq.layers.rnn_cell import flatten_state
from han_attention.seq2seq.layers.rnn_cell import output_size
from han_attention.seq2seq.layers.rnn_cell import pack_state
from han_attention.seq2seq.layers.rnn_cell import run_cell
from han_attention.seq2seq.layers.rnn_cell import state_sizes
from han_attention.seq2seq.layers.rnn_cell import top_state_index
from han_attention.seq2seq.layers.rnn_cell import zero_state
from han_attention.seq2seq.layers.shapes import check_sequences
from han_attention.seq2seq.layers.shapes import check_shape
from han_attention.seq2seq.layers.weights import add_weight
from han_attention.seq2seq.layers.weights import weight_config
from han_attention.types import InitializerLike
from han_attention.types import RegularizerLike
from han_attention.types import Shape
from han_attention.types import Tensor
from han_attention.validation import check_choice
from han_attention.validation import check_float_policy
from han_attention.validation import check_positive_integer


def affine(parts: list[Tensor], kernel: Tensor, bias: Tensor) -> Tensor:
    """The parts side by side, times the kernel, plus the bias.

    Args:
        parts: Tensors that differ in the last dimension only.
        kernel: (sum of the last dimensions, units).
        bias: (units,).

    Returns:
        Tensor (..., units).

    Example:
    >>> import numpy as np
    >>> parts = [np.ones((1, 2)), np.ones((1, 3))]
    >>> np.asarray(affine(parts, np.ones((5, 1)), np.ones(1))).tolist()
    [[6.0]]
    """
    inputs = parts[0] if len(parts) == 1 else ops.concatenate(parts, axis=-1)
    return ops.add(ops.matmul(inputs, kernel), bias)


class AttentionDecoderStep(keras.layers.Layer):
    """One step of `AttentionDecoder`, where the arguments are explained."""

    def __init__(
        self,
        cell: Any,
        output_units: int | None = None,
        num_heads: int = 1,
        attention_units: int | None = None,
        query: str = "state",
        initial_state_attention: bool = False,
        kernel_initializer: InitializerLike = "glorot_uniform",
        bias_initializer: InitializerLike = "zeros",
        kernel_regularizer: RegularizerLike = None,
        bias_regularizer: RegularizerLike = None,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        check_float_policy(self)
        self.cell = as_cell(cell)
        if output_units is not None:
            check_positive_integer("output_units", output_units)
        if attention_units is not None:
            check_positive_integer("attention_units", attention_units)
        self.output_units = output_units
        self.attention_units = attention_units
        self.num_heads = check_positive_integer("num_heads", num_heads)
        self.query = check_choice("query", query, ["state", "output"])
        self.initial_state_attention = initial_state_attention
        self.kernel_initializer = keras.initializers.get(kernel_initializer)
        self.bias_initializer = keras.initializers.get(bias_initializer)
        self.kernel_regularizer = keras.regularizers.get(kernel_regularizer)
        self.bias_regularizer = keras.regularizers.get(bias_regularizer)
        self.seed = seed
        self.seed_generator = keras.random.SeedGenerator(seed)
        self.supports_masking = True
        self.supports_jit = get_backend_traits().supports_jit
        self.attention = AdditiveAttention(
            attention_units,
            num_heads,
            dtype=self.dtype_policy,
            name="attention",
            kernel_initializer=self.kernel_initializer,
            bias_initializer=self.bias_initializer,
            kernel_regularizer=self.kernel_regularizer,
            bias_regularizer=self.bias_regularizer,
        )

    def build(self, inputs_shape: Shape, memory_shape: Shape) -> None:
        features = check_sequences("inputs", inputs_shape)
        context = self.num_heads * check_sequences("memory", memory_shape)
        batch_size = inputs_shape[0]
        units = output_size(self.cell)
        sizes = [units] if self.query == "output" else state_sizes(self.cell)
        if not self.cell.built:  # a loaded cell is
            self.cell.build((batch_size, features))
        self.attention.build((batch_size, sum(sizes)), tuple(memory_shape))
        self.input_kernel = add_weight(
            self, "input_kernel", (features + context, features)
        )
        self.input_bias = add_weight(self, "input_bias", (features,))
        self.output_kernel = add_weight(
            self, "output_kernel", (units + context, self._output_size)
        )
        self.output_bias = add_weight(self, "output_bias", (self._output_size,))

    def prepare(self, memory: Tensor, mask: Tensor | None = None) -> Any:
        """Make a memory ready for `start` and `step`: with its keys.

        Args:
            memory: Tensor (B, S, M).
            mask: Boolean tensor (B, S), True = real. Defaults to None: every
                step is real.

        Returns:
            A tuple of tensors with the batch in front, so that its rows can be
            gathered and repeated for a search.
        """
        return self.attention.prepare(memory, mask)

    def start(
        self,
        memory: PreparedMemory,
        initial_state: Any = None,
        initial_context: Tensor | None = None,
    ) -> tuple[Any, Tensor]:
        """The state s_0 and context d_0 before the first step.

        Args:
            memory: What `prepare` gave.
            initial_state: As in a call. Defaults to None: zeros.
            initial_context: As in a call. Defaults to None: zeros, or with
                `initial_state_attention` the read of the state.

        Returns:
            State, in the structure of `cell.state_size`, and context.
        """
        batch_size, steps, features = memory[0].shape
        width = self.num_heads * features
        check_shape("initial_context", initial_context, (batch_size, width))
        size = ops.shape(memory[0])[0]
        if initial_state is None:
            state = zero_state(self.cell, size)
        else:
            state = flatten_state(
                self.cell, initial_state, "initial_state", batch_size
            )
        if initial_context is not None:
            context = self._cast(initial_context)
        elif self.initial_state_attention:
            # The output of every cell of Keras is the first of its states.
            output = state[top_state_index(self.cell)]
            context, _ = self._read(output, state, memory)
        else:
            context = ops.zeros((size, width), dtype=self.compute_dtype)
        return pack_state(self.cell, state), context

    def step(
        self,
        inputs: Tensor,
        state: Any,
        context: Tensor,
        memory: PreparedMemory,
    ) -> tuple[Tensor, Any, Tensor, Tensor]:
        """One step, for decoding with what was decoded before.

        Args:
            inputs: Tensor (B, I).
            state: As `start` or the last `step` gave it.
            context: As `start` or the last `step` gave it.
            memory: What `prepare` gave.

        Returns:
            Outputs (B, output_units), state, context, and the weights: (B, S),
            or with several heads (B, num_heads, S).
        """
        check_shape("inputs", inputs, (None, self.input_kernel.shape[1]))
        check_shape("context", context, (inputs.shape[0], None))
        flat = flatten_state(self.cell, state, "state", inputs.shape[0])
        merged = self._merge_inputs(self._cast(inputs))
        merged += ops.matmul(self._cast(context), self._input_kernels()[1])
        hidden, flat, context, weights = self._advance(merged, flat, memory)
        outputs = self._project(hidden, context)
        return outputs, pack_state(self.cell, flat), context, weights

    def _advance(
        self, inputs: Tensor, state: FlatState, memory: PreparedMemory
    ) -> tuple[Tensor, FlatState, Tensor, Tensor]:
        """The cell on merged inputs, then the read: y, state, d, weights."""
        hidden, state = run_cell(self.cell, inputs, state)
        hidden = ops.cast(hidden, self.compute_dtype)
        return hidden, state, *self._read(hidden, state, memory)

    def _read(
        self, hidden: Tensor, state: FlatState, memory: PreparedMemory
    ) -> tuple[Tensor, Tensor]:
        if self.query == "output":
            return self.attention.read(hidden, memory)
        parts = [ops.cast(x, self.compute_dtype) for x in state]
        return self.attention.read(ops.concatenate(parts, axis=-1), memory)

    def _input_kernels(self) -> tuple[Tensor, Tensor]:
        """W_in for the inputs and W_in for the context."""
        kernel = self._cast(self.input_kernel)
        return kernel[: kernel.shape[1]], kernel[kernel.shape[1] :]

    def _merge_inputs(self, inputs: Tensor) -> Tensor:
        """What x' has of x, of one step or of all."""
        bias = self._cast(self.input_bias)
        return affine([inputs], self._input_kernels()[0], bias)

    def _project(self, hidden: Tensor, context: Tensor) -> Tensor:
        """o of [y, d], of one step or of all."""
        return affine(
            [hidden, context],
            self._cast(self.output_kernel),
            self._cast(self.output_bias),
        )

    def _check_inputs(self, inputs: Any, memory: Any, mask: Any) -> None:
        check_sequences("inputs", inputs.shape)
        check_sequences("memory", memory.shape)
        check_shape("mask", mask, inputs.shape[:2])
        if self.built:
            features = self.input_kernel.shape[1]
            check_shape("inputs", inputs, (None, None, features))
        check_shape("memory", memory, (inputs.shape[0], None, None))

    @property
    def _output_size(self) -> int:
        return self.output_units or output_size(self.cell)

    def _cast(self, tensor: Any) -> Tensor:
        # `step` runs outside of a call too, where nothing is autocast.
        return ops.cast(tensor, self.compute_dtype)

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {
            "cell": keras.saving.serialize_keras_object(self.cell),
            "output_units": self.output_units,
            "num_heads": self.num_heads,
            "attention_units": self.attention_units,
            "query": self.query,
            "initial_state_attention": self.initial_state_attention,
            "seed": self.seed,
            **weight_config(self),
        }

    @classmethod
    def from_config(
        cls, config: dict[str, Any], custom_objects: Any = None
    ) -> Any:
        cell = keras.saving.deserialize_keras_object(
            config["cell"], custom_objects=custom_objects
        )
        return cls(**(config | {"cell": cell}))
