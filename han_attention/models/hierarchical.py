"""The Hierarchical Attention Network: words, sentences, the document."""

from functools import partial

import keras

from han_attention.layers.attention_pooling import AttentionPooling
from han_attention.layers.padding_mask import AnyReal
from han_attention.layers.padding_mask import PaddingMask
from han_attention.layers.sequence_pooling import MODES
from han_attention.layers.sequence_pooling import SequencePooling
from han_attention.models.heads import add_ngrams
from han_attention.models.heads import attention_initializers
from han_attention.models.heads import logits_layer
from han_attention.models.heads import num_logits
from han_attention.models.heads import read_in_both_directions
from han_attention.types import InitializerLike
from han_attention.types import Tensor
from han_attention.validation import check_choice
from han_attention.validation import check_positive_integer
from han_attention.validation import check_rate


def build_han(
    vocabulary_size: int,
    num_classes: int = 2,
    embedding_dim: int = 200,
    rnn_units: int = 50,
    attention_units: int = 100,
    dropout: float = 0.0,
    *,
    pooling: str = "attention",
    multi_label: bool = False,
    num_layers: int = 1,
    cell: str = "gru",
    num_heads: int = 1,
    normalizer: str = "softmax",
    attention_dropout: float = 0.0,
    embedding_dropout: float = 0.0,
    include_embedding: bool = False,
    embeddings_initializer: InitializerLike = "uniform",
    attention_initializer: InitializerLike = None,
    logits_initializer: InitializerLike = "glorot_uniform",
    ngram_range: tuple[int, int] | None = None,
    num_ngram_buckets: int = 2**20,
    ngram_initializer: InitializerLike = "zeros",
    ngram_dropout: float = 0.0,
    seed: int | None = None,
    name: str = "han",
) -> keras.Model:
    """Build the Hierarchical Attention Network.

        words of each sentence -> embedding -> BiGRU -> pooling -> sentence
        sentences              -> BiGRU -> pooling -> document -> logits

    Both poolings have their own weights. The defaults are the sizes of the
    paper, and no size of a document is fixed: B, S and T change from batch to
    batch.

    Args:
        vocabulary_size: Positive integer, the number of ids, the padding 0
            included.
        num_classes: Integer of at least 2 (1 with `multi_label`). Defaults
            to 2.
        embedding_dim: Size of the word vectors. Defaults to 200.
        rnn_units: Size of each direction of both BiGRUs. Defaults to 50.
        attention_units: Size of the hidden layer, and so of the context
            vector, of both attentions. Defaults to 100.
        dropout: Float in [0, 1), the dropout of the sentence vectors, of the
            document vector, and between the layers of a BiGRU. Defaults
            to 0.0.
        pooling: `"attention"`, `"mean"` or `"max"`, at both levels: HN-ATT,
            HN-AVE and HN-MAX of the paper. Defaults to `"attention"`.
        multi_label: Whether a document can have several labels at once.
            Defaults to `False`.
        num_layers: Layers of each BiGRU. Defaults to 1.
        cell: `"gru"` for a `BiGRU`, `"lstm"` for a `BiLSTM`. Defaults to
            `"gru"`.
        num_heads: Context vectors of each attention. Defaults to 1.
        normalizer: Of the attention, `"softmax"` or `"sparsemax"`. Defaults
            to `"softmax"`.
        attention_dropout: Float in [0, 1), the fraction of the attention
            weights dropped in training. Defaults to 0.0.
        embedding_dropout: Float in [0, 1), the dropout of the word vectors.
            Defaults to 0.0.
        include_embedding: Whether the pooling of the words also takes their
            word vectors, as in `build_classifier`. Defaults to `False`.
        embeddings_initializer: Initializer of the word vectors. Defaults to
            `"uniform"`.
        attention_initializer: Initializer of the kernel, the bias and the
            context of both attentions. Defaults to `None`: those of
            `AttentionPooling`.
        logits_initializer: Initializer of the output kernel. Defaults to
            `"glorot_uniform"`.
        ngram_range: The shortest and the longest n-grams, such as `(1, 3)`,
            that add to the logits what they say by themselves, by a
            `NGramEmbeddingBag`. Defaults to `None`: none do.
        num_ngram_buckets: Rows of their table. Defaults to 1,048,576.
        ngram_initializer: Initializer of the table. Defaults to `"zeros"`.
        ngram_dropout: Float in [0, 1], the fraction of the n-grams dropped in
            training; with 1 the attention learns by itself. Defaults to 0.0.
        seed: Integer seed of the dropout. Defaults to `None`.
        name: Name of the model. Defaults to `"han"`.

    Returns:
        An uncompiled functional `keras.Model` from integer ids (B, S, T), 0 =
        padding on the right of the words and of the sentences, to float32
        logits: (B, 1) for two classes, else (B, num_classes). Its layers are
        `ids`, `embedding`, `embedding_dropout` if there is one, `word_bigru`,
        `with_embedding` if it is included, `word_attention` (outputs: the
        sentence vectors and the weights of the words (B, S, T)),
        `sentence_dropout` if there is one, `sentence_bigru`,
        `sentence_attention` (outputs: the document vector and the weights of
        the sentences (B, S)), `dropout` and `logits`; with n-grams, none of
        which spans two sentences, also `ngrams` and `logits_with_ngrams`,
        their sum. With another pooling a `SequencePooling` has the names and
        outputs of the attention.

    Masking:
        The masks are computed from the ids: a word is real if its id is not
        0, a sentence if it has a real word; none may be empty before a real
        one. Empty sentences and padding words
        change no output; a document with no words gets the output bias.

    Raises:
        ValueError: for an argument out of range.

    Example:
    >>> import keras
    >>> import numpy as np
    >>> model = build_han(vocabulary_size=10_000, num_classes=5)
    >>> ids = np.array([[[4, 7, 12], [9, 3, 0]], [[5, 8, 0], [0, 0, 0]]])
    >>> tuple(model(ids).shape)
    (2, 5)
    >>> layers = model.get_layer("word_attention"), model.get_layer(
    ...     "sentence_attention"
    ... )
    >>> reader = keras.Model(model.input, [x.output[1] for x in layers])
    >>> [tuple(scores.shape) for scores in reader(ids)]
    [(2, 2, 3), (2, 2)]

    Reference:
        Yang et al., 2016, https://aclanthology.org/N16-1174/
    """
    check_positive_integer("vocabulary_size", vocabulary_size)
    check_positive_integer("embedding_dim", embedding_dim)
    check_choice("pooling", pooling, ("attention", *MODES))
    output_size = num_logits(num_classes, multi_label)

    def drop(rate: float, name: str) -> keras.layers.Layer:
        return keras.layers.Dropout(rate, seed=seed, name=name)

    read = partial(
        read_in_both_directions,
        units=rnn_units,
        cell=cell,
        num_layers=num_layers,
        dropout=dropout,
        seed=seed,
    )

    def pool(name: str) -> keras.layers.Layer:
        if pooling != "attention":
            return SequencePooling(pooling, name=name)
        return AttentionPooling(
            attention_units,
            num_heads=num_heads,
            normalizer=normalizer,
            dropout=check_rate("attention_dropout", attention_dropout),
            seed=seed,
            name=name,
            **attention_initializers(attention_initializer),
        )

    # === Words, each sentence by itself ===
    ids = keras.Input((None, None), dtype="int32", name="ids")
    mask = PaddingMask(name="mask")(ids)
    words = keras.layers.Embedding(
        vocabulary_size,
        embedding_dim,
        embeddings_initializer=embeddings_initializer,
        name="embedding",
    )(ids)
    if check_rate("embedding_dropout", embedding_dropout):
        words = drop(embedding_dropout, "embedding_dropout")(words)
    hidden = read(
        words, mask, include_inputs=include_embedding, name="word_bigru"
    )
    sentences, _ = pool("word_attention")(
        hidden, mask=mask, return_attention_scores=True
    )

    # === Sentences ===
    word_mask, mask = mask, AnyReal(name="sentence_mask")(mask)
    if check_rate("dropout", dropout):
        sentences = drop(dropout, "sentence_dropout")(sentences)
    hidden = read(sentences, mask, include_inputs=False, name="sentence_bigru")
    document, _ = pool("sentence_attention")(
        hidden, mask=mask, return_attention_scores=True
    )
    document = drop(dropout, "dropout")(document)
    logits = logits_layer(output_size, logits_initializer)(document)
    logits = add_ngrams(
        logits,
        ids,
        word_mask,
        vocabulary_size,
        ngram_range,
        num_ngram_buckets,
        ngram_initializer,
        ngram_dropout,
        seed,
    )
    return keras.Model(ids, logits, name=name)


