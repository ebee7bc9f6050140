"""The word vectors that a training starts from."""

import sys
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from han_attention.settings import TrainConfig
from han_attention.text.documents import Encoded
from han_attention.text.tokenizer import Tokenizer
from han_attention.text.vectors.word_vectors import load_word_vectors
from han_attention.text.vectors.word_vectors import train_word_vectors


def starting_vectors(
    config: TrainConfig,
    tokenizer: Tokenizer,
    encoded: Encoded,
    texts: Iterable[str],
) -> NDArray[np.float32] | None:
    """The vectors of a configuration, (vocabulary_size, D), or None.

    A resumed training has its vectors in the checkpoint: none are trained.

    Says on stderr, unless quiet, how many words got one.

    Args:
        config: `word_vectors` names a file; `pretrain_vectors` trains them.
        tokenizer: Gives the ids.
        encoded: Some of the training texts, for the coverage.
        texts: The texts to train vectors on.
    """
    if config.word_vectors is not None:
        vectors = load_word_vectors(
            config.word_vectors, tokenizer, seed=config.seed or 0
        )
    elif config.pretrain_vectors and not config.resume:
        vectors = train_word_vectors(
            texts,
            tokenizer,
            dim=config.embedding_dim,
            seed=config.seed,
            quiet=config.quiet,
        )
    else:
        return None
    if not config.quiet:
        print(vectors.coverage(encoded), file=sys.stderr)
    return vectors.matrix
