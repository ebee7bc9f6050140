"""The word vectors that a training starts from."""

import sys

import numpy as np
from numpy.typing import NDArray

from han_attention.progress import announce
from han_attention.settings import Settings
from han_attention.text.vectors.word_vectors import load_word_vectors
from han_attention.text.vectors.word_vectors import train_word_vectors
from han_attention.training.sources.base import TrainingData

_TEXTS_FOR_COVERAGE = 2_000


def make_vectors(
    settings: Settings, data: TrainingData, resume: bool = False
) -> NDArray[np.float32] | None:
    """The vectors of some settings, (vocabulary_size, D), or None.

    Says on stderr, if verbose, how many words got one.

    Args:
        settings: `word_vectors` names a file; `pretrain_vectors` trains them.
        data: The texts to train vectors on.
        resume: Whether trained ones are in a checkpoint already, so that none
            are trained. Defaults to `False`.
    """
    tokenizer = data.preprocessor.tokenizer
    if settings.word_vectors is not None:
        announce("reading word vectors", settings.verbose)
        vectors = load_word_vectors(
            settings.word_vectors,
            tokenizer,
            seed=settings.seed or 0,
            allow_truncated=settings.allow_truncated,
        )
    elif settings.pretrain_vectors and not resume:
        announce("training word vectors", settings.verbose)
        vectors = train_word_vectors(
            data.texts,
            tokenizer,
            dim=settings.embedding_dim,
            seed=settings.seed,
            verbose=settings.verbose,
        )
    else:
        return None
    if settings.verbose:
        encoded = data.train.first(_TEXTS_FOR_COVERAGE)
        print(vectors.coverage(encoded), file=sys.stderr)
    return vectors.matrix
