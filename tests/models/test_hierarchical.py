"""The Hierarchical Attention Network beside NumPy, option by option."""

from types import SimpleNamespace

import keras
import numpy as np
import pytest
from layer_checks import assert_close
from layer_checks import to_numpy
from model_copies import check_copies

from han_attention import build_han
from han_attention.models.hierarchical import is_hierarchical
from han_attention.models.hierarchical import split_at_sentences

SMALL = {"embedding_dim": 6, "rnn_units": 5, "attention_units": 4}
POOLINGS = ["attention", "mean", "max"]
OPTIONS = {
    "paper": {},
    "mean": {"pooling": "mean"},
    "max": {"pooling": "max", "include_embedding": True},
    "heads": {"num_heads": 3, "num_classes": 4},
    "sparsemax": {"normalizer": "sparsemax", "include_embedding": True},
    "lstm": {"cell": "lstm", "num_layers": 2, "dropout": 0.3},
    "labels": {"multi_label": True, "num_classes": 3, "dropout": 0.2},
    "words": {"embedding_dropout": 0.4, "include_embedding": True},
}


def make_ids():
    """Full and short sentences, empty ones, and an empty document."""
    ids = np.zeros((3, 3, 4), "int32")
    ids[0] = [[3, 9, 4, 12], [7, 2, 0, 0], [5, 11, 8, 0]]
    ids[1, 0, :2] = [6, 10]
    return ids


@pytest.fixture
def ids():
    return make_ids()


def make(**options):
    """Every weight is random, so that a forgotten or swapped one shows."""
    model = build_han(20, **SMALL | options)
    rng = np.random.default_rng(1)
    model.set_weights(
        [rng.normal(scale=0.7, size=w.shape) for w in model.weights]
    )
    return model


def numpy_han(model, ids):
    """Logits, weights of words and of sentences, document by document."""
    weights = {layer.name: layer.get_weights() for layer in model.layers}
    logits, of_words, of_sentences = [], [], []
    for document in ids:
        vectors, shares = [], np.zeros(document.shape)
        for n, sentence in enumerate(document):
            words = weights["embedding"][0][sentence[sentence != 0]]
            hidden = numpy_bigru(words, weights["word_bigru"])
            vector, share = numpy_attention(hidden, weights["word_attention"])
            shares[n, : len(words)] = share
            if len(words):
                vectors.append(vector)
        hidden = numpy_bigru(np.array(vectors), weights["sentence_bigru"])
        vector, share = numpy_attention(hidden, weights["sentence_attention"])
        kernel, bias = weights["logits"]
        logits.append(vector @ kernel + bias)
        of_words.append(shares)
        of_sentences.append(np.pad(share, (0, len(document) - len(share))))
    return np.array(logits), np.array(of_words), np.array(of_sentences)


def numpy_bigru(steps, weights):
    if not len(steps):
        return np.zeros((0, 2 * len(weights[1])))
    forward = numpy_gru(steps, *weights[:3])
    backward = numpy_gru(steps[::-1], *weights[3:])[::-1]
    return np.concatenate([forward, backward], axis=1)


def numpy_gru(steps, kernel, recurrent, bias):
    units = len(recurrent)
    state, states = np.zeros(units), []
    for x in steps:
        of_x, of_h = x @ kernel + bias[0], state @ recurrent + bias[1]
        z, r = (
            1 / (1 + np.exp(-of_x[part] - of_h[part]))
            for part in (slice(units), slice(units, 2 * units))
        )
        new = np.tanh(of_x[2 * units :] + r * of_h[2 * units :])
        state = z * state + (1 - z) * new
        states.append(state)
    return np.array(states)


def numpy_attention(hidden, weights):
    """The formulas of the paper; its W, b and u_w are the three weights."""
    kernel, bias, context = weights
    scores = np.exp(np.tanh(hidden @ kernel + bias) @ context.reshape(-1))
    shares = scores / scores.sum()
    return shares @ hidden, shares


def reader(model):
    """Logits and both scores, by the public names of the layers."""
    layers = map(model.get_layer, ("word_attention", "sentence_attention"))
    scores = [layer.output[1] for layer in layers]
    return keras.Model(model.input, [model.output, *scores])


@pytest.fixture(scope="module", params=OPTIONS.values(), ids=OPTIONS)
def built(request, tmp_path_factory):
    """The options, their model, it saved and loaded, and what both say."""
    model = make(**request.param)
    path = tmp_path_factory.mktemp("built") / "model.keras"
    model.save(path)
    outputs = [
        to_numpy(reader(each)(make_ids()))
        for each in (model, keras.models.load_model(path))
    ]
    return SimpleNamespace(
        options=request.param,
        model=model,
        outputs=outputs[0],
        outputs_when_loaded=outputs[1],
    )


@pytest.mark.parametrize("num_classes", [2, 5])
def test_equals_the_formulas_in_numpy(num_classes, ids):
    model = make(num_classes=num_classes)
    assert_close(reader(model)(ids), numpy_han(model, ids), atol=1e-5)


def test_equals_its_layers_sentence_by_sentence(built, ids):
    model, options = built.model, built.options
    get = model.get_layer
    logits = built.outputs[0]
    assert logits.shape == (3, model.output.shape[-1])
    for row, document in enumerate(ids[:2]):
        vectors = []
        for sentence in document[document.any(axis=1)]:
            words = get("embedding")(sentence[None, sentence != 0])
            hidden = get("word_bigru")(words[:, None])[:, 0]
            if options.get("include_embedding"):
                hidden = keras.ops.concatenate([hidden, words], axis=-1)
            vectors.append(get("word_attention")(hidden))
        hidden = get("sentence_bigru")(keras.ops.stack(vectors, axis=1))
        expected = get("logits")(get("sentence_attention")(hidden))
        assert_close(logits[row : row + 1], expected, atol=1e-5)


