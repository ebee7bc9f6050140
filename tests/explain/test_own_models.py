"""A Keras model of one's own is explained by what its layers allow."""

import keras
import numpy as np
import pytest
from layer_checks import to_numpy
from predictor_cases import TEXTS
from predictor_cases import make_flat

from han_attention import AttentionPooling
from han_attention.explain.explainer import Explainer
from han_attention.explain.methods.gradient_model import GradientModel
from han_attention.explain.render.markdown import to_markdown
from han_attention.inference.keras import Predictor
from han_attention.inference.model_reader import ModelReader
from han_attention.models.contribution import ContributionModel
from han_attention.models.introspection import find_embedding
from han_attention.models.introspection import find_linear_head
from han_attention.models.introspection import find_poolings

GRADIENTS = ["gradient_x_input", "integrated_gradients", "occlusion"]
IDS = np.array([[4, 5, 6, 0], [3, 0, 0, 0]], "int32")


def build(
    attention=True, scores=True, hidden=False, mask_zero=False, **options
):
    """Layers under other names than ours."""
    ids = keras.Input((None,), dtype="int32", name="tokens")
    table = keras.layers.Embedding(
        30,
        6,
        mask_zero=mask_zero,
        embeddings_initializer="normal",
        name="table",
    )
    words = table(ids)
    if attention:
        mask = None if mask_zero else keras.ops.not_equal(ids, 0)
        pooled = AttentionPooling(4, name="look", **options)(
            words, mask=mask, return_attention_scores=scores
        )
        pooled = pooled[0] if scores else pooled
    else:
        pooled = keras.layers.GRU(5, name="read")(words)
    if hidden:
        pooled = keras.layers.Dense(4, activation="tanh", name="hide")(pooled)
    output = keras.layers.Dense(1, name="answer")(pooled)
    return keras.Model(ids, output, name="of_mine")


class Own(Predictor):
    """A predictor of a model under any names."""

    def __init__(self, model, ours):
        vars(self).update(vars(ours), model=model)
        self._reader = ModelReader(model)

    def run_with_attention(self, ids):
        return self._reader.run_with_attention(ids)


@pytest.fixture(scope="module")
def ours():
    return make_flat()


@pytest.mark.parametrize(
    ("options", "unasked", "others"),
    [
        ({}, ["attention", "contribution"], GRADIENTS),
        ({"num_heads": 2}, ["attention", "contribution"], GRADIENTS),
        ({"hidden": True}, ["attention"], GRADIENTS),
        ({"scores": False}, GRADIENTS[:1], GRADIENTS[1:]),
        ({"attention": False, "mask_zero": True}, GRADIENTS[:1], GRADIENTS[1:]),
    ],
)
def test_what_a_model_allows(options, unasked, others, ours):
    explainer = Explainer(Own(build(**options), ours))
    methods = [*unasked, *others]
    assert explainer.methods == methods
    assert explainer.default_methods == unasked
    (explanation,) = explainer(TEXTS[:1], methods=methods)
    assert explanation.methods == methods
    for method in methods:
        assert len(explanation.scores(method)) == 8
        assert any(explanation.scores(method))
    assert explanation._repr_html_()
    assert to_markdown(explanation).endswith("|")
    assert explainer(TEXTS[:1])[0].methods == unasked


def test_what_it_does_not_allow_is_said_in_a_line(ours):
    predictor = Own(build(attention=False), ours)
    with pytest.raises(ValueError) as caught:
        Explainer(predictor)(TEXTS, methods=["contribution"])
    message = str(caught.value)
    assert "\n" not in message
    assert "`methods`" in message and "'of_mine'" in message
    assert "linear function of a weighted sum" in message
    with pytest.raises(ValueError, match="`AttentionPooling`"):
        Explainer(predictor)(TEXTS, methods=["attention"])


def test_contributions_of_another_model_sum_to_the_logit():
    model = build()
    logits, _, added = ContributionModel(model).predict_on_batch(IDS)
    bias = to_numpy(model.get_layer("answer").bias)
    np.testing.assert_allclose(added.sum(axis=1), logits - bias, atol=1e-5)


@pytest.mark.parametrize("mask_zero", [True, False])
def test_the_mask_of_an_embedding_is_kept(mask_zero):
    """Vectors given by hand have the mask that the layer would give them."""
    model = build(attention=False, mask_zero=mask_zero)
    reader = GradientModel(model)
    words = reader.look_up(IDS)
    gradients = reader.compute_gradients(IDS, words, 0)
    assert gradients[IDS != 0].any(axis=-1).all()
    assert gradients[IDS == 0].any() != mask_zero
    table = model.get_layer("table").embeddings
    before = to_numpy(table)
    for row, place in ((0, 1), (1, 0)):
        values = []
        for step in (0.01, -0.01):
            moved = before.copy()
            moved[IDS[row, place], 2] += step
            table.assign(moved)
            values.append(to_numpy(model(IDS))[row, 0])
        table.assign(before)
        slope = (values[0] - values[1]) / 0.02
        assert gradients[row, place, 2] == pytest.approx(slope, abs=3e-3)


def test_layers_are_found_by_what_they_are():
    model = build()
    assert find_embedding(model).name == "table"
    assert [layer.name for layer in find_poolings(model)] == ["look"]
    assert find_linear_head(model).name == "answer"
    plain = build(attention=False)
    assert find_poolings(plain) == [] and find_linear_head(plain) is None


def test_two_embeddings_on_the_ids_are_none():
    ids = keras.Input((None,), dtype="int32")
    both = [keras.layers.Embedding(9, 3)(ids) for _ in range(2)]
    model = keras.Model(ids, keras.layers.Concatenate()(both))
    assert find_embedding(model) is None
    with pytest.raises(ValueError, match="one `Embedding` on its ids"):
        GradientModel(model)


def test_a_pair_of_inputs_is_no_weighted_sum_of_the_first():
    ids = keras.Input((None,), dtype="int32")
    halves = [keras.layers.Embedding(9, 3)(ids) for _ in range(2)]
    pooled, _ = AttentionPooling(4)(halves, return_attention_scores=True)
    model = keras.Model(ids, keras.layers.Dense(1)(pooled))
    assert len(find_poolings(model)) == 1
    assert find_linear_head(model) is None
