"""Small classifiers for the tests of `TextClassifier`."""

from han_attention import TextClassifier

# Where nothing else is said, a few batches in all: what is longer is traced.
SMALL = {
    "rnn_units": 8,
    "embedding_dim": 16,
    "attention_units": 8,
    "learning_rate": 0.01,
    "embedding_dropout": 0.0,
    "dropout": 0.2,
    "ngram_range": None,  # the attention alone
    "seed": 1,
    "verbose": False,
}
SHORT = ["a fine film", "a dull film", "fine", "dull and long"] * 6


def make(**settings):
    """A classifier that is quick to fit."""
    return TextClassifier(**SMALL | {"epochs": 1} | settings)
