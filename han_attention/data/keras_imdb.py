"""The same reviews as Keras ships them: ids, turned back into words."""

from collections.abc import Sequence

from han_attention.data.dataset import Examples
from han_attention.data.dataset import TextDataset

_UNUSED = "[UNUSED]"  # the id before the first word; no text holds it


def load_keras_imdb() -> TextDataset:
    """Load `keras.datasets.imdb`, downloaded once into Keras' own cache.

    Keras has ids, not texts. Each review becomes its words joined by spaces,
    and the vocabulary is Keras' own, so that a
    `Tokenizer.from_vocabulary(dataset.vocabulary[:n - 3], "keras",
    start_token=True)` gives exactly the ids of
    `keras.datasets.imdb.load_data(num_words=n)`, with `index_from=3`: there
    the word index begins at 1, so the first word has id 4 and none has id 3.

    Returns:
        A `TextDataset` with classes 0 = negative and 1 = positive.

    Raises:
        OSError: if the data cannot be downloaded.

    Example:
    >>> dataset = load_keras_imdb()  # doctest: +SKIP
    >>> dataset.vocabulary[:3]  # doctest: +SKIP
    ['[UNUSED]', 'the', 'and']
    """
    from keras.datasets import imdb  # the one use of Keras in `datasets`

    try:
        word_index = imdb.get_word_index()
        # No start, no shift, nothing left out: ids of the word index.
        train, test = imdb.load_data(
            num_words=len(word_index) + 1,
            start_char=None,
            oov_char=None,
            index_from=0,
        )
    except Exception as error:  # Keras raises a bare Exception
        raise OSError(f"Cannot load keras.datasets.imdb: {error}") from error
    return make_dataset_from_ids(
        sorted(word_index, key=word_index.__getitem__), train, test
    )


def make_dataset_from_ids(
    vocabulary: Sequence[str],
    train: tuple[Sequence[Sequence[int]], Sequence[int]],
    test: tuple[Sequence[Sequence[int]], Sequence[int]],
) -> TextDataset:
    """Turn reviews of word-index ids, 1 = the first word, into texts."""
    vocabulary = [_UNUSED, *vocabulary]
    return TextDataset(
        name="keras-imdb",
        class_names=("negative", "positive"),
        train=_make_examples(vocabulary, *train),
        test=_make_examples(vocabulary, *test),
        vocabulary=vocabulary,
    )


def _make_examples(
    vocabulary: Sequence[str],
    reviews: Sequence[Sequence[int]],
    labels: Sequence[int],
) -> Examples:
    texts = [" ".join(vocabulary[n] for n in ids) for ids in reviews]
    return Examples(texts, [int(label) for label in labels])
