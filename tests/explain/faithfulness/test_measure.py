"""Faithfulness: against a plain loop, on a model whose reasons are known."""

import json

import numpy as np
import pytest
from predictor_cases import DOCUMENTS
from predictor_cases import TEXTS
from predictor_cases import get_explainer
from predictor_cases import make_flat
from predictor_cases import make_hierarchical
from predictor_cases import with_tracing

from han_attention.explain.explainer import explain_texts
from han_attention.explain.faithfulness.measure import measure_faithfulness
from han_attention.explain.faithfulness.perturb import CONTROLS
from han_attention.explain.faithfulness.perturb import FRACTIONS
from han_attention.explain.faithfulness.uniform_attention import (
    with_uniform_attention,
)
from han_attention.explain.methods import METHODS as REGISTRY

METHODS = list(REGISTRY)


@pytest.fixture(scope="module")
def predictor():
    return with_tracing(make_flat())


@pytest.fixture(scope="module")
def report(predictor):
    return measure_faithfulness(predictor, [*TEXTS, ""], batch_size=4)


def falls_by_a_loop(predictor, texts, method):
    """Without the best words, and of these alone, text by text."""
    falls = np.zeros((2, len(FRACTIONS), len(texts)))
    for n, text in enumerate(texts):
        (explanation,) = get_explainer(predictor)([text], methods=[method])
        scores = np.array(explanation.scores(method))
        words = [word.text.lower() for word in explanation.words]
        place = list(explanation.probabilities).index(explanation.prediction)
        before = max(explanation.probabilities.values())
        order = np.argsort(-scores, kind="stable")
        for k, fraction in enumerate(FRACTIONS):
            number = int(np.ceil(len(words) * fraction - 1e-9))
            best = set(order[:number].tolist())
            for m, kept in enumerate((False, True)):
                rest = [w for i, w in enumerate(words) if (i in best) is kept]
                ids = predictor.tokenizer.encode(" ".join(rest)).ids
                logit = predictor.run(np.array([ids or [0]], "int32"))[0, 0]
                share = 1 / (1 + np.exp(-logit))
                after = share if place else 1 - share
                falls[m, k, n] = before - after
    return falls.mean(axis=2)


@pytest.mark.parametrize("method", ["attention", "contribution"])
def test_curves_are_those_of_a_loop(method, predictor, report):
    drops, losses = falls_by_a_loop(predictor, TEXTS, method)
    np.testing.assert_allclose(report[method].drops, drops, atol=1e-5)
    np.testing.assert_allclose(report[method].losses, losses, atol=1e-5)
    assert report[method].comprehensiveness == pytest.approx(
        drops.mean(),
        abs=1e-7,  # float32
    )
    assert report[method].sufficiency == pytest.approx(losses.mean(), abs=1e-6)


def test_methods_and_controls(report):
    names = [method.name for method in report.methods]
    assert names == [*METHODS, *CONTROLS]
    assert [m.name for m in report.methods if m.is_control] == list(CONTROLS)
    assert report.num_texts == len(TEXTS)  # not the empty one
    for method in report.methods:
        assert (method.seconds is None) is method.is_control


def test_tau_of_leaving_out_with_itself_is_one(report):
    assert report["occlusion"].tau == pytest.approx(1)
    assert report["uniform"].tau is None  # no order
    assert all(-1 <= report[m].tau <= 1 for m in METHODS)


def test_the_words_that_count_count_more_than_random_ones():
    """Of a bag of words it is known which ones do."""
    predictor = make_flat(include_embedding=True)
    model = predictor.model
    kernel = np.ones(model.get_layer("logits").kernel.shape)
    kernel[:10] = 0  # nothing of the BiGRU
    model.get_layer("logits").kernel.assign(10 * kernel)
    bag = with_uniform_attention(predictor)
    report = measure_faithfulness(bag, TEXTS, methods=["contribution"])
    best, random = report["contribution"], report["random"]
    assert best.comprehensiveness > random.comprehensiveness + 0.1
    assert best.sufficiency < random.sufficiency - 0.1
    assert best.tau > 0.8
    assert report.best is best
    assert report.change_with_uniform_attention == pytest.approx(0, abs=1e-6)


