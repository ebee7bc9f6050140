"""Plain Keras models with our layers among the common ones, as ONNX."""

import keras
import numpy as np
import onnxruntime
import pytest
from keras import layers
from predictor_cases import without_tracing

from han_attention import AttentionPooling
from han_attention import BiGRU
from han_attention import BiLSTM
from han_attention.export import export_onnx
from han_attention.layers import NGramEmbeddingBag
from han_attention.layers import SequencePooling

WORDS = {"mask_zero": True}


def sequential(*own, embedding=WORDS):
    return [layers.Embedding(20, 6, **embedding), *own]


MODELS = {
    "GRU": sequential(layers.GRU(5), layers.Dense(3, "softmax")),
    "every step of a GRU": sequential(layers.GRU(5, return_sequences=True)),
    "LSTM without a mask": sequential(
        layers.LSTM(5, return_sequences=True),
        SequencePooling("max"),
        layers.Dense(2, "relu"),
        embedding={},
    ),
    "reset before": sequential(
        layers.GRU(5, reset_after=False, return_sequences=True),
        layers.LSTM(4, use_bias=False),
    ),
    "Bidirectional": sequential(
        layers.Bidirectional(layers.LSTM(4, return_sequences=True)),
        layers.Dropout(0.5),
        AttentionPooling(5, num_heads=2, use_bias=False),
        layers.Dense(1, "sigmoid"),
    ),
    "both ends": sequential(
        layers.Bidirectional(layers.GRU(4), merge_mode="ave")
    ),
    "BiGRU": sequential(
        BiGRU(4), layers.Activation("tanh"), AttentionPooling(5)
    ),
    "BiLSTM": sequential(
        BiLSTM(4, num_layers=2), SequencePooling("mean"), layers.Softmax()
    ),
}


def randomize(model):
    rng = np.random.default_rng(1)
    model.set_weights(
        [rng.normal(scale=0.7, size=w.shape) for w in model.weights]
    )
    return without_tracing(model)


def run(path, inputs):
    session = onnxruntime.InferenceSession(
        path, providers=["CPUExecutionProvider"]
    )
    (given,) = session.get_inputs()
    return session.run(["logits"], {given.name: inputs})[0]


def functional(shape, build):
    inputs = keras.Input(shape, dtype="int32")
    return keras.Model(inputs, build(inputs))


@pytest.mark.parametrize("name", MODELS)
def test_sequential(name, tmp_path):
    model = keras.Sequential([keras.Input((None,)), *MODELS[name]])
    path = export_onnx(randomize(model), tmp_path / "model.onnx")
    # On the right, on the left, between, and nothing else.
    ids = [[3, 4, 5, 0, 0], [0, 0, 7, 6, 5], [1, 0, 2, 0, 3], [0] * 5]
    ids = np.array(ids, "int32")
    expected = model.predict_on_batch(ids)
    assert np.ptp(expected) > 0.01
    np.testing.assert_allclose(run(path, ids), expected, atol=1e-6)


def of_sentences(ids):
    words = layers.Embedding(20, 6, mask_zero=True)(ids)
    sentences = AttentionPooling(5)(BiGRU(3)(words))
    return layers.Dense(2)(AttentionPooling(5)(BiGRU(3)(sentences)))


def of_a_pair(ids):
    words = layers.Embedding(20, 6)(ids)
    pair = BiGRU(3, merge_mode=None)(words)
    ngrams = NGramEmbeddingBag(6, (2, 2), 50)(ids)
    return layers.Add()([AttentionPooling(4)(pair), ngrams])


def with_words(ids):
    words = layers.Embedding(20, 6, mask_zero=True)(ids)
    both = layers.Concatenate()(
        [layers.GRU(4, return_sequences=True)(words), words]
    )
    return AttentionPooling(5, normalizer="sparsemax")(both)


@pytest.mark.parametrize(
    ("shape", "build"),
    [((None, None), of_sentences), ((None,), of_a_pair), ((7,), with_words)],
)
def test_functional(shape, build, tmp_path):
    model = randomize(functional(shape, build))
    path = export_onnx(model, tmp_path / "model.onnx")
    shape = [size or 4 for size in shape]
    ids = np.random.default_rng(2).integers(1, 20, (3, *shape), "int32")
    ids[0, ..., 2:] = 0
    np.testing.assert_allclose(
        run(path, ids), model.predict_on_batch(ids), atol=1e-6
    )
    model.save(tmp_path / "model.keras")  # it can still be saved


@pytest.mark.parametrize("time_major", [False, True])
def test_vectors(time_major, tmp_path):
    vectors = keras.Input((None, 6))
    pooled = AttentionPooling(4, time_major=time_major)(vectors)
    model = randomize(keras.Model(vectors, pooled))
    path = export_onnx(model, tmp_path / "model.onnx")
    given = np.random.default_rng(0).normal(size=(3, 3, 6)).astype("float32")
    np.testing.assert_allclose(
        run(path, given), model.predict_on_batch(given), atol=1e-6
    )


@pytest.mark.filterwarnings("ignore:Layer 'near'")
@pytest.mark.parametrize(
    ("own", "message"),
    [
        ([layers.Conv1D(3, 2, name="near")], "no layer Conv1D .named 'near'"),
        ([layers.GRU(3, go_backwards=True)], "only with go_backwards=False"),
        ([layers.GRU(3, activation="relu")], "only with activation='tanh'"),
        ([layers.Dense(3, "selu")], "only with activation="),
    ],
)
def test_what_it_does_not_know_is_named(own, message, tmp_path):
    model = keras.Sequential([keras.Input((None,)), *sequential(*own)])
    with pytest.raises(ValueError, match=message):
        export_onnx(model, tmp_path / "model.onnx")
    assert list(tmp_path.iterdir()) == []
