"""Softmax over a large vocabulary, trained on a few classes at a time."""

from typing import Any

import keras
import numpy as np
from keras import ops
from numpy.typing import NDArray

from han_attention.types import InitializerLike
from han_attention.types import Shape
from han_attention.types import Tensor
from han_attention.validation import check_float_policy
from han_attention.validation import check_integer
from han_attention.validation import check_positive_integer

_REMOVED = -1e30


def log_uniform(num_classes: int) -> NDArray[np.float64]:
    """How often each class is drawn if it is the k-th most frequent word.

    p_k = log((k + 2) / (k + 1)) / log(V + 1), nearly Zipf's law.

    Example:
    >>> log_uniform(3).round(3).tolist()
    [0.5, 0.292, 0.208]
    """
    edges = np.log(np.arange(1, num_classes + 2))
    return np.diff(edges) / edges[-1]


def expected_counts(num_classes: int, num_sampled: int) -> NDArray[np.float64]:
    """How likely each class is among N different log-uniform candidates.

    E_k = 1 - (1 - p_k)^n, with the number n of draws for which these sum
    to N.

    Args:
        num_classes: V.
        num_sampled: N, at most V.

    Returns:
        E (V,).

    Example:
    >>> float(expected_counts(1000, 20).sum().round(6))
    20.0
    """
    if num_sampled == num_classes:
        return np.ones(num_classes)
    log_misses = np.log1p(-log_uniform(num_classes))
    low, high = 0.0, 1.0
    while -np.expm1(high * log_misses).sum() < num_sampled:
        high *= 2
    for _ in range(100):
        middle = (low + high) / 2
        if -np.expm1(middle * log_misses).sum() < num_sampled:
            low = middle
        else:
            high = middle
    return -np.expm1(high * log_misses)


def sampled_softmax_loss(
    inputs: Tensor,
    labels: Tensor,
    sampled: Tensor,
    weights: tuple[Tensor, Tensor],
    log_counts: Tensor,
) -> Tensor:
    """Cross-entropy of the label among a few sampled classes.

    z_k = x . w_k + b_k - log E_k of the label y and of each sampled class k,
    without those that are y; loss = -z_y + log of the sum of all exp(z).

    Args:
        inputs: x, float tensor (N, D).
        labels: y, integer tensor (N,).
        sampled: Different classes, integer tensor (C,).
        weights: Of all classes: w (V, D) and b (V,).
        log_counts: log E (V,).

    Returns:
        Losses (N,).

    Example:
    >>> import numpy as np
    >>> weights = np.zeros((5, 2), "float32"), np.zeros(5, "float32")
    >>> losses = sampled_softmax_loss(
    ...     np.ones((1, 2), "float32"), np.array([3]), np.array([0, 3]),
    ...     weights, np.zeros(5, "float32"),
    ... )
    >>> [round(float(loss), 4) for loss in losses]  # log 2
    [0.6931]

    Reference:
        Jean et al., 2015, https://arxiv.org/abs/1412.2007
    """
    kernel, bias = weights
    shift = bias - log_counts
    true = ops.sum(inputs * ops.take(kernel, labels, axis=0), axis=-1)
    true = true + ops.take(shift, labels)
    others = ops.matmul(inputs, ops.transpose(ops.take(kernel, sampled, 0)))
    others = others + ops.take(shift, sampled)
    hits = ops.equal(ops.expand_dims(labels, 1), ops.expand_dims(sampled, 0))
    others = ops.where(hits, _REMOVED, others)
    scores = ops.concatenate([ops.expand_dims(true, 1), others], axis=1)
    return ops.logsumexp(scores, axis=1) - true