def test_empty_sentences_and_padding_words_change_nothing(built, ids):
    longer = np.pad(ids, [(0, 0), (0, 2), (0, 3)])
    logits, of_words, of_sentences = to_numpy(reader(built.model)(longer))
    expected = built.outputs
    np.testing.assert_allclose(logits, expected[0], atol=1e-6)
    np.testing.assert_allclose(of_words[:, :3, ..., :4], expected[1], atol=1e-6)
    np.testing.assert_allclose(of_sentences[..., :3], expected[2], atol=1e-6)
    for scores, size in ((of_words, 4), (of_sentences, 3)):
        assert not scores[..., size:].any()


def test_scores_are_read_from_the_saved_model(built, ids):
    assert_close(built.outputs_when_loaded, built.outputs)
    _, of_words, of_sentences = built.outputs_when_loaded
    options = built.options
    heads = (options["num_heads"],) if "num_heads" in options else ()
    assert of_words.shape == (3, 3, *heads, 4)
    assert of_sentences.shape == (3, *heads, 3)
    for scores, real in (
        (of_words, ids.any(axis=2)),
        (of_sentences, ids.any(axis=(1, 2))),
    ):
        if heads:
            real = real[..., None]
        sums = np.broadcast_to(real, scores.shape[:-1])
        np.testing.assert_allclose(scores.sum(axis=-1), sums, atol=1e-5)


@pytest.mark.parametrize("options", OPTIONS.values(), ids=OPTIONS)
def test_empty_documents_give_the_bias_and_change_nothing(options):
    model = make(**options)
    empty = np.zeros((2, 3, 4), "int32")
    bias = model.get_layer("logits").get_weights()[1]
    assert_close(model(empty), np.stack([bias, bias]))
    model.compile(keras.optimizers.SGD(1.0), "mse", run_eagerly=True)
    before = [to_numpy(w) for w in model.weights]
    model.train_on_batch(empty, np.ones((2, len(bias))))
    for weight, old in zip(model.weights, before, strict=True):
        new = to_numpy(weight)
        assert np.isfinite(new).all(), weight.path
        if weight.path.startswith("logits/bias"):
            assert (new != old).all()
        elif "seed" not in weight.path:
            np.testing.assert_array_equal(new, old)


@pytest.mark.parametrize("options", OPTIONS.values(), ids=OPTIONS)
def test_one_step_changes_every_weight(options, ids):
    """An empty document and empty sentences are among them."""
    model = make(**options)
    model.compile("sgd", "mse", run_eagerly=True)
    before = [to_numpy(w) for w in model.trainable_weights]
    model.train_on_batch(ids, np.ones((3, model.output.shape[-1])))
    for weight, old in zip(model.trainable_weights, before, strict=True):
        assert np.isfinite(to_numpy(weight)).all(), weight.path
        assert (to_numpy(weight) != old).any(), weight.path


@pytest.mark.parametrize("pooling", POOLINGS)
def test_one_model_takes_documents_of_any_size(pooling):
    model = make(pooling=pooling)
    assert model.input.shape == (None, None, None)
    assert is_hierarchical(model)
    rng = np.random.default_rng(2)
    for shape in ((1, 1, 1), (4, 2, 9), (2, 7, 3)):
        ids = rng.integers(1, 20, shape, "int32")
        assert_close(model.predict_on_batch(ids), model(ids), atol=1e-5)


def test_the_halves_are_the_whole(built, ids, tmp_path):
    """And splitting leaves the model such that it can be saved."""
    words, sentences = split_at_sentences(built.model)
    vectors, of_words = words(ids)
    logits, of_sentences = sentences([vectors, ids.any(axis=2)])
    assert_close((logits, of_words, of_sentences), built.outputs, atol=1e-5)
    built.model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    assert_close(reader(loaded)(ids), built.outputs)


def test_the_halves_share_the_weights(ids):
    model = make()
    words, sentences = split_at_sentences(model)
    model.set_weights([0.5 * w for w in model.get_weights()])
    vectors, _ = words.predict_on_batch(ids)
    logits, _ = sentences.predict_on_batch([vectors, ids.any(axis=2)])
    assert_close(logits, model(ids), atol=1e-5)


def test_a_model_that_was_split_is_whole(ids, tmp_path):
    model = make()
    nodes = [len(layer._inbound_nodes) for layer in model.layers]
    words, sentences = split_at_sentences(model)
    vectors, _ = words.predict_on_batch(ids)
    sentences.predict_on_batch([vectors, ids.any(axis=2)])
    assert [len(layer._inbound_nodes) for layer in model.layers] == nodes
    check_copies(model, ids, tmp_path / "model.keras")


def test_logits_are_float32_in_mixed_precision(ids):
    keras.config.set_dtype_policy("mixed_float16")
    for pooling in POOLINGS:
        model = build_han(20, **SMALL, pooling=pooling)
        logits = model(ids)
        assert keras.backend.standardize_dtype(logits.dtype) == "float32"
        assert np.isfinite(to_numpy(logits)).all()
        assert model.get_layer("word_bigru").compute_dtype == "float16"
