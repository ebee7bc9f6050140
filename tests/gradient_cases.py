"""Small models whose gradients tests look at."""

import numpy as np

from han_attention import build_classifier
from han_attention import build_han

IDS = np.array([[4, 5, 6], [3, 0, 0]], "int32")
DOCUMENTS = np.array([[[4, 5], [6, 0]], [[3, 0], [0, 0]]], "int32")
CASES = [(build_classifier, IDS), (build_han, DOCUMENTS)]


def make(build, num_classes=3):
    model = build(
        9,
        num_classes=num_classes,
        embedding_dim=3,
        rnn_units=4,
        attention_units=3,
        include_embedding=True,
    )
    generator = np.random.default_rng(3)
    model.set_weights(
        [0.7 * generator.normal(size=w.shape) for w in model.weights]
    )
    return model
