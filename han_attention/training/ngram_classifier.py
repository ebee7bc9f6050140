"""Linear classifiers of n-grams, stacked into one table."""

import warnings
from collections.abc import Iterator
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from han_attention.text.count_ratios import log_count_ratios
from han_attention.training.naive_bayes import find_log_odds
from han_attention.training.naive_bayes import fit_naive_bayes
from han_attention.training.ngram_vectors import NGramVectors
from han_attention.training.stacking import fit_scales

Array = NDArray[Any]

_C = 10.0  # between 3 and 30 held-out texts say the same
_MANY_TEXTS = 1_000  # of which one set tells enough; fewer are cross-validated
_FOLDS = 3
_STRENGTH = 5.0  # of the prior of the scales


@dataclass(frozen=True)
class NGramTexts:
    """The n-grams of some texts, and what is to be predicted.

    Attributes:
        ngrams: (N, G) sparse, as the layer sums them.
        targets: (N, L) of 0 and 1.
        weights: (N,) how much each text counts.
    """

    ngrams: Any
    targets: Array
    weights: Array

    def __len__(self) -> int:
        return len(self.targets)

    def take(self, rows: Array) -> "NGramTexts":
        """Some of the texts."""
        parts = self.ngrams[rows], self.targets[rows], self.weights[rows]
        return NGramTexts(*parts)


def join(parts: Sequence[NGramTexts]) -> NGramTexts:
    """The texts of all parts."""
    from scipy.sparse import vstack

    return NGramTexts(
        vstack([each.ngrams for each in parts], "csr"),
        np.concatenate([each.targets for each in parts]),
        np.concatenate([each.weights for each in parts]),
    )


@dataclass(frozen=True)
class NGramTable:
    """Rows (G, L) and a bias (L,): a linear classifier of n-grams."""

    rows: Array
    bias: Array

    def predict(self, texts: NGramTexts) -> Array:
        """The logits (N, L)."""
        logits: Array = texts.ngrams @ self.rows + self.bias
        return logits


