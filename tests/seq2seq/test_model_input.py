"""AttentionSeq2Seq: wrong arguments and shapes, each named."""

import numpy as np
import pytest
from seq2seq_cases import SMALL
from seq2seq_cases import make_model

from han_attention.seq2seq import build_attention_seq2seq


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"source_vocabulary_size": 0}, "`source_vocabulary_size`"),
        ({"target_vocabulary_size": 0}, "`target_vocabulary_size`"),
        ({"embedding_dim": 0}, "`embedding_dim`"),
        ({"rnn_units": -1}, "`rnn_units`"),
        ({"num_layers": 0}, "`num_layers`"),
        ({"num_heads": 0}, "`num_heads`"),
        ({"cell": "rnn"}, "`cell`"),
        ({"query": "both"}, "`query`"),
        ({"dropout": 1.0}, "`dropout`"),
        ({"num_sampled": 12}, "`num_sampled`.*0 to 11"),
        ({"sampling_probability": 1.5}, "`sampling_probability`"),
        ({"end_id": 11}, "`end_id`.*1 to 10"),
        ({"start_id": 0}, "`start_id`"),
        ({"tie_output": True, "num_sampled": 2}, "`tie_output`"),
        ({"share_embeddings": True}, "`share_embeddings`"),
        ({"bidirectional": "yes"}, "`bidirectional`"),
    ],
)
def test_wrong_arguments(options, message):
    sizes = {"source_vocabulary_size": 12, "target_vocabulary_size": 11}
    with pytest.raises(ValueError, match=message):
        build_attention_seq2seq(**(sizes | SMALL | options))


@pytest.mark.parametrize("wrong", [np.zeros((2, 0), int), np.zeros(2, int)])
def test_wrong_shapes(wrong):
    model, ids = make_model(), np.ones((2, 3), int)
    with pytest.raises(ValueError, match="`source`.*at least one step"):
        model([wrong, ids])
    with pytest.raises(ValueError, match="`target`.*at least one step"):
        model([ids, wrong])
