"""The BiGRU classifier: ids -> embedding -> BiGRU -> attention -> logits."""

import keras

from han_attention.layers.attention_pooling import AttentionPooling
from han_attention.layers.padding_mask import PaddingMask
from han_attention.models.heads import add_ngrams
from han_attention.models.heads import attention_initializers
from han_attention.models.heads import logits_layer
from han_attention.models.heads import num_logits
from han_attention.models.heads import read_in_both_directions
from han_attention.types import InitializerLike
from han_attention.validation import check_positive_integer
from han_attention.validation import check_rate


def build_classifier(
    vocabulary_size: int,
    num_classes: int = 2,
    embedding_dim: int = 100,
    rnn_units: int = 150,
    attention_units: int = 50,
    dropout: float = 0.2,
    *,
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
    name: str = "classifier",
) -> keras.Model:
    """Build a text classifier whose attention can be read.

        ids -> embedding -> BiGRU -> AttentionPooling -> dropout -> logits

    With `include_embedding` the attention pools h_t = [BiGRU(x)_t, x_t], so
    that a word counts for itself too, as in a bag of words, and not only in
    its context.

    Args:
        vocabulary_size: Positive integer, the number of ids, the padding 0
            included.
        num_classes: Integer of at least 2 (1 with `multi_label`). Defaults
            to 2.
        embedding_dim: Size of the word vectors. Defaults to 100.
        rnn_units: Size of each direction of the BiGRU. Defaults to 150.
        attention_units: Size of the attention's hidden layer. Defaults to 50.
        dropout: Float in [0, 1), the dropout of the pooled vector and between
            the layers of the BiGRU. Defaults to 0.2.
        multi_label: Whether a text can have several labels at once. Defaults
            to `False`.
        num_layers: Layers of the BiGRU. Defaults to 1.
        cell: `"gru"` for a `BiGRU`, `"lstm"` for a `BiLSTM`, `"none"` for
            attention over the word vectors alone. Defaults to `"gru"`.
        num_heads: Context vectors of the attention. Defaults to 1.
        normalizer: `"softmax"` or `"sparsemax"`. Defaults to `"softmax"`.
        attention_dropout: Float in [0, 1), the fraction of the attention
            weights dropped in training. Defaults to 0.0.
        embedding_dropout: Float in [0, 1), the dropout of the word vectors.
            Defaults to 0.0.
        include_embedding: Whether the attention also pools the word vectors
            themselves. Defaults to `False`.
        embeddings_initializer: Initializer of the word vectors. Defaults to
            `"uniform"`.
        attention_initializer: Initializer of the kernel, the bias and the
            context of the attention. Defaults to `None`: those of
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
        name: Name of the model. Defaults to `"classifier"`.

    Returns:
        An uncompiled functional `keras.Model` from integer ids (B, T), 0 =
        padding on the right, to float32 logits: (B, 1) for two classes, else
        (B, num_classes). Its layers are `ids`, `embedding`,
        `embedding_dropout` if there is one, `bigru`, `with_embedding` if it
        is included, `attention` (outputs: the pooled vector and the attention
        weights (B, T)), `dropout` and `logits`; with n-grams also `ngrams` and
        `logits_with_ngrams`, their sum.

    Masking:
        The mask is computed from the ids and given to each layer explicitly.
        Padding changes no output; a text with no words gets the output bias.

    Raises:
        ValueError: for an argument out of range.

    Example:
    >>> import keras
    >>> import numpy as np
    >>> model = build_classifier(vocabulary_size=10_000)
    >>> ids = np.array([[4, 7, 12, 0], [9, 3, 5, 8]])
    >>> tuple(model(ids).shape)
    (2, 1)
    >>> scores = model.get_layer("attention").output[1]
    >>> reader = keras.Model(model.input, scores)
    >>> tuple(reader(ids).shape)
    (2, 4)

    Reference:
        Yang et al., 2016, https://aclanthology.org/N16-1174/, section 2.2;
        for `include_embedding` Lai et al., 2015,
        https://doi.org/10.1609/aaai.v29i1.9513
    """
    check_positive_integer("vocabulary_size", vocabulary_size)
    check_positive_integer("embedding_dim", embedding_dim)
    output_size = num_logits(num_classes, multi_label)

    # === Layers ===
    embedding = keras.layers.Embedding(
        vocabulary_size,
        embedding_dim,
        embeddings_initializer=embeddings_initializer,
        name="embedding",
    )
    word_dropout = keras.layers.Dropout(
        check_rate("embedding_dropout", embedding_dropout),
        seed=seed,
        name="embedding_dropout",
    )
    attention = AttentionPooling(
        attention_units,
        num_heads=num_heads,
        normalizer=normalizer,
        dropout=check_rate("attention_dropout", attention_dropout),
        seed=seed,
        name="attention",
        **attention_initializers(attention_initializer),
    )
    pooled_dropout = keras.layers.Dropout(
        check_rate("dropout", dropout), seed=seed, name="dropout"
    )
    logits = logits_layer(output_size, logits_initializer)

    # === Functional model ===
    ids = keras.Input((None,), dtype="int32", name="ids")
    mask = PaddingMask(name="mask")(ids)
    words = embedding(ids)
    if embedding_dropout:
        words = word_dropout(words)
    hidden = read_in_both_directions(
        words,
        mask,
        rnn_units,
        cell=cell,
        num_layers=num_layers,
        dropout=dropout,
        include_inputs=include_embedding,
        seed=seed,
        name="bigru",
    )
    pooled, _ = attention(hidden, mask=mask, return_attention_scores=True)
    outputs = add_ngrams(
        logits(pooled_dropout(pooled)),
        ids,
        mask,
        vocabulary_size,
        ngram_range,
        num_ngram_buckets,
        ngram_initializer,
        ngram_dropout,
        seed,
    )
    return keras.Model(ids, outputs, name=name)
