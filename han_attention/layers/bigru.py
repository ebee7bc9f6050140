"""Both directions of a GRU over padded sequences."""

from typing import Any

import keras

from han_attention.layers.bidirectional import BidirectionalRNN
from han_attention.layers.saved_bilstm import BiGRU as SavedBiLSTM


@keras.saving.register_keras_serializable(package="han_attention")
class BiGRU(BidirectionalRNN):
    """Reads a padded sequence forwards and backwards with a GRU.

        f_t = GRU(x_1 ... x_t)
        b_t = GRU(x_n ... x_t)        n: the real steps of the row
        h_t = [f_t, b_t], 0 on padding

    The numbers are those of `Bidirectional(GRU(return_sequences=True))` with
    a mask, and so are the weights and their order (forward kernel, recurrent
    kernel, bias; then backward). It is faster: see `BidirectionalRNN`.

    Args:
        units: Positive integer, the size of each direction.
        num_layers: Positive integer, layers on top of each other. Defaults
            to 1.
        dropout: Float in [0, 1), dropout between the layers. Defaults to
            `0.0`.
        merge_mode: `"concat"` for one tensor, `None` for the pair
            `(forward, backward)`. Defaults to `"concat"`.
        kernel_initializer: Initializer of the input kernels. Defaults to
            `"glorot_uniform"`.
        recurrent_initializer: Initializer of the recurrent kernels. Defaults
            to `"orthogonal"`.
        bias_initializer: Initializer of the biases. Defaults to `"zeros"`.
        kernel_regularizer: Regularizer of the input kernels. Defaults to
            `None`.
        recurrent_regularizer: Regularizer of the recurrent kernels. Defaults
            to `None`.
        bias_regularizer: Regularizer of the biases. Defaults to `None`.
        seed: Integer seed of the dropout. Defaults to `None`.
        **kwargs: `name`, `dtype`, `trainable` of every Keras layer.

    Call arguments:
        inputs: Tensor (B, T, D); or (B, S, T, D), of which each of the B*S
            sequences is read by itself.
        mask: Boolean tensor of the shape of `inputs` without D, True = real,
            whatever the side of the padding. Defaults to `None`: every step
            is real.
        training: Whether dropout is applied.

    Output:
        (B, T, 2 * units), or with `merge_mode=None` a tuple of two
        (B, T, units); (B, S, T, ...) for inputs of rank 4.

    Masking:
        Padding, on the right, on the left or between the steps, never changes
        an output; on padding the output is 0,
        so a row with nothing real gives zeros. The mask is passed on.

    Raises:
        ValueError: for an argument out of range, a quantized `dtype`, inputs
            of another rank, or a mask whose shape does not fit.

    Example:
    >>> import numpy as np
    >>> words = np.random.normal(size=(2, 7, 16)).astype("float32")
    >>> mask = np.array([[True] * 7, [True] * 3 + [False] * 4])
    >>> tuple(BiGRU(32)(words, mask=mask).shape)
    (2, 7, 64)

    Reference:
        Bahdanau et al., 2015, https://arxiv.org/abs/1409.0473, section 3.2
    """

    cell = "gru"
    rnn = keras.layers.GRU

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> BidirectionalRNN:
        # Files of 0.1 name the cell: an LSTM was a `BiGRU` too.
        if config.get("cell") == "lstm":
            return SavedBiLSTM.from_config(config)
        return cls(**{k: v for k, v in config.items() if k != "cell"})
