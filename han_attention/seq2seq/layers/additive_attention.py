"""Additive attention that reads a memory, one query at a time."""

from typing import Any

import keras
from keras import ops

from han_attention.ops import masked_softmax
from han_attention.ops import weighted_sum
from han_attention.seq2seq.layers.shapes import check_sequences
from han_attention.seq2seq.layers.shapes import check_shape
from han_attention.seq2seq.layers.weights import add_weight
from han_attention.seq2seq.layers.weights import weight_config
from han_attention.types import InitializerLike
from han_attention.types import RegularizerLike
from han_attention.types import Shape
from han_attention.types import Tensor
from han_attention.validation import check_float_policy
from han_attention.validation import check_positive_integer

# The memory, its keys and its mask, ready to be read.
PreparedMemory = tuple[Tensor, Tensor, Tensor]


def read_memory(
    query: Tensor, memory: PreparedMemory, scale: Tensor
) -> tuple[Tensor, Tensor]:
    """Read a prepared memory once with each of H heads.

    u_s = v . tanh(k_s + q), a = softmax of u, y = sum over s of a_s h_s.

    Args:
        query: q, float tensor (B, H * units), a head after the other.
        memory: h (B, S, M), k (B, S, H * units) and the boolean mask (B, S).
        scale: v, (units, H). Its dtype is that of the scores.

    Returns:
        y (B, H * M) and a (B, H, S).

    Example:
    >>> import numpy as np
    >>> memory = np.array([[[1.0], [3.0]]], "float32")
    >>> keys = np.zeros((1, 2, 4), "float32")
    >>> mask = np.array([[True, True]])
    >>> context, weights = read_memory(
    ...     np.zeros((1, 4), "float32"),
    ...     (memory, keys, mask),
    ...     np.ones((4, 1), "float32"),
    ... )
    >>> np.asarray(context).tolist(), np.asarray(weights).tolist()
    ([[2.0]], [[[0.5, 0.5]]])
    """
    memory, keys, mask = memory
    hidden = ops.tanh(keys + ops.expand_dims(query, 1))
    scores = ops.matmul(ops.cast(hidden, scale.dtype), _side_by_side(scale))
    weights = masked_softmax(  # (B, H, S)
        ops.swapaxes(scores, -1, -2), ops.expand_dims(mask, 1)
    )
    return weighted_sum(weights, memory), weights


