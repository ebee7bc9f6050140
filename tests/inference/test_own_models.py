"""Predictor of a user's own Keras model, with layers of any names."""

import keras
import numpy as np
import pytest

from han_attention import TextPreprocessor
from han_attention import Tokenizer
from han_attention.inference.keras import Predictor

TEXTS = ["a fine film", "dull", "a dull film and a fine day"]
DOCUMENTS = ["A fine film. A dull day!", "Dull."]
TOKENIZER = Tokenizer.train(TEXTS + DOCUMENTS)
SIZE = len(TOKENIZER)


@keras.saving.register_keras_serializable("tests")
class Subclassed(keras.Model):
    """Its output is known only when it runs."""

    def __init__(self, size=SIZE, units=3, **options):
        super().__init__(**options)
        self.size, self.units = size, units
        self.words = keras.layers.Embedding(size, 4)
        self.out = keras.layers.Dense(units)

    def call(self, ids):
        return self.out(keras.ops.mean(self.words(ids), axis=1))

    def get_config(self):
        sizes = {"size": self.size, "units": self.units}
        return super().get_config() | sizes


def functional(units=3, activation=None, size=SIZE):
    ids = keras.Input((None,), dtype="int32", name="which_words")
    vectors = keras.layers.Embedding(size, 4, name="lookup")(ids)
    pooled = keras.layers.GlobalAveragePooling1D(name="mean")(vectors)
    out = keras.layers.Dense(units, activation, name="head")(pooled)
    return keras.Model(ids, out)


def sequential(units=3, size=SIZE):
    return keras.Sequential(
        [
            keras.layers.Embedding(size, 4),
            keras.layers.GlobalAveragePooling1D(),
            keras.layers.Dense(units),
        ]
    )


def of_models():
    return keras.Sequential([functional(6), keras.layers.Dense(3)])


def without_embedding():
    ids = keras.Input((None,), dtype="int32")
    counts = keras.ops.sum(keras.ops.one_hot(ids, SIZE), axis=1)
    return keras.Model(ids, keras.layers.Dense(3)(counts))


MODELS = [functional, sequential, Subclassed, of_models, without_embedding]


def softmax(logits):
    exponentials = np.exp(logits)
    return exponentials / exponentials.sum(axis=-1, keepdims=True)


@pytest.mark.parametrize("make", MODELS)
def test_predicts_and_comes_back(make, tmp_path):
    model = make()
    preprocessor = TextPreprocessor(TOKENIZER, max_tokens=4)
    predictor = Predictor(model, preprocessor, ["x", "y", "z"])
    expected = [
        softmax(model.predict_on_batch(preprocessor([text])))[0]
        for text in TEXTS
    ]
    received = predictor.predict_proba(TEXTS, batch_size=1)
    np.testing.assert_allclose(received, expected, atol=1e-6)
    predictor.save(tmp_path / "model")
    loaded = Predictor.load(tmp_path / "model")
    assert loaded.num_logits == 3
    again = loaded.predict_proba(TEXTS, batch_size=1)
    np.testing.assert_allclose(again, expected, atol=1e-6)


def test_two_classes_with_one_logit_or_two():
    names = ["bad", "good"]
    for model in (functional(2), Subclassed(units=2)):
        ids = TextPreprocessor(TOKENIZER)(TEXTS[:1])
        expected = softmax(model.predict_on_batch(ids))
        received = Predictor(model, TOKENIZER, names).predict_proba(TEXTS[:1])
        np.testing.assert_allclose(received, expected, atol=1e-6)
    assert Predictor(functional(2), TOKENIZER, names).num_logits == 2
    assert Predictor(functional(1), TOKENIZER, names).num_logits == 1


def test_documents():
    ids = keras.Input((None, None), dtype="int32")
    vectors = keras.layers.Embedding(SIZE, 4)(ids)
    model = keras.Model(
        ids, keras.layers.Dense(1)(keras.ops.mean(vectors, axis=(1, 2)))
    )
    predictor = Predictor(model, TOKENIZER, ["bad", "good"])
    assert predictor.preprocessor.architecture == "hierarchical"
    assert predictor.predict_proba(DOCUMENTS).shape == (2, 2)
    # Only a model of `build_han` can be read in parts.
    assert predictor.run(np.full((2, 300, 300), 3)).shape == (2, 1)
    with pytest.raises(ValueError, match="rank 2, since architecture='flat'"):
        Predictor(model, TextPreprocessor(TOKENIZER), ["bad", "good"])


@pytest.mark.parametrize("make", [functional, Subclassed, sequential])
def test_another_number_of_classes(make):
    with pytest.raises(ValueError, match=r"class_names.*\['a', 'b'\]"):
        Predictor(make(), TOKENIZER, ["a", "b"]).predict_proba(TEXTS)


@pytest.mark.parametrize("make", [functional, Subclassed, sequential])
def test_words_that_the_model_has_no_vector_for(make):
    names = ["x", "y", "z"]
    with pytest.raises(ValueError, match="Invalid ids. Expected 0 to 6"):
        Predictor(make(size=7), TOKENIZER, names)
    inner = keras.Sequential([make(size=7), keras.layers.Dense(3)])
    with pytest.raises(ValueError, match="Invalid ids. Expected 0 to 6"):
        Predictor(inner, TOKENIZER, names)


@pytest.mark.parametrize("activation", ["sigmoid", "softmax"])
def test_probabilities_in_place_of_logits(activation):
    model = functional(3, activation)
    with pytest.raises(ValueError, match="logits.*'head', gives probab"):
        Predictor(model, TOKENIZER, ["x", "y", "z"])


def test_a_model_of_two_inputs():
    ids = [keras.Input((None,), dtype="int32") for _ in range(2)]
    summed = keras.ops.cast(ids[0] + ids[1], "float32")
    model = keras.Model(ids, keras.ops.sum(summed, axis=1, keepdims=True))
    with pytest.raises(ValueError, match="`model`. Expected one input"):
        Predictor(model, TOKENIZER, ["bad", "good"])
