"""Adds up over all texts what each word says of each class."""

import unicodedata
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Sequence
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from han_attention.explain.explainer import Explainer
from han_attention.explain.global_words import GlobalExplanation
from han_attention.explain.global_words import GlobalWord
from han_attention.explain.web_text import blank_tags
from han_attention.inference.base import probabilities
from han_attention.text.tokenizer import FIRST_WORD_ID
from han_attention.validation import check_positive_integer

_TEXTS_AT_ONCE = 4_096
_AROUND = 25  # characters of an example, on each side


def explain_globally(
    explainer: Explainer,
    texts: Iterable[str],
    num_words: int = 20,
    min_texts: int = 3,
    batch_size: int = 64,
) -> GlobalExplanation:
    """Find the words that speak most for each class over all texts.

    The contributions of a word to a class are added up over all texts for
    which the class is predicted, which takes one pass of the model. What a
    word adds to all classes alike decides nothing and is taken away. The words
    come in the order of √(total · mean), or total / √texts: "the" adds little
    to each of many texts, a name much to a single one. Punctuation is left
    out, and a class that is never predicted has no words.

    Args:
        explainer: Of the model.
        texts: Any number of texts, read once.
        num_words: How many words for each class. Defaults to 20.
        min_texts: Words in fewer texts are left out. Defaults to 3.
        batch_size: Texts in a batch. Defaults to 64.

    Raises:
        ValueError: for no texts, or a model whose words have no signed scores.

    Example:
    >>> from han_attention.explain import Explainer
    >>> texts = ["A fine film.", "fine", "A fine day"]
    >>> found = explain_globally(Explainer(predictor), texts)
    >>> sorted(found.words), found.num_texts
    (['bad', 'good'], 3)
    """
    check_positive_integer("num_words", num_words)
    check_positive_integer("min_texts", min_texts)
    sums = _Sums(explainer, _choose_method(explainer))
    remaining = iter(texts)
    while chunk := list(islice(remaining, _TEXTS_AT_ONCE)):
        sums.add(chunk, batch_size)
    if not sums.num_texts:
        raise ValueError("Expected at least one text. Received: none")
    names = explainer.predictor.class_names
    words = {
        name: list(sums.rank(n, num_words, min_texts))
        for n, name in enumerate(names)
    }
    predicted = dict(zip(names, sums.num_predicted.tolist(), strict=True))
    return GlobalExplanation(words, sums.method, sums.num_texts, predicted)


def _choose_method(explainer: Explainer) -> str:
    """That of one pass, or the next best."""
    for name in ("contribution", "gradient_x_input"):
        if name in explainer.methods:
            return name
    raise ValueError(
        "Expected a model whose words have signed scores. Received: one "
        f"with the methods {explainer.methods}"
    )


def is_punctuation(word: str) -> bool:
    """Whether nothing but punctuation and signs is in a word.

    Emoji and signs of currencies are no punctuation.

    Example:
    >>> [is_punctuation(word) for word in (".", "|", "don't", "😀", "$")]
    [True, True, False, False, False]
    """
    kept = ("L", "M", "N", "So", "Sc")
    return not any(unicodedata.category(c).startswith(kept) for c in word)


