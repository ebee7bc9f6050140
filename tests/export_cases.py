"""Small models with random weights, and ids of all kinds, to be exported."""

import numpy as np
from layer_checks import randomize
from predictor_cases import without_tracing

from han_attention import build_classifier
from han_attention import build_han

LENGTHS = (70, 1, 0, 7, 2, 33)


def make_model(**options):
    """Every weight is random, so that a forgotten or swapped one shows."""
    sizes = {"embedding_dim": 8, "rnn_units": 6, "attention_units": 5}
    model = without_tracing(build_classifier(40, **(sizes | options)))
    return randomize(model, seed=1, scale=0.5)


def make_batches():
    """Texts of many lengths together, each alone, and all empty.

    The last of those together has padding on the left, and between.
    """
    generator = np.random.default_rng(0)
    ids = generator.integers(1, 40, (len(LENGTHS), max(LENGTHS)), "int32")
    ids *= np.arange(max(LENGTHS)) < np.array(LENGTHS)[:, None]
    ids[-1] = ids[-1, ::-1]
    ids[-1, 40] = 0
    alone = [ids[[row], : max(n, 1)] for row, n in enumerate(LENGTHS)]
    return [ids, *alone, np.zeros((3, 5), "int32")]


def make_document_model(**options):
    """Every weight is random, so that a forgotten or swapped one shows."""
    sizes = {"embedding_dim": 8, "rnn_units": 6, "attention_units": 5}
    model = without_tracing(build_han(40, **sizes | options))
    return randomize(model, seed=1, scale=0.5)


def make_document_batches():
    """Documents together and alone; empty sentences, an empty document.

    One of the empty sentences stands between others.
    """
    rng = np.random.default_rng(0)
    ids = rng.integers(1, 40, (5, 6, 9), "int32")
    lengths = rng.integers(1, 10, (5, 6))
    lengths[0] = 9
    lengths[3, 4:] = 0
    lengths[1, 1:] = 0
    lengths[2] = 0
    lengths[4, 2] = 0
    ids *= np.arange(9) < lengths[..., None]
    nothing = np.zeros((2, 3, 4), "int32")
    return [ids, *ids[:, None], nothing, nothing[:1, :1, :1]]
