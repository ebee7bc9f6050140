"""Small layers of n-grams."""

import keras

from han_attention.layers.ngrams import NGramEmbeddingBag

BUCKETS = 101


def make_layer(units=2, **options):
    table = keras.initializers.RandomNormal(seed=1)
    return NGramEmbeddingBag(
        units,
        **{"num_buckets": BUCKETS, "embeddings_initializer": table} | options,
    )
