"""Every line of docs/migration.md runs, and gives what it says."""

import ast
import re
from pathlib import Path

import pytest

TEXT = (Path(__file__).parents[1] / "docs" / "migration.md").read_text(
    encoding="utf-8"
)
BLOCKS = re.findall(r"```python\n(.*?)```", TEXT, flags=re.S)
ROWS = re.findall(
    r"^\| `(.+?)`(.*?) \| `(.+?)` \| (?:`(.+?)` )?\|$", TEXT, re.M
)
# All that `tf.contrib.legacy_seq2seq` had.
FUNCTIONS = [
    "attention_decoder",
    "basic_rnn_seq2seq",
    "embedding_attention_decoder",
    "embedding_attention_seq2seq",
    "embedding_rnn_decoder",
    "embedding_rnn_seq2seq",
    "embedding_tied_rnn_seq2seq",
    "model_with_buckets",
    "one2many_rnn_seq2seq",
    "rnn_decoder",
    "sequence_loss",
    "sequence_loss_by_example",
    "tied_rnn_seq2seq",
]


def run(code, namespace):
    exec(compile(code, "docs/migration.md", "exec"), namespace)


def test_every_function_has_a_line():
    legacy = {row[0].partition("(")[0] for row in ROWS}
    assert not set(FUNCTIONS) - legacy


def test_every_row_of_a_table_is_found():
    lines = [x for x in TEXT.splitlines() if x.startswith("| `")]
    assert len(lines) == len(ROWS) > 30


def test_every_line_runs_and_gives_the_shape_it_names():
    """One after the other, as the document says."""
    namespace = {}
    first, *others = BLOCKS
    run(first, namespace)
    for _, _, code, shape in ROWS:
        namespace.pop("outputs", None)
        run(code, namespace)
        assert ("outputs" in namespace) == bool(shape), code
        if shape:
            received = tuple(namespace["outputs"].shape)
            assert received == ast.literal_eval(shape), code
    for block in others:
        run(block, namespace)


@pytest.mark.parametrize("name", re.findall(r"`(\w+_from_tf1)`", TEXT))
def test_named_functions_are_there(name):
    from han_attention.seq2seq import tf1_weights

    assert callable(getattr(tf1_weights, name))
