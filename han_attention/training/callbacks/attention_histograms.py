"""What the model does with a few fixed texts, in TensorBoard."""

from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from han_attention.models.hierarchical import is_hierarchical
from han_attention.training.tensorboard import TensorBoardWriter


class AttentionHistograms:
    """Logs what the model does with a few fixed texts to TensorBoard.

    Histograms of the embeddings, the RNN outputs if there is an RNN, the
    attention weights (both at real positions only) and the output weights;
    the mean entropy of the attention weights in nats; and their sum on
    padding, which must be 0. The words and the sentences of a hierarchical
    model have each their own.

    Args:
        model: A model of `build_classifier` or `build_han`.
        ids: (B, T) or (B, S, T) the fixed texts.
    """

    def __init__(self, model: keras.Model, ids: NDArray[np.int32]) -> None:
        self._model = model
        self._ids = ids
        # What stands before the names of the layers: which steps are real.
        self._real = {"": ids != 0}
        if is_hierarchical(model):
            self._real = {"word_": ids != 0, "sentence_": ids.any(axis=2)}
        outputs = {}
        for level in self._real:
            attention = model.get_layer(f"{level}attention")
            outputs[f"{level}attention"] = attention.output[1]
            if _has_layer(model, f"{level}bigru"):
                recurrent = model.get_layer(f"{level}bigru")
                outputs[f"{level}rnn_outputs"] = recurrent.output
        self._reader = keras.Model(model.input, outputs)

    def write(self, writer: TensorBoardWriter, step: int) -> None:
        """Log the present state as of a step."""
        for name, layer in (
            ("embeddings", "embedding"),
            ("output_weights", "logits"),
        ):
            writer.histogram(name, self._weight(layer), step)
        outputs = self._reader.predict_on_batch(self._ids)
        for level, real in self._real.items():
            if (name := f"{level}rnn_outputs") in outputs:
                writer.histogram(name, outputs[name][real], step)
            steps = real.reshape(-1, real.shape[-1])
            heads = outputs[f"{level}attention"]
            heads = heads.reshape(len(steps), -1, steps.shape[1])
            real_heads = np.broadcast_to(steps[:, None], heads.shape)
            for name, value in (
                ("entropy", mean_entropy(heads[steps.any(axis=1)])),
                ("on_padding", heads[~real_heads].sum()),
            ):
                writer.scalar(f"{level}attention_{name}", float(value), step)
            writer.histogram(
                f"{level}attention_weights", heads[real_heads], step
            )

    def _weight(self, layer: str) -> NDArray[Any]:
        return np.asarray(self._model.get_layer(layer).get_weights()[0])


def _has_layer(model: keras.Model, name: str) -> bool:
    return any(layer.name == name for layer in model.layers)


def mean_entropy(weights: NDArray[Any]) -> float:
    """Mean over the rows of -sum a log a, in nats; 0 log 0 is 0."""
    logarithms = np.log(np.where(weights > 0, weights, 1.0))
    return float(-(weights * logarithms).sum(axis=-1).mean())