@keras.saving.register_keras_serializable(package="han_attention")
class AdditiveAttention(keras.layers.Layer):
    """Reads a memory by additive attention: what a decoder looks at.

    For a query d and each step h_s of the memory:

        u_s = v . tanh(h_s W1 + d W2 + b)
        a   = softmax over the real steps of u
        y   = sum over s of a_s h_s

    Scores and weights are computed in float32 or wider under every dtype
    policy. With `num_heads` H > 1 each head has its own W1, W2, b and v, and
    the H contexts y are concatenated. The keys h W1 do not depend on the
    query: a loop over queries makes them once, with `prepare`, and then calls
    `read`.

    Args:
        units: Positive integer, the size of v. Defaults to `None`: the
            features of the memory.
        num_heads: Positive integer, how many reads there are. Defaults to 1.
        kernel_initializer: Initializer of W1, W2 and v. Defaults to
            `"glorot_uniform"`.
        bias_initializer: Initializer of b. Defaults to `"zeros"`.
        kernel_regularizer: Regularizer of W1, W2 and v. Defaults to `None`.
        bias_regularizer: Regularizer of b. Defaults to `None`.
        **kwargs: `name`, `dtype`, `trainable` of every Keras layer.

    Call arguments:
        query: Tensor (B, Q).
        memory: Tensor (B, S, M).
        memory_mask: Boolean tensor (B, S), True = real, any pattern. Defaults
            to `None`: every step is real.

    Output:
        The context (B, num_heads * M) and the weights: (B, S), or with several
        heads (B, num_heads, S).

    Masking:
        What lies under the mask, even NaN, changes nothing. A row with
        nothing real gives a zero context, zero weights and zero gradients.
        The outputs carry no mask.

    Raises:
        ValueError: for an argument out of range, a memory without steps, or
            shapes that do not match.

    Example:
    >>> import numpy as np
    >>> attention = AdditiveAttention(8)
    >>> memory = np.random.normal(size=(2, 7, 16)).astype("float32")
    >>> query = np.random.normal(size=(2, 5)).astype("float32")
    >>> context, weights = attention(query, memory)
    >>> tuple(context.shape), tuple(weights.shape)
    ((2, 16), (2, 7))

    The same, step by step:

    >>> prepared = attention.prepare(memory)
    >>> context, weights = attention.read(query, prepared)

    Reference:
        Vinyals et al., 2014, Grammar as a Foreign Language,
        https://arxiv.org/abs/1412.7449
    """

    def __init__(
        self,
        units: int | None = None,
        num_heads: int = 1,
        kernel_initializer: InitializerLike = "glorot_uniform",
        bias_initializer: InitializerLike = "zeros",
        kernel_regularizer: RegularizerLike = None,
        bias_regularizer: RegularizerLike = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        check_float_policy(self)
        if units is not None:
            units = check_positive_integer("units", units)
        self.units = units
        self.num_heads = check_positive_integer("num_heads", num_heads)
        self.kernel_initializer = keras.initializers.get(kernel_initializer)
        self.bias_initializer = keras.initializers.get(bias_initializer)
        self.kernel_regularizer = keras.regularizers.get(kernel_regularizer)
        self.bias_regularizer = keras.regularizers.get(bias_regularizer)
        self.supports_masking = True

    def build(self, query_shape: Shape, memory_shape: Shape) -> None:
        features = check_sequences("memory", memory_shape)
        if len(query_shape) != 2 or query_shape[-1] is None:
            raise ValueError(
                "Invalid shape of argument `query`. Expected (batch, features) "
                f"with known features. Received: query.shape={query_shape}"
            )
        self._features = features, query_shape[-1]  # M, Q
        units = self.units or features
        width = self.num_heads * units
        self.memory_kernel = add_weight(
            self, "memory_kernel", (features, width)
        )
        self.query_kernel = add_weight(
            self, "query_kernel", (query_shape[-1], width)
        )
        self.bias = add_weight(self, "bias", (width,))
        heads = () if self.num_heads == 1 else (self.num_heads,)
        # Not autocast: the scores stay in float32 under mixed precision.
        self.scale = add_weight(self, "scale", (units, *heads), autocast=False)

    def keys(self, memory: Tensor) -> Tensor:
        """The keys h W1 of a memory (B, S, M): (B, S, num_heads * units)."""
        return ops.matmul(memory, self._cast(self.memory_kernel))

    def prepare(self, memory: Tensor, mask: Tensor | None = None) -> Any:
        """Make a memory ready for any number of `read`.

        Args:
            memory: Tensor (B, S, M).
            mask: Boolean tensor (B, S), True = real. Defaults to None: every
                step is real.

        Returns:
            A tuple of the memory, its keys and its mask, each with the batch
            in front, so that rows can be gathered and repeated.
        """
        memory = ops.cast(memory, self.compute_dtype)
        check_sequences("memory", memory.shape)
        check_shape("memory", memory, (None, None, self._features[0]))
        check_shape("memory_mask", mask, memory.shape[:-1])
        if mask is None:
            mask = ops.ones_like(memory[:, :, 0], dtype="bool")
        mask = ops.cast(mask, "bool")
        # 0 * NaN is NaN: take away whatever lies under the mask.
        memory = ops.where(ops.expand_dims(mask, -1), memory, 0)
        return memory, self.keys(memory), mask

    def read(
        self, query: Tensor, memory: PreparedMemory
    ) -> tuple[Tensor, Tensor]:
        """Read what `prepare` gave, with the query (B, Q).

        Returns:
            Context and weights, as a call of the layer does.
        """
        check_shape("query", query, (memory[0].shape[0], self._features[1]))
        query = ops.matmul(
            ops.cast(query, self.compute_dtype), self._cast(self.query_kernel)
        )
        query = ops.add(query, self._cast(self.bias))
        scale = ops.reshape(self.scale, (-1, self.num_heads))
        scale = ops.cast(scale, self.score_dtype)
        context, weights = read_memory(query, memory, scale)
        if self.num_heads == 1:
            weights = ops.squeeze(weights, 1)
        return context, weights

    def call(
        self, query: Tensor, memory: Tensor, memory_mask: Tensor | None = None
    ) -> tuple[Tensor, Tensor]:
        return self.read(query, self.prepare(memory, memory_mask))

    def compute_mask(self, query: Tensor, previous_mask: Any = None) -> None:
        return None

    def compute_output_shape(
        self, query_shape: Shape, memory_shape: Shape
    ) -> tuple[tuple[int | None, ...], tuple[int | None, ...]]:
        batch_size, steps, features = memory_shape
        heads = () if self.num_heads == 1 else (self.num_heads,)
        width = None if features is None else self.num_heads * features
        return (batch_size, width), (batch_size, *heads, steps)

    def compute_output_spec(
        self, query: Any, memory: Any, memory_mask: Any = None
    ) -> Any:
        check_shape("memory_mask", memory_mask, memory.shape[:-1])
        check_shape("query", query, (memory.shape[0], None))
        context, weights = self.compute_output_shape(query.shape, memory.shape)
        return (
            keras.KerasTensor(context, dtype=self.compute_dtype),
            keras.KerasTensor(weights, dtype=self.score_dtype),
        )

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {
            "units": self.units,
            "num_heads": self.num_heads,
            **weight_config(self),
        }

    @property
    def score_dtype(self) -> str:
        """The dtype of the weights: float32 or wider."""
        return keras.backend.result_type(self.compute_dtype, "float32")

    def _cast(self, weight: Any) -> Tensor:
        # `read` runs outside of a call too, where nothing is autocast.
        return ops.cast(weight, self.compute_dtype)


@keras.saving.register_keras_serializable(package="han_attention")
class AdditiveRead(AdditiveAttention):
    """The former name of `AdditiveAttention`, which old files hold.

    Keras finds the weights of a layer in a file by the name of its class.
    """


def _side_by_side(scale: Tensor) -> Tensor:
    """(units, H) to (H * units, H): each head's v in its own rows."""
    units, num_heads = scale.shape
    if num_heads == 1:
        return scale
    columns = ops.expand_dims(ops.transpose(scale), -1)  # (H, units, 1)
    only = ops.expand_dims(ops.eye(num_heads, dtype=scale.dtype), 1)
    return ops.reshape(columns * only, (num_heads * units, num_heads))
