"""The attention of Yang et al. (2016) that pools a sequence into a vector."""

from typing import Any

import keras
from keras import ops

from han_attention.ops import additive_scores
from han_attention.ops import masked_softmax
from han_attention.ops import masked_sparsemax
from han_attention.ops import to_float
from han_attention.ops import weighted_sum
from han_attention.types import ConstraintLike
from han_attention.types import InitializerLike
from han_attention.types import RegularizerLike
from han_attention.types import Shape
from han_attention.types import Tensor
from han_attention.validation import check_choice
from han_attention.validation import check_float_policy
from han_attention.validation import check_mask_shape
from han_attention.validation import check_pair_shapes
from han_attention.validation import check_positive_integer
from han_attention.validation import check_rate

_NORMALIZERS = {"softmax": masked_softmax, "sparsemax": masked_sparsemax}


@keras.saving.register_keras_serializable(package="han_attention")
class AttentionPooling(keras.layers.Layer):
    """Pools a sequence into one vector, weighting its steps by attention.

    For each step x_t of the sequence:

        v_t = tanh(x_t W + b)
        s_t = v_t . u
        a_t = softmax over the real steps of s
        y   = sum over t of a_t x_t

    Scores and weights are computed in float32 or wider under every dtype
    policy. With `num_heads` H > 1 there are H context vectors u over one
    shared v, and the H pooled vectors are concatenated.

    Args:
        units: Positive integer, the size of v and u.
        num_heads: Positive integer, the number of context vectors. Defaults
            to 1.
        normalizer: `"softmax"` or `"sparsemax"` (weights of exactly 0 for
            most steps). Defaults to `"softmax"`.
        time_major: Whether the inputs are (T, B, D) and the mask (T, B).
            Defaults to `False`.
        dropout: Float in [0, 1), the fraction of the attention weights
            dropped in training. Defaults to `0.0`.
        use_bias: Whether to add b. Defaults to `True`.
        kernel_initializer: Initializer of W. Defaults to `"glorot_uniform"`.
        bias_initializer: Initializer of b. Defaults to `"zeros"`.
        context_initializer: Initializer of u. Defaults to
            `"glorot_uniform"`.
        kernel_regularizer: Regularizer of W. Defaults to `None`.
        bias_regularizer: Regularizer of b. Defaults to `None`.
        context_regularizer: Regularizer of u. Defaults to `None`.
        kernel_constraint: Constraint of W. Defaults to `None`.
        bias_constraint: Constraint of b. Defaults to `None`.
        context_constraint: Constraint of u. Defaults to `None`.
        seed: Integer seed of the dropout. Defaults to `None`.
        **kwargs: `name`, `dtype`, `trainable` of every Keras layer.

    Call arguments:
        inputs: Tensor (B, T, D) or (B, S, T, D); or a tuple of two such,
            `(forward, backward)`, which are joined along D. Integers are cast.
        mask: Boolean tensor of the shape of `inputs` without D, True = real.
            Any pattern is right. Defaults to `None`: every step is real.
        return_attention_scores: Whether to return the weights too. Defaults
            to `False`.
        training: Whether dropout is applied.

    Output:
        (B, num_heads * D), or (B, S, num_heads * D) for inputs of rank 4.
        With `return_attention_scores=True` a tuple of that and the weights a
        before dropout: (B, T) or (B, S, T); with several heads
        (B, num_heads, T) or (B, S, num_heads, T).

    Masking:
        What lies under the mask, even NaN, changes nothing. A row with
        nothing real gives a zero vector, zero weights and zero gradients. The
        output of rank-3 inputs carries no mask; that of rank-4 inputs carries
        (B, S): which sentences have a real word.

    Raises:
        ValueError: for an argument out of range, a quantized `dtype`, inputs
            of another rank, or a mask whose shape does not fit.

    Example:
    >>> import numpy as np
    >>> layer = AttentionPooling(50)
    >>> words = np.random.normal(size=(2, 7, 16)).astype("float32")
    >>> mask = np.array([[True] * 7, [True] * 3 + [False] * 4])
    >>> vector, weights = layer(words, mask=mask, return_attention_scores=True)
    >>> tuple(vector.shape), tuple(weights.shape)
    ((2, 16), (2, 7))

    Reference:
        Yang et al., 2016, Hierarchical Attention Networks for Document
        Classification, https://aclanthology.org/N16-1174/
    """

    def __init__(
        self,
        units: int,
        num_heads: int = 1,
        normalizer: str = "softmax",
        time_major: bool = False,
        dropout: float = 0.0,
        use_bias: bool = True,
        kernel_initializer: InitializerLike = "glorot_uniform",
        bias_initializer: InitializerLike = "zeros",
        context_initializer: InitializerLike = "glorot_uniform",
        kernel_regularizer: RegularizerLike = None,
        bias_regularizer: RegularizerLike = None,
        context_regularizer: RegularizerLike = None,
        kernel_constraint: ConstraintLike = None,
        bias_constraint: ConstraintLike = None,
        context_constraint: ConstraintLike = None,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        check_float_policy(self)
        self.units = check_positive_integer("units", units)
        self.num_heads = check_positive_integer("num_heads", num_heads)
        self.normalizer = check_choice("normalizer", normalizer, _NORMALIZERS)
        self.time_major = time_major
        self.dropout = check_rate("dropout", dropout)
        self.use_bias = use_bias
        self.kernel_initializer = keras.initializers.get(kernel_initializer)
        self.bias_initializer = keras.initializers.get(bias_initializer)
        self.context_initializer = keras.initializers.get(context_initializer)
        self.kernel_regularizer = keras.regularizers.get(kernel_regularizer)
        self.bias_regularizer = keras.regularizers.get(bias_regularizer)
        self.context_regularizer = keras.regularizers.get(context_regularizer)
        self.kernel_constraint = keras.constraints.get(kernel_constraint)
        self.bias_constraint = keras.constraints.get(bias_constraint)
        self.context_constraint = keras.constraints.get(context_constraint)
        self.seed = seed
        if self.dropout > 0:
            self.seed_generator = keras.random.SeedGenerator(seed)

    def build(self, input_shape: Shape | tuple[Shape, Shape]) -> None:
        features = self._features_shape(input_shape)[-1]
        if features is None:
            raise ValueError(f"Unknown features: input_shape={input_shape}")
        heads = () if self.num_heads == 1 else (self.num_heads,)
        self.kernel = self._add("kernel", (features, self.units))
        self.bias = self._add("bias", (self.units,)) if self.use_bias else None
        # Not autocast: the scores stay in float32 under mixed precision.
        shape = (self.units, *heads)
        self.context = self._add("context", shape, autocast=False)

    def call(
        self,
        inputs: Tensor | tuple[Tensor, Tensor],
        mask: Tensor | None = None,
        return_attention_scores: bool = False,
        training: bool | None = None,
    ) -> Tensor | tuple[Tensor, Tensor]:
        inputs, mask = self._batch_major(inputs, mask)
        if mask is not None:
            # 0 * NaN is NaN: take away whatever lies under the mask.
            inputs = ops.where(ops.expand_dims(mask, -1), inputs, 0)
            mask = ops.expand_dims(mask, -2)  # (..., 1, T), for every head
        context = ops.reshape(self.context, (self.units, self.num_heads))
        context = ops.cast(context, self._score_dtype)
        scores = additive_scores(inputs, self.kernel, self.bias, context)
        weights = _NORMALIZERS[self.normalizer](scores, mask)  # (..., H, T)
        outputs = weighted_sum(self._drop(weights, training), inputs)
        if not return_attention_scores:
            return outputs
        if self.num_heads == 1:
            weights = ops.squeeze(weights, -2)
        return outputs, weights

    def compute_mask(
        self,
        inputs: Tensor | tuple[Tensor, Tensor],
        previous_mask: Tensor | None = None,
    ) -> Tensor | None:
        mask = _single_mask(previous_mask)
        if mask is None or len(mask.shape) == 2:
            return None
        return ops.any(mask, axis=-1)

    def compute_output_shape(
        self, input_shape: Shape | tuple[Shape, Shape]
    ) -> Shape:
        shape = self._features_shape(input_shape)
        features = None if shape[-1] is None else shape[-1] * self.num_heads
        return (*self._leading_shape(shape), features)

    def compute_output_spec(
        self,
        inputs: Any,
        mask: Any = None,
        return_attention_scores: bool = False,
        training: bool | None = None,
    ) -> Any:
        input_shape = keras.tree.map_structure(lambda x: x.shape, inputs)
        shape = self._features_shape(input_shape)
        check_mask_shape(_single_mask(mask), shape[:-1])
        outputs = keras.KerasTensor(
            self.compute_output_shape(input_shape), dtype=self.compute_dtype
        )
        if not return_attention_scores:
            return outputs
        heads = () if self.num_heads == 1 else (self.num_heads,)
        steps = shape[0] if self.time_major else shape[-2]
        weights = keras.KerasTensor(
            (*self._leading_shape(shape), *heads, steps),
            dtype=self._score_dtype,
        )
        return outputs, weights

    def get_config(self) -> dict[str, Any]:
        config = super().get_config() | {
            "units": self.units,
            "num_heads": self.num_heads,
            "normalizer": self.normalizer,
            "time_major": self.time_major,
            "dropout": self.dropout,
            "use_bias": self.use_bias,
            "seed": self.seed,
        }
        for weight in ("kernel", "bias", "context"):
            for kind in ("initializer", "regularizer", "constraint"):
                module = getattr(keras, f"{kind}s")
                name = f"{weight}_{kind}"
                config[name] = module.serialize(getattr(self, name))
        return config

    def _add(self, name: str, shape: Shape, autocast: bool = True) -> Any:
        return self.add_weight(
            name=name,
            shape=shape,
            initializer=getattr(self, f"{name}_initializer"),
            regularizer=getattr(self, f"{name}_regularizer"),
            constraint=getattr(self, f"{name}_constraint"),
            autocast=autocast,
        )

    @property
    def _score_dtype(self) -> str:
        return keras.backend.result_type(self.compute_dtype, "float32")

    def _batch_major(
        self, inputs: Any, mask: Any
    ) -> tuple[Tensor, Tensor | None]:
        """Join a pair, check the mask, and put the batch in front."""
        if isinstance(inputs, (tuple, list)):
            check_pair_shapes([each.shape for each in inputs])
            inputs = ops.concatenate(list(inputs), axis=-1)
        inputs = to_float(inputs, self.compute_dtype)
        mask = _single_mask(mask)
        check_mask_shape(mask, inputs.shape[:-1])
        if mask is not None:
            mask = ops.cast(mask, "bool")
        if self.time_major:
            inputs = ops.swapaxes(inputs, 0, 1)
            mask = None if mask is None else ops.swapaxes(mask, 0, 1)
        return inputs, mask

    def _drop(self, weights: Tensor, training: bool | None) -> Tensor:
        if not training or self.dropout == 0:
            return weights
        seed = self.seed_generator
        return keras.random.dropout(weights, self.dropout, seed=seed)

    def _leading_shape(self, shape: Shape) -> Shape:
        return (shape[1],) if self.time_major else shape[:-2]

    def _features_shape(self, input_shape: Any) -> Shape:
        """The shape of the inputs, a pair joined along the features."""
        if input_shape and isinstance(input_shape[0], (tuple, list)):
            check_pair_shapes(input_shape)
            sizes = [shape[-1] for shape in input_shape]
            features = None if None in sizes else sum(sizes)
            shape = (*input_shape[0][:-1], features)
        else:
            shape = tuple(input_shape)
        if len(shape) not in ((3,) if self.time_major else (3, 4)):
            raise ValueError(
                "Invalid shape of the inputs. Expected (B, T, D), of an RNN by "
                "`return_sequences=True`, (B, S, T, D), or by `time_major=True`"
                f" (T, B, D). Received: input_shape={input_shape}"
            )
        return shape


def _single_mask(mask: Any) -> Tensor | None:
    """Keras gives a pair of inputs a pair of masks: they are the same."""
    if isinstance(mask, (tuple, list)):
        return next((m for m in mask if m is not None), None)
    return mask
