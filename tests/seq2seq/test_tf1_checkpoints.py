"""Checkpoints of TensorFlow 1 in both formats, as its `Saver` writes them.

On TensorFlow alone: the weights are those of `test_tf1_weights.py`.
"""

import sys

import keras
import numpy as np
import pytest
from tf1_cases import make_decoder
from tf1_cases import make_variables

from han_attention.seq2seq import load_tf1

pytestmark = pytest.mark.skipif(
    keras.backend.backend() != "tensorflow", reason="reads with TensorFlow"
)
CASE = "gru", 2, 1


@pytest.fixture(scope="module")
def checkpoints(tmp_path_factory):
    """A folder with `v1-7` and `v2-7`, and the variables in both.

    Beside the decoder they have slots of Adam, moving averages and the
    embeddings; one kernel is kept in two slices.
    """
    import tensorflow as tf

    tf1 = tf.compat.v1
    folder = tmp_path_factory.mktemp("checkpoints")
    random = np.random.default_rng(0)
    variables = make_variables(
        *CASE,
        lambda shape: random.normal(size=shape).astype("float32"),
        age="1.0",
    )
    assigned = []
    with tf.Graph().as_default(), tf1.Session() as session:
        for name, value in variables.items():
            name = name.removesuffix(":0")
            sliced = name.endswith("AttnOutputProjection/weights")
            variable = tf1.get_variable(
                name,
                value.shape,
                initializer=tf1.zeros_initializer(),
                partitioner=tf1.fixed_size_partitioner(2) if sliced else None,
            )
            assigned.append(variable.assign(value))
            for slot in ("Adam", "Adam_1", "ExponentialMovingAverage"):
                tf1.get_variable(f"{name}/{slot}", initializer=-value)
        tf1.get_variable("embedding", initializer=np.ones((5, 3)))
        session.run(tf1.global_variables_initializer())
        session.run(assigned)
        for version in (1, 2):
            saver = tf1.train.Saver(write_version=version)
            saver.save(session, str(folder / f"v{version}"), global_step=7)
    return folder, variables


@pytest.mark.parametrize(
    "name", ["v1-7", "v2-7", "v2-7.index", "v2-7.data-00000-of-00001", "."]
)
def test_either_format_gives_the_weights(name, checkpoints):
    folder, variables = checkpoints
    expected, decoder = make_decoder(*CASE), make_decoder(*CASE)
    load_tf1(expected, variables)
    load_tf1(decoder, folder / name if name != "." else str(folder))
    for new, old in zip(
        decoder.get_weights(), expected.get_weights(), strict=True
    ):
        np.testing.assert_array_equal(new, old)


def test_what_is_no_checkpoint(checkpoints, tmp_path):
    decoder = make_decoder(*CASE)
    for path in (checkpoints[0] / "v2-8", tmp_path, tmp_path / "no" / "v1"):
        with pytest.raises(FileNotFoundError, match=f"^No checkpoint: {path}$"):
            load_tf1(decoder, path)
    (tmp_path / "notes").write_text("mine" * 99)
    with pytest.raises(ValueError, match="notes is no checkpoint"):
        load_tf1(decoder, tmp_path / "notes")


def test_without_tensorflow(monkeypatch):
    decoder = make_decoder(*CASE)
    monkeypatch.setitem(sys.modules, "tensorflow", None)
    with pytest.raises(ImportError, match="pip install tensorflow. .*arrays"):
        load_tf1(decoder, "model.ckpt")
