"""Named settings: what each changes of the defaults in `settings.py`."""

from typing import Any

# The sizes of the published program, which starts from wide vectors.
_PUBLISHED: dict[str, Any] = {
    "normalization": "keras",
    "vocabulary_size": 10_000,
    "max_tokens": 250,
    "ngram_range": None,
    "validation_fraction": 0.0,
    "embedding_dropout": 0.0,
    "embedding_range": 1.0,
    "dropout": 0.2,
    "patience": None,
}

PRESETS: dict[str, dict[str, Any]] = {
    "imdb": _PUBLISHED
    | {
        "rnn_units": 150,
        "attention_units": 50,
        "include_embedding": False,
        "learning_rate": 1e-3,
        "batch_size": 256,
        "epochs": 3,
    },
    "demo": _PUBLISHED
    | {
        "embedding_dim": 32,
        # A wider BiGRU tells the neighbours of a word what the word says.
        "rnn_units": 4,
        "attention_units": 16,
        "learning_rate": 1e-2,
        "epochs": 8,
    },
    # Attention that says more about the prediction: benchmarks/faithfulness.py
    "faithful": {
        "vocabulary_size": 20_000,
        "max_tokens": 250,
        "ngram_range": None,
        "rnn_units": 16,
        "attention_units": 50,
        "embedding_dropout": 0.2,
        "dropout": 0.3,
        "batch_size": 64,
        "epochs": 4,
    },
    # No recurrence: for who would take TF-IDF. benchmarks/accuracy.py
    "fast": {
        "cell": "none",
        "embedding_dim": 50,
        "learning_rate_schedule": "cosine",
        "batch_size": 128,
        "epochs": 3,
    },
    # Sentiment, and what else hangs on order: benchmarks/accuracy.py
    "accurate": {
        "truncation": "both",
        "rnn_units": 32,
        "pretrain_vectors": True,
        "frozen_epochs": 1,
        "learning_rate_schedule": "cosine",
        "batch_size": 64,
        "epochs": 4,
    },
    # What a text is about: benchmarks/accuracy.py
    "topics": {
        "learning_rate_schedule": "cosine",
        "epochs": 6,
    },
    # Documents of sentences: benchmarks/han_poolings.py
    "han": {
        "architecture": "hierarchical",
        "ngram_range": None,
        "min_word_count": 5,
        "max_sentence_tokens": 30,
        "long_sentences": "split",
        "truncation": "both",
        "rnn_units": 50,
        "attention_units": 100,
        "include_embedding": False,
        "embedding_dropout": 0.2,
        "dropout": 0.3,
        "pretrain_vectors": True,
        "frozen_epochs": 3,
        "learning_rate_schedule": "cosine",
        "batch_size": 64,
        "epochs": 3,
    },
    # The settings of Yang et al., 2016. The learning rate is not given there:
    # it is chosen on held-out reviews, benchmarks/han_paper_rate.py
    "han-paper": {
        "architecture": "hierarchical",
        "ngram_range": None,
        "vocabulary_size": 100_000,
        "min_word_count": 6,
        "max_tokens": 250,
        "max_sentences": 60,
        "max_sentence_tokens": 60,
        "embedding_dim": 200,
        "rnn_units": 50,
        "attention_units": 100,
        "include_embedding": False,
        "embedding_dropout": 0.0,
        "embedding_range": 1.0,
        "dropout": 0.0,
        "pretrain_vectors": True,
        "optimizer": "sgd",
        "learning_rate": 0.1,
        "batch_size": 64,
        "epochs": 10,
    },
}