class NGramClassifier:
    """Linear classifiers of n-grams and the scale of each.

    Three are logistic regressions of a class against the rest on what the
    layer sums, 1 / sqrt(n) for each of the n different n-grams of a text. They
    differ in how much an n-gram is scaled before, so how cheaply it gets a
    large weight: words alone by their inverse document frequency; all n-grams
    by it; and all by the root of it times the Naive Bayes log-count ratio.
    Longer n-grams count that are in two texts. The fourth is complement Naive
    Bayes of the words by their inverse document frequency, which errs less on
    texts that are unlike those of the training. With vectors of n-grams there
    is a fifth, a logistic regression on their sum. Which of them a task needs
    is found by stacking, on texts that they were not fitted to.

    Args:
        num_words: So many of the first columns are single words.
        multi_label: Whether a text can have several labels.
        seed: Of the folds of cross-validation.
        vectors: Those of the n-grams. Defaults to None.
    """

    def __init__(
        self,
        num_words: int,
        multi_label: bool,
        seed: int | None,
        vectors: NGramVectors | None = None,
    ) -> None:
        self.num_words = num_words
        self.multi_label = multi_label
        self.seed = seed
        self.vectors = vectors
        self.scales: Array = np.zeros(0)

    def fit(self, train: NGramTexts, validation: NGramTexts) -> NGramTable:
        """Fit all of them and their scales; the table is that of `train`."""
        tables = None
        if len(validation) >= _MANY_TEXTS:
            tables = self._fit_tables(train)
            predicted = [[table.predict(validation)] for table in tables]
            held_out = validation
        else:
            folds = list(self._split(train))
            held_out = join([each for _, each in folds])
            fitted = [self._fit_tables(learnt) for learnt, _ in folds]
            predicted = [
                [
                    table.predict(each)
                    for table, (_, each) in zip(
                        tables_of_view, folds, strict=True
                    )
                ]
                for tables_of_view in zip(*fitted, strict=True)
            ]
        self._fit_scales([np.concatenate(each) for each in predicted], held_out)
        return self._add(tables or self._fit_tables(train, self.scales))

    def refit(self, texts: NGramTexts) -> NGramTable:
        """The table of other texts, with the scales that were found."""
        return self._add(self._fit_tables(texts, self.scales))

    def _split(
        self, texts: NGramTexts
    ) -> Iterator[tuple[NGramTexts, NGramTexts]]:
        """The folds of cross-validation, each with its share of every class.

        Else a fold with more of a class leaves fewer of it to learn from, so
        that few texts speak against whatever was learnt from the others.
        """
        from sklearn.model_selection import KFold
        from sklearn.model_selection import StratifiedKFold

        targets, kind = texts.targets, KFold
        several = targets.shape[1] > 1
        classes = targets.argmax(axis=1) if several else targets[:, 0]
        if not (self.multi_label and several):
            _, counts = np.unique(classes, return_counts=True)
            kind = StratifiedKFold if counts.max() >= _FOLDS else KFold
        folds = kind(
            min(_FOLDS, len(texts)), shuffle=True, random_state=self.seed
        )
        with warnings.catch_warnings():  # of classes of fewer texts than folds
            warnings.simplefilter("ignore", UserWarning)
            for learnt, held_out in folds.split(targets, classes):
                yield texts.take(learnt), texts.take(held_out)

    def _fit_scales(self, summands: list[Array], texts: NGramTexts) -> None:
        """What each view counts; those of little use get nothing."""
        scales = np.ones(len(summands))
        for _ in range(2):
            used = np.flatnonzero(scales > 0.1 * scales.sum() / len(scales))
            scales = np.zeros(len(summands))
            if not len(used):  # none says more than the bias
                break
            scales[used] = fit_scales(
                [summands[n] for n in used],
                texts.targets,
                texts.weights,
                self.multi_label,
                prior=self._choose_prior(used, len(summands) - 1),
                strength=_STRENGTH,
            )
        self.scales = scales

    def _choose_prior(self, used: Array, last: int) -> list[float]:
        """Scales that few texts change little: the vectors, or all alike."""
        if self.vectors is not None and last in used:
            return [float(n == last) for n in used]
        return [1 / len(used)] * len(used)

    def _add(self, tables: list[NGramTable]) -> NGramTable:
        """The sum of the tables, each with its scale."""
        pairs = list(zip(self.scales, tables, strict=True))
        return NGramTable(
            sum(scale * table.rows for scale, table in pairs),
            sum(scale * table.bias for scale, table in pairs),
        )

    def _fit_tables(
        self, texts: NGramTexts, scales: Array | None = None
    ) -> list[NGramTable]:
        """The table of each view; of what has no scale one of zeros."""
        seen = np.flatnonzero(texts.ngrams.getnnz(axis=0))
        compact, size = texts.ngrams[:, seen], texts.targets.shape[1]
        views = self._make_views(texts, compact, seen)
        tables = [
            NGramTable(np.zeros((texts.ngrams.shape[1], size)), np.zeros(size))
            for _ in range(len(views) + 1 + (self.vectors is not None))
        ]
        for number, view in enumerate(views):
            for column in range(size) if _is_used(scales, number) else ():
                targets, scale = texts.targets[:, column], view[:, column]
                rows, bias = _fit_one(compact, targets, texts.weights, scale)
                tables[number].rows[seen, column] = rows
                tables[number].bias[column] = bias
        if _is_used(scales, len(views)):
            self._fit_naive_bayes(tables[len(views)], texts, compact, seen)
        if self.vectors is not None and _is_used(scales, -1):
            tables[-1] = NGramTable(
                *self.vectors.fit(texts.ngrams, texts.targets, texts.weights)
            )
        return tables

    def _fit_naive_bayes(
        self, table: NGramTable, texts: NGramTexts, compact: Any, seen: Array
    ) -> None:
        """Of the words by their importance; of all where no words count."""
        from scipy.sparse import diags_array

        words = np.flatnonzero(seen < self.num_words)
        used = words if len(words) else np.arange(len(seen))
        importance = _compute_importance(compact[:, used], len(texts))
        features = compact[:, used] @ diags_array(importance)
        rows, table.bias[:] = fit_naive_bayes(
            features, texts.targets, texts.weights, self.multi_label
        )
        table.rows[seen[used]] = importance[:, None] * rows

    def _make_views(
        self, texts: NGramTexts, compact: Any, seen: Array
    ) -> list[Array]:
        """The scales (seen, L) of each view, of the n-grams in a text."""
        counts = compact.getnnz(axis=0)
        importance = _compute_importance(compact, len(texts))[:, None]
        ratios = log_count_ratios(compact != 0, texts.targets, texts.weights)
        words = (seen < self.num_words)[:, None]
        kept = words | (counts > 1)[:, None]
        same = np.broadcast_to(importance, ratios.shape)
        views = [kept * same, kept * np.sqrt(np.abs(ratios) * importance)]
        if words.any():
            views.insert(0, words * same)
        return views


def _is_used(scales: Array | None, number: int) -> bool:
    return scales is None or bool(scales[number])


def _compute_importance(ngrams: Any, num_texts: int) -> Array:
    """(G,) the inverse document frequency of scikit-learn."""
    counts = ngrams.getnnz(axis=0)
    importance: Array = np.log((1 + num_texts) / (1 + counts)) + 1
    return importance


def _fit_one(
    ngrams: Any, targets: Array, weights: Array, scales: Array
) -> tuple[Array, float]:
    """Logistic regression on scaled columns, back in the columns' scale."""
    from scipy.sparse import diags_array
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression

    used = np.flatnonzero(scales)
    rows = np.zeros(len(scales))
    if len(np.unique(targets)) < 2 or not len(used):
        return rows, float(find_log_odds(targets, weights))
    # The dual: a seventh of the time where features are more than texts. One
    # after the other: fits in threads share one generator, whatever the seed.
    regression = LogisticRegression(
        C=_C, solver="liblinear", dual=True, tol=1e-2, random_state=0
    )
    scaled = ngrams[:, used] @ diags_array(scales[used])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        regression.fit(scaled, targets, sample_weight=weights)
    rows[used] = regression.coef_[0] * scales[used]
    return rows, float(regression.intercept_[0])
