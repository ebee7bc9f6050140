"""Small predictors with large weights, and texts for them."""

from functools import cache

import keras
import numpy as np

from han_attention import TextPreprocessor
from han_attention import Tokenizer
from han_attention import build_classifier
from han_attention import build_han
from han_attention.explain.explainer import Explainer
from han_attention.inference.keras import Predictor

# Of unlike lengths, so that batches of 2 do not hold them in this order.
TEXTS = [
    "a fine film, and a long one",
    "Dull!",
    "a dull film and a fine day",
    "fine",
    "  A  FINE\nday ",
    "film and film and film and film and film",
]
NAMES = ["bad", "good"]


def without_tracing(model):
    """The model, run step by step: for a few small batches that is faster.

    Not on JAX, which compiles the loop of a GRU in any case.
    """
    model.run_eagerly = keras.backend.backend() != "jax"
    return model


def with_tracing(predictor):
    """The predictor, traced: for some hundred batches that is faster."""
    predictor.model.run_eagerly = False
    return predictor


def make_flat(
    num_heads=1,
    num_classes=2,
    start_token=False,
    max_tokens=None,
    class_names=NAMES,
    **options,
):
    tokenizer = Tokenizer.train(TEXTS, start_token=start_token)
    model = build_classifier(
        len(tokenizer),
        num_classes=num_classes,
        embedding_dim=6,
        rnn_units=5,
        attention_units=4,
        num_heads=num_heads,
        embeddings_initializer="random_normal",
        logits_initializer="ones",
        **options,
    )
    # Larger numbers, so that the weights of the words are far apart.
    for weight in (
        model.get_layer("attention").context,
        model.get_layer("embedding").embeddings,
    ):
        weight.assign(weight * 20)
    preprocessor = TextPreprocessor(tokenizer, max_tokens=max_tokens)
    return Predictor(without_tracing(model), preprocessor, class_names)


DOCUMENTS = [
    "A fine film. A dull day! And a fine, long one.",
    "Dull.",
    "A film.<br /><br />A FINE film, and a day?  Fine.",
    "Fine \U0001f600 film! A film.",
]


def make_hierarchical(
    start_token=False, limits=(None, None), class_names=NAMES, **options
):
    tokenizer = Tokenizer.train(DOCUMENTS, start_token=start_token)
    sizes = {"embedding_dim": 6, "rnn_units": 5, "attention_units": 4}
    model = build_han(len(tokenizer), **sizes | options)
    rng = np.random.default_rng(1)
    model.set_weights([rng.normal(size=w.shape) for w in model.weights])
    preprocessor = TextPreprocessor(
        tokenizer,
        "hierarchical",
        max_sentences=limits[0],
        max_sentence_tokens=limits[1],
    )
    return Predictor(without_tracing(model), preprocessor, class_names)


@cache
def get_explainer(predictor):
    """The explainer of a predictor: what it builds is traced once."""
    return Explainer(predictor)