@keras.saving.register_keras_serializable(package="han_attention")
class SampledSoftmax(keras.layers.Layer):
    """Logits of a large vocabulary, and a loss that needs only a few of them.

    TensorFlow 1's `sampled_softmax_loss` with its weights. For training,
    `loss` compares the label with `num_sampled` other classes, drawn anew
    for each batch, more often those with low ids: sort the vocabulary by
    falling frequency, as `Tokenizer` does. A call gives the logits of all.

    Args:
        num_classes: Positive integer, V.
        num_sampled: Positive integer, at most V: how many classes are drawn.
        kernel_initializer: Initializer of the weights (V, D). Defaults to
            `"glorot_uniform"`.
        bias_initializer: Initializer of the bias (V,). Defaults to `"zeros"`.
        seed: Integer seed of the draws. Defaults to `None`.
        **kwargs: `name`, `dtype`, `trainable` of every Keras layer.

    Call arguments:
        inputs: Tensor (..., D).

    Output:
        Logits (..., V), in float32 or wider under every dtype policy.

    Raises:
        ValueError: for an argument out of range, or inputs of unknown D.

    Example:
    >>> import numpy as np
    >>> head = SampledSoftmax(10_000, num_sampled=64)
    >>> hidden = np.random.normal(size=(2, 7, 16)).astype("float32")
    >>> tuple(head(hidden).shape)
    (2, 7, 10000)
    >>> tuple(head.loss(hidden, np.ones((2, 7), "int32")).shape)
    (2, 7)

    Reference:
        Jean et al., 2015, https://arxiv.org/abs/1412.2007
    """

    def __init__(
        self,
        num_classes: int,
        num_sampled: int,
        kernel_initializer: InitializerLike = "glorot_uniform",
        bias_initializer: InitializerLike = "zeros",
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        check_float_policy(self)
        self.num_classes = check_positive_integer("num_classes", num_classes)
        self.num_sampled = check_integer(
            "num_sampled", num_sampled, 1, num_classes
        )
        self.kernel_initializer = keras.initializers.get(kernel_initializer)
        self.bias_initializer = keras.initializers.get(bias_initializer)
        self.seed = seed
        self.supports_masking = True
        self.seed_generator = keras.random.SeedGenerator(seed)
        self._log_p = np.log(log_uniform(num_classes)).astype("float32")
        counts = expected_counts(num_classes, num_sampled)
        self._log_counts = np.log(counts).astype("float32")

    def build(self, input_shape: Shape) -> None:
        if len(input_shape) < 2 or input_shape[-1] is None:
            raise ValueError(
                "Invalid shape of the inputs of `SampledSoftmax`. Expected "
                "(..., D) with a known D. Received: "
                f"input_shape={tuple(input_shape)}"
            )
        self.kernel = self.add_weight(
            name="kernel",
            shape=(self.num_classes, input_shape[-1]),
            initializer=self.kernel_initializer,
            autocast=False,
        )
        self.bias = self.add_weight(
            name="bias",
            shape=(self.num_classes,),
            initializer=self.bias_initializer,
            autocast=False,
        )

    def call(self, inputs: Tensor) -> Tensor:
        inputs = ops.cast(inputs, self.variable_dtype)
        kernel = ops.transpose(ops.convert_to_tensor(self.kernel))
        return ops.add(ops.matmul(inputs, kernel), self.bias)

    def sample(self) -> Tensor:
        """Draw `num_sampled` different classes, log-uniformly: (num_sampled,).

        As many of the largest of log p_k plus Gumbel noise: what is left of
        draws with replacement once repeated ones are dropped.
        """
        noise = keras.random.uniform(
            (self.num_classes,), seed=self.seed_generator
        )
        # Away from 0 and 1, where the logarithms are infinite.
        noise = ops.clip(noise, 1e-20, 1 - 1e-7)
        keys = ops.subtract(self._log_p, ops.log(-ops.log(noise)))
        return ops.top_k(keys, self.num_sampled)[1]

    def loss(
        self, inputs: Tensor, labels: Tensor, sampled: Tensor | None = None
    ) -> Tensor:
        """Loss of each label among the sampled classes.

        Args:
            inputs: Tensor (..., D).
            labels: Integer tensor (...).
            sampled: Different classes, integer tensor (C,) with C the
                `num_sampled`. Defaults to None: they are drawn.

        Returns:
            Losses (...), float32 or wider.
        """
        if not self.built:
            self.build(inputs.shape)
        if sampled is None:
            sampled = self.sample()
        inputs = ops.cast(inputs, self.variable_dtype)
        labels = ops.cast(labels, "int32")
        losses = sampled_softmax_loss(
            ops.reshape(inputs, (-1, inputs.shape[-1])),
            ops.reshape(labels, (-1,)),
            ops.cast(sampled, "int32"),
            (
                ops.convert_to_tensor(self.kernel),
                ops.convert_to_tensor(self.bias),
            ),
            ops.convert_to_tensor(self._log_counts),
        )
        return ops.reshape(losses, ops.shape(labels))

    def compute_output_shape(self, input_shape: Shape) -> tuple[Any, ...]:
        return (*input_shape[:-1], self.num_classes)

    def compute_output_spec(self, inputs: Any) -> Any:
        return keras.KerasTensor(
            self.compute_output_shape(inputs.shape), dtype=self.variable_dtype
        )

    def get_config(self) -> dict[str, Any]:
        initializers = keras.initializers
        return super().get_config() | {
            "num_classes": self.num_classes,
            "num_sampled": self.num_sampled,
            "kernel_initializer": initializers.serialize(
                self.kernel_initializer
            ),
            "bias_initializer": initializers.serialize(self.bias_initializer),
            "seed": self.seed,
        }
