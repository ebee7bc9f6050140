"""What is known about one prediction, as data; drawing is done elsewhere."""

import dataclasses
import json
from bisect import bisect_right
from collections.abc import Callable
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field
from typing import Any
from typing import ClassVar

from han_attention.explain.phrases import NGramContribution
from han_attention.explain.phrases import Phrase
from han_attention.explain.phrases import rank_phrases

# The methods whose scores stand in the words: those of all others are in
# `Explanation.attributions`.
ATTENTION, CONTRIBUTION = "attention", "contribution"


@dataclass(frozen=True)
class WordWeight:
    """A word of the text and its part in the prediction.

    Attributes:
        text: The word as it stands in the text.
        start: Where it begins in the text, in characters.
        end: Where it ends.
        weight: Its attention weight, 0 to 1, in the whole text: of a
            hierarchical model its weight in the sentence times that of the
            sentence. 0 of a model without attention.
        contributions: Its signed contribution to the logit of each class, by
            the method `"contribution"`; empty if it was not computed.
        weight_in_sentence: Its attention weight among the words of its
            sentence; None if the model knows no sentences.
    """

    text: str
    start: int
    end: int
    weight: float
    contributions: Sequence[float] = ()
    weight_in_sentence: float | None = None


@dataclass(frozen=True)
class SentenceWeight:
    """A sentence of the text and its part in the prediction.

    Attributes:
        text: The sentence as it stands in the text.
        start: Where it begins in the text, in characters.
        end: Where it ends.
        weight: Its attention weight, 0 to 1, among the sentences.
        contributions: Its signed contribution to the logit of each class, the
            sum of those of its words; empty if it was not computed.
    """

    text: str
    start: int
    end: int
    weight: float
    contributions: Sequence[float] = ()


