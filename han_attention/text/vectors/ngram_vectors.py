"""Vectors of n-grams, from the texts that they are in, by gensim."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from han_attention.text.vectors.training import LONGEST_LINE
from han_attention.text.vectors.training import open_corpus

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

_RATE = 0.1  # with 0.05 they say less after as many epochs (docs/results.md)
_SAMPLE = 1e-3  # thins out n-grams more frequent than this
_NEGATIVE = 3


def train_ngram_vectors(
    ngrams: "csr_matrix",
    *,
    dim: int = 100,
    epochs: int = 5,
    seed: int | None = 0,
    workers: int | None = None,
    verbose: bool = True,
) -> NDArray[np.float32]:
    """Learn a vector for each n-gram: paragraph vectors, the other way round.

    Each text has a vector d, each n-gram one v. They are such that

        log sigmoid(d . v) + sum_k log sigmoid(-d . v_k)

    is large for each n-gram of a text and random others v_k (PV-DBOW). So
    n-grams that are in like texts get like vectors, and the sum of those of a
    new text says what it is like. The vectors d are left behind.

    Args:
        ngrams: (N, G) sparse: which n-grams each text has.
        dim: Numbers in a vector. Defaults to 100.
        epochs: How often the texts are gone through. Defaults to 5.
        seed: With a seed and `workers=1` the vectors repeat. Defaults to 0.
        workers: Threads. Defaults to None: as many as there are cores.
        verbose: Whether to draw a bar that counts epochs, on stderr, if that
            is a terminal. Defaults to `True`.

    Returns:
        (G, dim); zeros of what is in no text.

    Raises:
        ImportError: without gensim.
        ValueError: for texts without n-grams.

    Reference:
        Le and Mikolov, 2014, https://arxiv.org/abs/1405.4053; Li et al.,
        2016, https://arxiv.org/abs/1512.08183
    """
    try:
        from gensim.models.doc2vec import Doc2Vec
    except ImportError as error:
        raise ImportError(
            'Unlabelled texts need gensim: pip install "han-attention[vectors]"'
        ) from error
    generator = np.random.default_rng(seed)
    with open_corpus("N-gram vectors", epochs, verbose) as (corpus, bar):
        _write_columns(corpus, ngrams, generator)
        model = Doc2Vec(
            corpus_file=str(corpus),
            dm=0,
            vector_size=dim,
            alpha=_RATE,
            sample=_SAMPLE,
            negative=_NEGATIVE,
            min_count=1,
            epochs=epochs,
            workers=workers or os.cpu_count() or 1,
            seed=int(generator.integers(2**31)),
            callbacks=[bar],
        )
    vectors = np.zeros((ngrams.shape[1], dim), "float32")
    columns = [int(word) for word in model.wv.index_to_key]
    vectors[columns] = model.syn1neg
    return vectors


def _write_columns(
    path: Path, ngrams: "csr_matrix", generator: np.random.Generator
) -> None:
    """One text per line, the columns of its n-grams as gensim's words."""
    names = np.array([str(column) for column in range(ngrams.shape[1])], object)
    starts = ngrams.indptr
    with open(path, "w", encoding="ascii") as file:
        for start, end in zip(starts[:-1], starts[1:], strict=True):
            if end > start:
                # In the order of columns, frequent ones would come first.
                columns = generator.permutation(ngrams.indices[start:end])
                file.write(" ".join(names[columns[:LONGEST_LINE]]) + "\n")
    if not path.stat().st_size:
        raise ValueError("The texts hold no n-grams, or there are none.")
