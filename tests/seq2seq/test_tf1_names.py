"""Names of variables in checkpoints of every age, without their weights."""

import numpy as np
import pytest

from han_attention.seq2seq.tf1_names import DecoderVariables
from han_attention.seq2seq.tf1_names import modernize_name


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Linear/Matrix", "kernel"),
        ("Attention_0/Linear/Bias", "Attention_0/bias"),
        ("weights", "kernel"),
        ("AttnOutputProjection/biases", "AttnOutputProjection/bias"),
        ("GRUCell/Gates/Linear/Matrix", "gru_cell/gates/kernel"),
        ("gru_cell/candidate/biases", "gru_cell/candidate/bias"),
        ("LSTMCell/B", "lstm_cell/bias"),
        ("LSTMCell/W_1", "lstm_cell/kernel/part_1"),
        ("BasicLSTMCell/Linear/Matrix", "basic_lstm_cell/kernel"),
        (
            "MultiRNNCell/Cell12/GRUCell/Candidate/Linear/Bias",
            "multi_rnn_cell/cell_12/gru_cell/candidate/bias",
        ),
        (
            "OutputProjectionWrapper/Linear/Matrix",
            "output_projection_wrapper/kernel",
        ),
        (
            "output_projection_wrapper/multi_rnn_cell/cell_0/gru_cell/gates/bias",
            "multi_rnn_cell/cell_0/gru_cell/gates/bias",
        ),
        ("AttnW_0", "AttnW_0"),
        ("multi_rnn_cell/cell_0/lstm_cell/kernel",) * 2,
    ],
)
def test_old_names_become_those_since_1_2(old, new):
    assert modernize_name(old) == new


def test_slots_averages_and_other_scopes_are_left_out():
    ones = np.ones(2)
    variables = {
        "global_step": ones,
        "beta1_power": ones,
        "model/embedding": ones,
        "model/attention_decoder/AttnW_0": ones,
        "model/attention_decoder/AttnW_0/Adam": ones,
        "model/attention_decoder/AttnW_0/Adam_1": ones,
        "model/attention_decoder/AttnW_0/ExponentialMovingAverage": ones,
        "model/attention_decoder/weights": ones,
        "model/attention_decoder/weights/Adagrad": ones,
        "train/model/attention_decoder/AttnW_0/Momentum": ones,
    }
    file = DecoderVariables(variables)
    assert set(file.arrays) == {"AttnW_0", "kernel"}
    assert file.name_in_file("kernel") == "weights"


def test_slices_of_a_variable_are_put_together_in_order():
    rows = np.arange(24).reshape(12, 2)
    variables = {
        f"d/LSTMCell/W_{n}:0": rows[n : n + 1] for n in reversed(range(12))
    }
    variables |= {f"d/weights/part_{n}:0": rows[6 * n :][:6] for n in (1, 0)}
    file = DecoderVariables(variables | {"d/AttnW_0:0": rows})
    np.testing.assert_array_equal(file.arrays["lstm_cell/kernel"], rows)
    np.testing.assert_array_equal(file.arrays["kernel"], rows)
    assert file.name_in_file("lstm_cell/kernel") == "LSTMCell/W_0"


def test_of_several_decoders_one_is_chosen():
    variables = {
        f"{x}/attention_decoder/AttnW_0": n for n, x in enumerate("ab")
    }
    with pytest.raises(ValueError, match="`scope`.*: a/atten.*/, b/atten.*/$"):
        DecoderVariables(variables)
    for scope in ("b/attention_decoder", "/b/attention_decoder/"):
        assert DecoderVariables(variables, scope).arrays == {"AttnW_0": 1}
    with pytest.raises(ValueError, match="a/atten.*, b/atten.*: scope='c'"):
        DecoderVariables(variables, "c")
    with pytest.raises(ValueError, match="there is none.*scope='c'"):
        DecoderVariables({}, "c")
    assert DecoderVariables({"AttnW_0": 1}, "").arrays == {"AttnW_0": 1}


def test_a_file_without_a_decoder_says_what_it_has():
    variables = {f"layer_{n}/kernel": 0 for n in range(100)}
    with pytest.raises(
        ValueError, match="one `AttnW_0`. .*layer_0/k.* 80 more$"
    ):
        DecoderVariables(variables)
