"""The LSTM of files that were saved when it was a `BiGRU`."""

from typing import Any

import keras

from han_attention.layers.bilstm import BiLSTM


@keras.saving.register_keras_serializable(package="han_attention")
class BiGRU(BiLSTM):
    """A `BiLSTM` of an old file: `BiGRU.from_config` makes it.

    Keras finds the weights of a layer in a file by the name of its class, so
    it has the old one, also in the file that it is saved to again.
    """

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {"cell": "lstm"}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "BiGRU":
        return cls(**{k: v for k, v in config.items() if k != "cell"})
