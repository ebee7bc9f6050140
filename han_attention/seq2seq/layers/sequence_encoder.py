"""A stack of LSTMs or GRUs that gives its outputs and its last states."""

from typing import Any

import keras
from keras import ops

from han_attention.seq2seq.layers.shapes import check_sequences
from han_attention.steps import last_real_step
from han_attention.steps import reverse_within_length
from han_attention.types import Shape
from han_attention.types import Tensor
from han_attention.validation import check_choice
from han_attention.validation import check_float_policy
from han_attention.validation import check_mask_shape
from han_attention.validation import check_positive_integer
from han_attention.validation import check_rate

_CELLS = {"gru": keras.layers.GRU, "lstm": keras.layers.LSTM}


def another_seed(seed: int | None, number: int) -> int | None:
    """A seed of its own for each layer: with one, all would drop the same.

    Example:
    >>> another_seed(7, 2), another_seed(None, 2)
    (9, None)
    """
    return None if seed is None else seed + number


@keras.saving.register_keras_serializable(package="han_attention")
class SequenceEncoder(keras.layers.Layer):
    """Reads a right-padded sequence, and ends in a state for a decoder.

    Each layer reads the outputs of the one below in one direction, or in
    both, side by side; the outputs of the last layer are the memory that a
    decoder reads, the last state of every layer is where it can start from.

    Args:
        units: Positive integer, the size of each direction of each layer.
        num_layers: Positive integer, layers on top of each other. Defaults
            to 1.
        cell: `"lstm"` or `"gru"`. Defaults to `"lstm"`.
        bidirectional: Whether each layer reads in both directions. Defaults
            to `False`.
        reverse: Whether the sequence is read from its last real step to its
            first. Defaults to `False`.
        dropout: Float in [0, 1), dropout between the layers. Defaults to
            `0.0`.
        seed: Integer seed of the dropout. Defaults to `None`.
        **kwargs: `name`, `dtype`, `trainable` of every Keras layer.

    Call arguments:
        inputs: Tensor (B, S, D).
        mask: Boolean tensor (B, S), True = real, with the padding on the
            right. Defaults to `None`: every step is real.
        training: Whether dropout is applied.

    Output:
        The outputs (B, S, units), 2 * units if bidirectional, each in the
        place of its step whatever the direction; and a list with the last
        state of each layer: `[h]` of a GRU, `[h, c]` of an LSTM, each
        (B, units), or if bidirectional forward and backward side by side.

    Masking:
        Padding changes no output and no state. The outputs are 0 on padding;
        so are all of a row with nothing real, and its states.

    Raises:
        ValueError: for an argument out of range, inputs without steps, or a
            mask whose shape does not fit.

    Example:
    >>> import numpy as np
    >>> words = np.random.normal(size=(2, 7, 16)).astype("float32")
    >>> outputs, [[h, c]] = SequenceEncoder(8, bidirectional=True)(words)
    >>> tuple(outputs.shape), tuple(h.shape), tuple(c.shape)
    ((2, 7, 16), (2, 16), (2, 16))

    Reference:
        Sutskever et al., 2014, https://arxiv.org/abs/1409.3215, for `reverse`
    """

    def __init__(
        self,
        units: int,
        num_layers: int = 1,
        cell: str = "lstm",
        bidirectional: bool = False,
        reverse: bool = False,
        dropout: float = 0.0,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        check_float_policy(self)
        self.units = check_positive_integer("units", units)
        self.num_layers = check_positive_integer("num_layers", num_layers)
        self.cell = check_choice("cell", cell, _CELLS)
        self.bidirectional = bidirectional
        self.reverse = reverse
        self.dropout = check_rate("dropout", dropout)
        self.seed = seed
        self.supports_masking = True
        # Whether each direction reads backwards.
        self._backwards = (reverse, not reverse)[: 1 + bidirectional]
        self.rnns = [
            _CELLS[cell](
                units,
                return_sequences=True,
                return_state=True,
                dtype=self.dtype_policy,
            )
            for _ in range(num_layers * len(self._backwards))
        ]
        self.dropouts = [
            keras.layers.Dropout(
                dropout, seed=another_seed(seed, n), dtype=self.dtype_policy
            )
            for n in range(num_layers - 1)
        ]

    def build(self, input_shape: Shape) -> None:
        width = check_sequences("inputs", input_shape)
        directions = len(self._backwards)
        for n, rnn in enumerate(self.rnns):
            inner = self.units * directions
            rnn.build((None, None, width if n < directions else inner))

    def call(
        self,
        inputs: Tensor,
        mask: Tensor | None = None,
        training: bool | None = None,
    ) -> tuple[Tensor, list[list[Tensor]]]:
        check_sequences("inputs", inputs.shape)
        check_mask_shape(mask, inputs.shape[:2])
        if mask is None:
            mask = ops.ones_like(inputs[:, :, 0], dtype="bool")
        mask = ops.cast(mask, "bool")
        outputs, states = inputs, []
        for n in range(self.num_layers):
            if n:
                outputs = self.dropouts[n - 1](outputs, training=training)
            outputs, state = self._read(n, outputs, mask, training)
            states.append(state)
        return ops.where(ops.expand_dims(mask, -1), outputs, 0), states

    def compute_mask(self, inputs: Tensor, previous_mask: Any = None) -> None:
        return None

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {
            "units": self.units,
            "num_layers": self.num_layers,
            "cell": self.cell,
            "bidirectional": self.bidirectional,
            "reverse": self.reverse,
            "dropout": self.dropout,
            "seed": self.seed,
        }

    def _read(
        self, n: int, inputs: Tensor, mask: Tensor, training: bool | None
    ) -> tuple[Tensor, list[Tensor]]:
        """Layer n, each direction; what it gives on padding is not used."""
        rnns = self.rnns[n * len(self._backwards) :]
        parts = []
        for backwards, rnn in zip(self._backwards, rnns, strict=False):
            steps = inputs
            if backwards:
                steps = reverse_within_length(inputs, mask)
            outputs, state = self._run(rnn, steps, mask, training)
            if backwards:
                outputs = reverse_within_length(outputs, mask)
            parts.append([outputs, *state])
        outputs, *state = (
            tensors[0] if len(tensors) == 1 else ops.concatenate(tensors, -1)
            for tensors in zip(*parts, strict=True)
        )
        # A row with nothing real starts a decoder from zeros.
        real = ops.any(mask, axis=1, keepdims=True)
        return outputs, [ops.where(real, x, 0) for x in state]

    def _run(
        self, rnn: Any, inputs: Tensor, mask: Tensor, training: bool | None
    ) -> tuple[Tensor, list[Tensor]]:
        """One direction: its outputs, and its state after the real steps."""
        if self.cell == "gru":
            # The state is the output: without a mask it is read faster.
            outputs, _ = rnn(inputs, training=training)
            return outputs, [last_real_step(outputs, mask)]
        # cuDNN reads no row with nothing real: give it one step.
        first = ops.arange(ops.shape(mask)[1]) == 0
        outputs, *state = rnn(
            inputs, mask=ops.logical_or(mask, first), training=training
        )
        return outputs, state
