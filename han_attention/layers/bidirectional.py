"""Both directions of an RNN over padded sequences, on every fast path."""

from collections.abc import Iterable
from typing import Any

import keras
from keras import ops

from han_attention.layers.backend import run_recurrent
from han_attention.layers.padding_side import move_padding_right
from han_attention.steps import reverse_within_length
from han_attention.steps import take_steps
from han_attention.types import InitializerLike
from han_attention.types import RegularizerLike
from han_attention.types import Shape
from han_attention.types import Tensor
from han_attention.validation import check_choice
from han_attention.validation import check_float_policy
from han_attention.validation import check_mask_shape
from han_attention.validation import check_positive_integer
from han_attention.validation import check_rate


class BidirectionalRNN(keras.layers.Layer):
    """What `BiGRU`, where the arguments are explained, and `BiLSTM` share.

    A sequence whose padding is not on its right is first put in that order.
    No RNN is ever given a mask, which would cost cuDNN on PyTorch, and on
    TensorFlow a GPU assertion for rows with nothing real: the backward RNN
    reads the sequence reversed within its length instead, and padding comes
    last. On processors the loop over time is often our own: `backend.py`.
    """

    cell: str  # as the builders name it
    rnn: Any  # the Keras layer of one direction

    def __init__(
        self,
        units: int,
        num_layers: int = 1,
        dropout: float = 0.0,
        merge_mode: str | None = "concat",
        kernel_initializer: InitializerLike = "glorot_uniform",
        recurrent_initializer: InitializerLike = "orthogonal",
        bias_initializer: InitializerLike = "zeros",
        kernel_regularizer: RegularizerLike = None,
        recurrent_regularizer: RegularizerLike = None,
        bias_regularizer: RegularizerLike = None,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        check_float_policy(self)
        self.units = check_positive_integer("units", units)
        self.num_layers = check_positive_integer("num_layers", num_layers)
        self.dropout = check_rate("dropout", dropout)
        if merge_mode is not None:
            check_choice("merge_mode", merge_mode, ["concat"])
        self.merge_mode = merge_mode
        self.kernel_initializer = keras.initializers.get(kernel_initializer)
        self.recurrent_initializer = keras.initializers.get(
            recurrent_initializer
        )
        self.bias_initializer = keras.initializers.get(bias_initializer)
        self.kernel_regularizer = keras.regularizers.get(kernel_regularizer)
        self.recurrent_regularizer = keras.regularizers.get(
            recurrent_regularizer
        )
        self.bias_regularizer = keras.regularizers.get(bias_regularizer)
        self.seed = seed
        self.supports_masking = True
        layers = range(num_layers)
        self.forward_layers = [self._rnn(f"forward_{n}") for n in layers]
        self.backward_layers = [self._rnn(f"backward_{n}") for n in layers]
        self.dropouts = [
            keras.layers.Dropout(dropout, seed=seed, dtype=self.dtype_policy)
            for _ in range(num_layers - 1)
        ]

    def build(self, input_shape: Shape) -> None:
        if len(input_shape) not in (3, 4) or input_shape[-1] is None:
            raise ValueError(
                f"Invalid shape of the inputs of `{type(self).__name__}`. "
                "Expected (B, T, D) or (B, S, T, D) with a known D. Received: "
                f"input_shape={tuple(input_shape)}"
            )
        shape = (None, *input_shape[-2:])
        for n in range(self.num_layers):
            self.forward_layers[n].build(shape)
            self.backward_layers[n].build(shape)
            shape = (*shape[:-1], 2 * self.units)

    def call(
        self,
        inputs: Tensor,
        mask: Tensor | None = None,
        training: bool | None = None,
    ) -> Tensor | tuple[Tensor, Tensor]:
        check_mask_shape(mask, inputs.shape[:-1])
        if 0 in inputs.shape[:-1]:
            return self._make_zeros(inputs)
        mask = None if mask is None else ops.cast(mask, "bool")
        if len(inputs.shape) == 4:
            return self._call_on_sequences(inputs, mask, training)
        if inputs.shape[1] is None:  # it may be 0, of which no RNN is told
            return self._call_on_some_steps(inputs, mask, training)
        return self._call_on_steps(inputs, mask, training)

    def _call_on_steps(
        self, inputs: Tensor, mask: Tensor | None, training: bool | None
    ) -> Tensor | tuple[Tensor, Tensor]:
        """(B, T, D) with a step at least."""
        if mask is None:
            return self._merge(self._read_layers(inputs, None, training))
        inputs, moved_mask, place = move_padding_right(inputs, mask)
        real = ops.expand_dims(mask, -1)
        return self._merge(
            ops.where(real, take_steps(outputs, place), 0)
            for outputs in self._read_layers(inputs, moved_mask, training)
        )

    def _call_on_some_steps(
        self, inputs: Tensor, mask: Tensor | None, training: bool | None
    ) -> Tensor | tuple[Tensor, Tensor]:
        """(B, T, D) of which only the graph knows T: a step if it is 0."""
        batch_size, steps, features = ops.shape(inputs)
        shape = (batch_size, ops.maximum(1 - steps, 0), features)
        step = ops.zeros(shape, inputs.dtype)
        inputs = ops.concatenate([inputs, step], axis=1)
        if mask is not None:
            step = ops.cast(step[..., 0], "bool")
            mask = ops.concatenate([mask, step], axis=1)
        outputs = self._call_on_steps(inputs, mask, training)
        return keras.tree.map_structure(lambda x: x[:, :steps], outputs)

    def _read_layers(
        self, inputs: Tensor, mask: Tensor | None, training: bool | None
    ) -> tuple[Tensor, Tensor]:
        pair = self._read(0, inputs, mask, training)
        for n, dropout in enumerate(self.dropouts, start=1):
            merged = dropout(ops.concatenate(pair, axis=-1), training=training)
            pair = self._read(n, merged, mask, training)
        return pair

    def _merge(
        self, outputs: Iterable[Tensor]
    ) -> Tensor | tuple[Tensor, Tensor]:
        forward, backward = outputs
        if self.merge_mode is None:
            return forward, backward
        return ops.concatenate([forward, backward], axis=-1)

    def _make_zeros(self, inputs: Tensor) -> Tensor | tuple[Tensor, Tensor]:
        """What there is to say of no sequences, or of those without steps."""
        shape = (*inputs.shape[:-1], self.units)
        return self._merge([ops.zeros(shape, self.compute_dtype)] * 2)

    def _call_on_sequences(
        self, inputs: Tensor, mask: Tensor | None, training: bool | None
    ) -> Tensor | tuple[Tensor, Tensor]:
        """(B, S, T, D) read as B*S sequences."""
        *leading, steps, features = ops.shape(inputs)
        number = leading[0] * leading[1]  # -1 is not known of no steps
        outputs = self.call(
            ops.reshape(inputs, (number, steps, features)),
            None if mask is None else ops.reshape(mask, (number, steps)),
            training,
        )
        return keras.tree.map_structure(
            lambda x: ops.reshape(x, (*leading, steps, x.shape[-1])), outputs
        )

    def compute_mask(
        self, inputs: Tensor, previous_mask: Tensor | None = None
    ) -> Tensor | tuple[Tensor, Tensor] | None:
        if self.merge_mode is None and previous_mask is not None:
            return previous_mask, previous_mask
        return previous_mask

    def compute_output_shape(self, input_shape: Shape) -> Any:
        leading = tuple(input_shape[:-1])
        if self.merge_mode is None:
            return (*leading, self.units), (*leading, self.units)
        return (*leading, 2 * self.units)

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {
            "units": self.units,
            "num_layers": self.num_layers,
            "dropout": self.dropout,
            "merge_mode": self.merge_mode,
            "seed": self.seed,
            **self._weight_config(),
        }

    def _weight_config(self) -> dict[str, Any]:
        config = {}
        for weight in ("kernel", "recurrent", "bias"):
            for kind in ("initializer", "regularizer"):
                module = getattr(keras, f"{kind}s")
                name = f"{weight}_{kind}"
                config[name] = module.serialize(getattr(self, name))
        return config

    def _rnn(self, name: str) -> keras.layers.Layer:
        # From the serialized form: an initializer without a seed then draws
        # anew for each direction, where a shared object would repeat itself.
        return self.rnn(
            self.units,
            return_sequences=True,
            dtype=self.dtype_policy,
            name=name,
            **self._weight_config(),
        )

    def _read(
        self,
        n: int,
        inputs: Tensor,
        mask: Tensor | None,
        training: bool | None,
    ) -> tuple[Tensor, Tensor]:
        """Layer n, both directions; what it gives on padding is not used."""
        backwards = reverse_within_length(inputs, mask)
        forward, backward = (
            run_recurrent(layers[n], self.cell, given, training)
            for layers, given in (
                (self.forward_layers, inputs),
                (self.backward_layers, backwards),
            )
        )
        return forward, reverse_within_length(backward, mask)
