"""Vectors of ids from what stands around them, by gensim."""

import tempfile
from collections.abc import Iterable
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from han_attention.text.tokenizer import Tokenizer

_SAMPLE = 1e-4  # thins out words more frequent than this
_RATE = 0.05  # that of word2vec for CBOW; gensim starts with half of it
_TEXTS_AT_ONCE = 2_000
LONGEST_LINE = 10_000  # tokens: gensim takes no longer text


def train_cbow(
    texts: Iterable[str], tokenizer: Tokenizer, verbose: bool, **settings: Any
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Learn a vector for each id that occurs: CBOW with negative sampling.

    The mean of the vectors around an id is to tell it from random ones.
    Skip-gram, which tells each around it from its own, takes three times as
    long for the same accuracy of `accurate` (docs/results.md).

    Args:
        texts: Strings; they are read once.
        tokenizer: Gives the ids.
        verbose: Whether to draw a bar that counts epochs, on stderr, if that
            is a terminal.
        settings: Arguments of gensim's `Word2Vec`.

    Returns:
        (n,) the ids and (n, D) their vectors.

    Raises:
        ImportError: without gensim.
        ValueError: for texts with no words.
    """
    try:
        from gensim.models import Word2Vec
    except ImportError as error:
        raise ImportError(
            'Word vectors need gensim: pip install "han-attention[vectors]"'
        ) from error
    epochs = settings["epochs"]
    with open_corpus("Word vectors", epochs, verbose) as (corpus, bar):
        _write_ids(corpus, texts, tokenizer)
        model = Word2Vec(
            corpus_file=str(corpus),
            sg=0,
            alpha=_RATE,
            sample=_SAMPLE,
            min_count=1,
            callbacks=[bar],
            **settings,
        )
    ids = np.array([int(word) for word in model.wv.index_to_key])
    return ids, model.wv.vectors


@contextmanager
def open_corpus(
    name: str, epochs: int, verbose: bool
) -> Iterator[tuple[Path, "EpochBar"]]:
    """The path of a file for gensim to read, and a bar that counts epochs.

    From a file, threads read for themselves; from an iterator they would wait
    for Python.

    Args:
        name: What the bar is of.
        epochs: How many there will be.
        verbose: Whether to draw the bar, on stderr, if that is a terminal.
    """
    hidden = None if verbose else True  # None: hidden unless on a terminal
    with (
        tempfile.TemporaryDirectory() as folder,
        tqdm(total=epochs, desc=name, unit="epoch", disable=hidden) as bar,
    ):
        yield Path(folder) / "corpus.txt", EpochBar(bar)


def _write_ids(path: Path, texts: Iterable[str], tokenizer: Tokenizer) -> None:
    """One text per line, its ids as gensim's words."""
    names = [str(word_id) for word_id in range(len(tokenizer))]
    with open(path, "w", encoding="ascii") as file:
        remaining = iter(texts)
        while chunk := list(islice(remaining, _TEXTS_AT_ONCE)):
            for ids in tokenizer.encode_ids(chunk):
                for start in range(0, len(ids), LONGEST_LINE):
                    line = ids[start : start + LONGEST_LINE]
                    file.write(" ".join([names[n] for n in line]) + "\n")
    if not path.stat().st_size:
        raise ValueError(
            "Word vectors cannot be trained: the texts hold no words, or "
            "there are none."
        )


class EpochBar:
    """The part of gensim's `CallbackAny2Vec` that it calls."""

    def __init__(self, bar: Any) -> None:
        self._bar = bar

    def on_train_begin(self, model: Any) -> None:
        pass

    def on_epoch_begin(self, model: Any) -> None:
        pass

    def on_epoch_end(self, model: Any) -> None:
        self._bar.update()

    def on_train_end(self, model: Any) -> None:
        pass
