"""The words of a whole model: sums over texts, beside explanations of each."""

from collections import defaultdict

import numpy as np
import pytest
from predictor_cases import NAMES
from predictor_cases import TEXTS
from predictor_cases import make_flat

from han_attention.explain import Explainer
from han_attention.explain import explain_globally
from han_attention.explain.render.html.page import to_html


@pytest.fixture(scope="module")
def explainer():
    return Explainer(make_flat())


def test_sums_are_those_of_the_explanations(explainer):
    found = explain_globally(explainer, iter(TEXTS), 100, min_texts=1)
    totals, texts = defaultdict(float), defaultdict(set)
    for n, explanation in enumerate(explainer(TEXTS)):
        if explanation.prediction != "good":
            continue
        scores = explanation.scores("contribution", "good")
        for word, score in zip(explanation.words, scores, strict=True):
            totals[word.text.lower()] += score
            texts[word.text.lower()].add(n)
    assert found.num_texts == len(TEXTS)
    expected = {
        w: t for w, t in totals.items() if t > 0 and any(map(str.isalnum, w))
    }
    words = {word.text: word for word in found.words["good"]}
    known = set(explainer.predictor.tokenizer.vocabulary)
    assert set(words) == {w for w in expected if w in known}
    for text, word in words.items():
        assert word.total == pytest.approx(totals[text], rel=1e-4)
        assert word.num_texts == len(texts[text])
        assert word.mean == pytest.approx(word.total / word.num_texts)
        assert text in word.example.lower()
    order = [word.strength for word in found.words["good"]]
    assert order == sorted(order, reverse=True)
    first = found.words["good"][0]
    assert first.strength == pytest.approx(first.total / first.num_texts**0.5)


def test_a_class_that_is_never_predicted_has_no_words(explainer):
    explanations = explainer(TEXTS)
    good = [e.text for e in explanations if e.prediction == "good"]
    found = explain_globally(explainer, good, min_texts=1)
    assert found.words["good"] and not found.words["bad"]
    assert found.num_predicted == {"bad": 0, "good": len(good)}
    assert (
        found.never_predicted == found.to_dict()["never_predicted"] == ["bad"]
    )


def test_what_all_classes_have_is_taken_away():
    predictor = make_flat(num_classes=3, class_names=["a", "b", "c"])
    names = predictor.class_names
    explainer = Explainer(predictor)
    found = explain_globally(explainer, TEXTS, 100, min_texts=1)
    explanations = explainer(TEXTS)
    for name in names:
        for word in found.words[name]:
            total = 0.0
            for each in explanations:
                if each.prediction != name:
                    continue
                scores = {c: each.scores("contribution", c) for c in names}
                mean = np.mean(list(scores.values()), axis=0)
                for n, one in enumerate(each.words):
                    if one.text.lower() == word.text:
                        total += scores[name][n] - mean[n]
            assert word.total == pytest.approx(total, rel=1e-3, abs=1e-6)


def test_rare_words_and_limits(explainer):
    found = explain_globally(explainer, TEXTS, num_words=1, min_texts=2)
    assert all(len(words) <= 1 for words in found.words.values())
    for words in found.words.values():
        assert all(word.num_texts >= 2 for word in words)
    with pytest.raises(ValueError, match="at least one text"):
        explain_globally(explainer, [])
    with pytest.raises(ValueError, match="num_words"):
        explain_globally(explainer, TEXTS, 0)


def test_on_the_page_and_as_a_picture(explainer, tmp_path):
    found = explain_globally(explainer, TEXTS, 5, min_texts=1)
    page = to_html(explainer(TEXTS[:2]), words=found)
    assert page.count("<caption>") == len(NAMES)
    assert f"over {len(TEXTS)} texts" in page
    assert "<caption>" not in to_html(explainer(TEXTS[:2]))
    pytest.importorskip("matplotlib")
    from han_attention.explain.render.global_figure import save_global_figure

    save_global_figure(found, tmp_path / "a.png")
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")