def is_hierarchical(model: keras.Model) -> bool:
    """Whether a model takes documents, (B, S, T), and not texts, (B, T)."""
    return len(model.input.shape) == 3


def split_at_sentences(model: keras.Model) -> tuple[keras.Model, keras.Model]:
    """The two halves of a `build_han` model, which share its weights.

    The model stays as it is.

    A document that is too large for the memory can be read a few sentences at
    a time by the first half, and its sentences together by the second.

    Args:
        model: A model of `build_han`.

    Returns:
        A model from ids (B, S, T) to the sentence vectors (B, S, D) and the
        weights of the words (B, S, T); and one from sentence vectors and a
        mask (B, S), True = real, to the logits and the weights of the
        sentences (B, S). The logits are those of `logits`: n-grams, if there
        are some, add to them.

    Example:
    >>> import numpy as np
    >>> words, sentences = split_at_sentences(build_han(10_000))
    >>> ids = np.array([[[4, 7, 12], [9, 3, 0]]])
    >>> vectors, word_weights = words.predict_on_batch(ids)
    >>> inputs = [vectors, ids.any(axis=2)]
    >>> logits, sentence_weights = sentences.predict_on_batch(inputs)
    >>> logits.shape
    (1, 1)
    """
    words = keras.Model(model.input, model.get_layer("word_attention").output)
    return words, _SentenceReader(model)


class _SentenceReader(keras.Model):
    """From sentence vectors to the logits, with the layers of another model.

    Not functional: a symbolic call would add a node to each of the layers,
    and so change the model that they belong to.
    """

    def __init__(self, model: keras.Model) -> None:
        super().__init__(name="sentence_reader", autocast=False)
        self.bigru = model.get_layer("sentence_bigru")
        self.attention = model.get_layer("sentence_attention")
        self.logits = model.get_layer("logits")
        self.supports_masking = True
        self.built = True

    def call(self, inputs: tuple[Tensor, Tensor]) -> tuple[Tensor, Tensor]:
        vectors, mask = inputs
        hidden = self.bigru(vectors, mask=mask)
        document, weights = self.attention(
            hidden, mask=mask, return_attention_scores=True
        )
        return self.logits(document), weights
