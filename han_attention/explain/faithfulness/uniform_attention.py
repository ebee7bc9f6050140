"""A predictor whose attention was taken away, to see what it is worth."""

from collections.abc import Sequence

import keras
import numpy as np

from han_attention.inference.keras import Predictor
from han_attention.layers.attention_pooling import AttentionPooling


def with_uniform_attention(
    predictor: Predictor, layers: Sequence[str] | None = None
) -> Predictor | None:
    """A copy of a predictor that weighs all words, and sentences, alike.

    Its context vectors are zeros, so that all scores are equal; the rest is
    as it was trained.

    Args:
        predictor: A trained classifier.
        layers: The names of the attentions to take away. Defaults to None:
            every one.

    Returns:
        Another `Predictor`, or None if the model has no attention.

    Reference:
        Wiegreffe and Pinter, 2019, https://aclanthology.org/D19-1002/,
        section 3.2, where the model is trained anew
    """
    model = keras.models.clone_model(predictor.model)
    model.set_weights(predictor.model.get_weights())
    attentions = [x for x in model.layers if isinstance(x, AttentionPooling)]
    for layer in attentions:
        if layers is None or layer.name in layers:
            layer.context.assign(np.zeros(layer.context.shape, "float32"))
    if not attentions:
        return None
    return Predictor(
        model,
        predictor.preprocessor,
        predictor.class_names,
        predictor.multi_label,
    )