class _Sums:
    """Sums over the ids of all texts, a row for each id of the vocabulary."""

    def __init__(self, explainer: Explainer, method: str) -> None:
        predictor = explainer.predictor
        self._explainer = explainer
        self.method = method
        self.num_texts = 0
        self._vocabulary = predictor.tokenizer.vocabulary
        shape = len(self._vocabulary), len(predictor.class_names)
        self._totals = np.zeros(shape)
        self._counts = np.zeros(shape, "int64")
        # For each class a text in which the word speaks for it.
        self._examples = np.full(shape, -1, "int64")
        self._texts: dict[int, str] = {}
        self.num_predicted = np.zeros(shape[1], "int64")
        self._means_something = np.array(
            [not is_punctuation(word) for word in self._vocabulary], bool
        )

    def add(self, texts: Sequence[str], batch_size: int) -> None:
        """Add some texts."""
        predictor = self._explainer.predictor
        encoded = predictor.encode(texts)
        for rows in encoded.batches(batch_size):
            ids = encoded.padded(rows, predictor.pad_to_multiple_of)
            reading, scores = self._explainer.read(ids, [self.method])
            predicted = self._find_predicted(reading.logits)
            self.num_predicted += predicted.sum(axis=0)
            self._add_batch(
                ids.reshape(len(rows), -1),
                scores[self.method].words.reshape(
                    len(rows), -1, len(predictor.class_names)
                ),
                predicted,
                self.num_texts + np.asarray(rows),
            )
        first = self.num_texts
        self.num_texts += len(texts)
        self._keep_texts(first, texts)

    def _find_predicted(self, logits: NDArray[Any]) -> NDArray[np.bool_]:
        """(B, C) which classes are predicted."""
        predictor = self._explainer.predictor
        values = probabilities(logits, predictor.multi_label)
        if predictor.multi_label:
            return values >= 0.5
        best = values.argmax(axis=1)
        return best[:, None] == np.arange(values.shape[1])

    def _add_batch(
        self,
        ids: NDArray[np.int32],
        scores: NDArray[Any],
        predicted: NDArray[np.bool_],
        numbers: NDArray[np.int64],
    ) -> None:
        real = ids >= FIRST_WORD_ID
        words, values = ids[real], scores[real].astype("float64")
        if values.shape[1] > 2 and not self._explainer.predictor.multi_label:
            values -= values.mean(axis=1, keepdims=True)
        size = len(self._vocabulary)
        texts = np.nonzero(real)[0]
        for n in np.flatnonzero(predicted.any(axis=0)):
            chosen = predicted[texts, n]
            own, added = words[chosen], values[chosen, n]
            self._totals[:, n] += np.bincount(own, added, size)
            once = np.unique(texts[chosen].astype("int64") * size + own) % size
            self._counts[:, n] += np.bincount(once, minlength=size)
            speaks = added > 0
            places = numbers[texts[chosen][speaks]]
            self._examples[own[speaks], n] = places

    def _keep_texts(self, first: int, texts: Sequence[str]) -> None:
        """Keep the texts that are examples, and no others."""
        wanted = np.unique(self._examples)
        kept = {n: self._texts[n] for n in wanted.tolist() if n in self._texts}
        new = wanted[wanted >= first].tolist()
        self._texts = kept | {n: texts[n - first] for n in new}

    def rank(
        self, n: int, num_words: int, min_texts: int
    ) -> Iterator[GlobalWord]:
        """The strongest words of class `n`."""
        totals, counts = self._totals[:, n], self._counts[:, n]
        shown = (counts >= min_texts) & self._means_something & (totals > 0)
        strengths = np.where(shown, totals / np.sqrt(np.maximum(counts, 1)), 0)
        for word in np.argsort(-strengths, kind="stable")[:num_words].tolist():
            if not strengths[word]:
                return
            number = int(counts[word])
            yield GlobalWord(
                self._vocabulary[word],
                float(totals[word]),
                float(totals[word] / number),
                number,
                self._show(word, int(self._examples[word, n])),
            )

    def _show(self, word: int, number: int) -> str:
        """A part of an example around the word."""
        text = self._texts.get(number)
        if text is None:
            return ""
        encoding = self._explainer.predictor.tokenizer.encode(text)
        spans = (
            span
            for found, span in zip(encoding.ids, encoding.spans, strict=True)
            if found == word
        )
        start, end = next(spans, (0, 0))
        part = blank_tags(text)[max(start - _AROUND, 0) : end + _AROUND]
        before = "…" if start > _AROUND else ""
        after = "…" if end + _AROUND < len(text) else ""
        return before + " ".join(part.split()) + after