def test_the_same_seed_gives_the_same_controls(predictor, report):
    again = measure_faithfulness(predictor, TEXTS, methods=[], batch_size=4)
    other = measure_faithfulness(
        predictor, TEXTS, methods=[], batch_size=4, tau=False, seed=1
    )
    assert again["random"].drops == pytest.approx(report["random"].drops)
    assert other["random"].drops != pytest.approx(report["random"].drops)
    assert other["random"].tau is None


def test_accuracy_with_labels(predictor):
    predicted = predictor.predict(TEXTS)
    labels = [predicted[0], *["other"] * (len(TEXTS) - 1)]
    found = measure_faithfulness(
        predictor, TEXTS, labels, methods=["attention"], tau=False
    )
    assert found.accuracy == pytest.approx(1 / len(TEXTS))


def test_scores_of_another_tool(predictor, report):
    """Given the scores of a method, they fare as the method does."""
    explanations = explain_texts(predictor, TEXTS)
    scores = [e.scores("contribution") for e in explanations]
    found = measure_faithfulness(
        predictor, TEXTS, methods=[], extra={"theirs": scores}
    )
    expected = report["contribution"]
    assert found["theirs"].drops == pytest.approx(expected.drops, abs=1e-6)
    assert found["theirs"].tau == pytest.approx(expected.tau, abs=1e-6)


def test_documents():
    found = measure_faithfulness(with_tracing(make_hierarchical()), DOCUMENTS)
    assert [m.name for m in found.methods] == [*METHODS, *CONTROLS]
    assert found.best.comprehensiveness > 0


def test_a_model_without_attention():
    """The mean adds up, the largest does not."""
    found = measure_faithfulness(
        with_tracing(make_hierarchical(pooling="max")), DOCUMENTS, tau=False
    )
    assert "contribution" not in [m.name for m in found.methods]
    assert found.same_with_uniform_attention is None


def test_uniform_attention(predictor):
    uniform = with_uniform_attention(predictor)
    (explanation,) = explain_texts(uniform, TEXTS[:1])
    weights = [word.weight for word in explanation.words]
    np.testing.assert_allclose(weights, 1 / len(weights), atol=1e-6)
    (before,) = explain_texts(predictor, TEXTS[:1])  # as it was
    assert max(word.weight for word in before.words) > 1.5 / len(weights)


def test_report_as_text(report):
    lines = report.table().splitlines()
    assert len(lines) == 2 + len(report.methods)
    assert lines[-1].startswith("| *permuted* |")
    summary = report.summary(0.2)
    assert f"by {report.best.drops[3]:.2f}" in summary
    assert "random words" in summary
    assert f"{report.same_with_uniform_attention:.1%}" in summary
    assert json.loads(json.dumps(report.to_dict()))["num_texts"] == len(TEXTS)


def test_a_report_of_what_is_not_there(report):
    with pytest.raises(ValueError, match="`fraction`"):
        report.summary(0.3)
    with pytest.raises(KeyError, match="magic"):
        report["magic"]


def test_no_words_at_all(predictor):
    with pytest.raises(ValueError, match="texts with words.*2 texts without"):
        measure_faithfulness(predictor, ["", " "])


@pytest.mark.parametrize(
    "options",
    [
        {"labels": ["good"]},
        {"extra": {"lime": [[0.5]]}},
        {"extra": {"lime": [[0.5]] * len(TEXTS)}},
    ],
)
def test_numbers_that_do_not_fit(options, predictor):
    with pytest.raises(ValueError, match="Received: 1"):
        measure_faithfulness(predictor, TEXTS, methods=[], tau=False, **options)