@dataclass(frozen=True, repr=False)
class Explanation:
    """A text, what was predicted for it, and the weight of its parts.

    Attributes:
        text: The original string.
        prediction: The predicted class; a list of them if there can be
            several; None if no answer is given, as of an empty text.
        probabilities: The probability of each class.
        words: The words the model saw, in order.
        sentences: The sentences, for a hierarchical model; else empty.
        label: The true class or classes, or None if not known.
        attributions: What other methods say, by their name: for each word the
            signed part in the logit of each class, (words, classes).
        ngrams: What the n-grams add to the logits, if the model has some and
            the method `"contribution"` was used: what their words have of it
            is in the contributions of these too.
        threshold: Where no answer is given though there is a text, from which
            probability on its most probable class is; None: never.
    """

    text: str
    prediction: Any
    probabilities: Mapping[Any, float]
    words: Sequence[WordWeight]
    sentences: Sequence[SentenceWeight] = ()
    label: Any = None
    attributions: Mapping[str, Sequence[Sequence[float]]] = field(
        default_factory=dict
    )
    ngrams: Sequence[NGramContribution] = ()
    threshold: float | None = None

    # How a notebook shows it: the renderers, which know this class, set it.
    draw_in_notebook: ClassVar["Callable[[Explanation, str], str] | None"] = (
        None
    )

    @property
    def is_right(self) -> bool | None:
        """Whether the label was predicted; None without label or answer."""
        if self.label is None or self.prediction is None:
            return None
        if isinstance(self.label, list) and isinstance(self.prediction, list):
            return set(self.label) == set(self.prediction)
        return bool(self.label == self.prediction)

    @property
    def methods(self) -> list[str]:
        """The methods by which the words have scores.

        The attention is not among them if all weights are 0, as those of a
        model without attention, and there is another method.
        """
        others = list(self.attributions)
        if any(len(word.contributions) for word in self.words):
            others.insert(0, CONTRIBUTION)
        attended = not others or any(word.weight for word in self.words)
        return [ATTENTION, *others] if attended or not self.words else others

    def scores(
        self, method: str = ATTENTION, class_name: Any = None
    ) -> list[float]:
        """What one method says of each word.

        Args:
            method: One of `methods`. Defaults to `"attention"`, whose scores
                are weights, for all classes the same; those of the others
                are signed.
            class_name: For or against which class. Defaults to None: the
                predicted one, the most probable one of several, or of all
                where none is predicted.

        Raises:
            ValueError: for a method or class that is not there.

        Example:
        >>> word = WordWeight("Fine", 0, 4, 1.0, contributions=(-2.0, 2.0))
        >>> text = Explanation("Fine", "b", {"a": 0.1, "b": 0.9}, [word])
        >>> text.scores("contribution"), text.scores("contribution", "a")
        ([2.0], [-2.0])
        """
        if method not in self.methods:
            raise ValueError(
                "Invalid value for argument `method`. Expected one of "
                f"{self.methods}. Received: method={method!r}"
            )
        if method == ATTENTION:
            return [word.weight for word in self.words]
        n = list(self.probabilities).index(self.class_or_best(class_name))
        if method == CONTRIBUTION:
            return [word.contributions[n] for word in self.words]
        return [values[n] for values in self.attributions[method]]

    def sentence_scores(
        self, method: str = ATTENTION, class_name: Any = None
    ) -> list[float]:
        """What one method says of each sentence: the sum over its words."""
        if method == ATTENTION or not self.sentences:
            return [sentence.weight for sentence in self.sentences]
        totals = [0.0] * len(self.sentences)
        scores = self.scores(method, class_name)
        for n, score in zip(self.sentence_numbers(), scores, strict=True):
            totals[n] += score
        return totals

    def phrases(self, class_name: Any = None) -> list[Phrase]:
        """What n-grams of several words add to the logit of a class.

        The largest first, words of the same letters once; empty if `ngrams`
        is.
        """
        name = self.class_or_best(class_name)
        number = list(self.probabilities).index(name)
        return rank_phrases(self.ngrams, number)

    def class_or_best(self, class_name: Any = None) -> Any:
        """The class that is meant: None is the most probable of the predicted.

        Where none is predicted it is the most probable of all.

        Raises:
            ValueError: for a class that there is not.
        """
        names = list(self.probabilities)
        if class_name is None:
            several = isinstance(self.prediction, list)
            predicted = self.prediction if several else [self.prediction]
            candidates = [name for name in predicted if name in names] or names
            return max(candidates, key=lambda name: self.probabilities[name])
        if class_name not in names:
            raise ValueError(
                "Invalid value for argument `class_name`. Expected one of "
                f"{names}. Received: class_name={class_name!r}"
            )
        return class_name

    def sentence_numbers(self) -> list[int]:
        """The number, from 0, of the sentence in which each word stands.

        All 0 if the model knows no sentences.
        """
        starts = [sentence.start for sentence in self.sentences]
        return [
            max(bisect_right(starts, word.start) - 1, 0) for word in self.words
        ]

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain dictionaries and lists."""
        return dataclasses.asdict(self)

    def to_json(self) -> str:
        """Everything as one line of JSON, letters of every script readable.

        Example:
        >>> Explanation("", "good", {"good": 1.0}, []).to_json()
        '{"text": "", "prediction": "good", "probabilities": {"good": 1.0}, ...
        """
        return json.dumps(
            self.to_dict(), ensure_ascii=False, allow_nan=False, default=_plain
        )

    def to_dataframe(self) -> Any:
        """The words as a table of pandas, a row for each.

        Columns are `text`, `start`, `end`, `weight`; if the model knows
        sentences, `sentence`, the number of it from 0, and
        `weight_in_sentence`; and for every other method a column
        `METHOD_CLASS` for each class.

        Raises:
            ImportError: if pandas is not installed.

        Example:
        >>> word = WordWeight("Fine", 0, 4, 1.0)
        >>> Explanation("Fine", "a", {"a": 1.0}, [word]).to_dataframe().shape
        (1, 4)
        """
        try:
            import pandas
        except ImportError as error:
            raise ImportError(
                "`to_dataframe` needs pandas: pip install pandas"
            ) from error
        columns: dict[str, list[Any]] = {
            name: [getattr(word, name) for word in self.words]
            for name in ("text", "start", "end", "weight")
        }
        if self.sentences:
            columns["sentence"] = self.sentence_numbers()
            columns["weight_in_sentence"] = [
                word.weight_in_sentence for word in self.words
            ]
        for method in self.methods[1:]:
            for name in self.probabilities:
                columns[f"{method}_{name}"] = self.scores(method, name)
        return pandas.DataFrame(columns)

    def __repr__(self) -> str:
        said = f"prediction={self.prediction!r}, words={len(self.words)}"
        return f"Explanation({self.text[:40]!r}, {said}, {self.methods})"

    def _repr_html_(self) -> str | None:
        """The words, shaded by the last of the methods, for a notebook."""
        draw = type(self).draw_in_notebook
        return None if draw is None else draw(self, self.methods[-1])


def _plain(value: Any) -> Any:
    """A number of NumPy as a plain one, which JSON can hold."""
    if hasattr(value, "item"):
        return value.item()
    raise TypeError(f"JSON cannot hold {type(value).__name__}: {value!r}")
