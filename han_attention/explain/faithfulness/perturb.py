"""Runs a model on texts without the words that methods point to."""

import time
from collections import defaultdict
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from han_attention.explain.deletion import remove_words
from han_attention.explain.deletion import select_best
from han_attention.explain.explainer import Explainer
from han_attention.explain.faithfulness.rank_correlation import kendall_tau
from han_attention.explain.faithfulness.report import MethodFaithfulness
from han_attention.inference.base import probabilities
from han_attention.inference.keras import Predictor
from han_attention.text.padding import cut_padding
from han_attention.text.tokenizer import START_ID

FRACTIONS = (0.01, 0.05, 0.1, 0.2, 0.5)
CONTROLS = ("random", "uniform", "permuted")
_DRAWS = 3  # of what is random

Array = NDArray[Any]


class FaithfulnessMeasurement:
    """What was measured so far, batch by batch: see `measure_faithfulness`.

    Args:
        predictor: A trained classifier.
        methods: None: all that can explain the model.
        tau: Whether to compare with leaving out each word.
        seed: Of the controls.
    """

    def __init__(
        self,
        predictor: Predictor,
        methods: Sequence[str] | None,
        tau: bool,
        seed: int,
    ) -> None:
        self._predictor = predictor
        self._explainer = Explainer(predictor)
        if methods is None:
            methods = self._explainer.methods
        chosen = self._explainer.check_methods(methods)
        self._methods = [method.name for method in chosen]
        self._tau = tau
        self._generator = np.random.default_rng(seed)
        self._drops = defaultdict[str, list[Array]](list)  # (B, fractions)
        self._losses = defaultdict[str, list[Array]](list)
        self._taus = defaultdict[str, list[float]](list)
        self._seconds = defaultdict[str, list[float]](list)  # of a text

    def add(
        self,
        ids: NDArray[np.int32],
        extra: Mapping[str, Sequence[Sequence[float]]],
    ) -> NDArray[np.float32]:
        """Measure a batch of texts, and give their probabilities."""
        words = ids > START_ID
        logits = np.asarray(self._predictor.run(ids))
        predicted = probabilities(logits, self._predictor.multi_label)
        classes = predicted.argmax(axis=1)
        scores: dict[str, list[Array]] = {}
        for name in self._methods:
            start = time.perf_counter()
            values = self._score(name, ids, classes)
            self._seconds[name].append((time.perf_counter() - start) / len(ids))
            scores[name] = [values]
        for name, of_texts in extra.items():
            scores[name] = [_placed(of_texts, words, name)]
        scores |= self._controls(ids, words, classes)
        reference = self._left_out(ids, classes, scores)
        for name, draws in scores.items():
            curves = [self._curves(ids, words, s, predicted) for s in draws]
            drops, losses = np.mean(curves, axis=0)
            self._drops[name].append(drops)
            self._losses[name].append(losses)
            if reference is not None:
                self._taus[name] += [
                    kendall_tau(draw[n][words[n]], reference[n][words[n]])
                    for draw in draws
                    for n in range(len(ids))
                ]
        return predicted

    def results(self) -> list[MethodFaithfulness]:
        """Of all texts, the controls at the end."""
        return [
            MethodFaithfulness(
                name,
                name in CONTROLS,
                np.concatenate(self._drops[name]).mean(axis=0).tolist(),
                np.concatenate(self._losses[name]).mean(axis=0).tolist(),
                _mean_of_known(self._taus[name]),
                # The first batch, if there are more, compiles the model.
                float(np.median(self._seconds[name][1:] or self._seconds[name]))
                if name in self._seconds
                else None,
            )
            for name in self._drops
        ]

    def _controls(
        self, ids: Array, words: NDArray[np.bool_], classes: Array
    ) -> dict[str, list[Array]]:
        permuted = self._permute_attention(ids, words, classes)
        controls = {
            "random": [
                self._generator.random(ids.shape) for _ in range(_DRAWS)
            ],
            "uniform": [np.ones(ids.shape)],
            "permuted": permuted,
        }
        return {name: draws for name, draws in controls.items() if draws}

    def _permute_attention(
        self, ids: Array, words: NDArray[np.bool_], classes: Array
    ) -> list[Array]:
        """The attention dealt anew to the words; none of a model without."""
        if "attention" not in self._explainer.methods:
            return []
        weights = self._score("attention", ids, classes)
        draws = []
        for _ in range(_DRAWS):
            draws.append(np.zeros_like(weights))
            for n, real in enumerate(words):
                shuffled = self._generator.permutation(weights[n][real])
                draws[-1][n][real] = shuffled
        return draws

    def _left_out(
        self, ids: Array, classes: Array, scores: dict[str, list[Array]]
    ) -> Array | None:
        """What leaving each word out does: Kendall's reference."""
        if not self._tau:
            return None
        if "occlusion" in scores:
            return scores["occlusion"][0]
        return self._score("occlusion", ids, classes)

    def _score(self, method: str, ids: Array, classes: Array) -> Array:
        """What a method says of each word for one class of each text."""
        return self._explainer.score(ids, (method,))[method].select(classes)

    def _curves(
        self,
        ids: Array,
        words: NDArray[np.bool_],
        scores: Array,
        predicted: Array,
    ) -> Array:
        """By how much the probability falls: (2, B, fractions).

        First without the best words, then with nothing else.
        """
        predictor, every = self._predictor, np.arange(len(ids))
        classes = predicted.argmax(axis=1)
        falls = np.zeros((2, len(ids), len(FRACTIONS)))
        for k, fraction in enumerate(FRACTIONS):
            best = select_best(words, scores, fraction)
            for n, removed in enumerate((best, words & ~best)):
                rest = remove_words(ids, removed)
                rest = cut_padding(rest, predictor.pad_to_multiple_of)
                logits = np.asarray(predictor.run(rest))
                after = probabilities(logits, predictor.multi_label)
                falls[n, :, k] = (predicted - after)[every, classes]
        return falls


def _placed(
    of_texts: Sequence[Sequence[float]], words: NDArray[np.bool_], name: str
) -> Array:
    """Scores of words in reading order, each at the place of its word."""
    placed = np.zeros(words.shape)
    for n, scores in enumerate(of_texts):
        if len(scores) != words[n].sum():
            raise ValueError(
                f"Invalid value for argument `extra`. Expected {name!r} to "
                f"have a score for each of the {words[n].sum()} words of a "
                f"text. Received: {len(scores)}"
            )
        placed[n][words[n]] = scores
    return placed


def _mean_of_known(taus: list[float]) -> float | None:
    """Without those of scores that are all equal, which have no order."""
    known = [tau for tau in taus if not np.isnan(tau)]
    return float(np.mean(known)) if known else None
