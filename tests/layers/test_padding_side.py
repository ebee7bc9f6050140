"""Padding on any side, no steps, no rows, integers: never wrong in silence."""

import keras
import numpy as np
import pytest
from keras import ops
from layer_checks import assert_close
from layer_checks import to_numpy

from han_attention import AttentionPooling
from han_attention import BiGRU
from han_attention import BiLSTM
from han_attention import build_classifier
from han_attention import build_han
from han_attention.layers.sequence_pooling import SequencePooling

LAYERS = {
    "attention": lambda: AttentionPooling(5),
    "heads": lambda: AttentionPooling(5, num_heads=2),
    "sparsemax": lambda: AttentionPooling(5, normalizer="sparsemax"),
    "mean": lambda: SequencePooling("mean"),
    "max": lambda: SequencePooling("max"),
    "gru": lambda: BiGRU(3),
    "lstm": lambda: BiLSTM(3),
    "two layers": lambda: BiGRU(3, num_layers=2),
}
every_layer = pytest.mark.parametrize("name", LAYERS)


@pytest.fixture
def inputs():
    return np.random.default_rng(0).normal(size=(4, 7, 5)).astype("float32")


@pytest.mark.parametrize(
    ("layer_class", "rnn"),
    [(BiGRU, keras.layers.GRU), (BiLSTM, keras.layers.LSTM)],
)
def test_any_mask_equals_a_masked_bidirectional(layer_class, rnn, inputs):
    reference = keras.layers.Bidirectional(rnn(6, return_sequences=True))
    reference.build(inputs.shape)
    layer = layer_class(6)
    layer.build(inputs.shape)
    layer.set_weights(reference.get_weights())
    steps = np.arange(7)
    masks = [
        steps >= np.array([[0], [4], [7], [2]]),  # on the left
        np.random.default_rng(1).random((4, 7)) < 0.6,
    ]
    for mask in masks:
        expected = reference(inputs, mask=ops.convert_to_tensor(mask))
        assert_close(layer(inputs, mask=mask), expected, 1e-6)


def test_two_layers_and_documents_with_padding_on_the_left(inputs):
    layer = BiGRU(6, num_layers=2)
    lengths = np.array([[7], [3], [0], [5]])
    right, left = np.arange(7) < lengths, np.arange(7) >= 7 - lengths
    moved = np.zeros_like(inputs)
    moved[left] = inputs[right]
    expected = to_numpy(layer(inputs, mask=right))
    received = to_numpy(layer(moved, mask=left))
    np.testing.assert_allclose(received[left], expected[right], atol=1e-6)
    assert not received[~left].any()
    documents = to_numpy(layer(moved[None], mask=left[None]))
    np.testing.assert_allclose(documents[0], received, atol=1e-6)


def test_a_classifier_reads_what_pad_sequences_pads():
    model = build_classifier(20, embedding_dim=4, rnn_units=3)
    ids = [[3, 5, 9], [7, 4, 8, 11, 6], [12]]
    pad = keras.utils.pad_sequences
    before, after = (
        to_numpy(model(pad(ids, padding=side))) for side in ("pre", "post")
    )
    np.testing.assert_allclose(before, after, atol=1e-6)
    assert np.ptp(after) > 0


@every_layer
def test_nothing_gives_zeros_of_the_right_shape(name):
    layer = LAYERS[name]()
    some = to_numpy(layer(np.zeros((2, 3, 5), "float32")))
    for shape in (0, 3, 5), (2, 0, 5), (0, 0, 5), (2, 0, 3, 5), (2, 3, 0, 5):
        expected = shape[:-1] if some.ndim == 3 else shape[:-2]
        for mask in (None, np.ones(shape[:-1], bool)):
            received = to_numpy(layer(np.zeros(shape, "float32"), mask=mask))
            assert received.shape == (*expected, some.shape[-1])
            assert not received.any()


def test_models_of_nothing():
    flat = build_classifier(20, embedding_dim=4, rnn_units=3)
    for shape in [(0, 3), (2, 0), (0, 0)]:
        ids = np.zeros(shape, "int32")
        assert flat.predict_on_batch(ids).shape == (shape[0], 1)
        assert tuple(flat(ids).shape) == (shape[0], 1)
    documents = build_han(20, embedding_dim=4, rnn_units=3)
    for shape in [(0, 3, 2), (2, 0, 3), (2, 3, 0)]:
        received = documents(np.zeros(shape, "int32"))
        assert tuple(received.shape) == (shape[0], 1)


@every_layer
def test_integers_are_read_as_floats(name):
    layer = LAYERS[name]()
    integers = np.arange(30).reshape(2, 3, 5) % 7
    expected = to_numpy(layer(integers.astype("float32")))
    assert np.abs(expected).max() > 0
    for dtype in ("int32", "int64", "uint8"):
        received = to_numpy(layer(integers.astype(dtype)))
        assert received.dtype == expected.dtype
        np.testing.assert_allclose(received, expected, atol=1e-6)


def test_a_query_and_a_value_are_no_pair(inputs):
    layer = AttentionPooling(4)
    both = layer((inputs, inputs[..., :2]))
    assert tuple(both.shape) == (4, 7)
    query = inputs[:, :3]
    for wrong in ([query, inputs], [inputs] * 3, [inputs]):
        for each in (layer, AttentionPooling(4)):  # built, and not yet
            with pytest.raises(ValueError, match="the query and the value"):
                each(wrong)
        symbolic = [keras.Input(x.shape[1:]) for x in wrong]
        with pytest.raises(ValueError, match="the query and the value"):
            AttentionPooling(4)(symbolic)


@pytest.mark.skipif(
    keras.backend.backend() != "tensorflow", reason="the file is the same"
)
@pytest.mark.filterwarnings("ignore:.*HDF5:UserWarning")
@pytest.mark.parametrize("build", [build_classifier, build_han])
def test_models_are_saved_as_h5_too(build, tmp_path):
    sizes = {"embedding_dim": 4, "rnn_units": 3, "num_layers": 2}
    model = build(20, **sizes, ngram_range=(1, 2), num_ngram_buckets=40)
    ids = np.random.default_rng(0).integers(0, 20, (2, 3, 4)).astype("int32")
    ids = ids if build is build_han else ids[0]
    model.save(tmp_path / "model.h5")
    loaded = keras.models.load_model(tmp_path / "model.h5")
    assert_close(loaded(ids), model(ids), 1e-6)
