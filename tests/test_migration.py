"""Every line of docs/migration.md runs, and gives what it says."""

import ast
import re
from pathlib import Path

import numpy as np
import pytest
from layer_checks import to_numpy
from tf1_cases import START
from tf1_cases import Sizes
from tf1_cases import TensorFlow1
from tf1_cases import make_variables

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


WHOLE = "embedding_attention_seq2seq"
ENCODER = f"{WHOLE}/rnn/embedding_wrapper"
CHECKPOINT = "translate.ckpt-2000"


@pytest.fixture
def variables(tmp_path, monkeypatch):
    """Of a whole model, in a checkpoint here; by their names."""
    import tensorflow as tf

    monkeypatch.chdir(tmp_path)
    random = np.random.default_rng(0)

    def draw(shape):
        return random.normal(0, 0.5, size=shape).astype("float32")

    sizes = Sizes(inputs=6, memory=8, units=8, outputs=20)
    found = make_variables("lstm", 1, 1, draw, sizes, projected=20)
    found = {name.removesuffix(":0"): x for name, x in found.items()} | {
        f"{ENCODER}/embedding": draw((20, 6)),
        f"{ENCODER}/basic_lstm_cell/kernel": draw((14, 32)),
        f"{ENCODER}/basic_lstm_cell/bias": draw((32,)),
        f"{WHOLE}/embedding_attention_decoder/embedding": draw((20, 6)),
    }
    tf.raw_ops.SaveV2(
        prefix=CHECKPOINT,
        tensor_names=list(found),
        shape_and_slices=[""] * len(found),
        tensors=list(found.values()),
    )
    return found


def compute_logits(variables, source, read):
    """What TensorFlow 1 gave, of sources without padding."""
    words = {
        f"{START}{name.removeprefix(ENCODER)[1:]}:0": x
        for name, x in variables.items()
        if name.startswith(ENCODER)
    }
    encoder = TensorFlow1(words, "lstm", 1, 1)
    memory, state = [], [(np.zeros((len(source), 8)),) * 2]
    for ids in source.T:
        step, state = encoder.cell(encoder.v["embedding"][ids], state)
        memory.append(step)
    names = {f"{name}:0": x for name, x in variables.items() if START in name}
    decoder = TensorFlow1(names, "lstm", 1, 1, projected=True)
    table = variables[f"{WHOLE}/embedding_attention_decoder/embedding"]
    return decoder.decode(table[read], state, np.stack(memory, axis=1))


def test_every_line_runs_and_gives_the_shape_it_names(variables):
    """One after the other, as the document says; the last is a whole model."""
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
    source, read = np.array([[5, 3, 4, 7], [9, 1, 2, 2]]), np.array([[1, 6, 3]])
    read = np.repeat(read, 2, axis=0)
    received = to_numpy(namespace["model"]([source, read]))
    expected = compute_logits(variables, source, read)
    np.testing.assert_allclose(received, expected, atol=2e-5)


def test_the_listed_variables_are_those_of_a_checkpoint(variables):
    import tensorflow as tf

    printed = [f"{n} {s}" for n, s in tf.train.list_variables(CHECKPOINT)]
    assert "\n```text\n{}\n```\n".format("\n".join(printed)) in TEXT


@pytest.mark.parametrize("name", re.findall(r"`(\w+_from_tf1)`", TEXT))
def test_named_functions_are_there(name):
    from han_attention.seq2seq import tf1_weights

    assert callable(getattr(tf1_weights, name))
