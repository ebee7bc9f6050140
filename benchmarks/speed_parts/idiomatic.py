"""The same model in plain Keras, as its guides write it."""

import keras
from keras import ops

from han_attention.settings import Settings
from speed_parts.material import BATCH_SIZE
from speed_parts.material import pad_to_limit


class PlainAttention(keras.layers.Layer):
    """What people write: tanh MLP, masked softmax, weighted sum."""

    def __init__(self, units, initializer, **kwargs):
        super().__init__(**kwargs)
        self.supports_masking = True
        self.hidden = keras.layers.Dense(
            units, "tanh", kernel_initializer=initializer
        )
        self.score = keras.layers.Dense(
            1, use_bias=False, kernel_initializer=initializer
        )

    def call(self, inputs, mask=None):
        scores = self.score(self.hidden(inputs))
        mask = ops.expand_dims(mask, -1)
        weights = ops.softmax(ops.where(mask, scores, -1e4), axis=1)
        return ops.sum(weights * inputs, axis=1)

    def compute_mask(self, inputs, mask=None):
        return None


def build_idiomatic(settings, vocabulary_size):
    """The same sizes, initializers, loss and optimizer as the preset."""
    initializers = keras.initializers
    model = keras.Sequential(
        [
            keras.layers.Embedding(
                vocabulary_size,
                settings.embedding_dim,
                mask_zero=True,
                embeddings_initializer=initializers.RandomUniform(-1, 1),
            ),
            keras.layers.Bidirectional(
                keras.layers.GRU(settings.rnn_units, return_sequences=True)
            ),
            PlainAttention(
                settings.attention_units, initializers.RandomNormal(stddev=0.1)
            ),
            keras.layers.Dropout(settings.dropout),
            keras.layers.Dense(
                1,
                kernel_initializer=initializers.TruncatedNormal(stddev=0.1),
                dtype="float32",
            ),
        ]
    )
    model.compile(
        keras.optimizers.Adam(settings.learning_rate),
        keras.losses.BinaryCrossentropy(from_logits=True),
        metrics=[keras.metrics.BinaryAccuracy(threshold=0.0)],
    )
    return model


class Contestant:
    def __init__(self, material):
        self.material = material
        settings = Settings.from_preset("imdb")
        self.ids = pad_to_limit(material.train)
        self.model = build_idiomatic(settings, len(material.tokenizer))

    def train(self, epoch):
        labels = self.material.labels
        self.model.fit(self.ids, labels, BATCH_SIZE, epochs=1, verbose=0)

    def predict(self, texts):
        ids = pad_to_limit(self.material.encode(texts))
        self.model.predict(ids, batch_size=64, verbose=0)
