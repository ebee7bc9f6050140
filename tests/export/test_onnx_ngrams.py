"""Models with n-grams written in ONNX, against Keras."""

from functools import cache

import keras
import numpy as np
import pytest
from layer_checks import randomize
from onnx_runtimes import RUNTIMES
from onnx_runtimes import run_everywhere

from han_attention import build_classifier
from han_attention import build_han
from han_attention.export.onnx import run
from han_attention.export.onnx import to_onnx
from han_attention.export.onnx import write
from han_attention.export.parity import check_parity
from han_attention.layers import NGramEmbeddingBag
from han_attention.text.ngrams import NUM_NGRAMS
from han_attention.text.ngrams import find_rows
from han_attention.text.ngrams import ngram_buckets

SIZES = {"embedding_dim": 8, "rnn_units": 6, "attention_units": 5}


def make_batches(rank):
    """Few words in texts of 0 to 9 of them; all empty; shorter than n."""
    rng = np.random.default_rng(0)
    ids = rng.integers(1, 5, (6, 9) if rank == 2 else (6, 3, 9))
    lengths = rng.integers(0, 10, (*ids.shape[:-1], 1))
    lengths = -np.sort(-lengths, axis=-2)  # empty sentences are at the end
    ids *= np.arange(9) < lengths
    ids = ids.astype("int32")
    return [ids, ids[..., :1], ids[:1], np.zeros_like(ids[..., :4])]


MODELS = {
    "binary": {},
    "classes": {"num_classes": 4, "ngram_range": (2, 4), "num_heads": 2},
    "labels": {
        "num_classes": 3,
        "multi_label": True,
        "num_ngram_buckets": 2**20,
    },
}


def own_rows(layer):
    """Rows of half of the words and of the first of the n-grams seen."""
    ids = make_batches(2)[0]
    longer = [
        ngram_buckets(ids, n, NUM_NGRAMS, layer.vocabulary_size).ravel()
        for n in range(max(2, layer.ngram_range[0]), layer.ngram_range[1] + 1)
    ]
    every = np.concatenate([np.arange(0, layer.vocabulary_size, 2), *longer])
    buckets = find_rows(every, layer.num_buckets, layer.vocabulary_size)
    _, first = np.unique(buckets, return_index=True)
    rows = np.random.default_rng(1).normal(size=(len(first), layer.units))
    layer.assign_rows(every[first], rows)


@cache
def export(build, name):
    """A model in ONNX, and the logits that it has to give."""
    ngrams = {"ngram_range": (1, 3), "num_ngram_buckets": 101}
    model = randomize(build(40, **SIZES | ngrams | MODELS[name]))
    own_rows(model.get_layer("ngrams"))
    model.run_eagerly = keras.backend.backend() != "jax"
    batches = make_batches(len(model.input.shape))
    expected = [model.predict_on_batch(ids) for ids in batches]
    assert np.ptp(expected[0][:, 0]) > 0.1  # texts do differ
    return to_onnx(model), batches, expected


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("build", [build_classifier, build_han])
@pytest.mark.parametrize("runtime", RUNTIMES)
def test_logits_are_those_of_keras(runtime, build, name, tmp_path):
    """OpenVINO divides whole numbers in float32: it would find no bucket."""
    graph, batches, expected = export(build, name)
    received = run_everywhere(runtime, graph, batches, tmp_path)
    for a, b in zip(received, expected, strict=True):
        np.testing.assert_allclose(a, b, atol=1e-5)
    check_parity(expected, received)


@pytest.mark.parametrize("exclusive", [True, False])
@pytest.mark.parametrize(
    "counts",
    [{}, {"binary": False}, {"binary": False, "sublinear_tf": True}],
)
@pytest.mark.parametrize("combiner", ["sum", "sqrtn"])
@pytest.mark.parametrize("shape", [(0, 5), (3, 0), (2, 31)])
def test_the_layer_alone(exclusive, counts, combiner, shape, tmp_path):
    ids = keras.Input((None,), dtype="int32")
    layer = NGramEmbeddingBag(
        2,
        num_buckets=2**20,
        **counts,
        combiner=combiner,
        exclusive=exclusive,
    )
    model = randomize(keras.Model(ids, layer(ids)))
    if exclusive:  # every second row is somebody's
        layer.owners.assign(np.arange(2**20) % 2 - 1)
    write(model, tmp_path / "model.onnx")
    batch = np.full(shape, 2**31 - 1, "int32")
    batch[..., ::3] = 7
    (received,) = run(tmp_path / "model.onnx", [batch])
    expected = keras.ops.convert_to_numpy(layer(batch))
    np.testing.assert_allclose(received, expected, atol=1e-5)
    assert received.any() == (0 not in shape)


def test_an_owner_takes_a_byte():
    """As whole numbers of 32 bits they were half of a file of int8."""
    graph = export(build_classifier, "labels")[0].graph
    owners = [w for w in graph.initializer if list(w.dims) == [2**20 + 1]]
    assert [len(w.raw_data) for w in owners] == [2**20 + 1]
