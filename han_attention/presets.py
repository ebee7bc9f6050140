"""Named settings; only what differs from the defaults of `TrainConfig`."""

from typing import Any

# What the presets below share, chosen on held-out training texts.
_CHOSEN: dict[str, Any] = {
    "vocabulary_size": 40_000,
    "max_tokens": 400,
    "normalization": "words",
    "validation_fraction": 0.1,
    "embedding_dropout": 0.3,
    "dropout": 0.5,
    "embedding_range": 0.05,
    "learning_rate_schedule": "cosine",
    "patience": 3,
}

PRESETS: dict[str, dict[str, Any]] = {
    "imdb": {},
    "demo": {
        "data": "demo",
        "embedding_dim": 32,
        # A wider BiGRU tells the neighbours of a word what the word says.
        "rnn_units": 4,
        "attention_units": 16,
        "include_embedding": True,
        "learning_rate": 1e-2,
        "batch_size": 32,
        "epochs": 8,
    },
    # Attention that says more about the prediction: benchmarks/faithfulness.py
    "faithful": {
        "normalization": "words",
        "vocabulary_size": 20_000,
        "validation_fraction": 0.1,
        "include_embedding": True,
        "embedding_range": 0.05,
        "rnn_units": 16,
        "embedding_dropout": 0.2,
        "dropout": 0.3,
        "learning_rate": 2e-3,
        "batch_size": 64,
        "epochs": 4,
        "patience": 3,
    },
    # Sentiment, and what else hangs on a few words: benchmarks/imdb_accuracy.py
    "accurate": _CHOSEN
    | {
        "keep": "both",
        "include_embedding": True,
        "embedding_dim": 200,
        "rnn_units": 100,
        "attention_units": 100,
        "pretrain_vectors": True,
        "frozen_epochs": 1,
        "batch_size": 64,
        "epochs": 4,
    },
    # What a text is about: benchmarks/newsgroups.py
    "topics": _CHOSEN
    | {
        "include_embedding": True,
        "rnn_units": 64,
        "attention_units": 64,
        "learning_rate": 2e-3,
        "batch_size": 32,
        "epochs": 6,
    },
    # Documents of sentences: benchmarks/han_poolings.py
    "han": _CHOSEN
    | {
        "architecture": "hierarchical",
        "min_word_count": 5,
        "max_sentence_tokens": 30,
        "long_sentences": "split",
        "keep": "both",
        "rnn_units": 50,
        "attention_units": 100,
        "embedding_dropout": 0.2,
        "dropout": 0.3,
        "pretrain_vectors": True,
        "frozen_epochs": 3,
        "learning_rate": 2e-3,
        "batch_size": 64,
    },
    # The settings of Yang et al., 2016. The learning rate is not given there:
    # it is chosen on held-out reviews, benchmarks/han_paper_rate.py
    "han-paper": {
        "architecture": "hierarchical",
        "normalization": "words",
        "vocabulary_size": 100_000,
        "min_word_count": 6,
        "max_sentences": 60,
        "max_sentence_tokens": 60,
        "validation_fraction": 0.1,
        "embedding_dim": 200,
        "rnn_units": 50,
        "attention_units": 100,
        "dropout": 0.0,
        "pretrain_vectors": True,
        "optimizer": "sgd",
        "learning_rate": 0.1,
        "batch_size": 64,
        "epochs": 10,
        "patience": 3,
    },
}
