"""Small sequence models."""

from han_attention.seq2seq import build_attention_seq2seq

SMALL = {"embedding_dim": 4, "rnn_units": 5}


def make_model(**options):
    return build_attention_seq2seq(12, 11, **SMALL, seed=1, **options)
