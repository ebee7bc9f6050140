"""Leaving words out, by hand and against a loop."""

import numpy as np
import pytest
from layer_checks import to_numpy
from predictor_cases import TEXTS
from predictor_cases import make_flat as make_predictor

from han_attention.explain.deletion import remove_words
from han_attention.explain.deletion import select_best
from han_attention.explain.methods.occlusion import occlusion


def test_words_move_up():
    ids = np.array([[5, 6, 7, 8, 0], [9, 9, 0, 0, 0]])
    removed = np.array([[1, 0, 1, 0, 0], [1, 1, 0, 0, 0]], bool)
    assert remove_words(ids, removed).tolist() == [
        [6, 8, 0, 0, 0],
        [0, 0, 0, 0, 0],
    ]


def test_sentences_move_up():
    """No sentence may be empty before a real one."""
    ids = np.array([[[5, 0], [6, 7], [8, 9]]])
    removed = np.isin(ids, [5, 6])
    assert remove_words(ids, removed).tolist() == [[[7, 0], [8, 9], [0, 0]]]


@pytest.mark.parametrize(
    ("fraction", "best"),
    [(0.01, [3]), (0.25, [3]), (0.3, [0, 3]), (0.75, [0, 1, 3])],
)
def test_select_best(fraction, best):
    scores = np.array([[0.5, 0.1, -2.0, 0.9, 7.0]])
    words = np.array([[True, True, True, True, False]])
    received = select_best(words, scores, fraction)
    assert np.flatnonzero(received).tolist() == best


def test_a_tenth_of_thirty_words_is_three():
    scores = np.arange(30)[None]
    assert select_best(scores >= 0, scores, 0.1).sum() == 3


def test_equal_scores_are_taken_in_reading_order():
    scores = np.zeros((1, 2, 2))
    best = select_best(scores == 0, scores, 0.5)
    assert best.tolist() == [[[True, True], [False, False]]]


def test_a_text_without_words_has_no_best_ones():
    assert not select_best(np.zeros((1, 3), bool), np.ones((1, 3)), 0.5).any()


@pytest.mark.parametrize("start_token", [False, True])
def test_occlusion_is_the_fall_of_the_logit(start_token):
    predictor = make_predictor(start_token=start_token)
    ids = predictor.encode(TEXTS[:4]).padded()
    values = occlusion(predictor, ids)
    assert values.shape == (*ids.shape, 1)
    logits = to_numpy(predictor.model(ids))
    for row, column in np.argwhere(ids):
        words = [n for n in ids[row] if n]
        del words[column]
        alone = np.array([words or [0]])
        after = to_numpy(predictor.model(alone))[0]
        np.testing.assert_allclose(
            values[row, column], logits[row] - after, atol=1e-5
        )
    assert not values[ids == 0].any()
